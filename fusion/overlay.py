"""Show a mask on a picture: tinted inside, outlined, with the boxes of the objects."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

TINT = (255, 60, 60)
STRENGTH = 0.35  # of the tint inside the mask
BOX = (255, 220, 0)


def overlay(
    picture: NDArray[np.uint8], mask: NDArray[np.uint8], boxes: Sequence[tuple[float, float, float, float]] = ()
) -> NDArray[np.uint8]:
    """Draw a mask and boxes.

    Args:
        picture: (H, W, 3) RGB.
        mask: (H, W), above 127 is inside.
        boxes: (x0, y0, x1, y1) in pixels.

    Returns:
        A new (H, W, 3) picture.
    """
    inside = mask > 127
    shown = picture.astype(np.float32)
    shown[inside] += STRENGTH * (np.array(TINT, np.float32) - shown[inside])
    drawn = np.ascontiguousarray(np.rint(shown).astype(np.uint8))
    thickness = max(1, round(min(mask.shape) / 300))
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(drawn, outlines, -1, TINT, thickness)
    for x0, y0, x1, y1 in boxes:
        cv2.rectangle(drawn, (int(x0), int(y0)), (int(np.ceil(x1)) - 1, int(np.ceil(y1)) - 1), BOX, thickness)
    return drawn


def covered(mask: NDArray[np.uint8], box: tuple[float, float, float, float]) -> float:
    """Share of the picture that a mask, (H, W) uint8, covers inside a box."""
    x0, y0, x1, y1 = (max(0, round(x)) for x in box)
    return round(float((mask[y0:y1, x0:x1] > 127).sum() / mask.size), 6)
