"""Pictures of which something is known, whole and as pieces, and sentences to ask with.

Whole pictures: kind, colour, time, light, and damage of a known amount beside none. Pieces, drawn and labelled as those
that the embedded encoder was trained on, but of pictures it has not seen: what is in them and where, detail, salience.
Sentences take the wordings that the encoder was trained on, or those that were kept from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from wordfuse.evals.damage.pairs import pairs_by_set, read_sources, spread
from wordfuse.fusion.encoders.encoder import Encoder
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import luma_uint8, to_float, to_uint8
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.tensors import to_tensor
from wordfuse.fusion.training.damage import blur, dark, haze, low_contrast, noise, stripes
from wordfuse.fusion.training.encoding.captions import spoken, wordings
from wordfuse.fusion.training.encoding.facts import PLACE, STATES, bits
from wordfuse.fusion.training.encoding.samples import CLEAN, MEDIUM, RICH, Piece, PieceSampler, scene_of
from wordfuse.fusion.training.region_samples import read_examples

Picture = NDArray[np.uint8]

STREETS = ("RoadScene", "MSRS", "MSRS night", "LLVIP", "VIFB", "TNO")
BY_DAY, BY_NIGHT = ("MSRS",), ("MSRS night", "LLVIP")  # as those who took them say
COLOURED = ("MSRS", "MSRS night", "RoadScene", "LLVIP")
# Damage that is clearly seen; (function, amount).
DONE = {
    "noise": (noise, 16.0),
    "stripes": (stripes, 8.0),
    "blur": (blur, 2.5),
    "haze": (haze, 0.55),
    "contrast": (low_contrast, 0.75),
}
SIDED, SIDE_OF = ("person", "car"), "side of "
# The default look stays with the visible picture by day, and then nobody could tell.
FUSED_BY = "metric"
NOUNS = ("image", "picture", "photo")
FEWEST = 12  # pictures of a state, for a share to mean something


@dataclass(frozen=True, eq=False)
class Labelled:
    """A picture, (H, W, 3) uint8, and the state of the fact it is asked for."""

    picture: Picture
    state: str


@dataclass(frozen=True, eq=False)
class Whole:
    """The pictures of a pair, (H, W, 3) uint8 each; the visible one of a gray camera has equal channels."""

    source: str
    infrared: Picture
    visible: Picture
    fused: Picture


def whole_pictures(data: Path, count: int) -> list[Whole]:
    """At most ``count`` pairs of each set, fused.

    Raises:
        InputError: there are no pairs of the sets.
    """
    by_set = {name: pairs for name, pairs in pairs_by_set(data).items() if name in STREETS}
    if not by_set:
        raise InputError(f"no pairs of {', '.join(STREETS)}", argument="data", subject=data)
    found = []
    for name, pairs in by_set.items():
        for _, files in spread(pairs, count):
            infrared, visible = read_sources(files)
            fused = to_uint8(Fuser(FUSED_BY).fuse(to_float(infrared), to_float(visible)).picture)
            found.append(Whole(name, np.repeat(infrared[..., None], 3, axis=2), visible, fused))
    return found


def asked_of_whole(pictures: Sequence[Whole]) -> dict[str, list[Labelled]]:
    """What is known of whole pictures, fact by fact."""
    chance = np.random.default_rng(0)
    asked: dict[str, list[Labelled]] = {
        "kind": [Labelled(getattr(one, kind), kind) for one in pictures for kind in STATES["kind"]],
        "colour": [Labelled(_gray(one.visible), "gray") for one in pictures]
        + [Labelled(one.visible, "colour") for one in pictures if one.source in COLOURED],
        "time": [Labelled(one.visible, "day") for one in pictures if one.source in BY_DAY]
        + [Labelled(one.visible, "night") for one in pictures if one.source in BY_NIGHT],
        "light": [],
    }
    for one in pictures:
        y = luma_uint8(one.visible)
        if MEDIUM[0] < y.mean() < MEDIUM[1]:
            brighter = np.clip(one.visible * 2.2 + 40, 0, 255).astype(np.uint8)
            asked["light"] += [
                Labelled(one.visible, "normal"),
                Labelled(dark(one.visible, 0.75, chance), "dark"),
                Labelled(brighter, "bright"),
            ]
    for name, (damage, amount) in DONE.items():
        asked[name] = []
        for picture in _fit_for(name, pictures):
            gray = bool((picture[..., :1] == picture).all())
            hurt = damage(picture[..., 0] if gray else picture, amount, chance)
            hurt = np.repeat(hurt[..., None], 3, axis=2) if gray else hurt
            good, bad = ("normal", "low") if name == "contrast" else ("none", "clear")
            asked[name] += [Labelled(picture, good), Labelled(hurt, bad)]
    return asked


def _fit_for(damage: str, pictures: Sequence[Whole]) -> Iterator[Picture]:
    """Pictures that have none of a damage themselves."""
    for one in pictures:
        if damage in ("noise", "stripes"):
            yield from (picture for picture in (one.infrared, one.visible) if estimate_noise(picture) < CLEAN)
        elif damage == "blur" and one.source in ("MSRS", "VIFB", "RoadScene"):
            yield one.visible
        elif damage == "haze" and one.source in ("MSRS", "VIFB"):
            yield one.visible
        elif damage == "contrast":
            low, high = np.percentile(luma_uint8(one.visible), [5, 95])
            if high - low > RICH:
                yield one.visible


def _gray(picture: Picture) -> Picture:
    return np.repeat(luma_uint8(picture)[..., None], 3, axis=2)


def drawn_pieces(data: Path, count: int) -> list[Piece]:
    """Labelled pieces of labelled pictures.

    Raises:
        InputError: nothing is labelled.
    """
    sets, held_back = read_examples(data)
    scenes = [[scene_of(example) for example in examples] for examples in (*sets, held_back)]
    sampler = PieceSampler(scenes, seed=7)
    return [sampler.piece() for _ in range(count)]


def asked_of_pieces(pieces: Sequence[Piece], facts: Sequence[str]) -> dict[str, list[Labelled]]:
    """What is known of pieces, of those facts that enough is known of."""
    asked = {}
    for thing in SIDED:
        sides = [
            Labelled(piece.picture, side)
            for piece in pieces
            for side, other in (("left", "right"), ("right", "left"))
            if piece.facts[PLACE[f"{thing} {side}"]] == bits(f"{thing} {side}", "some")
            and piece.facts[PLACE[f"{thing} {other}"]] == bits(f"{thing} {other}", "none")
        ]
        if all(sum(one.state == side for one in sides) >= FEWEST for side in ("left", "right")):
            asked[f"{SIDE_OF}{thing}"] = sides
    for name in facts:
        known = [
            Labelled(piece.picture, state)
            for piece in pieces
            for state in STATES[name]
            if piece.facts[PLACE[name]] == bits(name, state)
        ]
        if all(sum(one.state == state for one in known) >= FEWEST for state in STATES[name]):
            asked[name] = known
    return asked


def questions(fact: str, states: Sequence[str], *, familiar: bool = False) -> dict[str, list[str]]:
    """Sentences for states of a fact: in wordings that were never trained on, or in those that were."""
    nouns, statements = wordings()
    if fact.startswith(SIDE_OF):
        thing = fact.removeprefix(SIDE_OF)
        return {side: questions(f"{thing} {side}", ("some",), familiar=familiar)["some"] for side in states}
    if fact == "kind":
        return {state: [spoken([], noun, []) for noun in _part(nouns[state], familiar)] for state in states}
    sentences: dict[str, list[str]] = {state: [] for state in states}
    for one in statements:
        for state in states:
            # Of nested statements the one that says no more than the state ("noisy", not "slightly noisy").
            whole = one.fact == fact and one.states & bits(fact, state) and not one.made
            if whole and (state != "clear" or one.states == bits(fact, "slight", "clear", "strong")):
                before, behind = one.wordings(held_out=not familiar)
                for noun in NOUNS:
                    sentences[state] += [spoken([word], noun, []) for word in before]
                    sentences[state] += [spoken([], noun, [word]) for word in behind]
    return sentences


def _part(words: Sequence[str], familiar: bool) -> Sequence[str]:
    return words[:-1] if familiar else words[-1:]


@torch.no_grad()
def directions(encoder: Encoder, sentences: Mapping[str, Sequence[str]]) -> torch.Tensor:
    """One unit vector a state, the mean of its sentences': (states, D)."""
    means = [encoder.texts(list(told)).mean(dim=0) for told in sentences.values()]
    return torch.nn.functional.normalize(torch.stack(means), dim=1)


@torch.no_grad()
def seen(encoder: Encoder, picture: Picture) -> torch.Tensor:
    """The vector of (H, W) or (H, W, 3) uint8, (D,)."""
    if picture.ndim == 2:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB), np.uint8)
    return encoder.pictures(to_tensor(picture).to(encoder.device))[0]
