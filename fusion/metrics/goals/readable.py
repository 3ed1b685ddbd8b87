"""How much of faces and letters can be made out, without knowing where they are."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.look.filters import blurred, shrink
from wordfuse.fusion.metrics.gray import to_gray

FINEST_PX = 1.0  # standard deviation of the finest scale; each that follows is twice the one before
OF_HALF = 0.25  # of half the region's width: strokes of letters and features of a face are no coarser in it
OF_SIDE = 0.025  # of the picture's shorter side: in a large region they are no coarser either
GRID_PX = 2.0  # coarser scales are looked at on a smaller picture, where they have this standard deviation


def readable(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """Strength of what faces and letters are told by: gradients at the scales of strokes and features, gray values.

    At every scale s from one pixel up, the luma is smoothed by a Gaussian of standard deviation s inside the region
    alone (normalised convolution: Knutsson and Westin, CVPR 1993), so that nothing around it counts, and s times the
    gradient is taken (Lindeberg, "Edge detection and ridge detection with automatic scale selection", IJCV 30(2),
    1998); the value is the root mean square over scales and pixels.

    Args:
        picture: (H, W) or (H, W, 3) uint8.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Returns:
        0 where the region is of one gray, about 2 where nothing can be made out, 10 to 40 in sharp pictures.

    Raises:
        InputError: the mask has another shape.
        RegionError: the mask is empty.
    """
    if mask is not None and mask.shape != picture.shape[:2]:
        raise InputError(f"a mask for this picture must have shape {picture.shape[:2]}, got {mask.shape}")
    inside = np.ones(picture.shape[:2], np.float32) if mask is None else (mask > 127).astype(np.float32)
    if not inside.any():
        raise RegionError("the region is empty: there is nothing to read", remedy="name or draw another region")
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    y, coarsest = to_gray(picture[box]).astype(np.float32), coarsest_px(inside)
    weight = inside[box]
    energies, scale = [], FINEST_PX
    while True:
        energies.append(_energy(y, weight, scale))
        scale *= 2
        if scale > coarsest:
            return float(np.sqrt(np.mean(energies)))


def coarsest_px(inside: NDArray[np.float32]) -> float:
    """Standard deviation of the coarsest scale that is looked at in a region (H, W), 1 inside and 0 outside."""
    shorter = min(inside.shape)
    half = shorter / 2
    if not inside.all():
        depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        half = min(half, float(depth.max()))
    return min(OF_HALF * half, OF_SIDE * shorter)


def _energy(y: NDArray[np.float32], weight: NDArray[np.float32], scale_px: float) -> float:
    factor = max(1.0, scale_px / GRID_PX)
    total, share = shrink(y * weight, factor), shrink(weight, factor)
    smooth = blurred(total, scale_px / factor) / np.maximum(blurred(share, scale_px / factor), np.float32(1e-6))
    across, down = (_slope(smooth, axis) for axis in (1, 0))
    gradient = (across**2 + down**2) * (scale_px / factor) ** 2
    # Cells that lie outside in part count in part.
    return float((gradient * share).sum(dtype=np.float64) / share.sum(dtype=np.float64))


def _slope(plane: NDArray[Any], axis: int) -> NDArray[Any]:
    """Central differences, one-sided at the ends; 0 along an axis of a single pixel."""
    return np.gradient(plane, axis=axis) if plane.shape[axis] > 1 else np.zeros_like(plane)
