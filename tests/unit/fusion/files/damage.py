"""A thermal picture, and what may become of it on the way: frames, dead lines, warps."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.pictures import save

HEIGHT, WIDTH = 96, 128
Values = NDArray[np.float64]
Damage = Callable[[Values], NDArray[np.bool_]]


def thermal() -> Values:
    """Kelvin x 100 of a scene: a gradient, warm things and noise, from 28500 to about 31000."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    counts = 29000 + 4.0 * rows + 3 * columns + np.random.default_rng(5).normal(0, 12, (HEIGHT, WIDTH))
    for top, left, height, width in ((20, 20, 30, 12), (50, 80, 20, 25), (10, 100, 8, 8)):
        counts[top : top + height, left : left + width] += 900
    return np.round(counts)


def frame(value: float) -> Damage:
    def put(counts: Values) -> NDArray[np.bool_]:
        mask = np.ones(counts.shape, bool)
        mask[3:-2, 4:-3] = False
        counts[mask] = value
        return mask

    return put


def lines(value: float, axis: int, first: int, count: int) -> Damage:
    def put(counts: Values) -> NDArray[np.bool_]:
        mask = np.zeros(counts.shape, bool)
        mask[(slice(None),) * axis + (slice(first, first + count),)] = True
        counts[mask] = value
        return mask

    return put


def warped(value: float, flags: int) -> Damage:
    """As a registration leaves it: turned by 7 degrees, enlarged by a tenth and shifted."""

    def put(counts: Values) -> NDArray[np.bool_]:
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 7, 0.9)
        moved = cv2.warpAffine(counts.astype(np.float32), matrix, (WIDTH, HEIGHT), flags=flags, borderValue=value)
        seen = cv2.warpAffine(np.ones(counts.shape, np.float32), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST)
        counts[:] = np.round(moved)
        return seen == 0

    return put


def undistorted(value: float, k1: float, flags: int) -> Damage:
    """As a lens correction leaves it that keeps every pixel: a frame whose four sides bulge inwards."""

    def put(counts: Values) -> NDArray[np.bool_]:
        camera = np.array([[0.9 * WIDTH, 0, WIDTH / 2], [0, 0.9 * WIDTH, HEIGHT / 2], [0, 0, 1]])
        lens = np.array([k1, 0.05, 0, 0])
        wider, _ = cv2.getOptimalNewCameraMatrix(camera, lens, (WIDTH, HEIGHT), 1)
        maps = cv2.initUndistortRectifyMap(camera, lens, None, wider, (WIDTH, HEIGHT), cv2.CV_32FC1)
        moved = cv2.remap(counts.astype(np.float32), *maps, flags, borderValue=value)
        seen = cv2.remap(np.ones(counts.shape, np.float32), *maps, flags)
        counts[:] = np.round(moved)
        return seen == 0

    return put


def perspective(value: float) -> Damage:
    """As a view from above leaves it: a wedge at either side."""

    def put(counts: Values) -> NDArray[np.bool_]:
        corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32)
        moved_to = corners + np.array([[14, 0], [-17, 0], [0, 0], [0, 0]], np.float32)
        matrix = cv2.getPerspectiveTransform(corners, moved_to)
        moved, seen = (
            cv2.warpPerspective(x.astype(np.float32), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_NEAREST, borderValue=of)
            for x, of in ((counts, value), (np.ones(counts.shape), 0))
        )
        counts[:] = np.round(moved)
        return seen == 0

    return put


def both(first: Damage, second: Damage) -> Damage:
    return lambda counts: first(counts) | second(counts)


def store(path: Path, counts: Values, kind: str) -> Path:
    if kind == "png16":
        return save(path / "ir.png", Image.fromarray(np.clip(counts, 0, 65535).astype(np.uint16)))
    tifffile.imwrite(path / "ir.tif", counts.astype({"tif16": "u2", "tif32": "u4", "float": "f4"}[kind]))
    return path / "ir.tif"
