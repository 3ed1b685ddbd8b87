"""Small pictures that tests share."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

HEIGHT, WIDTH = 24, 32
RAMP = np.arange(HEIGHT * WIDTH, dtype=np.int64).reshape(HEIGHT, WIDTH)
GRAY = (RAMP % 256).astype(np.uint8)
COLOUR = np.dstack([GRAY, GRAY[::-1], GRAY[:, ::-1]])
# Thermal counts as cameras give them: a few thousand levels, far from 0, far above 255.
COUNTS = (RAMP * 4 + 29000).astype(np.uint16)


def save(path: Path, image: Image.Image, **options: object) -> Path:
    """Write a picture, in the format of its ending."""
    image.save(path, **options)
    return path


def pixels(path: Path) -> np.ndarray:
    """What a picture file holds."""
    return np.asarray(Image.open(path))


def town() -> np.ndarray:
    """A sky, a road, walls with windows and a tree, each of its own colour, (240, 320, 3); shadows and lights."""
    random = np.random.default_rng(0)
    picture = np.full((240, 320, 3), (150, 165, 185), np.uint8)
    picture[150:] = (105, 104, 106)
    for left in range(0, 320, 64):
        tone = random.integers(70, 190)
        picture[60 + left // 8 : 160, left : left + 56] = np.clip(tone + random.integers(-8, 9, 3), 0, 255)
        for row, column in ((80, 8), (80, 34), (120, 8), (120, 34)):
            picture[row + left // 8 : row + left // 8 + 18, left + column : left + column + 12] = 18
    leaves = cv2.resize(random.uniform(20, 120, (30, 30)).astype(np.float32), (60, 60), interpolation=0)
    picture[95:155, 230:290] = np.clip(leaves[..., None] * (0.8, 1.1, 0.6), 0, 255).astype(np.uint8)
    picture[205:210, 10:310] = (235, 235, 232)
    return picture
