"""Maps that are smooth but for edges of the picture: made small, and enlarged along those edges."""

import cv2
import numpy as np

from wordfuse.fusion.tensors import Batch


def shrink(picture: Batch, side_px: int | None) -> Batch:
    """Area-average (1, C, H, W) so that its longer side is ``side_px``; a smaller picture stays as it is."""
    height, width = picture.shape[-2:]
    longest = max(height, width)
    if side_px is None or longest <= side_px:
        return picture
    down, across = (max(1, round(length * side_px / longest)) for length in (height, width))
    return _averaged(_averaged(picture, down, 2), across, 3)


def _averaged(picture: Batch, cells: int, axis: int) -> Batch:
    """The mean of the whole pixels that each of so many cells touches along an axis."""
    length = picture.shape[axis]
    first, last = np.arange(cells) * length // cells, -(-(np.arange(cells) + 1) * length // cells)
    # Sums from each first to its last, and, in between, from each last to the next first, which nobody wants.
    ends = np.stack([first, last], axis=1).ravel()[:-1]
    sums = np.add.reduceat(picture, ends, axis=axis).take(np.arange(0, 2 * cells, 2), axis=axis)
    counts = (last - first).astype(np.float32)
    return sums / (counts[:, None] if axis == 2 else counts)


def enlarge(plane: Batch, height: int, width: int) -> Batch:
    """(1, 1, h, w) -> (1, 1, height, width), linear between the middles of pixels."""
    return np.asarray(cv2.resize(plane[0, 0], (width, height), interpolation=cv2.INTER_LINEAR), np.float32)[None, None]


def guided_upsample(low: Batch, low_guide: Batch, guide: Batch, radius: int = 4, epsilon: float = 1e-3) -> Batch:
    """Enlarge a smooth map so that its edges fall on those of a picture (He and Sun, Fast Guided Filter, 2015).

    Plain interpolation would smear the map's edges over several pixels and leave halos there.

    Args:
        low: (1, 1, h, w) map.
        low_guide: (1, 1, h, w) luma of the picture at the map's size.
        guide: (1, 1, H, W) luma of the picture at full size.
        radius: of the window in which map and guide are taken as linear, in pixels of the small picture.
        epsilon: contrast (variance) below which texture of the guide is not carried over.

    Returns:
        (1, 1, H, W) map.
    """
    size = (2 * radius + 1,) * 2

    def mean(x: Batch) -> Batch:
        return np.asarray(cv2.blur(x[0, 0], size, borderType=cv2.BORDER_REPLICATE), np.float32)[None, None]

    mean_low, mean_guide = mean(low), mean(low_guide)
    slope = (mean(low * low_guide) - mean_low * mean_guide) / (mean(low_guide**2) - mean_guide**2 + epsilon)
    offset = mean_low - slope * mean_guide
    slope, offset = (enlarge(mean(x), *guide.shape[-2:]) for x in (slope, offset))
    return slope * guide + offset
