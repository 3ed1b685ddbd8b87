"""Restore a picture by what a method does to one of the sources that it was fused from.

A fault of one source is plain there, and mixed with the other source in the fused picture. So it is taken out of the
source, the pair is fused with and without it, and the difference is what the fault does to the fused picture (TeRF,
Table 2, VII). That difference is subtracted from the picture as it is now, in the share that reaches the wanted value:
edits that were made before stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import Applied
from wordfuse.fusion.finetune import Origin
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, as_batch, either_kind, to_array, to_batch

THROUGH = "through a source"  # the kind of these edits
CONTEXT_PX = 8  # around a region: as far as its soft end is looked for

Colours = NDArray[np.float32]


@either_kind
def restore_through(
    task: str,
    picture: Batch,
    origin: Origin,
    method: Callable[[Batch], Outcome],
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
        method: source -> what came of it, the source without all of the fault inside the region.
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

    source = as_batch(origin.source)
    made: list[Outcome] = []

    def look(part: Part) -> Told:
        made.append(method(source))
        return Told()

    def render(part: Part, told: Told) -> Render:
        fault = part.window.cut(source - made[0].image)
        if not fault.any():
            return lambda strength: part.picture
        return _without(part.picture, to_array(origin.seen_in_fused(fault, part.window)))

    taken = 0.0 if state is None else float(state.meta["strength"])
    aim = Aim(of_part, lambda before: wanted, rises=rises, most=max(0.0, 1 - taken))
    through = Method(THROUGH, look, render, lambda side_px: CONTEXT_PX)
    outcome = steer(task, picture, part, through, aim, state=state, control=control)
    mended = source.copy()
    if made:
        share = np.float32(outcome.state.meta["strength"]) * to_batch(part.weight)
        part.window.cut(mended)[...] -= share * part.window.cut(source - as_batch(made[0].image))
    return replace(outcome, applied=lambda: _applied(outcome, made), source=np.clip(mended, 0, 1))


def _applied(outcome: Outcome, made: Sequence[Outcome]) -> Applied:
    """What was done to the fused picture, with what was done to the source."""
    if outcome.applied is None:
        raise ValueError("an edit that was steered tells what it did")
    within = made[0].applied() if made and made[0].applied is not None else None
    return replace(outcome.applied(), within=within)


def _without(picture: Colours, seen: Colours) -> Render:
    return lambda strength: np.asarray(picture - np.float32(strength) * seen, np.float32)


def apply_through(applied: Applied, picture: Colours, seen: Colours) -> Colours:
    """Take out of a picture what a fault of its source does to it, as it was done before.

    Args:
        applied: what was done.
        picture: (H, W, 3) float32 in [0, 1].
        seen: (H, W, 3) float32, what the fault does to the fused picture.
    """
    render = _without(picture, seen)
    weight = applied.weight[..., None]
    return np.clip(picture + weight * (render(applied.amount) - picture), 0, 1)
