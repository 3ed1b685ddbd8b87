"""The illumination map of a picture in closed form: the minimum of what TeRF's units are trained for.

Take reflectance as R = I / S and noise as none, and equation 17 asks of the illumination S only to lie close to the
brightest channel M, rather above it than below (R is at most 1), and to be smooth where the picture has no edges:

    mean |S - M| + lambda_t mean (slope(S)^2 / (edges + epsilon)).

This is convex. A few sparse linear systems, each with the weights that make its squares equal to the last solution's
absolute values, solve it, in a fraction of a second and from no starting point that could be unlucky.
"""

import numpy as np

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.grid import Ties, solve
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
    wanted = picture.max(axis=1)[0].astype(np.float64)
    across, down = (
        (window_mean(edge**2) + np.float32(epsilon)).astype(np.float64)
        for edge in slopes(np.ascontiguousarray(luma(picture)[0, 0]))
    )
    stiffness = smoothness * SLOPE**2
    ties = Ties(stiffness / ((across[:, 1:] + across[:, :-1]) / 2), stiffness / ((down[1:] + down[:-1]) / 2))
    light = wanted
    for _ in range(SYSTEMS):
        weights = np.where(light < wanted, BELOW, 1.0) / (2 * np.maximum(np.abs(light - wanted), DELTA))
        light = solve(ties, weights, wanted, light)
    return np.clip(light, 0, 1)[None, None].astype(np.float32)
