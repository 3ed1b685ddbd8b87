"""How much of an edit an eye can see."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour.lightness import VEIL
from wordfuse.fusion.colour.oklab import from_linear, to_linear
from wordfuse.fusion.metrics.ciede2000 import ciede2000

LEAST_CHANGED = 0.002  # of the picture: the eye sums up what it sees over an area, and a small thing has to change more
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
        The mean over the most changed quarter of the region's pixels, or over a five-hundredth of the picture where
        that is more; 0 where nothing changed. The colours are those in a room with some light: below a CIE lightness
        of 10 to 15 hardly anything can be told apart.
    """
    inside = np.ones(before.shape[:2], bool) if mask is None else mask > 127
    changed = inside & (before != after).any(axis=2)
    if not changed.any():
        return 0.0
    difference = ciede2000(lab(veiled(before[changed])), lab(veiled(after[changed])))
    most = max(1, round(MOST_CHANGED * int(inside.sum())), round(LEAST_CHANGED * inside.size))
    top = np.sort(difference)[-most:]
    return float(top.sum() / most)


def veiled(pixels: NDArray[np.uint8]) -> NDArray[Any]:
    """Colours of (N, 3) uint8 sRGB as a screen shows them in a lit room: (N, 3) float32 sRGB in [0, 1]."""
    linear = (to_linear(np.arange(256, dtype=np.float32) / np.float32(255)) + VEIL) / (1 + VEIL)
    values: NDArray[Any] = from_linear(linear)[pixels]
    return values


def lab(pixels: NDArray[Any]) -> NDArray[Any]:
    """CIELAB (D65) of (N, 3) sRGB, uint8 or float32 in [0, 1]: (N, 3) float32."""
    shown = pixels.astype(np.float32) / 255 if pixels.dtype == np.uint8 else pixels
    values: NDArray[Any] = cv2.cvtColor(shown[None], cv2.COLOR_RGB2LAB)[0]
    return values
