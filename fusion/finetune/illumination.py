"""The illumination map of a picture in closed form: the minimum of what TeRF's units are trained for.

Take reflectance as R = I / S and noise as none, and equation 17 asks of the illumination S only to lie close to the
brightest channel M, rather above it than below (R is at most 1), and to be smooth where the picture has no edges:

    mean |S - M| + lambda_t mean (slope(S)^2 / (edges + epsilon)).

This is convex. A few sparse linear systems, each with the weights that make its squares equal to the last solution's
absolute values, solve it, in a fraction of a second and from no starting point that could be unlucky.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve
from torch import Tensor

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.colour import luma
from wordfuse.fusion.losses import gaussian_blur, sobel

SYSTEMS = 4  # reweighted systems; a fifth changes the map by less than one gray value
SLOPE = 8.0  # a Sobel derivative is this many times the difference of neighbours
BELOW = 3.0  # a unit of S below M costs this much more: R S + N misses the picture, and R its quotient
DELTA = 1e-2  # closer than this, absolute values are squares


def illumination_map(picture: Tensor, smoothness: float, epsilon: float) -> Tensor:
    """The smooth map of light on a picture.

    Args:
        picture: (1, 3, H, W) float in [0, 1]; time grows a little faster than the number of pixels.
        smoothness: lambda_t of equation 17.
        epsilon: against division by zero in flat places.

    Returns:
        (1, 1, H, W) float32 in [0, 1].
    """
    brightest = picture.amax(dim=1)[0].double().numpy()
    height, width = brightest.shape
    rows = []
    for axis, edge in zip((1, 0), sobel(luma(picture)), strict=True):
        edges = (gaussian_blur(edge**2) + epsilon)[0, 0].double().numpy()
        between = (edges[:, 1:] + edges[:, :-1]) / 2 if axis == 1 else (edges[1:] + edges[:-1]) / 2
        rows.append(sparse.diags(SLOPE / np.sqrt(between.ravel())) @ differences(height, width, axis))
    slopes = sparse.vstack(rows)
    smooth = (smoothness * slopes.T @ slopes).tocsc()
    wanted: NDArray[np.float64] = brightest.ravel()
    light = wanted
    for _ in range(SYSTEMS):
        still_wanted()
        weights = np.where(light < wanted, BELOW, 1.0) / (2 * np.maximum(np.abs(light - wanted), DELTA))
        light = spsolve(smooth + sparse.diags(weights, format="csc"), weights * wanted)
    return torch.from_numpy(light.clip(0, 1).reshape(1, 1, height, width)).float()


def differences(height: int, width: int, axis: int) -> sparse.csr_matrix:
    """Differences of neighbours of a (height, width) picture along an axis, as a matrix over its pixels."""

    def along(length: int) -> sparse.csr_matrix:
        return sparse.diags([-1.0, 1.0], [0, 1], shape=(length - 1, length), format="csr")

    if axis == 1:
        return sparse.kron(sparse.eye(height), along(width), format="csr")
    return sparse.kron(along(height), sparse.eye(width), format="csr")
