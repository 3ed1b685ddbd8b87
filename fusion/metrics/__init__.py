"""How good a fused picture is: the usual figures of infrared and visible fusion, on 8-bit gray.

Higher is better for all but Qcv. AG, EN, SF and SD look at the fused picture alone and reward noise and over-sharpening
too: read them beside MI, SSIM, VIF and Qabf. The functions of this package take float64 gray pictures in [0, 255] and a
boolean region; :func:`evaluate` takes pictures as they come.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.metrics.gradient import average_gradient, qabf, spatial_frequency
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.information import (
    correlation,
    entropy,
    mutual_information,
    standard_deviation,
    sum_of_correlations_of_differences,
)
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.metrics.structure import qcv, ssim, vif

__all__ = [
    "average_gradient",
    "correlation",
    "entropy",
    "estimate_noise",
    "evaluate",
    "mutual_information",
    "qabf",
    "qcv",
    "spatial_frequency",
    "ssim",
    "standard_deviation",
    "sum_of_correlations_of_differences",
    "to_gray",
    "vif",
]


def evaluate(
    fused: NDArray[Any], infrared: NDArray[Any], visible: NDArray[Any], mask: NDArray[np.uint8] | None = None
) -> dict[str, float]:
    """Every metric of a fused picture, over the whole picture or inside a mask.

    With a mask, means over pixels become means over the pixels inside, histograms and moments are taken of those, and
    a window or difference belongs to the pixel at its centre; each metric's docstring says where it needs more care.
    A mask of the whole picture gives the same as none.

    Args:
        fused: uint8 in [0, 255] or float in [0, 1]; (H, W) or (H, W, 3) RGB, which is reduced to its luma.
        infrared: likewise, same height and width.
        visible: likewise.
        mask: (H, W) uint8, above 127 is inside.

    Returns:
        AG, EN (bits), SF, SD, MI (nats, sum over the two sources), SSIM (mean of two), VIF (sum), Qabf, SCD,
        CC (mean of two) and Qcv (lower is better); always finite.

    Raises:
        InputError: a shape, type or range does not fit.
        RegionError: the mask is empty.
    """
    f, a, b = to_gray(fused), to_gray(infrared), to_gray(visible)
    if not f.shape == a.shape == b.shape:
        raise InputError(f"fused {f.shape}, infrared {a.shape} and visible {b.shape} must have one height and width")
    if mask is not None and mask.shape != f.shape:
        raise InputError(f"a mask for this picture must have shape {f.shape}, got {mask.shape}")
    inside = np.ones(f.shape, bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the region is empty: there is no pixel to measure", remedy="name or draw another region")
    return {
        "AG": average_gradient(f, inside),
        "EN": entropy(f, inside),
        "SF": spatial_frequency(f, inside),
        "SD": standard_deviation(f, inside),
        "MI": mutual_information(f, a, inside) + mutual_information(f, b, inside),
        "SSIM": (ssim(f, a, inside) + ssim(f, b, inside)) / 2,
        "VIF": vif(f, a, inside) + vif(f, b, inside),
        "Qabf": qabf(f, a, b, inside),
        "SCD": sum_of_correlations_of_differences(f, a, b, inside),
        "CC": (correlation(f, a, inside) + correlation(f, b, inside)) / 2,
        "Qcv": qcv(f, a, b, inside),
    }
