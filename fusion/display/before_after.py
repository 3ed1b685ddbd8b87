"""A sheet of edits: of each a cut-out before and after, with what was done and what was measured under it."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from wordfuse.fusion.display.strip import GAP_PX, in_a_row
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.images import read_mask, read_picture

COLUMNS = 3
CUT_PX = (216, 162)  # width and height of a cut-out on the sheet
MARGIN_PX, LINE_PX, FONT_PX, SMALL_PX = 12, 16, 13, 11
AROUND = 0.18  # of the region's longer side: what is seen around it
LEAST_CUT = 0.3  # of the picture's width: smaller regions are shown with more around them
QUALITY = 84


@dataclass(frozen=True)
class Edit:
    """An edit as the sheet shows it.

    Attributes:
        title: what was done.
        lines: what stands under the pictures.
        before: the picture, a file.
        after: likewise, of the same size.
        mask: of its region, a file; None is the whole picture.
    """

    title: str
    lines: Sequence[str]
    before: Path
    after: Path
    mask: Path | None


def draw_sheet(head: Mapping[str, Path], edits: Sequence[Edit], out: Path) -> None:
    """Write a JPEG: some pictures in a row under their names, then the edits.

    Raises:
        InputError: a picture cannot be read, or the sheet not be written.
    """
    cells = [_cell(edit) for edit in edits]
    wide, high = cells[0].width + MARGIN_PX, max(cell.height for cell in cells) + MARGIN_PX
    width = COLUMNS * wide - MARGIN_PX
    row = _across({name: Image.fromarray(read_picture(path)) for name, path in head.items()}, width)
    rows = -(-len(cells) // COLUMNS)
    page = Image.new("RGB", (width + 2 * MARGIN_PX, row.height + 2 * MARGIN_PX + rows * high), "white")
    page.paste(row, (MARGIN_PX, MARGIN_PX))
    for number, cell in enumerate(cells):
        left, top = number % COLUMNS * wide, number // COLUMNS * high
        page.paste(cell, (MARGIN_PX + left, row.height + 2 * MARGIN_PX + top))
    file = io.BytesIO()
    page.save(file, format="JPEG", quality=QUALITY, optimize=True)
    write_bytes_atomic(out, file.getvalue())


def _across(images: Mapping[str, Image.Image], width_px: int) -> Image.Image:
    """The images in a row that is so wide."""
    shapes = sum(image.width / image.height for image in images.values())
    return in_a_row(images, int((width_px - GAP_PX * (len(images) - 1)) / shapes))


def _cell(edit: Edit) -> Image.Image:
    width = 2 * CUT_PX[0] + GAP_PX
    drawn = Image.new("RGB", (width, CUT_PX[1] + LINE_PX * (1 + len(edit.lines)) + 4), "white")
    draw = ImageDraw.Draw(drawn)
    draw.text((2, 1), edit.title, fill="black", font_size=FONT_PX)
    before, after = read_picture(edit.before), read_picture(edit.after)
    window = cut_out(before.shape[:2], None if edit.mask is None else read_mask(edit.mask, before.shape[:2]))
    for left, picture in ((0, before), (CUT_PX[0] + GAP_PX, after)):
        drawn.paste(Image.fromarray(picture[window]).resize(CUT_PX), (left, LINE_PX + 2))
    for number, line in enumerate(edit.lines):
        top = LINE_PX + CUT_PX[1] + 4 + number * LINE_PX
        draw.text((2, top), _fitting(line, width), fill="dimgray", font_size=SMALL_PX)
    return drawn


def cut_out(size: tuple[int, ...], mask: NDArray[np.uint8] | None) -> tuple[slice, slice]:
    """Rows and columns, shaped as ``CUT_PX``, that show a region of a picture of a size (height, width)."""
    height, width = size
    if mask is None:
        return slice(0, height), slice(0, width)
    rows, columns = (np.flatnonzero((mask > 127).any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    around = 1 + 2 * AROUND
    shape = CUT_PX[0] / CUT_PX[1]
    wide = max(around * (right - left), around * (bottom - top) * shape, LEAST_CUT * width)
    # As large as it need be, and no larger than the picture.
    wide = min(wide, width, height * shape)
    high = wide / shape
    x = int(np.clip((left + right - wide) / 2, 0, width - wide))
    y = int(np.clip((top + bottom - high) / 2, 0, height - high))
    return slice(y, y + round(high)), slice(x, x + round(wide))


def _fitting(text: str, width_px: int) -> str:
    font = ImageFont.load_default(SMALL_PX)
    while font.getlength(text) > width_px - 4:
        text = text[: -max(4, len(text) // 20)] + "..."
    return text
