"""Show a mask on a picture: tinted inside, outlined, with the boxes of the objects."""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import read_mask, read_picture, write_png

TINT = (255, 60, 60)
STRENGTH = 0.35  # of the tint inside the mask
BOX = (255, 220, 0)


def overlay(
    picture: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    boxes: Sequence[tuple[float, float, float, float]] = (),
    *,
    numbered: bool = False,
) -> NDArray[np.uint8]:
    """Draw a mask and boxes.

    Args:
        picture: (H, W, 3) RGB.
        mask: (H, W), above 127 is inside.
        boxes: (x0, y0, x1, y1) in pixels.
        numbered: write 1, 2, ... at the boxes.

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
    size = min(mask.shape) / 600
    for number, (x0, y0, x1, y1) in enumerate(boxes, start=1):
        cv2.rectangle(drawn, (int(x0), int(y0)), (int(np.ceil(x1)) - 1, int(np.ceil(y1)) - 1), BOX, thickness)
        if numbered:
            (width, height), _ = cv2.getTextSize(str(number), cv2.FONT_HERSHEY_SIMPLEX, size, thickness)
            top = max(int(y0), height + 4)  # above the box, or in it where the picture ends
            cv2.rectangle(drawn, (int(x0), top - height - 4), (int(x0) + width + 4, top), BOX, cv2.FILLED)
            corner = int(x0) + 2, top - 2
            cv2.putText(drawn, str(number), corner, cv2.FONT_HERSHEY_SIMPLEX, size, (0, 0, 0), thickness, cv2.LINE_AA)
    return drawn


def overlay_file(
    picture: Path,
    out: Path,
    mask: Path | None = None,
    boxes: Sequence[tuple[float, float, float, float]] = (),
    *,
    numbered: bool = False,
) -> None:
    """The same with files of a run, whose sizes were checked before: write the overlay as PNG."""
    pixels = read_picture(picture, max_pixels=sys.maxsize)
    nothing = np.zeros(pixels.shape[:2], np.uint8)
    inside = nothing if mask is None else read_mask(mask, nothing.shape, max_pixels=sys.maxsize)
    write_png(out, overlay(pixels, inside, boxes, numbered=numbered))


def covered(mask: NDArray[np.uint8], box: tuple[float, float, float, float]) -> float:
    """Share of the picture that a mask, (H, W) uint8, covers inside a box."""
    x0, y0, x1, y1 = (max(0, round(x)) for x in box)
    return round(float((mask[y0:y1, x0:x1] > 127).sum() / mask.size), 6)
