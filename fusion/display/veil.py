"""A mask as something to lay over any picture of its size: its outside darkened, its outline light between dark."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.fusion.display.preview import reduced

DARKENED = 0.2  # opacity of the black outside: a night picture is still seen through it
OPAQUE = 235  # of the outline, of 255


def veil(mask: NDArray[np.uint8], side_px: int) -> bytes:
    """Draw it.

    Args:
        mask: (H, W), above 127 is inside.
        side_px: of the longer side; a smaller mask keeps its size.

    Returns:
        A PNG file with transparency.
    """
    inside = (reduced(mask, side_px) > 127).astype(np.uint8)
    drawn = np.zeros((*inside.shape, 4), np.uint8)
    drawn[..., 3] = np.where(inside > 0, np.uint8(0), np.uint8(round(255 * DARKENED)))
    line = max(1, round(min(inside.shape) / 400))
    outlines, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for value, thickness in ((0, 3 * line), (255, line)):
        cv2.drawContours(drawn, outlines, -1, (value, value, value, OPAQUE), thickness)
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, format="PNG")
    return file.getvalue()
