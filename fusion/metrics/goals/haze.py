"""How much haze lies over a picture, without a clear one to compare.

Haze adds its own light: a pixel is ``I = J t + A (1 - t)``, with the scene ``J``, the share ``t`` of its light that
arrives, and the airlight ``A`` (Koschmieder's law). Both are found by a network (``fusion.networks.veil``): to go by
how dark the darkest of a neighbourhood is (He, Sun and Tang's dark channel) takes gray roads and car parks for haze.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import to_float
from wordfuse.fusion.metrics.kept import Kept
from wordfuse.fusion.networks.arrays.veil import CELL_PX, SIDE_PX
from wordfuse.fusion.weights import load_veil_eye
from wordfuse.fusion.window import Window

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]


class Veil(NamedTuple):
    """What is known of the haze in a picture.

    Attributes:
        airlight: (3,) in [0, 1].
        share: (h, w) in [0, 1], 1 - t, on a small copy.
    """

    airlight: NDArray[np.float32]
    share: Plane


_VEILS: Kept[Veil] = Kept(8)


def estimate_haze(
    picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None, *, alone: Window | None = None
) -> float:
    """Mean share of the light in a region that is the haze's and not the scene's, in [0, 1].

    Args:
        picture: (H, W) or (H, W, 3) uint8; all of it is looked at.
        mask: (H, W) uint8, above 127 is inside.
        alone: the box of a region that is a picture of its own (``fusion.look.parts``): only that is looked at.

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
    if alone is not None:
        return estimate_haze(np.ascontiguousarray(picture[alone.rows, alone.columns]))
    colours = to_float(picture)
    share = find_veil(np.repeat(colours[..., None], 3, axis=2) if colours.ndim == 2 else colours).share
    if mask is None:
        return float(share.mean())
    inside = cv2.resize((mask > 127).astype(np.float32), share.shape[::-1], interpolation=cv2.INTER_AREA)
    return float((inside * share).sum() / inside.sum())


def find_veil(picture: Colours) -> Veil:
    """What is known of the haze in a picture, (H, W, 3) float32 in [0, 1]."""
    still_wanted()
    scale = SIDE_PX / max(picture.shape[:2])
    width, height = (max(2, round(length * scale / CELL_PX)) * CELL_PX for length in picture.shape[1::-1])
    # The mean of what becomes one pixel; of small pictures, what lies between.
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(picture, (width, height), interpolation=way), np.float32)
    gray = bool((picture[..., :1] == picture).all())
    return _VEILS.of(lambda: _found(small, gray), small, told=gray)


def _found(small: Colours, gray: bool) -> Veil:
    """What the network finds in a small copy, (h, w, 3), of a picture that is ``gray`` or not."""
    # Looked at mirrored as well, what it is unsure of averages out.
    looks = [load_veil_eye()(small), load_veil_eye()(np.ascontiguousarray(small[:, ::-1]))]
    through = np.sqrt(looks[0][0] * looks[1][0][:, ::-1])
    colour = np.mean([airlight for _, airlight in looks], axis=0)
    if gray:
        colour = np.full(3, colour.mean())
    # No airlight is black: what is divided by its distance to black has to stay finite.
    return Veil(colour.clip(0.05, 1).astype(np.float32), np.asarray(1 - through, np.float32))
