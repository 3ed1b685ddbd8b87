"""How noisy a picture is, without a clean one to compare."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError

# Immerkaer's operator: the difference of two Laplacians, blind to gray ramps; its coefficients' norm is 6.
OPERATOR = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
OPERATOR_NORM = 6.0
# Median absolute value of a standard normal variable.
MEDIAN_OF_NORMAL = 0.67449
# Below this many windows an estimate from the better ones would be chance.
ENOUGH_WINDOWS = 64


def estimate_noise(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """Standard deviation of white noise in a picture, in gray values of 255.

    sigma = median |picture * operator| / (0.6745 * 6): Immerkaer's operator ("Fast noise variance estimation", CVIU
    64(2), 1996) with Donoho and Johnstone's median ("Ideal spatial adaptation by wavelet shrinkage", Biometrika 81(3),
    1994) for his mean, so that edges count little. Black and white clipped pixels show no noise and are left out where
    enough others remain. For colour, the root mean square over the channels. Fine texture reads as noise: compare
    before and after rather than pictures with each other.

    Args:
        picture: (H, W) or (H, W, 3) uint8, at least 3 px a side.
        mask: (H, W) uint8, above 127 is inside; only windows inside it are used, or, in regions too thin to hold
            a 3x3 window, those centred inside.

    Returns:
        Noise level, 0 for a constant picture.

    Raises:
        InputError: a type or shape does not fit.
        RegionError: the mask is empty.
    """
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or min(picture.shape) < 3:
        raise InputError(f"noise is estimated on uint8 pictures of 3x3 or more, got {picture.dtype} {picture.shape}")
    if mask is not None and mask.shape != picture.shape[:2]:
        raise InputError(f"a mask for this picture must have shape {picture.shape[:2]}, got {mask.shape}")
    windows = np.ones(picture.shape[:2], bool) if mask is None else _windows_inside(mask)
    channels: list[NDArray[Any]] = [picture] if picture.ndim == 2 else list(np.moveaxis(picture, 2, 0))
    return float(np.sqrt(np.mean([_channel_noise(channel, windows) ** 2 for channel in channels])))


def _windows_inside(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    inside = (mask > 127).astype(np.uint8)
    if not inside.any():
        raise RegionError("the region is empty: there is no noise to measure", remedy="name or draw another region")
    # The edge of an edited region is a step that has nothing to do with noise.
    whole = cv2.erode(inside, np.ones((3, 3), np.uint8))
    return np.asarray(whole if whole.any() else inside, bool)


def _channel_noise(channel: NDArray[np.uint8], windows: NDArray[np.bool_]) -> float:
    response = np.abs(cv2.filter2D(np.ascontiguousarray(channel, np.float32), cv2.CV_32F, OPERATOR))
    clipped = ((channel == 0) | (channel == 255)).astype(np.uint8)
    unclipped = windows & (cv2.dilate(clipped, np.ones((3, 3), np.uint8)) == 0)
    used = unclipped if unclipped.sum() >= ENOUGH_WINDOWS else windows
    return _grouped_median(response[used]) / (MEDIAN_OF_NORMAL * OPERATOR_NORM)


def _grouped_median(values: NDArray[Any]) -> float:
    """Median of whole numbers >= 0 as if each were spread over half a unit to both sides; 0 if all are 0.

    The plain median moves in steps of a quarter gray value of noise: too coarse to compare before and after.
    """
    counts = np.bincount(values.astype(np.intp))
    upto = np.cumsum(counts)
    half = values.size / 2
    k = int(np.searchsorted(upto, half))
    if k == 0:
        return float(half / upto[0] - 0.5)
    return float(k - 0.5 + (half - upto[k - 1]) / counts[k])
