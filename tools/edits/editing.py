"""What the edits share: where an edit starts from, and how its outcome becomes a picture of the run.

An edit is known by its task, its direction and the pixels of its mask. Called again on the picture that it made, it is
the repeat of TeRF's section 2.4.4 and goes on from its saved state. Called again on the picture it started from, at the
same strength and amount, it is another attempt at the same goal and goes on as well; at another it starts that attempt
over. On any other picture it starts afresh.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.compose import FEATHER_PX, compose, feather
from wordfuse.fusion.finetune import Control, EpochProgress, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.catalogue import StateRecord
from wordfuse.tools.store.mended import carry_mended
from wordfuse.tools.store.workspace import Progress, Where, Workspace
from wordfuse.tools.types import Direction, Id, Strength, Strict, Task

Picture = NDArray[np.uint8]


class EditArgs(Strict):
    """What every edit is told first: a picture and a region (mask null is the whole image)."""

    image: Id
    mask: Id | None


class EditResult(Strict):
    """The edited picture; pixels outside the mask are those of the picture it was made from."""

    image: Id
    epochs: int
    stopped: str
    saturated: bool  # a repeat would bring no more


@dataclass(frozen=True)
class Start:
    """Where an edit starts from.

    Attributes:
        key: what the edit is known by.
        state: the saved state to go on from, None to start afresh.
        picture: id of the picture whose pixels the edit sees.
        base: id of the picture that it began with, whose sources it sees.
        strength: how far it was asked to go.
        amount: and the share that a person named for it, if one did.
        further: whether it is another attempt at the same goal, of which only what is left of the way is to go.
    """

    key: str
    state: State | None
    picture: str
    base: str
    strength: Strength
    amount: float | None
    further: bool


def start(
    work: Workspace, task: str, direction: str | None, args: EditArgs, strength: Strength, amount: float | None
) -> Start:
    """Find out whether this call goes on from an earlier one."""
    key = work.state_key(task, direction, args.mask)
    record = work.catalogue.states.get(key)

    def begun(picture: str, *, afresh: bool = False) -> Start:
        state = None if afresh or record is None else State.load(work.folder / record.file, task)
        base = args.image if state is None or record is None else record.base
        return Start(key, state, picture, base, strength, amount, further=picture != args.image)

    if record is not None and work.origin(args.image) == record.output:
        return begun(args.image)
    if record is not None and (args.image, strength, amount) == (record.base, record.strength, record.amount):
        return begun(record.output)
    return begun(args.image, afresh=True)


def how_far(
    work: Workspace,
    task: Task,
    direction: Direction | None,
    args: EditArgs,
    begun: Start,
    measured: Callable[[Picture], float],
) -> float:
    """The amount that is to go: so much that it can be seen, and of another attempt only what is left of the way.

    ``measured`` is the main line of the task's goal, inside the region.
    """
    effect = EFFECTS[task]
    way, first = effect.way(direction), measured(work.image(args.image))
    area = work.area(args.mask)
    amount = way.seen(effect.amount(direction, begun.strength, begun.amount, first=first, area=area), first)
    return way.left(amount, first, measured(work.image(begun.picture))) if begun.further else amount


def finish(
    work: Workspace,
    begun: Start,
    args: EditArgs,
    outcome: Outcome,
    *,
    before: Picture,
    edited: Picture,
    feather_px: int = FEATHER_PX,
    where: Where = "fused",
) -> EditResult:
    """Compose the edit into the picture before it (equation 5), and save picture and state under new ids.

    ``before`` is the picture that was edited: the call's own, or for a further attempt the outcome of the one before,
    so that the soft edge does not take back what was reached. ``feather_px`` is the width of that edge, ``where`` is
    the place that the edit was made in.
    """
    still_wanted()
    name, mask = work.new_id("a"), work.mask(args.mask)
    composed = compose(before, edited, mask, feather_px)
    if work.made is not None and outcome.applied is not None:
        done = outcome.applied()
        work.made(done if mask is None or not feather_px else done.weighted(feather(mask, feather_px)))
    still_wanted()
    work.save_image(name, composed, f"work/{name}.png")
    mended = None if outcome.source is None else to_array(outcome.source)
    carry_mended(work, name, begun.picture, where if where != "fused" else None, mended)
    file = f"work/{name}.safetensors"
    outcome.state.save(work.folder / file)
    work.catalogue.states[begun.key] = StateRecord(
        file=file, base=args.image, output=name, strength=begun.strength, amount=begun.amount, where=where
    )
    return EditResult(image=name, epochs=outcome.epochs, stopped=outcome.stopped, saturated=outcome.saturated)


def pixels(outcome: Outcome) -> Picture:
    """An outcome's picture as 8-bit (H, W, 3)."""
    return to_uint8(to_array(outcome.image))


def region(work: Workspace, name: str | None) -> Batch | None:
    """A mask as the edits take it."""
    mask = work.mask(name)
    return None if mask is None else to_batch(mask)


def control(work: Workspace, tool: str) -> Control:
    """Pass epochs on to whoever watches the workspace, and its limits on to the tool."""

    def report(done: EpochProgress) -> None:
        if work.progress is not None:
            work.progress(Progress(tool, done.epoch, done.epochs, done.loss))

    return Control(report, work.cancelled, work.max_seconds(), work.gently)
