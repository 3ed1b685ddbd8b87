"""Contact sheets: small pictures of many pairs and what was made of them, on pages of bounded size."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from wordfuse.fusion.display.strip import CAPTION_PX, GAP_PX, in_a_row
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair, read_picture, to_uint8, write_png
from wordfuse.fusion.temperatures.reading import Reading

THUMBNAIL_PX = (200, 150)  # at most so wide and so high
PER_PAGE, PER_COLUMN = 50, 25
_FEW = 12  # rows that look better in one column
_PICTURES = 4
_WIDTH_PX = _PICTURES * THUMBNAIL_PX[0] + (_PICTURES - 1) * GAP_PX
_LINE_PX, _MARGIN_PX = 18, 12
_HEIGHT_PX = 3 * _LINE_PX + CAPTION_PX + THUMBNAIL_PX[1] + _MARGIN_PX
_BLANK = "gainsboro"
_AT_ONCE = 8  # rows that are drawn at a time: most of that is decoding; large pictures take memory


@dataclass(frozen=True)
class Row:
    """A pair and what was made of it.

    Attributes:
        title: its heading.
        words: what was to be done.
        remark: what went wrong, or empty.
        infrared: the infrared picture, of any depth.
        visible: the visible picture.
        results: name -> 8-bit picture; one that cannot be read leaves its place blank.
        max_pixels: cap on the size of each.
        align: whether the infrared picture is moved onto the visible one.
        reading: how its numbers are to be read as temperatures.
    """

    title: str
    words: str
    remark: str
    infrared: Path
    visible: Path
    results: Mapping[str, Path]
    max_pixels: int
    align: bool = False
    reading: Reading = Reading()


def draw_sheets(rows: Sequence[Row], first: Path) -> list[Path]:
    """Write pages of up to 50 rows, PNG: ``first``, then with ``-2``, ``-3``, ... before its ending.

    Args:
        rows: in order; at least one.
        first: the first page.

    Returns:
        The pages that were written.

    Raises:
        InputError: a page cannot be written.
    """
    pages = []
    for number, start in enumerate(range(0, len(rows), PER_PAGE), 1):
        page = first if number == 1 else first.with_stem(f"{first.stem}-{number}")
        write_png(page, np.asarray(_page(rows[start : start + PER_PAGE])))
        pages.append(page)
    return pages


def _page(rows: Sequence[Row]) -> Image.Image:
    high = len(rows) if len(rows) <= _FEW else min(PER_COLUMN, (len(rows) + 1) // 2)
    columns = -(-len(rows) // high)
    size = columns * (_WIDTH_PX + _MARGIN_PX) + _MARGIN_PX, high * _HEIGHT_PX + _MARGIN_PX
    page = Image.new("RGB", size, "white")
    with ThreadPoolExecutor(min(_AT_ONCE, len(os.sched_getaffinity(0)))) as threads:
        for i, drawn in enumerate(threads.map(_drawn, rows)):
            left = _MARGIN_PX + i // high * (_WIDTH_PX + _MARGIN_PX)
            page.paste(drawn, (left, _MARGIN_PX + i % high * _HEIGHT_PX))
    return page


def _drawn(row: Row) -> Image.Image:
    drawn = Image.new("RGB", (_WIDTH_PX, _HEIGHT_PX), "white")
    draw = ImageDraw.Draw(drawn)
    for i, (text, colour) in enumerate(((row.title, "black"), (row.words, "dimgray"), (row.remark, "firebrick"))):
        draw.text((2, i * _LINE_PX), _fitting(text), fill=colour, font_size=14)
    images = _pictures(row)
    known = next((image for image in images.values() if image is not None), None)
    width, height = known.size if known else THUMBNAIL_PX
    scale = min(THUMBNAIL_PX[0] / width, THUMBNAIL_PX[1] / height)
    shown = {name: image or Image.new("RGB", (width, height), _BLANK) for name, image in images.items()}
    drawn.paste(in_a_row(shown, max(1, round(height * scale))), (0, 3 * _LINE_PX))
    return drawn


def _pictures(row: Row) -> dict[str, Image.Image | None]:
    images: dict[str, Image.Image | None] = {"infrared": None, "visible": None}
    try:
        pair = read_pair(row.infrared, row.visible, max_pixels=row.max_pixels, align=row.align, reading=row.reading)
        images["infrared"] = Image.fromarray(to_uint8(pair.infrared)).convert("RGB")
        images["visible"] = Image.fromarray(to_uint8(pair.visible))
    except InputError:
        pass  # the row's remark says what is wrong with it
    for name, path in row.results.items():
        try:
            images[name] = Image.fromarray(read_picture(path, max_pixels=row.max_pixels))
        except InputError:
            images[name] = None  # there is none where the work failed before
    return images


def _fitting(text: str) -> str:
    """As much of a text as fits into a row."""
    font = ImageFont.load_default(14)
    if font.getlength(text) <= _WIDTH_PX - 4:
        return text
    kept = len(text)
    while kept and font.getlength(text[:kept] + "...") > _WIDTH_PX - 4:
        kept = min(kept - 1, int(kept * (_WIDTH_PX - 4) / font.getlength(text[:kept] + "...")))
    return text[:kept] + "..."
