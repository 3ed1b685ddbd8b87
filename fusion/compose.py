"""Equation 5 of TeRF: an edited picture inside a mask, the picture it came from outside.

The paper sums over its masks; a session applies them one after the other, each to the result of the one before, which
is the same thing and lets every step be judged and undone alone.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError

FEATHER_PX = 3  # of objects: their edge is an edge of the picture

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]


def compose(base: Picture, edited: Picture, mask: Mask | None = None, feather_px: int = FEATHER_PX) -> Picture:
    """I = M * edited + (1 - M) * base, with a soft edge that lies inside the mask.

    Pixels outside keep base's value to the last bit. Inside, the weight of the edit rises from the border of the mask
    in ``feather_px`` steps to one; there the result is exactly ``edited``. Where a region is too thin for that, the
    ramp is as long as half its width, so its middle is still fully edited. The border of the picture is no border of
    the mask: an edit of everything is not faded out there.

    Args:
        base: (H, W) or (H, W, 3) uint8, the picture before the edit.
        edited: same shape and type, after it.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.
        feather_px: partly edited pixels between outside and fully edited; 0 is a hard edge.

    Returns:
        A new array like ``base``.

    Raises:
        InputError: shapes or types do not fit, or ``feather_px`` is negative.
        RegionError: the mask is empty.
    """
    if base.shape != edited.shape or base.dtype != np.uint8 or edited.dtype != np.uint8:
        raise InputError(
            f"pictures to compose must be uint8 of one shape, got {base.dtype} {base.shape} "
            f"and {edited.dtype} {edited.shape}"
        )
    if mask is None:
        return edited.copy()
    if mask.shape != base.shape[:2]:
        raise InputError(f"a mask for this picture must have shape {base.shape[:2]}, got {mask.shape}")
    inside = mask > 127
    if not inside.any():
        raise RegionError("the region is empty: no pixel of the mask is inside", remedy="name or draw another region")
    weight = feather(mask, feather_px)[inside]
    result = base.copy()
    before, after = base[inside].astype(np.float32), edited[inside].astype(np.float32)
    if base.ndim == 3:
        weight = weight[:, None]
    # Exact where the weight is one: the difference of two bytes has no rounding in float32.
    result[inside] = np.floor(before + weight * (after - before) + 0.5).astype(np.uint8)
    return result


def feather(mask: Mask, feather_px: int = FEATHER_PX) -> NDArray[np.float32]:
    """Weight of the edit at every pixel: 0 outside the mask, rising to 1 inside.

    With d the distance to the nearest pixel outside, the weight is min(1, d / r), where r is ``feather_px`` + 1 or,
    in places narrower than that, the largest d nearby.

    Args:
        mask: (H, W) uint8, above 127 is inside.
        feather_px: partly edited pixels between outside and fully edited.

    Returns:
        (H, W) float32 in [0, 1].

    Raises:
        InputError: ``feather_px`` is negative.
    """
    if feather_px < 0:
        raise InputError(f"feather_px must be 0 or more, got {feather_px}")
    inside = (mask > 127).astype(np.uint8)
    if feather_px == 0 or inside.all():
        return inside.astype(np.float32)
    # OpenCV counts a pixel beside the outside as 1 away, and nothing beyond the picture as outside.
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    size = 2 * feather_px + 1
    half_width = cv2.dilate(distance, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    ramp = np.clip(half_width, 1, feather_px + 1)
    weight: NDArray[np.float32] = np.minimum(distance / ramp, 1).astype(np.float32)
    return weight


def unite(masks: Sequence[Mask]) -> Mask:
    """Pixels inside any of the masks.

    Args:
        masks: one or more (H, W) uint8 of one shape, above 127 is inside.

    Returns:
        (H, W) uint8, 255 inside, 0 outside.

    Raises:
        InputError: no mask, or masks of different shapes.
    """
    if len({mask.shape for mask in masks}) != 1:
        raise InputError(f"masks to unite must be one or more of one shape, got {[mask.shape for mask in masks]}")
    united: Mask = np.where(np.any([mask > 127 for mask in masks], axis=0), 255, 0).astype(np.uint8)
    return united


def invert(mask: Mask) -> Mask:
    """Pixels outside the mask: (H, W) uint8, above 127 is inside -> 255 inside, 0 outside."""
    inverted: Mask = np.where(mask > 127, 0, 255).astype(np.uint8)
    return inverted
