"""How much haze lies over a picture, without a clear one to compare.

Haze adds its own light: a pixel is ``I = J t + A (1 - t)``, with the scene ``J``, the share ``t`` of its light that
arrives, and the airlight ``A``. Nearly everywhere in a clear scene something dark or of full colour is not far, so that
the darkest channel of a neighbourhood tells what the haze adds (He, Sun and Tang, "Single Image Haze Removal Using Dark
Channel Prior", TPAMI 33(12), 2011, equations 5, 9 and 11). On gray pictures the darkest pixel alone tells it.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import to_float

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]

SIDE_PX = 320  # haze is smooth: it is looked for on a copy whose longer side is this
PATCH = 1 / 20  # of that side: the neighbourhood in which something dark is
CLEAR = 0.25  # share of the airlight that the darkest channel has in clear air: roads and walls are gray
BRIGHTER = 0.03  # of the picture: so much of a hazy scene may be brighter than the airlight
BRIGHTEST = 0.03  # of the picture: where its darkest channel is highest, the airlight is seen
AIRLIGHT = (0.4, 0.65)  # up to where light adds no haze that could be seen (nights are dark, not hazy), and from where
NEAR = 0.16  # difference to the airlight below which a pixel may be sky
EVEN = 0.02  # deviation of the neighbourhood below which it is as even as sky


class Veil(NamedTuple):
    """What is known of the haze in a picture, on a small copy (h, w).

    Attributes:
        airlight: (3,) in [0, 1].
        share: (h, w) in [0, 1], 1 - t, in patches.
        sky: (h, w) in [0, 1], how much a place looks as the airlight itself: nothing can be said of haze there.
        small: (h, w, 3) the copy.
    """

    airlight: NDArray[np.float32]
    share: Plane
    sky: Plane
    small: Colours


def estimate_haze(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """Mean share of the light in a region that is the haze's and not the scene's, in [0, 1].

    The sky counts as little as the scene allows: it is as bright as haze, and has none to lose.

    Args:
        picture: (H, W) or (H, W, 3) uint8; the airlight is looked for in all of it.
        mask: (H, W) uint8, above 127 is inside.

    Raises:
        InputError: a type or shape does not fit.
        RegionError: the mask is empty.
    """
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3):
        raise InputError(f"haze is measured on uint8 pictures, got {picture.dtype} {picture.shape}")
    if mask is not None and mask.shape != picture.shape[:2]:
        raise InputError(f"a mask for this picture must have shape {picture.shape[:2]}, got {mask.shape}")
    if mask is not None and not (mask > 127).any():
        raise RegionError("the region is empty: there is no haze to measure", remedy="name or draw another region")
    colours = to_float(picture)
    veil = find_veil(np.repeat(colours[..., None], 3, axis=2) if colours.ndim == 2 else colours)
    weight = (1 - veil.sky) * _telling(veil.small)
    if mask is not None:
        inside = (mask > 127).astype(np.float32)
        weight = weight * cv2.resize(inside, veil.share.shape[::-1], interpolation=cv2.INTER_AREA)
    total = float(weight.sum())
    return float((weight * veil.share).sum()) / total if total > 1e-6 else 0.0


def find_veil(picture: Colours) -> Veil:
    """What is known of the haze in a picture, (H, W, 3) float32 in [0, 1]."""
    scale = SIDE_PX / max(picture.shape[:2])
    small = picture
    if scale < 1:
        size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    # A single dark pixel is grain.
    calm = np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), np.float32)
    patch = 2 * round(max(small.shape[:2]) * PATCH / 2) + 1
    airlight = find_airlight(calm, patch)
    share = ((darkest(calm / airlight, patch) - CLEAR) / (1 - CLEAR)).clip(0, 1)
    share *= float(np.clip((airlight.mean() - AIRLIGHT[0]) / (AIRLIGHT[1] - AIRLIGHT[0]), 0, 1))
    return Veil(airlight, share, _sky(calm, airlight), small)


def darkest(picture: Colours, patch: int) -> Plane:
    """Lowest channel of every patch (opened, so that borders of dark things stay where they are)."""
    lowest = np.ascontiguousarray(picture.min(axis=2))
    kernel = np.ones((patch, patch), np.uint8)
    return np.asarray(cv2.dilate(cv2.erode(lowest, kernel), kernel), np.float32)


def find_airlight(picture: Colours, patch: int) -> NDArray[np.float32]:
    """Colour of the haze, (3,): the median of the places where even the darkest channel of a patch is brightest.

    Little is brighter than the haze: a gray road that is the brightest patch beside white walls and a sky is none.
    """
    dark = cv2.erode(np.ascontiguousarray(picture.min(axis=2)), np.ones((patch, patch), np.uint8))
    count = max(1, round(BRIGHTEST * dark.size))
    brightest = np.argpartition(dark.ravel(), -count)[-count:]
    colour = np.median(picture.reshape(-1, 3)[brightest], axis=0)
    bright = float(np.quantile(picture.mean(axis=2), 1 - BRIGHTER))
    colour = colour * max(1.0, bright / max(float(colour.mean()), 0.05))
    return np.asarray(colour.clip(0.05, 1), np.float32)


def _telling(picture: Colours) -> Plane:
    """How much the darkest of a place tells, (h, w) in [0, 1]: an even road is gray in clear air too."""
    gray = np.ascontiguousarray(picture.mean(axis=2))
    kernel = np.ones((5, 5), np.uint8)
    span = cv2.GaussianBlur(cv2.dilate(gray, kernel) - cv2.erode(gray, kernel), (0, 0), 3.0)
    return np.asarray((span / max(float(np.quantile(span, 0.8)), 1e-3)) ** 2, np.float32).clip(0, 1)


def _sky(picture: Colours, airlight: NDArray[np.float32]) -> Plane:
    near = 1 - np.abs(picture - airlight).max(axis=2) / NEAR
    gray = picture.mean(axis=2)
    mean, square = (cv2.GaussianBlur(x, (0, 0), 3.0) for x in (gray, gray * gray))
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    even = 2 - deviation / EVEN
    return np.asarray((2 * near).clip(0, 1) * even.clip(0, 1), np.float32)
