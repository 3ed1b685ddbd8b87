"""Random pieces of pictures with all that is known of them: what the embedded encoder is trained on.

A piece is visible, infrared or fused (by the network ``metric``, or by a plain mix), in other light, whole or with
damage of a known amount. What is said of light, contrast and detail is measured on the piece as it is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.statistics import measured
from wordfuse.fusion.networks.tower import LONGER_PX, Views, own_windows
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.fusion.training.damage import blur, dark, haze, low_contrast, noise, stripes
from wordfuse.fusion.training.encoding.cameras import other_camera
from wordfuse.fusion.training.encoding.facts import PLACE, PLACES, STATES, Bits, bits, unknown
from wordfuse.fusion.training.encoding.mixes import Mix, drawn_mix
from wordfuse.fusion.training.region_samples import UNKNOWN, Example
from wordfuse.fusion.weights import load_fusion

Picture = NDArray[np.uint8]
Kind = Literal["visible", "infrared", "fused"]

LARGE_PX = 700  # longer side beyond which pictures are halved, as are their boxes
NIGHT, DAY = 55, 75  # mean luma of the visible picture: below it is night, above day, between nothing is said
PIECE = 0.45, 0.85  # sides, of the picture's
WHOLE = 0.2  # of the pieces are the whole picture
AT_NIGHT = 0.4  # of the pieces of a set that has both
KINDS: tuple[tuple[Kind, float], ...] = (("visible", 0.25), ("infrared", 0.37), ("fused", 0.38))
LEAST_PX = 140
GRAY = 0.4  # of the pieces with colour lose it
PLAINLY = 0.4  # of the fused pieces are not the network's
ELSEWHERE = 0.35  # of the pieces look as if another camera had taken them
# Amounts of slight, clear and strong damage.
AMOUNTS: dict[str, tuple[tuple[float, float], ...]] = {
    "blur": ((0.9, 1.4), (1.6, 3.0), (3.2, 5.5)),
    "haze": ((0.2, 0.35), (0.4, 0.6), (0.65, 0.88)),
    "noise": ((4.0, 8.0), (10.0, 20.0), (22.0, 42.0)),
    "stripes": ((3.0, 5.0), (6.0, 12.0), (13.0, 28.0)),
}
RENDER = {"blur": blur, "haze": haze, "noise": noise, "stripes": stripes}
CLEAN = 3.5  # estimated noise below which a picture has none
DARK, MEDIUM, BRIGHT = 45, (75, 150), 185  # mean luma
FLAT, RICH = 65, 105  # gray values from the 5th to the 95th percentile
PLAIN, DETAILED = 1.6, 4.0  # mean slope, gray values a pixel
SEEN, HIDDEN = 40, 10  # gray values between a person and what is around
SMALL = 0.08  # of the piece's height: smaller objects are not spoken of
STUFF_SHARE = 0.04  # of the piece
SMALL_SIZE = 128, LONGER_PX  # of small copies

_WEIGHTS = np.array(LUMA, np.float32)


@dataclass(eq=False)
class Scene:
    """A picture or a pair, with what people said of it."""

    example: Example
    night: bool | None
    fused: Picture | None = None

    def of_kind(self, kind: Kind, mix: Mix | None) -> Picture:
        """(H, W, 3) uint8; a fused one is such a mix, or the network's."""
        both = self.example.picture
        if kind == "visible":
            return both[..., 1:]
        if kind == "infrared":
            return np.repeat(both[..., :1], 3, axis=2)
        if mix is not None:
            visible = both[..., 1:].astype(np.float32)
            y = visible @ _WEIGHTS
            new = mix(both[..., 0].astype(np.float32), y)
            return np.rint((visible + (new - y)[..., None]).clip(0, 255)).astype(np.uint8)
        if self.fused is None:
            pair = to_tensor(both[..., 0]), to_tensor(np.ascontiguousarray(both[..., 1:]))
            self.fused = np.rint(255 * to_array(fuse(load_fusion("metric"), *pair))).astype(np.uint8)
        return self.fused


def scene_of(example: Example) -> Scene:
    """Halved where it is large; by day or night, as its visible picture's light tells."""
    picture, boxes, mask = example.picture, example.boxes, example.mask
    if max(picture.shape[:2]) > LARGE_PX:
        size = picture.shape[1] // 2, picture.shape[0] // 2
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        mask = None if mask is None else np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        if boxes is not None:
            boxes = boxes * np.array([1, 0.5, 0.5, 0.5, 0.5], np.float32)
    light = float((picture[..., 1:] @ _WEIGHTS).mean())
    night = None if NIGHT <= light <= DAY else light < NIGHT
    return Scene(Example(picture, boxes, mask, example.infrared), night)


@dataclass(frozen=True, eq=False)
class Piece:
    """A drawn picture, (h, w, 3) uint8, and its facts."""

    picture: Picture
    facts: Bits


class PieceSampler:
    """Draws pieces; a set as often as its square root tells."""

    def __init__(self, sets: list[list[Scene]], seed: int) -> None:
        """Draw from these sets."""
        self.sets, self.random = sets, np.random.default_rng(seed)
        weights = np.sqrt([len(scenes) for scenes in sets])
        self.chances = weights / weights.sum()
        self.by_light = [
            ([one for one in scenes if one.night is True], [one for one in scenes if one.night is not True])
            for scenes in sets
        ]

    def piece(self) -> Piece:
        """One piece."""
        random = self.random
        dark_ones, others = self.by_light[random.choice(len(self.sets), p=self.chances)]
        scenes = dark_ones if dark_ones and (not others or random.random() < AT_NIGHT) else others
        scene = scenes[random.integers(len(scenes))]
        kind: Kind = "visible"
        if scene.example.infrared:
            kind = KINDS[random.choice(len(KINDS), p=[chance for _, chance in KINDS])][0]
        whole = scene.of_kind(kind, drawn_mix(random) if random.random() < PLAINLY else None)
        height, width = whole.shape[:2]
        part = (1.0, 1.0) if random.random() < WHOLE else PIECE
        rows, columns = (
            min(length, max(LEAST_PX, round(length * random.uniform(*part)))) for length in (height, width)
        )
        top, left = int(random.integers(height - rows + 1)), int(random.integers(width - columns + 1))
        cut = slice(top, top + rows), slice(left, left + columns)
        flip = random.random() < 0.5
        facts = unknown()
        _tell_content(facts, scene, (left, top, columns, rows), flip, kind)
        facts[PLACE["kind"]] = bits("kind", kind)
        if scene.night is not None and kind != "infrared":
            facts[PLACE["time"]] = bits("time", "night" if scene.night else "day")
        picture = whole[cut][:, ::-1] if flip else whole[cut]
        picture = _vary(picture, random)
        gray = kind == "infrared" or random.random() < GRAY
        if gray and kind != "infrared":
            picture = np.repeat(np.rint(picture @ _WEIGHTS).astype(np.uint8)[..., None], 3, axis=2)
        if kind != "infrared":
            own_gray = gray or bool((picture[..., :1] == picture).all())
            facts[PLACE["colour"]] = bits("colour", "gray" if own_gray else "colour")
            gray = own_gray
        softer = False
        if random.random() < ELSEWHERE:
            picture, softer = other_camera(picture, random)
        picture = self._damage(picture, facts, kind, gray)
        if softer and facts[PLACE["blur"]] == bits("blur", "none"):
            facts[PLACE["blur"]] = 0
        return Piece(picture, facts)

    def _damage(self, picture: Picture, facts: Bits, kind: Kind, gray: bool) -> Picture:
        """Do damage, or none, and tell of it and of what is measured."""
        random = self.random
        kinds = ["blur", "noise", "stripes", *(["haze"] if kind != "infrared" else [])]
        tones = random.random()
        count = int(random.choice([0, 1, 2], p=[0.35, 0.45, 0.2]))
        chosen = {str(name) for name in random.permutation(kinds)[:count]}
        clean = estimate_noise(picture) < CLEAN
        flat = picture[..., 0] if gray else picture
        for name in ("blur", "haze", "tones", "measure", "stripes", "noise"):
            if name == "tones":
                if tones < 0.12:
                    flat = dark(flat, random.uniform(0.5, 0.9), random)
                elif tones < 0.24:
                    flat = low_contrast(flat, random.uniform(0.5, 0.92), random)
                elif tones < 0.32:
                    flat = np.clip(flat * random.uniform(1.3, 3.0) + random.uniform(0, 50), 0, 255).astype(np.uint8)
            elif name == "measure":
                _measure(facts, flat)
            elif name in chosen:
                level = int(random.integers(3))
                flat = RENDER[name](flat, random.uniform(*AMOUNTS[name][level]), random)
                facts[PLACE[name]] = bits(name, STATES[name][level + 1])
            elif name != "noise" or clean:
                facts[PLACE[name]] = bits(name, "none")
        if kind == "infrared":
            facts[PLACE["haze"]] = 0  # it is not seen in it either way
            if facts[PLACE["blur"]] == bits("blur", "none") and not _steep(flat):
                facts[PLACE["blur"]] = 0
        faults = [facts[PLACE[name]] for name in RENDER]
        if any(fault & bits("noise", "clear", "strong") for fault in faults) or 0.12 <= tones < 0.24:
            facts[PLACE["quality"]] = bits("quality", "damaged")
        elif tones >= 0.32 and all(fault in (0, bits("noise", "none")) for fault in faults) and clean:
            facts[PLACE["quality"]] = bits("quality", "good")
        return np.repeat(flat[..., None], 3, axis=2) if flat.ndim == 2 else flat


def _vary(picture: Picture, random: np.random.Generator) -> Picture:
    """A little other light."""
    if random.random() < 0.5:
        values = (picture / np.float32(255)) ** np.float32(np.exp(random.uniform(-0.3, 0.3)))
        picture = np.rint(values * np.float32(255 * random.uniform(0.9, 1.05))).clip(0, 255).astype(np.uint8)
    return picture


def _luma(picture: Picture) -> NDArray[np.float32]:
    return picture.astype(np.float32) if picture.ndim == 2 else picture.astype(np.float32) @ _WEIGHTS


def _measure(facts: Bits, picture: Picture) -> None:
    """Light, contrast and detail, before noise and stripes add their own."""
    y = _luma(picture)
    mean = float(y.mean())
    low, high = np.percentile(y[::2, ::2], [5, 95])
    if mean < DARK:
        facts[PLACE["light"]] = bits("light", "dark")
    elif mean > BRIGHT:
        facts[PLACE["light"]] = bits("light", "bright")
    elif MEDIUM[0] < mean < MEDIUM[1]:
        facts[PLACE["light"]] = bits("light", "normal")
    if high - low < FLAT and mean >= DARK:
        facts[PLACE["contrast"]] = bits("contrast", "low")
    elif high - low > RICH:
        facts[PLACE["contrast"]] = bits("contrast", "normal" if high - low < 190 else "high")
    slope = float(np.abs(np.diff(y, axis=0)).mean() + np.abs(np.diff(y, axis=1)).mean()) / 2
    if slope < PLAIN or slope > DETAILED:
        facts[PLACE["detail"]] = bits("detail", "little" if slope < PLAIN else "much")


def _steep(picture: Picture) -> bool:
    """Whether something is sharp in it: some edges rise within a pixel or two."""
    y = _luma(picture)
    fine = np.abs(y - cv2.GaussianBlur(y, (0, 0), 1.0))
    coarse = np.abs(y - cv2.GaussianBlur(y, (0, 0), 2.5))
    strong = coarse >= np.quantile(coarse, 0.98)
    return float(fine[strong].mean() / max(coarse[strong].mean(), 1e-3)) > 0.42


def _tell_content(facts: Bits, scene: Scene, piece: tuple[int, int, int, int], flip: bool, kind: Kind) -> None:
    """What is in a piece, (left, top, width, height), and where."""
    left, top, width, height = piece
    example = scene.example
    if example.mask is not None:
        inside = example.mask[top : top + height, left : left + width]
        for name in ("sky", "building", "tree", "road"):
            share = float((inside == CLASSES.index(name)).mean())
            if share > STUFF_SHARE or share == 0:
                facts[PLACE[name]] = bits(name, "some" if share else "none")
        if float((inside == UNKNOWN).mean()) < 0.2:
            for name in OBJECTS:
                share = float((inside == CLASSES.index(name)).mean())
                if share > 0.015 or share == 0:
                    facts[PLACE[name]] = bits(name, "some" if share else "none")
    if example.boxes is None:
        return
    seen: dict[str, list[float]] = {name: [] for name in OBJECTS}
    doubtful: dict[str, list[float]] = {name: [] for name in OBJECTS}
    for index, x0, y0, x1, y1 in example.boxes:
        cut = max(x0, left), max(y0, top), min(x1, left + width), min(y1, top + height)
        w, h = cut[2] - cut[0], cut[3] - cut[1]
        if w <= 0 or h <= 0:
            continue
        middle = ((cut[0] + cut[2]) / 2 - left) / width
        middle = 1 - middle if flip else middle
        large = max(h / height, w / width) >= SMALL and w * h >= 0.5 * (x1 - x0) * (y1 - y0)
        (seen if large else doubtful)[OBJECTS[int(index)]].append(middle)
    for name in OBJECTS:
        if seen[name] or not doubtful[name]:
            facts[PLACE[name]] = bits(name, "some" if seen[name] else "none")
        if f"{name} {PLACES[0]}" in PLACE:
            for number, place in enumerate(PLACES):
                low, high = number / 3, (number + 1) / 3
                surely = any(low + 0.03 < at < high - 0.03 for at in seen[name])
                maybe = any(low - 0.12 < at < high + 0.12 for at in (*seen[name], *doubtful[name]))
                if surely or not maybe:
                    facts[PLACE[f"{name} {place}"]] = bits(f"{name} {place}", "some" if surely else "none")
    _tell_salience(facts, scene, piece, kind)


def _tell_salience(facts: Bits, scene: Scene, piece: tuple[int, int, int, int], kind: Kind) -> None:
    """Whether the largest person stands out from what is around."""
    left, top, width, height = piece
    assert scene.example.boxes is not None
    people = [
        box[1:]
        for box in scene.example.boxes
        if box[0] == OBJECTS.index("person")
        and left <= box[1]
        and box[3] <= left + width
        and top <= box[2]
        and box[4] <= top + height
    ]
    if not people:
        return
    x0, y0, x1, y1 = max(people, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))
    if y1 - y0 < SMALL * height:
        return
    y = _luma(scene.of_kind(kind, None))
    w, h = x1 - x0, y1 - y0
    body = y[round(y0 + 0.1 * h) : round(y0 + 0.8 * h), round(x0 + 0.3 * w) : round(x1 - 0.3 * w) + 1]
    sides = y[round(y0 + 0.1 * h) : round(y0 + 0.8 * h)]
    far = [
        sides[:, max(0, round(x0 - 0.8 * w)) : round(x0 - 0.1 * w)],
        sides[:, round(x1 + 0.1 * w) : round(x1 + 0.8 * w)],
    ]
    around = np.concatenate([part.ravel() for part in far if part.size])
    if not body.size or not around.size:
        return
    difference = float(body.mean() - around.mean())
    if difference > SEEN or abs(difference) < HIDDEN:
        facts[PLACE["salience"]] = bits("salience", "standing out" if difference > SEEN else "hidden")


@dataclass(frozen=True, eq=False)
class Drawn:
    """A piece as the encoder sees it.

    Attributes:
        small: (h, w, 3) uint8, a small copy.
        windows: (4, 3, s, s) uint8, pieces of its own pixels.
        numbers: its statistics, as ``Views`` has them.
        facts: what is known of it.
    """

    small: Picture
    windows: torch.Tensor
    numbers: torch.Tensor
    facts: Bits


def drawn(piece: Piece) -> Drawn:
    """Keep of a piece what the encoder sees."""
    small = np.asarray(cv2.resize(piece.picture, SMALL_SIZE[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    picture = torch.from_numpy(piece.picture.transpose(2, 0, 1)[None].copy()).float()
    own = own_windows(picture)[0].to(torch.uint8)
    places = (0, 1, len(own) - 2, len(own) - 1) if len(own) >= 4 else tuple(np.resize(np.arange(len(own)), 4))
    return Drawn(small, torch.stack([own[place] for place in places]), measured(picture / 255)[0], piece.facts)


def stacked(pieces: Sequence[Drawn], size: tuple[int, int]) -> Views:
    """All that the encoder sees of pieces, with small copies of one size."""
    small = torch.from_numpy(np.stack([piece.small for piece in pieces])).permute(0, 3, 1, 2).float() / 255
    if size != SMALL_SIZE:
        small = F.interpolate(small, size, mode="bilinear", antialias=True)
    windows = torch.stack([piece.windows for piece in pieces]).float() / 255
    return Views(small, windows, torch.stack([piece.numbers for piece in pieces]))


def drawn_size(random: np.random.Generator) -> tuple[int, int]:
    """(height, width) of the small copies of a batch: what the encoder makes of pictures of several shapes."""
    sizes = (SMALL_SIZE, SMALL_SIZE, (96, 160), (96, 128), (96, 96))
    return sizes[random.integers(len(sizes))]
