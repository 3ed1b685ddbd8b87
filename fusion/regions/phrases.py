"""Phrases that need no object, resolved from the pixels: tones, positions, foreground and background.

In fusion the foreground is what stands out in the infrared image (the salient targets) and the background is the
rest, so the two together are the picture; "the lower half" says so itself.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.regions.colours import BOUNDS, HUES, shows_hues
from wordfuse.fusion.regions.tones import Selection, largest_part, select
from wordfuse.fusion.regions.types import Grounding, Mask, Sources
from wordfuse.fusion.regions.words.grammar import Clause, Place, Side, Tone, ToneName, parse

_EDGE = 0.1  # width of an edge, of the shorter side

# How each tone was read, and what it means that there is none.
_FOUND: dict[ToneName, str] = {
    "hot": "pixels that stand out as hot in the infrared image",
    "cold": "pixels that stand out as cold in the infrared image",
    "bright": "the bright areas of the fused image",
    "dark": "the dark areas of the fused image",
    "overexposed": "pixels at the upper end of the scale",
    "underexposed": "areas that the visible camera hardly saw",
    **{colour: f"the {colour} pixels of the visible image" for colour in BOUNDS},
}
_MISSING: dict[ToneName, str] = {
    "hot": "nothing in the infrared image stands out as hot",
    "cold": "nothing in the infrared image stands out as cold",
    "bright": "the fused image has no bright area",
    "dark": "the fused image has no dark area",
    "overexposed": "no area is overexposed",
    "underexposed": "no area is underexposed",
    **{colour: f"nothing in the visible image is {colour}" for colour in BOUNDS},
}
_LIGHTNESS: dict[Literal["dark", "bright"], set[str]] = {
    "dark": {"dark", "underexposed"},
    "bright": {"bright", "overexposed"},
}
_LAYER = {
    "foreground": "what stands out as hot in the infrared image",
    "background": "everything that does not stand out as hot in the infrared image",
}


def resolve(sources: Sources, phrase: str) -> Grounding | None:
    """Read a phrase from the pixels.

    Returns:
        Its grounding, with a mask when anything was found; None when the phrase needs more than pixels ("people").
    """
    clauses = parse(phrase)
    if clauses is None:
        return None
    if Clause() in clauses:
        whole: Mask = np.full(sources.shape, 255, np.uint8)
        return Grounding(phrase, True, "whole", (), whole, f"'{phrase}' is the whole image")
    selection = np.zeros(sources.shape, np.bool_)
    for clause in clauses:
        selection |= select_clause(sources, clause)
    hues = dict.fromkeys(f"'{tone.name}'" for clause in clauses for tone in clause.tones if tone.name in HUES)
    gray = bool(hues) and not shows_hues(sources.visible)
    if not selection.any():
        why, remedy = _why_empty(sources, clauses)
        if gray:
            why = f"the visible image is gray, so {' and '.join(hues)} cannot be told"
        reason = f"'{phrase}': {why}"
        return Grounding(phrase, False, "pixels", (), None, reason, remedy, plain=reason)
    note = "; ".join(f"{hue} cannot be told from the pictures" for hue in hues) if gray else None
    mask: Mask = np.where(selection, np.uint8(255), np.uint8(0))
    return Grounding(phrase, True, "pixels", (), mask, f"'{phrase}': {_how(clauses)}", note=note)


def tone_of(phrases: Sequence[str]) -> Literal["dark", "bright"] | None:
    """The tone that alone tells a region of these phrases from the rest of the picture; None: something else does."""
    clauses = [clause for phrase in phrases for clause in parse(phrase) or (Clause(),)]
    for side, names in _LIGHTNESS.items():
        if all(any(tone.name in names for tone in clause.tones) for clause in clauses):
            return side
    return None


def place_selection(shape: tuple[int, int], place: Place) -> Selection:
    """The pixels of a place: (H, W) bool. Top and bottom, and left and right, share out the picture between them."""
    height, width = shape
    if place.extent == "edge":
        band_px = max(1, round(_EDGE * min(height, width)))
        across = _at_edge(height, place.vertical, band_px, either=place.horizontal is None)[:, None]
        along = _at_edge(width, place.horizontal, band_px, either=place.vertical is None)[None, :]
        return across | along
    if place.extent == "corner":
        across, along = _in_corner(height, place.vertical), _in_corner(width, place.horizontal)
    else:
        across = _span(height, place.vertical, _share(place, place.vertical))
        along = _span(width, place.horizontal, _share(place, place.horizontal))
    return across[:, None] & along[None, :]


def select_clause(sources: Sources, clause: Clause) -> Selection:
    """What all parts of the clause have in common."""
    selection = np.ones(sources.shape, np.bool_)
    for place in clause.places:
        selection &= place_selection(sources.shape, place)
    for tone in clause.tones:
        selection &= select(sources, tone)
    if clause.layer is not None:
        salient = select(sources, Tone("hot"))
        selection &= salient if clause.layer == "foreground" else ~salient
    return largest_part(selection) if clause.largest else selection


def _share(place: Place, side: Side | None) -> float:
    """How much of an axis a side of the place takes."""
    if place.extent == "third":
        return 1 / 3
    if place.extent == "quarter":  # a quarter of the picture: a strip, or half of both axes
        return 1 / 4 if place.vertical is None or place.horizontal is None else 1 / 2
    # "Top middle" is between top left and top right; "middle" alone is the middle of the picture.
    beside = place.vertical != place.horizontal
    return 1 / 3 if side == "middle" and beside and place.extent is None else 1 / 2


def _span(length: int, side: Side | None, share: float) -> Selection:
    """The pixels of one axis whose centres lie in that share of it: (length,) bool."""
    at = (np.arange(length) + 0.5) / length
    if side is None:
        return np.ones(length, np.bool_)
    if side == "low":
        return at < share
    if side == "high":
        return at >= 1 - share
    return (at >= (1 - share) / 2) & (at < (1 + share) / 2)


def _in_corner(length: int, side: Side | None) -> Selection:
    """The third of one axis at a side, or at both where none is named."""
    if side is None:
        return _span(length, "low", 1 / 3) | _span(length, "high", 1 / 3)
    return _span(length, side, 1 / 3)


def _at_edge(length: int, side: Side | None, band_px: int, *, either: bool) -> Selection:
    """The band at a side of one axis; where none is named, those at both sides if `either`, else none."""
    at = np.arange(length)
    low, high = at < band_px, at >= length - band_px
    if side is None:
        return (low | high) & either
    return low if side == "low" else high


def _how(clauses: tuple[Clause, ...]) -> str:
    """How the clauses were read, for the user."""
    said = [
        *(_FOUND[tone.name] for clause in clauses for tone in clause.tones),
        *(_LAYER[clause.layer] for clause in clauses if clause.layer),
    ]
    placed = any(clause.places for clause in clauses)
    if not said:
        return "read as a part of the picture"
    how = " and ".join(dict.fromkeys(said))
    return f"read as {how}, in that part of the picture" if placed else f"read as {how}"


def _why_empty(sources: Sources, clauses: tuple[Clause, ...]) -> tuple[str, str]:
    """Which word of the clauses has no pixels, and what to do about it."""
    tones = [tone for clause in clauses for tone in clause.tones]
    if any(clause.layer == "foreground" for clause in clauses):
        tones.append(Tone("hot"))
    missing = [_MISSING[tone.name] for tone in tones if not select(sources, tone).any()]
    if missing:
        remedy = f"name another region or give a mask with {argument_named('mask')}"
        return " and ".join(dict.fromkeys(missing)), remedy
    if tones:
        return "there are such pixels in the picture, but none in the part you named", "name another part"
    return "the picture is too small to have such a part", "name a larger one"
