"""Light: how dark, clipped and flat a picture is."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import CLIPPED_HIGH, CLIPPED_LOW, Inside, Plane
from wordfuse.fusion.metrics.gray import brightest

# What is dark in a picture with a lamp or a sky is most of it, not all of it.
BRIGHTER_PART = 0.7


def brightness(luma: Plane, inside: Inside) -> float:
    """Luma that seven tenths of the pixels lie below, 0-255: a few lamps do not make a night bright.

    Args:
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool, not empty.
    """
    return float(np.quantile(luma[inside], BRIGHTER_PART))


def solid_ends(picture: NDArray[np.uint8]) -> Inside:
    """Where a channel of (H, W) or (H, W, 3) uint8 is at its end, and not in a single pixel: that loses nothing."""
    most = picture if picture.ndim == 2 else brightest(picture)
    solid = np.zeros(most.shape, bool)
    for end in (most <= CLIPPED_LOW, most >= CLIPPED_HIGH):
        solid |= cv2.morphologyEx(end.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    return solid


def gray_range(luma: Plane, inside: Inside) -> float:
    """Gray values between the darkest and the brightest twentieth of the pixels, 0-255.

    Args:
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool, not empty.
    """
    low, high = np.quantile(luma[inside], (0.05, 0.95))
    return float(high - low)
