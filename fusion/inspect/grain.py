"""How noisy a picture is, measured where it is flat, so that leaves, bricks and hair are not taken for grain."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import Inside, Plane, tile_means, whole_tiles
from wordfuse.fusion.metrics.noise import OPERATOR, OPERATOR_NORM

TILE_PX = 16
# The flattest share of the tiles: in nearly every picture there is some road, wall or sky.
FLATTEST = 0.2
LEAST_TILES = 6
# Mean absolute value of a standard normal variable, and how much lower the noise of the flattest tiles comes out
# because they were chosen for being low (measured on white noise).
MEAN_OF_NORMAL, CHOSEN = 0.79788, 0.93


def responses(luma: Plane) -> Plane:
    """Mean size of what the operator answers in every tile of a picture, (H, W) float32, 0-255."""
    response = np.abs(cv2.filter2D(luma, cv2.CV_32F, OPERATOR, borderType=cv2.BORDER_REFLECT))
    return tile_means(response, TILE_PX)


def grain(answers: Plane, usable: Inside) -> float | None:
    """Standard deviation of the noise of flat places, in gray values of 255.

    Immerkaer's operator (CVIU 64(2), 1996), which stripes and ramps do not move, taken by tiles as in Liu, Tanaka and
    Okutomi ("Single-image noise level estimation", TIP 22(12), 2013): a tile without texture holds noise alone, and the
    tiles that answer least have the least texture.

    Args:
        answers: of the picture, see :func:`responses`.
        usable: (H, W) bool, where to measure: not clipped, not a frame.

    Returns:
        None where too few whole tiles are usable.
    """
    values: NDArray[np.float32] = answers[whole_tiles(usable, TILE_PX)]
    if values.size < LEAST_TILES:
        return None
    flat = np.sort(values)[: max(LEAST_TILES, round(FLATTEST * values.size))]
    return float(np.mean(flat)) / (MEAN_OF_NORMAL * OPERATOR_NORM * CHOSEN)
