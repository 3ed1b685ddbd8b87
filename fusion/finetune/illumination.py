"""The illumination map of a picture in closed form: the minimum of what TeRF's units are trained for.

Take reflectance as R = I / S and noise as none, and equation 17 asks of the illumination S only to lie close to the
brightest channel M, rather above it than below (R is at most 1), and to be smooth where the picture has no edges:

    mean |S - M| + lambda_t mean (slope(S)^2 / (edges + epsilon)).

This is convex. A few sparse linear systems, each with the weights that make its squares equal to the last solution's
absolute values, solve it, in a fraction of a second and from no starting point that could be unlucky.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.planes import slopes, window_mean
from wordfuse.fusion.tensors import Batch, either_kind

SMOOTHNESS_WEIGHT = 1.0  # lambda_t
EPSILON = 1e-4  # against division by zero in flat places; RRDNet's value
DARKEST = 0.01  # illumination below this amplifies nothing but noise
SYSTEMS = 4  # reweighted systems; a fifth changes the map by less than one gray value
SLOPE = 8.0  # a Sobel derivative is this many times the difference of neighbours
BELOW = 3.0  # a unit of S below M costs this much more: R S + N misses the picture, and R its quotient
DELTA = 1e-2  # closer than this, absolute values are squares


@either_kind
def illumination_map(picture: Batch, smoothness: float, epsilon: float) -> Batch:
    """The smooth map of light on a picture.

    Args:
        picture: (1, 3, H, W) float in [0, 1]; time grows a little faster than the number of pixels.
        smoothness: lambda_t of equation 17.
        epsilon: against division by zero in flat places.

    Returns:
        (1, 1, H, W) float32 in [0, 1].
    """
    brightest = picture.max(axis=1)[0].astype(np.float64)
    height, width = brightest.shape
    rows = []
    for axis, edge in zip((1, 0), slopes(np.ascontiguousarray(luma(picture)[0, 0])), strict=True):
        edges = (window_mean(edge**2) + np.float32(epsilon)).astype(np.float64)
        between = (edges[:, 1:] + edges[:, :-1]) / 2 if axis == 1 else (edges[1:] + edges[:-1]) / 2
        rows.append(sparse.diags(SLOPE / np.sqrt(between.ravel())) @ differences(height, width, axis))
    steps = sparse.vstack(rows)
    smooth = (smoothness * steps.T @ steps).tocsc()
    wanted: NDArray[np.float64] = brightest.ravel()
    light = wanted
    for _ in range(SYSTEMS):
        still_wanted()
        weights = np.where(light < wanted, BELOW, 1.0) / (2 * np.maximum(np.abs(light - wanted), DELTA))
        light = spsolve(smooth + sparse.diags(weights, format="csc"), weights * wanted)
    return light.clip(0, 1).reshape(1, 1, height, width).astype(np.float32)


def differences(height: int, width: int, axis: int) -> sparse.csr_matrix:
    """Differences of neighbours of a (height, width) picture along an axis, as a matrix over its pixels."""

    def along(length: int) -> sparse.csr_matrix:
        return sparse.diags([-1.0, 1.0], [0, 1], shape=(length - 1, length), format="csr")

    if axis == 1:
        return sparse.kron(sparse.eye(height), along(width), format="csr")
    return sparse.kron(along(height), sparse.eye(width), format="csr")
