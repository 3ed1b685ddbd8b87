"""How blurred a picture is, told by the width of its sharpest edges; flat and dark places have no say."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import Inside, Plane

# Two Gaussians, between which an edge's gradient falls the less the softer it is itself.
FINE_PX, COARSE_PX = 1.0, 2.0
# An edge is a ridge of the gradient, this many times above the noise's.
ABOVE_NOISE = 8.0
LEAST_GRADIENT = 2.0  # gray values a pixel
LEAST_EDGES = 150
# The width of the sharpest share of the edges: something is in focus in a sharp picture, nothing in a blurred one.
SHARPEST = 0.25
WIDEST_PX = 12.0
REACH_PX = 6  # of the wide Gaussian: what is so near to an edge is told by it
# What noise of sigma 1 leaves of gradient after a Gaussian of FINE_PX: 1 / (sqrt(8 pi) sigma^2), an axis.
NOISE_GRADIENT = 0.2


@dataclass(frozen=True, eq=False)
class Edges:
    """The gradients of a picture, (H, W).

    Attributes:
        fine: after the narrow Gaussian.
        coarse: after the wide one.
        ridges: where the fine one is no weaker than beside it.
    """

    fine: Plane
    coarse: Plane
    ridges: Inside


def edges_of(luma: Plane) -> Edges:
    """All that :func:`blur_width` needs of the picture, (H, W) float32, 0-255."""
    across, down = _gradient(luma, FINE_PX)
    fine = np.hypot(across, down)
    return Edges(fine, np.hypot(*_gradient(luma, COARSE_PX)), _ridges(fine, across, down))


def blur_width(found: Edges, usable: Inside, noise: float) -> float | None:
    """Standard deviation of the blur of the sharpest edges, in pixels.

    An edge blurred by s has, after a Gaussian g, a gradient in proportion to 1 / sqrt(s^2 + g^2); with the ratio R of
    two, s^2 = (g2^2 - R^2 g1^2) / (R^2 - 1) (after Zhuo and Sim, "Defocus map estimation from a single image", Pattern
    Recognition 44(9), 2011, equation 6, with both pictures blurred so that noise does not decide).

    Args:
        found: of the picture, see :func:`edges_of`.
        usable: (H, W) bool, where to measure.
        noise: sigma of the noise, gray values.

    Returns:
        None where there are too few edges to tell.
    """
    least = max(LEAST_GRADIENT, ABOVE_NOISE * NOISE_GRADIENT * noise)
    edges = usable & found.ridges & (found.fine >= least)
    if np.count_nonzero(edges) < LEAST_EDGES:
        return None
    ratio = found.fine[edges] / np.maximum(found.coarse[edges], 1e-6)
    square = np.maximum(ratio, 1.0001) ** 2
    width = np.sqrt(np.clip((COARSE_PX**2 - square * FINE_PX**2) / (square - 1), 0, WIDEST_PX**2))
    return float(np.quantile(width, SHARPEST))


def _gradient(luma: Plane, sigma_px: float) -> tuple[Plane, Plane]:
    smooth = cv2.GaussianBlur(luma, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT)
    kernel = np.array([-0.5, 0, 0.5], np.float32)
    one = np.ones(1, np.float32)
    return np.asarray(cv2.sepFilter2D(smooth, -1, kernel, one)), np.asarray(cv2.sepFilter2D(smooth, -1, one, kernel))


def _ridges(strength: Plane, across: Plane, down: Plane) -> Inside:
    """Where the gradient is at least that of both neighbours across the edge (which runs along x or y)."""
    height, width = strength.shape
    padded = np.pad(strength, 1, constant_values=np.inf)
    left, right = padded[1:-1, :width], padded[1:-1, 2:]
    above, below = padded[:height, 1:-1], padded[2:, 1:-1]
    upright: NDArray[np.bool_] = np.abs(across) >= np.abs(down)
    return np.where(upright, (strength >= left) & (strength > right), (strength >= above) & (strength > below))
