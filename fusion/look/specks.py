"""Specks: grain that is seen where a picture is flat, whatever it looks like closely.

Compression leaves of grain what is strongest: single specks in between of nothing, which the median of any operator
passes over, and which a denoiser takes for structure. In a sky an eye sees them at once. So they are looked for where
there is nothing else: a place is flat where it has no structure of a coarser scale than specks have.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.look.filters import Plane, blurred, step

# Structure lies between two Gaussians, pixels, and is told by its strength (RMS, gray values) within a third: up to
# the first a place is flat, from the second on it is not.
FINE_PX, COARSE_PX, AROUND_PX = 2.0, 8.0, 6.0
FLAT = (1.6, 3.2)
GRAINY = 0.16  # of the strength of grain is left between the two Gaussians: so much is no structure
MIDDLE_PX = 5  # a speck differs from the median of so wide a square
TILE_PX, WHOLE = 16, 0.9  # a tile counts where so much of it is flat
# The strongest specks of a tile but for a hot pixel, and what these are over the standard deviation of white noise.
STRONGEST, OF_SIGMA = (248, 255), 2.32
CALMEST, LEAST_TILES = 0.5, 6  # the share of the tiles with least: what is textured is elsewhere
LARGEST = 6.0  # times the strength of the specks: what differs by much more is a thing, a lamp or a bird
SEEN = 1.5  # gray values: weaker specks are left alone


def flatness(luma: Plane) -> Plane:
    """How far each place is flat but for grain, (H, W) in [0, 1]; ``luma`` is (H, W) float32, 0-255."""
    fine = blurred(luma, FINE_PX)
    structure = np.sqrt(blurred((fine - blurred(luma, COARSE_PX)) ** 2, AROUND_PX))
    # Strong grain has a share in what is between the two; the median does not see edges, which are few.
    grain = GRAINY * float(np.median(np.abs(luma - fine))) / 0.6745
    return np.asarray(1 - step(np.maximum(structure - grain, 0), *FLAT), np.float32)


def specks_of(luma: Plane) -> Plane:
    """By how much each pixel differs from the middle of its neighbours, (H, W), gray values."""
    middle = cv2.medianBlur(np.clip(luma + 0.5, 0, 255).astype(np.uint8), MIDDLE_PX)
    return np.asarray(luma - middle, np.float32)


def estimate_specks(luma: Plane, inside: NDArray[np.bool_] | None = None) -> float:
    """Standard deviation of grain that is as strong as the specks of flat places, gray values.

    Args:
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool, where to measure; None is everywhere.

    Returns:
        0 where too little is flat to tell.
    """
    flat = (flatness(luma) > 0.5) & (luma > 1) & (luma < 254)
    if inside is not None:
        flat &= inside
    whole = _tiles(flat).mean(axis=1) >= WHOLE
    if np.count_nonzero(whole) < LEAST_TILES:
        return 0.0
    strongest = np.sort(np.abs(_tiles(specks_of(luma))[whole]), axis=1)[:, slice(*STRONGEST)].mean(axis=1)
    calm = np.sort(strongest)[: max(LEAST_TILES, round(CALMEST * len(strongest)))]
    return float(calm.mean()) / OF_SIGMA


def specks_in(picture: Plane, inside: NDArray[np.bool_] | None = None) -> Plane:
    """The specks of a picture, which subtracting takes out of its flat places; colours have none.

    Args:
        picture: (H, W, 3) float32 RGB in [0, 1].
        inside: (H, W) bool: where it is told how strong they are.

    Returns:
        (H, W, 3) float32, the same in each channel; all 0 where there are none to be seen.
    """
    luma = 255 * np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY), np.float32)
    strength = estimate_specks(luma, inside)
    if strength < SEEN:
        return np.zeros_like(picture)
    specks = specks_of(luma)
    less = specks * flatness(luma) * np.exp(-((specks / (LARGEST * strength)) ** 4)) / 255
    return np.repeat(less[..., None].astype(np.float32), 3, axis=2)


def _tiles(plane: NDArray[Any]) -> NDArray[Any]:
    """Whole tiles, each in a row."""
    rows, columns = plane.shape[0] // TILE_PX, plane.shape[1] // TILE_PX
    cut = plane[: rows * TILE_PX, : columns * TILE_PX].reshape(rows, TILE_PX, columns, TILE_PX)
    return cut.swapaxes(1, 2).reshape(rows * columns, TILE_PX**2)
