"""What shines in a picture: what is burnt out, compact, and glows all around.

A lamp's light spreads in the lens and in the air, so what is beside it is lighter the nearer it is, on every side. A
window, a white sleeve, paint and polished metal are as white, and end at once; a white car ends at once on some side.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.types import Picture

CORE = 0.95  # luma from which a pixel is burnt out
LEAST_AREA, LEAST_PX = 1e-5, 4  # of the picture, and pixels, that a core covers
MOST_AREA = 0.1  # of the picture: more is no lamp, however it blinds
COMPACT = 2.4  # area of a core over that of the largest disc in it, at most
# Two lamps and what they blind between them are one white place: it is less compact, and glows farther than any paint.
GLARE_PX, GLARE = 12, 4.0  # half width of such a core, for a picture of 480 rows, and how compact it is
# Where a glow is looked for: pixels of 480 rows, pixels, and of the core's half width. A picture that was enlarged is
# as soft as this nearer to any edge.
BESIDE_PX, LEAST_BESIDE_PX, BESIDE = 3, 2, 0.3
SIDES, GLOWS = 0.1, 0.2  # of all sides, that may not glow so; of the way from what is around to white, that glows
FADES = 0.1  # the same at a half width from a glare
ENDS, ENDS_PX = 0.5, 5  # the most of that way there in the middle, and half width of cores that this is asked of
BLINDS = 0.35  # how bright it is beside what glares as nothing does by day
# Luma of what is around: what is hardly brighter than that is a patch of it; likewise of small ones.
BRIGHTEST, BRIGHTEST_SMALL = 0.75, 0.62
REACH, REACH_PX = 1.5, 14  # what is around a core: of its larger side, and pixels of 480 rows
FAR = 0.6  # of that reach, from which on no glow is
SMOOTH_PX = 1.0

Labels = npt.NDArray[np.int32]
Window = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Core:
    """A burnt-out place that glows.

    Attributes:
        label: its number among the `cores`.
        box: (x0, y0, x1, y1) in pixels.
        half_px: half its width: the radius of the largest disc in it.
        filled: how much of its box it fills.
        glow: how far from what is around it to white it is beside it, on nearly every side.
        glares: it is as large as what blinds the camera.
        blinds: it glows as much and as far as nothing does by day.
    """

    label: int
    box: tuple[int, int, int, int]
    half_px: float
    filled: float
    glow: float
    glares: bool
    blinds: bool


def cores(light: Picture) -> tuple[Labels, Labels]:
    """The connected parts of what is burnt out: (H, W) a label for every pixel, and box and area of each label."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((light >= CORE).astype(np.uint8), connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def shining(light: Picture, labels: Labels, stats: Labels) -> list[Core]:
    """Those of the `cores` of a picture that shine.

    Args:
        light: (H, W) luma in [0, 1].
        labels: as `cores` gives them.
        stats: likewise.
    """
    unit = len(light) / 480
    least, most = max(LEAST_PX, LEAST_AREA * light.size), MOST_AREA * light.size
    found = []
    for label in range(1, len(stats)):
        x, y, wide, high, area = stats[label].tolist()
        if not least <= area <= most:
            continue
        half = half_width(labels[y : y + high, x : x + wide] == label)
        compact = area / (np.pi * half * half)
        large = half >= GLARE_PX * unit
        if compact > (GLARE if large else COMPACT):
            continue
        window = around((x, y, x + wide, y + high), round(max(REACH_PX * unit, REACH * max(wide, high))))
        glow = _glow_of(light[window], labels[window], label, half, unit)
        if glow is None or (compact > COMPACT and glow.end < FADES):
            continue
        blinds = large and glow.beside >= BLINDS and glow.end >= FADES
        box = (x, y, x + wide, y + high)
        found.append(Core(label, box, half, area / (wide * high), glow.beside, large, blinds))
    return found


def around(box: tuple[int, int, int, int], margin_px: int) -> Window:
    """The rows and columns of a box and of a margin."""
    x0, y0, x1, y1 = box
    return slice(max(0, y0 - margin_px), y1 + margin_px), slice(max(0, x0 - margin_px), x1 + margin_px)


def away_from(own: Selection) -> Picture:
    """How far every pixel lies from a part, in pixels."""
    return np.asarray(cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def half_width(own: Selection) -> float:
    """Radius of the largest disc in a part, in pixels."""
    padded = np.pad(own, 1).astype(np.uint8)
    return float(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE).max())


class _Glow(NamedTuple):
    """How far from the ground to white it is beside a core and a half width from it, on nearly every side."""

    beside: float
    end: float


def _glow_of(light: Picture, labels: Labels, label: int, half_px: float, unit: float) -> _Glow | None:
    """The glow of a core; None where what is near it is no brighter than what is farther off, or as bright as it."""
    own = labels == label
    away = away_from(own)
    # Beside another lamp it is bright for that one.
    others = cv2.dilate(((labels > 0) & ~own).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    far = (away > FAR * away.max()) & ~others
    if not far.any():
        return None
    ground = float(np.median(cv2.GaussianBlur(light, (0, 0), SMOOTH_PX)[far]))
    large = half_px >= ENDS_PX * unit
    if ground > (BRIGHTEST if large else BRIGHTEST_SMALL):
        return None

    def at(px: float, share: float) -> float:
        """How far from the ground to white it is so far from the core, in all but a share of the directions."""
        ring = (np.abs(away - round(px)) <= 0.5) & ~others
        return (float(np.quantile(light[ring], share)) - ground) / (1 - ground) if ring.any() else 0.0

    beside = max(BESIDE_PX * unit, LEAST_BESIDE_PX, BESIDE * half_px)
    glow = _Glow(at(beside, SIDES), at(half_px, SIDES))
    ends = not large or at(max(half_px, beside), 0.5) <= ENDS
    return glow if glow.beside >= GLOWS and ends else None
