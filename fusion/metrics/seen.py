"""How much of an edit an eye can see."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.ciede2000 import ciede2000

MOST_CHANGED = 0.25  # of the region: an edit of "the people" is seen by what it changes, not by the gaps between them


def seen_difference(before: NDArray[np.uint8], after: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """Colour difference of two pictures in the part of a region that changed most.

    CIEDE2000 (Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula", Color Research & Application 30(1),
    2005): about 1 is the least that can be told apart side by side, 2 is noticed at a glance.

    Args:
        before: (H, W, 3) uint8 sRGB.
        after: the same after an edit.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Returns:
        The mean over the most changed quarter of the region's pixels, 0 where nothing changed.
    """
    inside = np.ones(before.shape[:2], bool) if mask is None else mask > 127
    changed = inside & (before != after).any(axis=2)
    if not changed.any():
        return 0.0
    difference = ciede2000(lab(before[changed]), lab(after[changed]))
    most = max(1, round(MOST_CHANGED * int(inside.sum())))
    top = np.sort(difference)[-most:]
    return float(top.sum() / most)


def lab(pixels: NDArray[np.uint8]) -> NDArray[Any]:
    """CIELAB (D65) of (N, 3) uint8 sRGB: (N, 3) float32."""
    values: NDArray[Any] = cv2.cvtColor(pixels[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
    return values
