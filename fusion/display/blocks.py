"""A picture as characters: for a terminal that knows no other way to show one."""

import sys
from pathlib import Path

import cv2

from wordfuse.fusion.images import read_picture

Colour = tuple[int, int, int]
CELL_ASPECT = 2  # a character is about twice as high as wide, so one cell holds two square pixels


def block_rows(picture: Path, columns: int, rows: int) -> list[list[tuple[Colour, Colour]]]:
    """Shrink a picture to characters, each of which shows one pixel above another.

    Args:
        picture: an 8-bit picture.
        columns: the most characters in a row.
        rows: the most rows.

    Returns:
        Rows of cells; a cell is the colour of its upper and of its lower half, RGB in [0, 255].
    """
    pixels = read_picture(picture, max_pixels=sys.maxsize)  # of a run: its size was checked before
    height, width = pixels.shape[:2]
    scale = min(columns / width, rows * CELL_ASPECT / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale / CELL_ASPECT))
    small = cv2.resize(pixels, (across, down * CELL_ASPECT), interpolation=cv2.INTER_AREA).tolist()
    return [
        [(tuple(upper), tuple(lower)) for upper, lower in zip(*small[top : top + CELL_ASPECT], strict=True)]
        for top in range(0, len(small), CELL_ASPECT)
    ]
