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
    if numbered:
        _number(drawn, boxes, line)
    return drawn


_Label = tuple[int, int, int, int]  # x0, y0, x1, y1 of what is written on


def _number(drawn: NDArray[np.uint8], boxes: Sequence[tuple[float, float, float, float]], line: int) -> None:
    """Write a number at each box, dark on light, where no other is; a line ties one to its box that keeps away."""
    scale, font = max(LEAST_FONT, min(drawn.shape[:2]) / 560), cv2.FONT_HERSHEY_SIMPLEX
    labels: list[_Label] = []
    for number, box in enumerate(boxes, start=1):
        (width, height), _ = cv2.getTextSize(str(number), font, scale, line)
        x, y = _corner(drawn.shape[:2], box, (width + 6, height + 6), labels)
        labels.append((x, y, x + width + 6, y + height + 6))
    for box, label in zip(boxes, labels, strict=True):  # before all labels, so that none is struck through
        near = _nearest(label, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        apart = _nearest(box, near)
        if max(abs(near[0] - apart[0]), abs(near[1] - apart[1])) > label[3] - label[1]:
            for colour, thickness in ((DARK, 3 * line), (LIGHT, line)):
                cv2.line(drawn, near, apart, colour, thickness)
    for number, label in enumerate(labels, start=1):
        cv2.rectangle(drawn, label[:2], label[2:], LIGHT, cv2.FILLED)
        cv2.rectangle(drawn, label[:2], label[2:], DARK, line)
        cv2.putText(drawn, str(number), (label[0] + 3, label[3] - 3), font, scale, DARK, line, cv2.LINE_AA)


def _nearest(box: Sequence[float], point: tuple[float, float]) -> tuple[int, int]:
    """The point of a box that is nearest to another point."""
    return int(np.clip(point[0], box[0], box[2])), int(np.clip(point[1], box[1], box[3]))


def _corner(
    shape: Sequence[int], box: Sequence[float], size: tuple[int, int], taken: Sequence[_Label]
) -> tuple[int, int]:
    """Where a label begins: above the corner of its box, or the nearest place around it that is free."""
    (wide, high), (rows, columns) = size, shape

    def inside(left: float, top: float) -> tuple[int, int]:
        return int(np.clip(left, 0, max(0, columns - wide - 1))), int(np.clip(top, 0, max(0, rows - high - 1)))

    first = inside(box[0], box[1] - high)
    places = [first]
    for ring in range(1, 2 + (len(taken) + 1) // 2):  # of places one label further out each
        away = (ring - 1) * (high + 2)
        places += [
            inside(box[0], box[1] - high - away),
            inside(box[0], box[3] + 1 + away),
            inside(box[2] + 1 + away, box[1]),
            inside(box[0] - wide - 1 - away, box[1]),
            inside(box[2] + 1 + away, box[1] - high - away),
            inside(box[0] - wide - 1 - away, box[1] - high - away),
            inside(box[2] + 1 + away, box[3] + 1 + away),
            inside(box[0] - wide - 1 - away, box[3] + 1 + away),
        ]
    return next((place for place in places if not any(_meet(place, size, other) for other in taken)), first)


def _meet(corner: tuple[int, int], size: tuple[int, int], other: _Label) -> bool:
    """Whether a label would lie on another one."""
    x, y = corner
    return x <= other[2] and x + size[0] >= other[0] and y <= other[3] and y + size[1] >= other[1]


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
