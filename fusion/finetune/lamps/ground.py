"""What the light of a lamp lies on: a membrane over its region, held by what is around it.

As smooth as can be and nowhere darker or brighter than what it is held by, so that nothing ends where the region does.
"""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.finetune.grid import Ties, solve
from wordfuse.fusion.finetune.upsample import enlarge, shrink
from wordfuse.fusion.tensors import Batch

SIDE_PX = 96  # it is smooth
HELD, FREE = 1e3, 1e-3  # how strongly it is held around a region, and in it


def ground_of(box: Batch, inside: NDArray[np.bool_]) -> Batch:
    """The ground of one piece of a region.

    Args:
        box: (1, 3, H, W) in [0, 1], a window around the piece.
        inside: (H, W) bool, all of the region, of which nothing holds it.

    Returns:
        (1, 3, H, W) in [0, 1]; of use where ``inside`` is.
    """
    region = inside[None, None].astype(np.float32)
    left = shrink(1 - region, SIDE_PX)
    around = left[0, 0] > 0.5
    if not around.any():
        return np.zeros_like(box)
    given = shrink(box * (1 - region), SIDE_PX) / np.maximum(left, np.float32(1e-6))
    held = np.where(around, HELD, FREE)
    height, width = held.shape
    ties = Ties(np.ones((height, width - 1)), np.ones((height - 1, width)))
    ground = np.empty_like(box)
    for channel, plane in enumerate(given[0].astype(np.float64)):
        found = solve(ties, held, np.where(around, plane, np.median(plane[around])))
        ground[:, channel : channel + 1] = enlarge(found.astype(np.float32)[None, None], *inside.shape)
    return np.clip(ground, 0, 1)
