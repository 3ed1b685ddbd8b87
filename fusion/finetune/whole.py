"""Move a whole picture toward one of its sources in a straight line, its colour kept: nothing is trained.

As the line is straight (``fusion.look.share`` goes it too), the share of it that is gone is the share by which the
distance falls.
"""

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune.run import Outcome, State
from wordfuse.fusion.finetune.toward import Direction
from wordfuse.fusion.tensors import Batch, to_array, to_batch

KIND = "incline whole"
_INFRARED = "toward infrared"

Colours = NDArray[np.float32]


def move_whole(picture: Batch, source: Batch, direction: Direction, drop: float) -> Outcome:
    """Move a picture toward a source.

    Args:
        picture: (1, 3, H, W) float in [0, 1].
        source: (1, 1, H, W) infrared or (1, 3, H, W) visible, float in [0, 1].
        direction: which of the two it is.
        drop: share of the way, in (0, 1].
    """
    started = monotonic()
    state = State("incline", 0, {}, {"direction": direction, "share": drop})

    def applied() -> Applied:
        weight = np.ones(picture.shape[-2:], np.float32)
        return Applied(KIND, drop, {_INFRARED: (float(direction == "infrared"),)}, {WEIGHT: weight})

    moved = _moved(picture, source, direction, drop)
    return Outcome(moved, state, 0, [], monotonic() - started, "converged", drop >= 1, applied)


def apply_whole(applied: Applied, picture: Colours, infrared: NDArray[np.float32], visible: Colours) -> Colours:
    """Move another picture of the scene as far; all (H, W[, 3]) float32 in [0, 1]."""
    toward_infrared = applied.numbers[_INFRARED][0] >= 0.5
    source, direction = (infrared, "infrared") if toward_infrared else (visible, "visible")
    moved = _moved(to_batch(picture), to_batch(source), direction, applied.amount)
    return picture + applied.weight[..., None] * (to_array(moved) - picture)


def _moved(picture: Batch, source: Batch, direction: str, share: float) -> Batch:
    way = source - luma(picture) if direction == "infrared" else source - picture
    return np.clip(picture + np.float32(share) * way, 0, 1)
