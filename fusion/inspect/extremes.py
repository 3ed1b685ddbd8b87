"""The hottest or coldest places of an infrared picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError

SMOOTHED = 1 / 160  # of the shorter side: a single hot pixel is a fault of the sensor
NEAR = 0.12  # of the picture's range (1st to 99th percentile): what is so near to the extreme belongs to its place
LEAST_PIXELS = 6


@dataclass(frozen=True)
class Place:
    """A place that is hot or cold.

    Attributes:
        box: (x0, y0, x1, y1) in pixels.
        level: the mean infrared level in it, 0 to 1.
        area: the share of the picture that it covers, 0 to 1.
    """

    box: tuple[int, int, int, int]
    level: float
    area: float


def extremes(
    infrared: NDArray[np.float32],
    mask: NDArray[np.uint8] | None = None,
    *,
    cold: bool = False,
    most: int = 5,
    smoothed: bool = True,
) -> list[Place]:
    """Find the places with the highest, or lowest, levels.

    Args:
        infrared: (H, W), 0 to 1.
        mask: (H, W) uint8, above 127 is looked at; None is everywhere.
        cold: look for the lowest.
        most: how many at most.
        smoothed: a place counts as it is on average over some pixels; else only single pixels are passed over.

    Returns:
        The most extreme first; at least one.

    Raises:
        RegionError: the mask is empty.
    """
    labels, stats = _patches(infrared, mask, cold=cold, smoothed=smoothed)
    found = []
    for index in range(1, len(stats)):
        x, y, width, height, area = (int(value) for value in stats[index])
        level = float(infrared[labels == index].mean())
        found.append((area, Place((x, y, x + width, y + height), round(level, 4), round(area / labels.size, 6))))
    large = [place for area, place in found if area >= LEAST_PIXELS] or [place for _, place in found]
    return sorted(large, key=lambda place: place.level, reverse=not cold)[:most]


def extreme_pixels(
    infrared: NDArray[np.float32],
    mask: NDArray[np.uint8] | None = None,
    *,
    cold: bool = False,
    smoothed: bool = True,
) -> NDArray[np.bool_]:
    """The pixels of the first of :func:`extremes`: (H, W). Arguments and errors are the same."""
    labels, stats = _patches(infrared, mask, cold=cold, smoothed=smoothed)
    large = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= LEAST_PIXELS) + 1
    among = large if len(large) else np.arange(1, len(stats))
    levels = [float(infrared[labels == index].mean()) for index in among]
    return np.asarray(labels == among[int(np.argmin(levels) if cold else np.argmax(levels))], np.bool_)


def _patches(
    infrared: NDArray[np.float32], mask: NDArray[np.uint8] | None, *, cold: bool, smoothed: bool
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """What is near to the extreme, in numbered patches: (H, W), and box and area of each; number 0 is the rest."""
    inside = np.ones(infrared.shape, bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: there is nothing to look at", remedy="name or draw another region")
    heat = 1 - infrared if cold else infrared
    smooth = _smooth(heat, inside) if smoothed else _without_specks(heat, inside)
    low, high = np.percentile(smooth[inside], (1, 99))
    limit = float(smooth[inside].max()) - NEAR * max(float(high - low), 1e-3)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(((smooth >= limit) & inside).astype(np.uint8))
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _without_specks(heat: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Each pixel the median of itself and its neighbours, where all of these are inside."""
    around = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    middle = cv2.medianBlur(np.ascontiguousarray(heat), 3)
    # At the rim of a region a pixel counts for no more than its calmest neighbour: it may be a speck as well.
    calm = np.minimum(heat, middle)
    return np.asarray(np.where(around, middle, calm), np.float32)


def _smooth(heat: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Smoothed by what lies inside alone: else a region would be hottest at its border to something hotter."""
    sigma = max(1.0, SMOOTHED * min(heat.shape))
    weight = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), sigma)
    known = cv2.GaussianBlur(np.where(inside, heat, np.float32(0)), (0, 0), sigma)
    return np.asarray(known / np.maximum(weight, 1e-6), np.float32)
