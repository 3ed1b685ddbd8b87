"""Depth of pictures that come with none, for haze to be made by: everything stands on a ground that is even.

Depths are relative: 1 is the nearest ground.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import felzenszwalb

from wordfuse.fusion.networks.classes import CLASSES

SKY, ROAD, PAVEMENT = (CLASSES.index(name) for name in ("sky", "road", "pavement"))
FARTHEST = 12.0  # times the distance of the nearest ground

Values = NDArray[np.float32]


def ground_depth(classes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Depth of a street from its classes; what stands is as far as its foot.

    Args:
        classes: (H, W), indices in ``fusion.networks.regions.CLASSES``.

    Returns:
        (H, W) in [1, ``FARTHEST``].
    """
    height = len(classes)
    ground = (classes == ROAD) | (classes == PAVEMENT)
    horizon = int(np.flatnonzero(ground.any(axis=1))[0]) - 1 if ground.any() else height // 2
    rows = np.arange(height)
    of_row = _of_rows(rows, horizon, height)
    # The row of the nearest ground below, or of the picture's bottom.
    foot = np.where(ground, rows[:, None], height - 1)
    foot = np.minimum.accumulate(foot[::-1], axis=0)[::-1]
    return np.where(classes == SKY, FARTHEST, of_row[foot])


def find_segments(picture: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Parts of a picture, (H, W, 3), that look like one thing each, (H, W), counted from 0.

    Felzenszwalb and Huttenlocher, "Efficient graph-based image segmentation", IJCV 59(2), 2004.
    """
    return np.asarray(felzenszwalb(picture, scale=150, sigma=0.8, min_size=60), np.uint16)


def segment_depth(segments: NDArray[np.uint16], random: np.random.Generator) -> Values:
    """A depth that a picture of such segments might have, (H, W) in [1, ``FARTHEST``].

    The ground rises to a horizon at random; a segment stands where its lowest pixels are, is a part of the ground, or
    something of both.
    """
    height = len(segments)
    of_row = _of_rows(np.arange(height), random.uniform(0.1, 0.6) * height, height)
    count = int(segments.max()) + 1
    lowest = np.zeros(count, np.int64)
    np.maximum.at(lowest, segments.ravel(), np.repeat(np.arange(height), segments.shape[1]))
    stands = random.uniform(0.2, 1, count) * (random.random(count) < 0.8)
    feet = (of_row[lowest] * np.exp(0.15 * random.standard_normal(count)))[segments]
    share = stands[segments]
    depth = share * feet + (1 - share) * of_row[:, None]
    return np.asarray(cv2.GaussianBlur(depth.clip(1, FARTHEST), (0, 0), 0.8), np.float32)


def _of_rows(rows: NDArray[np.int64], horizon: float, height: int) -> NDArray[np.float64]:
    """Depth of the ground in every row of a picture."""
    return ((height - horizon) / np.maximum(rows - horizon, 1e-6)).clip(1, FARTHEST)
