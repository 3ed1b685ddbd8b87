"""One thing that stands out by its light or its heat: where it is, and how it looks in both pictures."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from wordfuse.fusion.regions.tones import Selection, blown_out, luma
from wordfuse.fusion.regions.types import Mask, Picture, Sources

RING = 1.0  # width of what is around it, of its larger side
LEAST_RING_PX = 4
LIT = 0.25  # of the range: so much lighter than what is around it, or than the picture, is lit
WHITE = 0.85  # mean luma from which something is bright whatever is around it
FILLED = 0.35  # of its box, that a thing fills: what fills less is a patch of something larger
MOST = 0.15  # of the picture, that a thing covers: what covers more is what it lies on
WARMER = 0.06  # of the infrared picture's range, above what is around it: warm, as ``embedded.lights`` has it


@dataclass(frozen=True, eq=False)
class Blob:
    """A connected part of the picture.

    Attributes:
        mask: (H, W) uint8, 255 inside.
        box: (x0, y0, x1, y1) in pixels.
        area: share of the picture, 0 to 1.
        light: its mean luma in the visible picture, 0 to 255.
        lit: it is bright there.
        warm: it is warmer in the infrared picture than what is around it.
        cold: it is colder there.
    """

    mask: Mask
    box: tuple[float, float, float, float]
    area: float
    light: float
    lit: bool
    warm: bool
    cold: bool


def blob_in(
    sources: Sources,
    inside: Mask,
    by: Literal["light", "heat"],
    *,
    place: Selection | None = None,
    largest: bool = False,
) -> Blob | None:
    """The part of a mask that stands out most.

    Args:
        sources: the pictures.
        inside: (H, W) uint8, above 127 is inside.
        by: what it stands out by: what is burnt out in the visible picture goes first, or the warmest.
        place: (H, W) where the middle of a thing of some shape has to lie; None: a patch of no shape will do as well.
        largest: the largest is meant, however burnt out smaller ones are.

    Returns:
        The part whose pixels have most of it together; None of an empty mask, or where no thing is in that place.
    """
    light = luma(sources.visible)
    chosen = inside > 127
    if by == "light" and not largest and (burnt := chosen & blown_out(light)).any():
        chosen = burnt
    values = light if by == "light" else sources.infrared
    _, labels, stats, middles = cv2.connectedComponentsWithStats(chosen.astype(np.uint8), connectivity=8)
    if len(stats) < 2:
        return None
    weights = np.bincount(labels.ravel(), weights=values.ravel().astype(np.float64))
    weights[0] = -1.0  # what is not inside
    if place is not None:
        columns, rows = np.nan_to_num(middles).astype(int).T  # where all is inside, nothing has no middle
        middle = place[rows, columns]
        areas = stats[:, cv2.CC_STAT_AREA]
        shaped = areas >= FILLED * stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
        weights[~(middle & shaped & (areas <= MOST * chosen.size))] = -1.0
        if weights.max() < 0:
            return None
    label = int(np.argmax(weights))
    x, y, wide, high, area = (int(value) for value in stats[label])
    part = labels == label
    margin = max(LEAST_RING_PX, round(RING * max(wide, high)))
    window = (slice(max(0, y - margin), y + high + margin), slice(max(0, x - margin), x + wide + margin))
    own, around = part[window], ~part[window] & ~(inside[window] > 127)
    bright, heat = _above(light, own, around, window), _above(sources.infrared, own, around, window)
    mean = float(light[part].mean())
    return Blob(
        mask=np.where(part, np.uint8(255), np.uint8(0)),
        box=(float(x), float(y), float(x + wide), float(y + high)),
        area=area / part.size,
        light=255 * mean,
        lit=mean >= WHITE or max(bright, mean - float(np.median(light))) >= LIT,
        warm=heat >= WARMER,
        cold=heat <= -WARMER,
    )


def _above(values: Picture, own: Mask, around: Mask, window: tuple[slice, slice]) -> float:
    """How far a part lies above what is around it."""
    here = values[window]
    other = here[around] if around.any() else values.ravel()
    return float(here[own].mean() - np.median(other))
