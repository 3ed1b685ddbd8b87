"""What the edits share that need no training: each finds its own strength, for a measured value to go so far."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.fusion.finetune import Control, Outcome
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.aims import Divided
from wordfuse.tools.edits.editing import (
    EditArgs,
    EditResult,
    Picture,
    control,
    finish,
    how_far,
    mask_tensor,
    pixels,
    start,
)
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Direction, Strength, Task

Measure = Callable[[Picture, NDArray[np.uint8] | None], float]


class Method(Protocol):
    """A method of ``fusion.restore`` or ``fusion.recolour``: it fades by itself where its region ends."""

    def __call__(self, picture: Tensor, *, amount: float, mask: Tensor | None, control: Control) -> Outcome:
        """Edit a picture until the measured value has gone as far as the amount says."""


def restore(
    task: Task,
    direction: Direction | None,
    args: EditArgs,
    strength: Strength,
    share: float | None,
    work: Workspace,
    *,
    method: Method,
    measured: Measure,
) -> EditResult:
    """Make an edit by a method that aims by itself.

    Args:
        task: of the edit.
        direction: of the edit.
        args: the picture and the region.
        strength: how far it goes.
        share: the amount that a person named, which goes before the strength.
        work: the run.
        method: does it.
        measured: the main line of the goal, as ``method`` measures it.
    """
    begun = start(work, task, direction, args, strength, share)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    amount = how_far(work, task, direction, args, begun, lambda seen: measured(seen, mask))
    if isinstance(EFFECTS[task].way(direction), Divided):
        amount = 1 / amount  # methods take what is wanted over what was there
    outcome = method(to_tensor(picture), amount=amount, mask=mask_tensor(work, args.mask), control=control(work, task))
    outcome = replace(outcome, state=replace(outcome.state, task=task))
    edited = pixels(outcome)
    return finish(work, begun, args, outcome, before=picture, edited=edited, feather_px=0)
