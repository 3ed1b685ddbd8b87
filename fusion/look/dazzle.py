"""A lamp that blinds the camera: where it is white and nothing else, what infrared shows there, and how it is drawn.

By night a headlight makes a white disc of everything around it. A white sky by day is none of this: it lies along the
upper border, and nothing is hidden in it. So what counts is white, large, away from that border, in a dark picture,
and infrared has structure in it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.look.filters import GRID, Plane, around, blurred, rise, shrink, step

WHITE = (0.955, 0.99)  # luma from which a place may be clipped, and from which it is
AREA = (700.0, 1400.0)  # of a white place, in pixels of the working picture, from which it may hide something, and does
RING_PX = (8, 20)  # around a white place: what glows there
GLOW = (0.32, 0.46)  # luma of all but a tenth of that ring, from which it may be a lamp's glow, and from which it is
STRUCTURE = (0.006, 0.012)  # spread of infrared, from which there may be something to see, and from which there is
SEEN_PX, MUCH = 14, 0.8  # smoothness of that spread, and the share of a white place that may have less of it
EVERYWHERE = 0.6  # of the dimming, in a white place where infrared shows something elsewhere
REACH_PX, FADE_PX = 12, 14  # of the halo around the white
# Median lumas from which it may not be night any more, and from which it is day; in colours night is darker.
GRAY, COLOURED = (0.32, 0.47), (0.12, 0.22)
KNEE, KNEE_SOFTNESS, LEFT = 0.35, 0.12, 0.52  # from here on, light is dimmed to this share of what it is above it
# Spread of infrared up to which nothing is drawn, for the steps of 8 bits are no thing, and from which all is.
FAINT = (0.003, 0.014)
DRAWN, MOST = 0.14, 0.30  # contrast at which it is drawn, and the most that a thing differs from the glare


def darkness(luma: Plane, colour: float) -> float:
    """How far a visible picture, (H, W) luma, is one of the night, [0, 1]; ``colour``: how far it is one of colours."""
    low, high = (colour * one + (1 - colour) * other for one, other in zip(COLOURED, GRAY, strict=True))
    return 1 - float(step(float(np.median(luma)), low, high))


def dazzled(luma: Plane, infrared_contrast: Plane, night: float, unit: float) -> Plane:
    """How far the visible picture is blinded, on the coarse grid, [0, 1]: 1 inside, fading out in the halo.

    Args:
        luma: (H, W) of the visible picture, at most the working size.
        infrared_contrast: on the coarse grid, strength of what infrared shows.
        night: how far it is one of the night, [0, 1]; see :func:`darkness`.
        unit: pixels of this picture to one of the working size.
    """
    white = step(around(luma, 2 * unit), *WHITE)
    nowhere = np.zeros_like(white)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((white > 0.5).astype(np.uint8), connectivity=8)
    if night == 0 or count == 1:
        return nowhere
    areas = stats[:, cv2.CC_STAT_AREA] * GRID**2 / unit**2
    large = step(areas.astype(np.float32), *AREA) * (stats[:, cv2.CC_STAT_TOP] > 0)
    large[0] = 0  # label 0 is what is not white
    if not large.any():
        return nowhere
    # A window and a white car end at once, a lamp's light does so nowhere: it glows all around. What is white is dimmed
    # as a whole, or what is left of it would be a ring around what infrared shows.
    seen = np.sqrt(blurred(infrared_contrast * infrared_contrast, SEEN_PX * unit / GRID))
    for label in np.flatnonzero(large):
        large[label] *= step(_glow(luma, labels == label, unit), *GLOW)
        large[label] *= step(float(np.quantile(seen[labels == label], MUCH)), *STRUCTURE)
    core = night * np.asarray(large[labels], np.float32) * (EVERYWHERE + (1 - EVERYWHERE) * step(seen, *STRUCTURE))
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, round(REACH_PX * unit / GRID)) + 1,) * 2)
    grown = np.asarray(cv2.dilate(core, reach), np.float32)
    dazzle: Plane = np.clip(1.15 * blurred(grown, FADE_PX * unit / GRID) - 0.05, 0, 1)
    return dazzle


def _glow(luma: Plane, white: NDArray[np.bool_], unit: float) -> float:
    """The luma that all but a tenth of the ring around a white place, (H / GRID, W / GRID), has at least."""
    away = cv2.distanceTransform((~white).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * GRID / unit
    ring = (away > RING_PX[0]) & (away <= RING_PX[1])
    return float(np.quantile(shrink(luma, GRID)[ring], 0.1)) if ring.any() else 0.0


def dimmed(luma: Plane, clean: Plane, far: Plane, contrast: Plane) -> Plane:
    """What is to be added to a blinding light: it is dimmed, and infrared is drawn into it.

    Args:
        luma: (rows, W) of the visible picture.
        clean: the same rows of infrared, without grain.
        far: infrared of the wide surroundings.
        contrast: strength of what infrared shows there.
    """
    drawn = DRAWN / (contrast + 0.02) * step(contrast, *FAINT) * (clean - far)
    return MOST * np.tanh(drawn / MOST) - (1 - LEFT) * rise(luma - KNEE, KNEE_SOFTNESS)
