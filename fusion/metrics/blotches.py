"""Blotches of colour: noise of dark pictures in their chroma, which a camera's own smoothing left some pixels wide."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.look.specks import estimate_specks
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.noise import estimate_noise

# Blotches are told from grain and from what changes slowly by two Gaussians: most of those 5 to 30 px wide are between.
FINE_PX, COARSE_PX = 1.5, 8.0
TILE_PX = 16
# The share of the tiles in which there is least: what has colours of its own is elsewhere.
FLATTEST, LEAST_TILES, WHOLE = 0.3, 6, 0.98
# How much of blotches of 4 px (sigma) is between the two Gaussians in those tiles; measured on blotches alone.
BETWEEN = 0.669
# What Cb and Cr do to red, green and blue, root mean square of the three (BT.601).
OF_BLUE, OF_RED = 1.042, 0.908

Plane = NDArray[np.float32]


def estimate_blotches(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """Standard deviation of blotches of colour, in gray values of 255; that of blotches some 10 px wide.

    Chroma in a band of scales, root mean square by tiles, of the tiles that have least: as grain is measured in
    ``fusion.inspect.grain``.

    Args:
        picture: (H, W) or (H, W, 3) uint8.
        mask: (H, W) uint8, above 127 is inside: only tiles inside it count.

    Returns:
        0 for a gray picture, and where too few tiles are inside to tell.
    """
    if picture.ndim == 2 or not np.ptp(picture, axis=2).any():
        return 0.0
    inside = np.ones(picture.shape[:2], np.float32) if mask is None else (mask > 127).astype(np.float32)
    luma, blue, red = chroma_of(picture.astype(np.float32))
    # The ends of the range hold no colour, and so no noise of it.
    inside *= (luma > 1) & (luma < 254)
    energy = (OF_BLUE * _band(blue)) ** 2 + (OF_RED * _band(red)) ** 2
    values = _tiles(energy)[_tiles(inside) >= WHOLE]
    if values.size < LEAST_TILES:
        return 0.0
    flat = np.sort(np.sqrt(values))[: max(LEAST_TILES, round(FLATTEST * values.size))]
    return float(flat.mean()) / BETWEEN


def noise_level(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """How noisy a picture is to who looks at it, 0-255: grain, specks of flat places or blotches, whichever is worst.

    Arguments and errors are those of :func:`fusion.metrics.noise.estimate_noise`.
    """
    inside = None if mask is None else mask > 127
    specks = estimate_specks(to_gray(picture).astype(np.float32), inside)
    return max(estimate_noise(picture, mask), specks, estimate_blotches(picture, mask))


def chroma_of(picture: Plane) -> tuple[Plane, Plane, Plane]:
    """BT.601 luma, Cb and Cr of (H, W, 3) float32, each (H, W); chroma lies about 0.5, whatever the range."""
    luma, red, blue = cv2.split(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2YCrCb))
    return np.asarray(luma), np.asarray(blue), np.asarray(red)


def _band(plane: Plane) -> Plane:
    fine: Any = cv2.GaussianBlur(plane, (0, 0), FINE_PX)
    coarse: Any = cv2.GaussianBlur(plane, (0, 0), COARSE_PX)
    return np.asarray(fine - coarse, np.float32)


def _tiles(plane: Plane) -> Plane:
    """Means of whole tiles."""
    rows, columns = plane.shape[0] // TILE_PX, plane.shape[1] // TILE_PX
    if not (rows and columns):
        return np.zeros((0,), np.float32)
    cut = np.ascontiguousarray(plane[: rows * TILE_PX, : columns * TILE_PX], np.float32)
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
