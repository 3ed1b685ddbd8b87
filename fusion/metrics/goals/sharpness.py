"""How sharp a picture is: the measure that ``sharpen`` aims at."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.metrics.derivative import slopes_at
from wordfuse.fusion.metrics.goals.contrast import typical_strength
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.noise import estimate_noise

SIGMA_PX = 1.0  # of the derivative: structure of some three to six pixels
AROUND_PX = 6.0  # sigma of the neighbourhood within which gradients are squared and summed


def sharpness(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """Strength of the fine gradients of a region, less noise.

    The local root mean square of the luma's Gaussian derivative, averaged over the region. An edge that gets steeper
    gets shorter too, so its mean gradient would stay the same; its mean square rises. The energy that white noise of
    the estimated level has in the derivative, s^2 / (4 pi sigma^4), is subtracted.

    Args:
        picture: (H, W, 3) uint8.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Returns:
        Gray values a pixel, 0 for one even gray.

    Raises:
        RegionError: the mask is empty.
    """
    inside = np.ones(picture.shape[:2], bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: no pixel to measure")
    y = to_gray(picture)
    energy = sum(slope**2 for slope in slopes_at(y, SIGMA_PX))
    # The border of an edited region is no structure of it.
    within = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    noise = estimate_noise(y.astype(np.uint8), mask)
    used = within if within.any() else inside
    return typical_strength(np.asarray(energy, np.float32), used, noise**2 / (4 * np.pi * SIGMA_PX**4), AROUND_PX)
