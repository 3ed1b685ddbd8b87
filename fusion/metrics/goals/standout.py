"""How much a region stands out: its difference in colour and lightness to a ring around it, as an eye sees it.

Each connected part of the region is held against a ring of its own. Between part and ring lies a gap, as the edges of
masks and of edits are soft; the ring leaves out the other parts, so that one person is not held against the next.

What is around changes from side to side: a coat that is dark before a hedge may be bright before the road. So both are
cut into eight sectors, seen from the middle of the part, and above is held against above.

Part and ring are textured, and neither mean colour nor mean difference of pixels tells what is seen: a striped coat
on grey has the mean of grey, and two pieces of one lawn differ from pixel to pixel. So the colours of both are sorted
by lightness and compared from the darkest eighth to the brightest, by CIEDE2000 (G. Sharma, W. Wu, E. N. Dalal, The
CIEDE2000 color-difference formula, 2005): what transport of the ring's colours to those of the part would cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.metrics.ciede2000 import ciede2000
from wordfuse.fusion.metrics.seen import lab

GAP = 0.05  # between part and ring, of the part's side (the root of its area)
LEAST_GAP_PX = 2
WIDTH = 0.4  # of the ring, likewise
LEAST_WIDTH_PX = 4
WIDEST = 0.125  # a ring, of the picture's shorter side: nobody compares the sky with what is far below it
STEPS = 8  # of lightness, from the darkest colours to the brightest
SPECK = 0.02  # of the largest part's area: what is smaller is no object, but crumbs of the mask
SPECK_PX = 9
MOST_PARTS = 32  # the largest
LEAST_RING_PX = 12
UNDIVIDED_PX = 200  # a part of fewer pixels has no sides

Mask = NDArray[np.uint8]
Palettes = NDArray[np.float64]  # (N, STEPS, 3) CIELAB, each from dark to bright


@dataclass(frozen=True)
class Part:
    """A sector of a connected part of a region with its surroundings, inside a window of the picture.

    Attributes:
        window: rows and columns of the picture.
        inside: (h, w) bool, the sector.
        ring: (h, w) bool, what is around it.
        weight: how much it counts: its share of the part's side, so that somebody far away counts, though less than
            somebody near.
    """

    window: tuple[slice, slice]
    inside: NDArray[np.bool_]
    ring: NDArray[np.bool_]
    weight: float


def difference(picture: NDArray[np.uint8], mask: Mask) -> float:
    """How much a region differs from what is around it.

    Args:
        picture: (H, W, 3) uint8, sRGB.
        mask: (H, W) uint8, above 127 is inside.

    Returns:
        Mean CIEDE2000 over the parts of the region and their sectors, by their sides; 1 is just noticeable side by
        side, 100 is black beside white.

    Raises:
        InputError: the shapes do not fit.
        RegionError: the mask is empty, or there is nothing around it.
    """
    if picture.ndim != 3 or picture.shape[:2] != mask.shape:
        raise InputError(f"a mask for this picture must have shape {picture.shape[:2]}, got {mask.shape}")
    return mean_difference(picture, parts_of(mask))


def mean_difference(picture: NDArray[np.uint8], parts: Sequence[Part]) -> float:
    """What :func:`difference` does, for a region whose parts are known: they take longer to find than to compare."""
    still_wanted()
    seen = [(picture[part.window], part) for part in parts]
    inside = by_lightness([pixels[part.inside] for pixels, part in seen])
    around = by_lightness([pixels[part.ring] for pixels, part in seen])
    return float(np.average(apart(inside, around), weights=[part.weight for part in parts]))


def apart(some: Palettes, others: Palettes) -> NDArray[np.float64]:
    """Mean CIEDE2000 between each palette and its counterpart."""
    return np.asarray(ciede2000(some, others).mean(axis=-1), np.float64)


def by_lightness(parts: Sequence[NDArray[np.uint8]]) -> Palettes:
    """The mean colours of the pixels of each part, (N, 3) uint8, from the darkest share to the brightest."""
    # All at once: a call of OpenCV's takes longer than the colours of a small part.
    colours = lab(np.concatenate(parts))
    ends = np.cumsum([len(part) for part in parts])[:-1]
    return np.stack([_palette(part) for part in np.split(colours, ends)])


def _palette(colours: NDArray[Any]) -> NDArray[np.float64]:
    """The mean colours of (N, 3) CIELAB in order of lightness: (STEPS, 3)."""
    ordered = colours[np.argsort(colours[:, 0], kind="stable")]
    steps = np.arange(STEPS)
    # Of fewer pixels than steps, some are in more than one.
    first, last = steps * len(ordered) // STEPS, -(-(steps + 1) * len(ordered) // STEPS)
    sums = np.concatenate([np.zeros((1, 3)), np.cumsum(ordered, axis=0, dtype=np.float64)])
    mean: NDArray[np.float64] = (sums[last] - sums[first]) / (last - first)[:, None]
    return mean


def has_surroundings(mask: Mask) -> bool:
    """Whether anything is around a region, (H, W) uint8, above 127 inside."""
    return next(_parts(mask), None) is not None


def parts_of(mask: Mask) -> list[Part]:
    """The sectors of a region's connected parts that have surroundings, largest first; mask as in :func:`difference`.

    Raises:
        RegionError: the mask is empty, or there is nothing around it.
    """
    if not (mask > 127).any():
        raise RegionError("the mask is empty: no pixel to compare", remedy="name or draw another region")
    found = list(_parts(mask))
    if not found:
        raise RegionError(
            "the region fills the picture: there is nothing around it that it could stand out from",
            remedy="name a smaller region",
        )
    return found


def _parts(mask: Mask) -> Iterator[Part]:
    inside = (mask > 127).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    areas = boxes[1:, cv2.CC_STAT_AREA]
    largest = np.argsort(-areas, kind="stable")[:MOST_PARTS] + 1
    widest = max(WIDEST * min(mask.shape), LEAST_WIDTH_PX)
    for label in largest:
        still_wanted()
        area = int(boxes[label, cv2.CC_STAT_AREA])
        if label != largest[0] and area < max(SPECK * areas.max(), SPECK_PX):
            return
        side = float(np.sqrt(area))
        gap = max(LEAST_GAP_PX, min(GAP * side, widest))
        width = min(max(WIDTH * side, LEAST_WIDTH_PX), widest)
        left, top, across, down = boxes[label, :4]
        reach = int(np.ceil(gap + width)) + 1
        window = slice(max(top - reach, 0), top + down + reach), slice(max(left - reach, 0), left + across + reach)
        part = labels[window] == label
        # Distance from the part itself, and from any part: a neighbour's soft edge is no surroundings either.
        near = cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= gap + width
        clear = cv2.distanceTransform(1 - inside[window], cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > gap
        middle = top + (down - 1) / 2 - window[0].start, left + (across - 1) / 2 - window[1].start
        whole = (np.ones_like(part),)
        for sector in _sectors(part.shape, middle, (down, across)) if area >= UNDIVIDED_PX else whole:
            one, ring = part & sector, near & clear & sector
            if one.any() and np.count_nonzero(ring) >= LEAST_RING_PX:
                yield Part(window, one, ring, side * np.count_nonzero(one) / area)


def _sectors(shape: tuple[int, ...], middle: tuple[float, float], size: tuple[int, int]) -> Iterator[NDArray[np.bool_]]:
    """The eight sectors around the middle of a box, parted by its axes and diagonals; each (h, w) bool."""
    down = (np.arange(shape[0])[:, None] - middle[0]) / size[0]
    across = (np.arange(shape[1])[None, :] - middle[1]) / size[1]
    upright = np.abs(down) >= np.abs(across)
    for way in (upright, ~upright):
        for half in (down < 0, down >= 0):
            for side in (across < 0, across >= 0):
                yield way & half & side
