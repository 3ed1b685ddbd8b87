"""How warm each of several things is, and what beside them is warmer than all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.regions.resolve import ground, segment
from wordfuse.fusion.regions.things.ordering import Box
from wordfuse.fusion.regions.types import Detection, RegionBackend, Sources
from wordfuse.fusion.regions.words.meaning import classes_in

WARM = 95  # percentile of a thing's pixels that stands for its warm parts: an engine, wheels, a face; no single pixel
MIDDLE = 50  # that for its coldness: its coldest pixels are mostly what is around it
SAME, WITHIN = 0.4, 0.9  # overlap of two masks, and share of the smaller in the other, from which they are one thing
RIM = 0.01  # of the shorter side: what is so near to a thing is its rim, or what it warms
RANGE = (1, 99)  # percentiles of the picture that its range lies between
CLEAR = 0.05  # of that range: what differs by less is about as warm
OTHERS = (
    "people",
    "cars",
    "bicycles",
    "buildings",
    "trees",
    "sky",
    "road",
    "pavement",
)  # what something warm is not a missed thing in
ELSEWHERE = 0.5  # share of it in one of these
LARGER = 1.5  # times as wide or high as the widest and the highest of the things: that is no other of them
MOST = 2  # warmer things that are told

_Selection = NDArray[np.bool_]


@dataclass(frozen=True)
class Thing:
    """One of several.

    Attributes:
        box: (x0, y0, x1, y1) in pixels.
        score: how sure it is that it is one, in [0, 1].
        level: of its warm parts, or where cold was asked for of its middle.
        beyond: the share of the picture that is colder, or where cold was asked for warmer, in [0, 1].
    """

    box: Box
    score: float
    level: float
    beyond: float


@dataclass(frozen=True)
class Warmer:
    """Something warmer than all the things, in none of them: one that was missed, or something else.

    Attributes:
        box: (x0, y0, x1, y1) in pixels.
        level: of its middle.
        border: the border of the picture that it reaches ("left", "right", "top", "bottom"); None: it reaches none.
    """

    box: Box
    level: float
    border: str | None


@dataclass(frozen=True)
class Warmth:
    """Several things held against each other and the picture.

    Levels are degrees Celsius where temperatures are known, else of the infrared picture, from 0 to 1.

    Attributes:
        things: each once, from left to right.
        warmer: the largest first; where cold was asked for, none.
        middle: the median of the picture.
        span: from the coldest to the hottest of the picture, without the rarest hundredths.
    """

    things: tuple[Thing, ...]
    warmer: tuple[Warmer, ...]
    middle: float
    span: float

    def alike(self, one: Thing, other: Thing) -> bool:
        """Whether two things are about as warm."""
        return abs(one.level - other.level) < CLEAR * self.span


def warmth(
    sources: Sources, detections: Sequence[Detection], backend: RegionBackend, *, cold: bool = False
) -> Warmth | None:
    """Tell how warm things are.

    Args:
        sources: the pictures.
        detections: of one kind, for one phrase.
        backend: cuts them out, and says what else is there.
        cold: it is asked which is cold.

    Returns:
        None where no pixel of any of them could be cut out and is known.

    Raises:
        BackendUnreachable: the backend cannot be reached.
    """
    known = sources.temperatures
    heat = sources.infrared if known is None else np.asarray(known.up_to_limit, np.float32)
    kept = _whole(sources, heat, detections, backend, cold=cold)
    if not kept:
        return None
    low, high = np.nanpercentile(heat, RANGE)
    span = max(float(high - low), 1e-6)
    least = max(thing.level for thing, _ in kept) + CLEAR * span
    masks, things = [mask for _, mask in kept], tuple(thing for thing, _ in kept)
    warmer = [] if cold else _warmer(heat, things, masks, least)
    if warmer:
        elsewhere = _elsewhere(sources, detections[0].phrase, backend)
        warmer = [one for one in warmer if all(mask[one[1]].mean() < ELSEWHERE for mask in elsewhere)]
    return Warmth(things, tuple(one for one, _ in warmer[:MOST]), float(np.nanmedian(heat)), span)


def _whole(
    sources: Sources, heat: NDArray[np.float32], detections: Sequence[Detection], backend: RegionBackend, *, cold: bool
) -> list[tuple[Thing, _Selection]]:
    """Each thing once, with its pixels, from left to right; of two that are one, the surer."""
    kept: list[tuple[Thing, _Selection]] = []
    picture = heat[np.isfinite(heat)]
    for one in sorted(detections, key=lambda one: -one.score):
        mask = backend.segment(sources, [one]) > 127
        measured = heat[mask & np.isfinite(heat)]
        if measured.size and not any(_same(mask, other) for _, other in kept):
            level = float(np.percentile(measured, MIDDLE if cold else WARM))
            beyond = float((picture > level if cold else picture < level).mean())
            kept.append((Thing(one.box, one.score, level, beyond), mask))
    return sorted(kept, key=lambda one: one[0].box[0] + one[0].box[2])


def _warmer(
    heat: NDArray[np.float32], things: Sequence[Thing], masks: Sequence[_Selection], least: float
) -> list[tuple[Warmer, _Selection]]:
    """What is at least so warm beside things, the largest first.

    It has as many pixels as the warm parts of a thing have, is not much larger than all of them, and does not end above
    them: a window up there stands on no ground.
    """
    free = np.nan_to_num(heat, nan=-np.inf) >= least
    reach = 2 * max(1, round(RIM * min(heat.shape))) + 1
    around = np.ones((reach, reach), np.uint8)
    for mask in masks:
        free &= cv2.dilate(mask.astype(np.uint8), around) == 0
    _, labels = cv2.connectedComponents(cv2.morphologyEx(free.astype(np.uint8), cv2.MORPH_CLOSE, around))
    fewest = (1 - WARM / 100) * float(np.median([mask.sum() for mask in masks]))
    top = min(thing.box[1] for thing in things)
    wide = LARGER * max(thing.box[2] - thing.box[0] for thing in things)
    high = LARGER * max(thing.box[3] - thing.box[1] for thing in things)
    found = []
    for number in np.flatnonzero(np.bincount(labels[free], minlength=1) >= max(fewest, 1.0)):
        inside = free & (labels == number)
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
        if box[3] > top and box[2] - box[0] <= wide and box[3] - box[1] <= high:
            found.append((Warmer(box, float(np.median(heat[inside])), _border(box, heat.shape)), inside))
    return sorted(found, key=lambda one: -int(one[1].sum()))


def _border(box: Box, shape: tuple[int, int]) -> str | None:
    """Which border of a picture (H, W) a box reaches; None: none."""
    sides = {"left": box[0] <= 0, "right": box[2] >= shape[1], "top": box[1] <= 0, "bottom": box[3] >= shape[0]}
    return next((side for side, reached in sides.items() if reached), None)


def _elsewhere(sources: Sources, phrase: str, backend: RegionBackend) -> list[_Selection]:
    """The pixels of what is known and of no kind that a phrase names."""
    named = classes_in(phrase)
    masks = []
    for found in ground(sources, [name for name in OTHERS if not named & classes_in(name)], backend=backend, masks={}):
        if found.found:
            try:
                masks.append(segment(sources, [found], backend=backend) > 127)
            except RegionError:  # found, and no pixel of it could be cut out
                continue
    return masks


def _same(one: _Selection, other: _Selection) -> bool:
    """Whether two masks are of one thing."""
    common = int((one & other).sum())
    return common >= SAME * int((one | other).sum()) or common >= WITHIN * min(int(one.sum()), int(other.sum()))
