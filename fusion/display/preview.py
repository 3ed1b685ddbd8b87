"""Small copies of pictures, for somebody who only wants to look at them."""

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 90


def reduced(picture: NDArray[Any], side_px: int) -> NDArray[Any]:
    """A picture, (H, W) or (H, W, 3), with a longer side of at most ``side_px``; a smaller one keeps its size."""
    height, width = picture.shape[:2]
    share = side_px / max(height, width)
    if share >= 1:
        return picture
    size = max(1, round(width * share)), max(1, round(height * share))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def preview_jpeg(picture: NDArray[np.uint8], side_px: int) -> bytes:
    """Shrink a picture until its longer side has at most ``side_px`` pixels, and encode it as JPEG.

    Args:
        picture: (H, W) or (H, W, 3) uint8 RGB; a smaller one keeps its size.
        side_px: of the longer side.
    """
    buffer = io.BytesIO()
    Image.fromarray(reduced(picture, side_px)).save(buffer, format="JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()
