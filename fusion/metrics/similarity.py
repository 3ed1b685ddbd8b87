"""Structural similarity at every pixel."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.gray import Gray

WINDOW_PX = 7
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
SAMPLES = WINDOW_PX**2 / (WINDOW_PX**2 - 1)  # from a variance of all to that of a sample


def similarity_map(one: Gray, other: Gray) -> NDArray[np.float64]:
    """SSIM with a 7x7 uniform window, sample covariance and L = 255, the pictures mirrored at their borders.

    Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE
    TIP 13(4), 2004, as scikit-image's ``structural_similarity`` has it.

    Args:
        one: (H, W) float64 in [0, 255].
        other: the same shape.

    Returns:
        (H, W) in [-1, 1].
    """
    mean1, mean2 = _mean(one), _mean(other)
    variances = SAMPLES * (_mean(one * one) - mean1 * mean1 + _mean(other * other) - mean2 * mean2)
    covariance = SAMPLES * (_mean(one * other) - mean1 * mean2)
    alike = (2 * mean1 * mean2 + C1) * (2 * covariance + C2)
    similarity: NDArray[np.float64] = alike / ((mean1 * mean1 + mean2 * mean2 + C1) * (variances + C2))
    return similarity


def similarity_inside(one: Gray, other: Gray, inside: NDArray[np.bool_]) -> float:
    """Mean of the map over a region, (H, W), which is not empty; no more of the pictures is looked at than it takes."""
    spans = []
    for axis in (1, 0):
        places = np.flatnonzero(inside.any(axis=axis))
        spans.append(slice(max(0, int(places[0]) - WINDOW_PX // 2), int(places[-1]) + 1 + WINDOW_PX // 2))
    box = spans[0], spans[1]
    # Beyond the box, windows are mirrored: those of the region reach no further than its rim.
    return float(similarity_map(np.ascontiguousarray(one[box]), np.ascontiguousarray(other[box]))[inside[box]].mean())


def _mean(plane: Gray) -> Gray:
    return np.asarray(cv2.blur(plane, (WINDOW_PX, WINDOW_PX), borderType=cv2.BORDER_REFLECT), np.float64)
