"""How much of a picture is veiled: nothing in it is dark, nothing has contrast, wherever one looks."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import Inside, Plane

SIDE_PX = 180  # shorter side at which it is measured: a veil has no detail, and noise is averaged away
TILES = 12  # along it
DARKEST = 0.03  # of a tile's pixels: its shadows
LEAST_TILES = 12
# 1 - transmission = these times 1, shadows of a dark part, shadows beside the light, log contrast; least squares on
# pictures of train/ with haze made by Koschmieder's law.
WEIGHTS = (-0.154, 0.602, 0.034, -0.144)


def features(picture: NDArray[np.uint8], luma: Plane, inside: Inside) -> tuple[float, float, float] | None:
    """What haze raises or lowers; see :func:`veil`."""
    factor = min(1.0, SIDE_PX / min(luma.shape))
    size = round(luma.shape[1] * factor), round(luma.shape[0] * factor)
    least = picture if picture.ndim == 2 else picture.min(axis=2)
    dark, gray, known = (
        cv2.resize(np.asarray(plane, np.float32), size, interpolation=cv2.INTER_AREA) for plane in (least, luma, inside)
    )
    side = max(4, min(size) // TILES)
    whole = _tiles(known, side).min(axis=1) > 0.5
    if np.count_nonzero(whole) < LEAST_TILES:
        return None
    dark_tiles, gray_tiles = _tiles(dark, side)[whole], _tiles(gray, side)[whole]
    shadows = np.quantile(dark_tiles, DARKEST, axis=1)
    contrasts = gray_tiles.std(axis=1) / (gray_tiles.mean(axis=1) + 10)
    light = float(np.quantile(dark[known > 0.5], 0.995))
    low, most = np.quantile(shadows, (0.25, 0.6))
    return float(low) / 255, float(most) / max(light, 1.0), float(np.log(np.quantile(contrasts, 0.8) + 0.01))


def veil(picture: NDArray[np.uint8], luma: Plane, inside: Inside) -> float | None:
    """1 - transmission of haze, averaged over a picture, in [0, 1].

    The dark channel of He, Sun and Tang ("Single image haze removal using dark channel prior", TPAMI 33(12), 2011)
    taken by tiles, beside the contrast that is left: a gray sky or a gray road has light shadows, but most of the other
    tiles do not, and where it is hazy they have little contrast as well.

    Args:
        picture: (H, W) or (H, W, 3) uint8.
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool.

    Returns:
        None where too few tiles lie inside.
    """
    found = features(picture, luma, inside)
    return None if found is None else float(np.clip(np.dot(WEIGHTS, (1.0, *found)), 0, 1))


def _tiles(plane: NDArray[Any], side: int) -> Plane:
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    cut = plane[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return np.asarray(cut.transpose(0, 2, 1, 3).reshape(rows * columns, side * side), np.float32)
