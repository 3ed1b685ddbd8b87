"""Make a coarse mask follow the edges of the pictures: the guided filter (He, Sun and Tang, TPAMI 2013)."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.floating[Any]]


def guided_filter(guide: Values, coarse: Values, radius_px: int, smoothness: float) -> npt.NDArray[np.float32]:
    """Fit ``coarse`` by a local linear function of the guide, in every window, and average the fits.

    Args:
        guide: (H, W, C) in [0, 1]; where it has an edge, the result may have one.
        coarse: (H, W), what to refine.
        radius_px: of the square windows.
        smoothness: contrast squared below which the guide counts as flat; the paper's epsilon.

    Returns:
        (H, W) float32, about the range of ``coarse``.
    """
    size = (2 * radius_px + 1,) * 2

    def mean(values: Values) -> Values:
        return np.asarray(cv2.blur(np.ascontiguousarray(values, np.float32), size, borderType=cv2.BORDER_REFLECT))

    channels = guide.shape[2]
    mean_guide, mean_coarse = mean(guide).reshape(guide.shape), mean(coarse)
    covariance = np.empty((*coarse.shape, channels), np.float32)
    variance = np.empty((*coarse.shape, channels, channels), np.float32)
    for i in range(channels):
        covariance[..., i] = mean(guide[..., i] * coarse) - mean_guide[..., i] * mean_coarse
        for j in range(i, channels):
            both = mean(guide[..., i] * guide[..., j]) - mean_guide[..., i] * mean_guide[..., j]
            variance[..., i, j] = variance[..., j, i] = both
        variance[..., i, i] += smoothness
    slope = np.linalg.solve(variance, covariance[..., None])[..., 0]
    offset = mean_coarse - (slope * mean_guide).sum(axis=-1)
    result: npt.NDArray[np.float32] = (mean(slope).reshape(guide.shape) * guide).sum(axis=-1) + mean(offset)
    return result.astype(np.float32)
