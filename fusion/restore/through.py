"""Restore a picture by what a method does to one of the sources that it was fused from.

A fault of one source is plain there, and mixed with the other source in the fused picture. So it is taken out of the
source, the pair is fused with and without it, and the difference is what the fault does to the fused picture (TeRF,
Table 2, VII). That difference is subtracted from the picture as it is now, in the share that reaches the wanted value:
edits that were made before stay.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.finetune import Origin
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.restore.steer import Aim, Render, cut_part, steer
from wordfuse.fusion.tensors import Batch, as_batch, either_kind, to_array

CONTEXT_PX = 8  # around a region: as far as its soft end is looked for


@either_kind
def restore_through(
    task: str,
    picture: Batch,
    origin: Origin,
    method: Callable[[Batch], Batch],
    *,
    level: Callable[[NDArray[np.uint8]], float],
    wanted: float,
    rises: bool,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Take out of a region what a fault of a source does to it.

    Args:
        task: what the state is called.
        picture: (1, 3, H, W) float in [0, 1], RGB, fused from the source, and perhaps edited since.
        origin: the source, and how pictures are fused from it.
        method: source -> the source without all of the fault inside the region, same shape.
        level: measures a whole picture, (H, W, 3) uint8.
        wanted: the level to reach.
        rises: whether it is to rise; else it is to fall.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call through this source on the same region: what is left of the fault is taken then.
        control: cancellation and time.

    Returns:
        The picture without so much of the fault; unchanged and ``saturated`` where the source has none (left).

    Raises:
        InputError: sizes do not fit, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    part = cut_part(picture, mask, CONTEXT_PX)
    whole = to_uint8(to_array(picture))
    around = slice(part.window.top, part.window.bottom), slice(part.window.left, part.window.right)

    def of_part(pixels: NDArray[np.uint8]) -> float:
        whole[around] = pixels
        return level(whole)

    def prepare() -> Render:
        source = as_batch(origin.source)
        fault = part.window.cut(source - method(source))
        if not fault.any():
            return lambda strength: part.picture
        seen = to_array(origin.seen_in_fused(fault, part.window))
        return lambda strength: np.asarray(part.picture - strength * seen, np.float32)

    taken = 0.0 if state is None else float(state.meta["strength"])
    aim = Aim(of_part, lambda before: wanted, rises=rises, most=max(0.0, 1 - taken))
    return steer(task, picture, part, prepare, aim, state=state, control=control)
