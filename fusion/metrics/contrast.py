"""How much contrast a picture has around each place: the measure that ``contrast`` aims at."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.look.filters import Plane, blurred, shrink
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.noise import estimate_noise

SURROUNDINGS = 1 / 16  # sigma of the Gaussian mean, of the picture's shorter side
CELLS_PER_SIGMA = 6  # a mean of surroundings is found on a grid with so many cells a sigma


def local_contrast(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None, side_px: int | None = None) -> float:
    """Root mean square of luma about its local mean, less noise, averaged over a region.

    The local mean and the mean square are Gaussian means over what is inside the region (RMS contrast: Peli, "Contrast
    in complex images", JOSA A 7(10), 1990, within a Gaussian window). The variance of white noise, as it is estimated
    in the picture, is subtracted, so that lifted noise is no contrast.

    Args:
        picture: (H, W, 3) uint8.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.
        side_px: shorter side of the picture that this one is a part of; None: it is all of it.

    Returns:
        Gray values, 0 to 127.5; 0 for one even gray.

    Raises:
        RegionError: the mask is empty.
    """
    inside = np.ones(picture.shape[:2], bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: no pixel to measure")
    y = to_gray(picture).astype(np.float32)
    sigma = SURROUNDINGS * (min(y.shape) if side_px is None else side_px)
    about = y - mean_around(y, inside.astype(np.float32), sigma)
    noise = estimate_noise(y.astype(np.uint8), mask)
    return typical_strength(about**2, inside, noise**2, sigma)


def mean_around(plane: Plane, inside: Plane, sigma_px: float) -> Plane:
    """Gaussian mean of a plane over those pixels around that are inside, at every pixel; all (H, W) float32."""
    height, width = plane.shape
    factor = max(1.0, sigma_px / CELLS_PER_SIGMA)
    total = blurred(shrink(plane * inside, factor), sigma_px / factor)
    share = blurred(shrink(inside, factor), sigma_px / factor)
    mean = total / np.maximum(share, 1e-6)
    return np.asarray(cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def typical_strength(energy: Plane, inside: NDArray[np.bool_], noise_energy: float, sigma_px: float) -> float:
    """Mean over a region of the local root mean square of a structure, less the noise in it.

    A mean of square roots: one strong edge counts for its surroundings, not for the whole region.

    Args:
        energy: (H, W) float32, squares.
        inside: (H, W), the region; not empty.
        noise_energy: expected energy of noise alone.
        sigma_px: of the Gaussian neighbourhood.
    """
    local = mean_around(energy, inside.astype(np.float32), sigma_px)
    return float(np.sqrt(np.maximum(local - noise_energy, 0))[inside].mean(dtype=np.float64))
