"""Pictures side by side under their names, for a quick look."""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from wordfuse.fusion.images import read_picture, write_png

GAP_PX, CAPTION_PX = 6, 22


def draw_strip(pictures: Mapping[str, Path], out: Path) -> None:
    """Write one PNG with the pictures in a row, all as high as the first; their names stand above."""
    images = {name: Image.fromarray(read_picture(path, max_pixels=sys.maxsize)) for name, path in pictures.items()}
    write_png(out, np.asarray(in_a_row(images, next(iter(images.values())).height)))


def in_a_row(images: Mapping[str, Image.Image], height_px: int) -> Image.Image:
    """The images in a row on white, all scaled to one height; their names stand above."""
    scaled = [
        image.resize((max(1, round(image.width * height_px / image.height)), height_px)) for image in images.values()
    ]
    width = sum(image.width for image in scaled) + GAP_PX * (len(scaled) - 1)
    row = Image.new("RGB", (width, height_px + CAPTION_PX), "white")
    draw, left = ImageDraw.Draw(row), 0
    for name, image in zip(images, scaled, strict=True):
        draw.text((left + 2, 4), name, fill="black", font_size=14)
        row.paste(image, (left, CAPTION_PX))
        left += image.width + GAP_PX
    return row
