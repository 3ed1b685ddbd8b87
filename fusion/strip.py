"""Pictures side by side under their names, for a quick look."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from fusion.images import read_picture, write_png

GAP_PX, CAPTION_PX = 6, 22


def draw_strip(pictures: Mapping[str, Path], out: Path) -> None:
    """Write one PNG with the pictures in a row, all as high as the first; their names stand above."""
    arrays = [Image.fromarray(read_picture(path)) for path in pictures.values()]
    height = arrays[0].height
    scaled = [image.resize((round(image.width * height / image.height), height)) for image in arrays]
    width = sum(image.width for image in scaled) + GAP_PX * (len(scaled) - 1)
    strip = Image.new("RGB", (width, height + CAPTION_PX), "white")
    draw, left = ImageDraw.Draw(strip), 0
    for name, image in zip(pictures, scaled, strict=True):
        draw.text((left + 2, 4), name, fill="black", font_size=14)
        strip.paste(image, (left, CAPTION_PX))
        left += image.width + GAP_PX
    write_png(out, np.asarray(strip))
