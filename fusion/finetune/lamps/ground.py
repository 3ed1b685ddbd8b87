"""What the light of a lamp lies on: a membrane over its region, held by what is around it.

Smooth, and nowhere darker or brighter than what it is held by, so that nothing ends where the region does. It is filled
in from coarse to fine (Gortler, Grzeszczuk, Szeliski and Cohen, "The Lumigraph", SIGGRAPH 1996: pull and push), and
drawn tight on every level by some sweeps of Jacobi.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.finetune.upsample import shrink
from wordfuse.fusion.tensors import Batch, to_array, to_batch

Colours = NDArray[np.float32]

SIDE_PX = 128  # it is smooth
SWEEPS = 8
NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4


def ground_of(box: Batch, inside: NDArray[np.bool_]) -> Batch:
    """The ground of one piece of a region.

    Args:
        box: (1, 3, H, W) in [0, 1], a window around the piece.
        inside: (H, W) bool, all of the region, of which nothing holds it.

    Returns:
        (1, 3, H, W) in [0, 1]; of use where ``inside`` is. Black where there is nothing around.
    """
    region = inside[None, None].astype(np.float32)
    left = shrink(1 - region, SIDE_PX)
    given = shrink(box * (1 - region), SIDE_PX) / np.maximum(left, np.float32(1e-6))
    filled = _filled(to_array(np.asarray(given, np.float32)), left[0, 0] > 0.5)
    return np.clip(to_batch(_enlarged(filled, inside.shape)), 0, 1)


def _filled(values: Colours, known: NDArray[np.bool_]) -> Colours:
    """(h, w, 3), the known values, and between them as smooth ones as can be."""
    if known.all() or not known.any():
        return values * known[..., None]
    size = -(-values.shape[1] // 2), -(-values.shape[0] // 2)
    count = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(values * known[..., None], size, interpolation=cv2.INTER_AREA)
    mean: Colours = np.asarray(total / np.maximum(count, np.float32(1e-6))[..., None], np.float32)
    coarse = _filled(mean, np.asarray(count > 0))
    found = _enlarged(coarse, known.shape)
    for _ in range(SWEEPS):
        found = np.where(known[..., None], values, found)
        found = np.asarray(cv2.filter2D(found, -1, NEIGHBOURS, borderType=cv2.BORDER_REPLICATE), np.float32)
    return np.where(known[..., None], values, found)


def _enlarged(values: Colours, shape: tuple[int, ...]) -> Colours:
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
