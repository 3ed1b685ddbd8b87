"""What the metrics measure on: 8-bit gray."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import luma_uint8, to_uint8

# (H, W) float64 of whole numbers in [0, 255].
Gray = NDArray[np.float64]
# (H, W) bool, true inside the region measured.
Inside = NDArray[np.bool_]


def brightest(picture: NDArray[Any]) -> NDArray[Any]:
    """The largest channel at every pixel: (H, W, 3) -> (H, W); several times as fast as a maximum along the axis."""
    return np.maximum(np.maximum(picture[..., 0], picture[..., 1]), picture[..., 2])


def darkest(picture: NDArray[Any]) -> NDArray[Any]:
    """The smallest channel at every pixel: (H, W, 3) -> (H, W)."""
    return np.minimum(np.minimum(picture[..., 0], picture[..., 1]), picture[..., 2])


def to_gray(picture: NDArray[Any]) -> Gray:
    """BT.601 luma of a picture, rounded to whole gray values.

    Args:
        picture: (H, W) or (H, W, 3) RGB; uint8, or float in [0, 1] (brought to 8 bits first, as when it is saved).

    Returns:
        (H, W) float64 in [0, 255].

    Raises:
        InputError: another shape or type, or float values outside [0, 1].
    """
    still_wanted()  # nearly every measure begins here
    if picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)) or picture.size == 0:
        raise InputError(f"a picture to measure must be (height, width) or (height, width, 3), got {picture.shape}")
    if picture.dtype != np.uint8:
        # The comparison is false for NaN too.
        if picture.dtype.kind != "f" or not (picture.min() >= -1e-6 and picture.max() <= 1 + 1e-6):
            raise InputError(f"a picture to measure must be uint8 or float in [0, 1], got {picture.dtype}")
        picture = to_uint8(picture)
    return luma_uint8(picture).astype(np.float64)
