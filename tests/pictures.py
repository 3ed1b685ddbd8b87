"""Small pictures that tests of files and formats share."""

from pathlib import Path

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
