"""The filters of the look: smooth surroundings, an edge-preserving base, soft thresholds. All on float32."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import LUMA

Plane = NDArray[np.float32]

GRID = 4  # pixels a cell of the coarse grid


def shrink(plane: Plane, factor: float) -> Plane:
    """The mean over cells: (H, W) -> (H / factor, W / factor), rounded up."""
    height, width = plane.shape[:2]
    size = max(1, round(width / factor)), max(1, round(height / factor))
    return plane if size == (width, height) else _plane(cv2.resize(plane, size, interpolation=cv2.INTER_AREA))


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian of a plane, reflected at its borders; a sigma below half a pixel changes nothing worth the time."""
    return plane if sigma < 0.5 else _plane(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT))


def around(plane: Plane, sigma_px: float) -> Plane:
    """Gaussian mean of the surroundings on the coarse grid, (H / GRID, W / GRID)."""
    return blurred(shrink(plane, GRID), sigma_px / GRID)


def spread(grid: Plane, height: int, width: int, top: int = 0, bottom: int | None = None) -> Plane:
    """A grid at the pixels of rows ``top`` to ``bottom`` of a picture (height, width), linearly between its cells."""
    rows = (height if bottom is None else bottom) - top
    if rows == height and height / grid.shape[0] == width / grid.shape[1] and height / grid.shape[0] in (4, 8):
        # The same values in a tenth of the time; of other ratios the warp rounds places to 1/32 of a cell.
        return _plane(cv2.resize(grid, (width, height), interpolation=cv2.INTER_LINEAR))
    across, down = grid.shape[1] / width, grid.shape[0] / height
    way = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return _plane(cv2.warpAffine(grid, way, (width, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def guided(guide: Plane, plane: Plane, radius_px: int, variance: float) -> Plane:
    """Guided filter (He, Sun, Tang, TPAMI 35(6), 2013): smooth but for the edges of ``guide``.

    Args:
        guide: (H, W), whose edges are kept.
        plane: (H, W), what is smoothed; ``guide`` itself for a base with its own edges.
        radius_px: of the square windows.
        variance: what counts as flat, in squared units of the guide.
    """
    mean = _box(guide, radius_px)
    spread_of_guide = _box(guide * guide, radius_px) - mean * mean
    if plane is guide:
        slope = spread_of_guide / (spread_of_guide + variance)
        offset = mean - slope * mean
    else:
        mean_plane = _box(plane, radius_px)
        slope = (_box(guide * plane, radius_px) - mean * mean_plane) / (spread_of_guide + variance)
        offset = mean_plane - slope * mean
    return _box(slope, radius_px) * guide + _box(offset, radius_px)


def _box(plane: NDArray[Any], radius_px: int) -> Plane:
    size = 2 * radius_px + 1
    return _plane(cv2.blur(plane, (size, size), borderType=cv2.BORDER_REFLECT))


def _plane(values: Any) -> Plane:
    """What OpenCV gives for float32; its types leave that open."""
    plane: Plane = values
    return plane


def strongest(colours: Plane) -> Plane:
    """The farthest from 0 of three channels, (H, W, 3) -> (H, W); along rows of 3 NumPy takes five times as long."""
    one, two, three = cv2.split(np.abs(colours))
    return _plane(cv2.max(cv2.max(one, two), three))


def luma_of(visible: Plane) -> Plane:
    """BT.601 luma of (H, W, 3)."""
    weights = np.array([LUMA], np.float32)
    luma: Plane = np.asarray(cv2.transform(visible, weights), np.float32).reshape(visible.shape[:2])
    return luma


def step(x: Plane | float, low: Plane | float, high: Plane | float) -> Plane:
    """0 up to ``low``, 1 from ``high`` on, smooth between (the cubic Hermite step)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return _plane(t * t * (3 - 2 * t))


def rise(x: Plane, softness: float) -> Plane:
    """``max(x, 0)`` without a kink that would show as specks: 0 at and below 0, x far above."""
    positive: Plane = np.maximum(x, 0)
    smooth: Plane = positive - softness * (1 - np.exp(-positive / softness))
    return smooth


def cored(x: Plane, threshold: float) -> Plane:
    """X without what is as small as grain."""
    left: Plane = np.sign(x) * np.maximum(np.abs(x) - threshold, 0)
    return left
