"""Show a mask on a picture so that nobody overlooks it: its outside dimmed, its outline and boxes light between dark.

Nothing is told by a hue: gray pictures and those who see no red or green lose nothing. Dimming shows in bright places,
the light line in dark ones, and the dark line beside it on white ground.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import read_mask, read_picture, write_png

DIMMED = 0.55  # of what is outside the mask, what is left
LIGHT, DARK = (255, 255, 255), (0, 0, 0)
LEAST_FONT = 0.4  # of OpenCV's simplex: digits 9 px tall can be read


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
        mask: (H, W), above 127 is inside; nothing inside: nothing is dimmed.
        boxes: (x0, y0, x1, y1) in pixels.
        numbered: write 1, 2, ... at the boxes.

    Returns:
        A new (H, W, 3) picture. Inside the mask it is as it was, but for the inner half of the outline.
    """
    inside = mask > 127
    shown = picture.astype(np.float32)
    if inside.any():
        shown[~inside] *= DIMMED
    drawn = np.ascontiguousarray(np.rint(shown).astype(np.uint8))
    line = max(1, round(min(mask.shape) / 400))
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    for colour, thickness in ((DARK, 3 * line), (LIGHT, line)):
        cv2.drawContours(drawn, outlines, -1, colour, thickness)
        for x0, y0, x1, y1 in boxes:
            cv2.rectangle(drawn, (int(x0), int(y0)), (int(np.ceil(x1)) - 1, int(np.ceil(y1)) - 1), colour, thickness)
    for number, (x0, y0, _, _) in enumerate(boxes if numbered else (), start=1):
        _label(drawn, str(number), int(x0), int(y0), line)
    return drawn


def _label(drawn: NDArray[np.uint8], text: str, left: int, bottom: int, line: int) -> None:
    """Write dark on light, above a corner, or below it where the picture ends."""
    size, font = max(LEAST_FONT, min(drawn.shape[:2]) / 560), cv2.FONT_HERSHEY_SIMPLEX
    (width, height), _ = cv2.getTextSize(text, font, size, line)
    bottom = max(bottom, height + 6)
    left = max(0, min(left, drawn.shape[1] - width - 6))
    corners = (left, bottom - height - 6), (left + width + 6, bottom)
    cv2.rectangle(drawn, *corners, LIGHT, cv2.FILLED)
    cv2.rectangle(drawn, *corners, DARK, line)
    cv2.putText(drawn, text, (left + 3, bottom - 3), font, size, DARK, line, cv2.LINE_AA)


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
