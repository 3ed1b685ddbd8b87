"""Pieces of a picture with their numbers, for a person who says which one is meant.

Borders are light between dark lines, as of any region (``overlay``). No number hides another, nor a piece that is
hardly larger than itself: it stands beside that one, tied to it by a line. Night is lifted: there is something to see.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.display.overlay import DARK, DIMMED, LIGHT
from wordfuse.fusion.images import read_picture, write_png

LEAST_PX, MOST_PX = 960, 1600  # longer side of what is drawn
NIGHT, LIFTED = 0.3, 0.4  # mean value below which a picture is lifted, and to what
AROUND, LEAST_MARGIN_PX = 0.3, 16  # of the size of pieces that are a part of the picture: how much is shown around them
HIDDEN = 6.0  # times the area of its number: a smaller piece would be hidden by it
RINGS, DIRECTIONS = 6, 16  # around a small piece at which places for its number are tried

Place = tuple[float, float, float, float]
Corner = tuple[int, int]


def numbered(
    picture: NDArray[np.uint8], pieces: NDArray[np.uint8], places: Sequence[Place], *, closer: bool = False
) -> NDArray[np.uint8]:
    """Draw the borders and numbers of pieces.

    Args:
        picture: (H, W, 3) RGB.
        pieces: (H, W), 1, 2, ..., 0 in none.
        places: of each piece, in the order of their numbers, a box in pixels in whose middle its number may stand.
        closer: the pieces divide a part of the picture: show it, with some of what is around it.

    Returns:
        (h, w, 3), larger or smaller than in the picture where that is needed to be read. What is in no piece is dimmed.
    """
    rows, columns = _window(pieces) if closer else (slice(0, pieces.shape[0]), slice(0, pieces.shape[1]))
    picture, pieces = _lifted(picture)[rows, columns], pieces[rows, columns]
    longer = max(pieces.shape)
    scale = min(max(longer, LEAST_PX), MOST_PX) / longer
    size = round(pieces.shape[1] * scale), round(pieces.shape[0] * scale)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shown = np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)
    numbers = np.asarray(cv2.resize(pieces, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    shown[numbers == 0] = np.rint(shown[numbers == 0] * DIMMED).astype(np.uint8)
    line = max(1, round(max(size) / 800))
    outlines = [
        cv2.findContours((numbers == number).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0]
        for number in range(1, len(places) + 1)
    ]
    for colour, thickness in ((DARK, 3 * line), (LIGHT, line)):
        for outline in outlines:
            cv2.drawContours(shown, outline, -1, colour, thickness)
    corner = (columns.start, rows.start) * 2
    here = [tuple(scale * (at - start) for at, start in zip(place, corner, strict=True)) for place in places]
    _write_numbers(shown, numbers, here, line)
    return shown


def numbered_file(picture: Path, pieces: Path, places: Sequence[Place], out: Path, *, closer: bool) -> None:
    """The same with files of a run, whose sizes were checked before."""
    labels = read_picture(pieces, max_pixels=sys.maxsize)[..., 0]
    write_png(out, numbered(read_picture(picture, max_pixels=sys.maxsize), labels, places, closer=closer))


def _window(pieces: NDArray[np.uint8]) -> tuple[slice, slice]:
    """The rows and columns that pieces lie in, with some of what is around them."""
    window = []
    for axis, length in ((1, pieces.shape[0]), (0, pieces.shape[1])):
        lines = np.flatnonzero(pieces.any(axis=axis))
        first, last = (int(lines[0]), int(lines[-1])) if lines.size else (0, length - 1)
        margin = max(LEAST_MARGIN_PX, round(AROUND * (last - first)))
        window.append(slice(max(0, first - margin), min(length, last + 1 + margin)))
    return window[0], window[1]


def _lifted(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    mean = float(picture.mean()) / 255
    if mean >= NIGHT or mean <= 0:
        return picture
    curve = 255 * (np.arange(256) / 255) ** (np.log(LIFTED) / np.log(mean))
    return np.asarray(np.rint(curve).astype(np.uint8)[picture], np.uint8)


def _write_numbers(
    shown: NDArray[np.uint8], numbers: NDArray[np.uint8], places: Sequence[tuple[float, ...]], line: int
) -> None:
    font, size = cv2.FONT_HERSHEY_SIMPLEX, max(shown.shape[:2]) / 1300
    areas = np.bincount(numbers.ravel(), minlength=len(places) + 1)[1:]
    taken = np.zeros(numbers.shape, np.bool_)  # what no number may cover
    labels: list[tuple[int, Corner, Corner, Corner]] = []
    wide_of = [cv2.getTextSize(str(number), font, size, 2 * line)[0] for number in range(1, len(places) + 1)]
    boxes = [(wide + 4 * line, high + 5 * line) for wide, high in wide_of]
    small = [index for index, (wide, high) in enumerate(boxes) if areas[index] < HIDDEN * wide * high]
    for index in small:
        taken |= numbers == index + 1
    for index in sorted(range(len(places)), key=lambda index: (index not in small, areas[index])):
        x0, y0, x1, y1 = places[index]
        at, box = (round((x0 + x1) / 2), round((y0 + y1) / 2)), boxes[index]
        corner = next(
            (place for place in _tried(at, box, beside=index in small) if _free(taken, place, box)),
            (at[0] - box[0] // 2, at[1] - box[1] // 2),
        )
        taken[max(0, corner[1]) : corner[1] + box[1], max(0, corner[0]) : corner[0] + box[0]] = True
        labels.append((index, at, corner, box))
    for _, at, corner, box in labels:
        inside = corner[0] <= at[0] < corner[0] + box[0] and corner[1] <= at[1] < corner[1] + box[1]
        if not inside:
            middle = corner[0] + box[0] // 2, corner[1] + box[1] // 2
            for colour, thickness in ((DARK, 3 * line), (LIGHT, line)):
                cv2.line(shown, middle, at, colour, thickness, cv2.LINE_AA)
                cv2.circle(shown, at, 2 * line, colour, thickness, cv2.LINE_AA)
    for index, _, corner, box in labels:
        end = corner[0] + box[0] - 1, corner[1] + box[1] - 1
        cv2.rectangle(shown, corner, end, LIGHT, cv2.FILLED)
        cv2.rectangle(shown, corner, end, DARK, line)
        foot = corner[0] + 2 * line, end[1] - 2 * line
        cv2.putText(shown, str(index + 1), foot, font, size, DARK, 2 * line, cv2.LINE_AA)


def _tried(at: Corner, box: Corner, *, beside: bool) -> Iterator[Corner]:
    """Upper left corners for a number, the best first: on its place, unless it is to stand beside, and around it."""
    if not beside:
        yield at[0] - box[0] // 2, at[1] - box[1] // 2
    for ring in range(1, RINGS + 1):
        for angle in np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS:
            across, down = np.cos(angle) * (0.5 + ring) * box[0], np.sin(angle) * (0.5 + ring) * box[1]
            yield round(at[0] + across - box[0] / 2), round(at[1] + down - box[1] / 2)


def _free(taken: NDArray[np.bool_], corner: Corner, box: Corner) -> bool:
    left, top = corner
    inside = left >= 0 and top >= 0 and left + box[0] <= taken.shape[1] and top + box[1] <= taken.shape[0]
    return inside and not taken[top : top + box[1], left : left + box[0]].any()
