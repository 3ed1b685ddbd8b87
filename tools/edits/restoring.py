"""What the edits share that need no training: each finds its own strength, for a measured value to go so far."""

from typing import Protocol

from wordfuse.fusion.finetune import Control, Outcome
from wordfuse.fusion.inspect.kinds import Kind
from wordfuse.fusion.restore.through import restore_through
from wordfuse.fusion.tensors import Batch, to_batch
from wordfuse.tools.aims import Divided
from wordfuse.tools.edits.editing import EditArgs, control, finish, how_far, pixels, region, start
from wordfuse.tools.edits.places import Measure, PlacedResult, in_best_place, origin_of, placed, places
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.mended import Source
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Direction, Strength, Task

BEYOND = 2.0  # times what is to rise in the picture rises in a source, whose share in it is not known


class Method(Protocol):
    """A method of ``fusion.restore`` or ``fusion.recolour``: it fades by itself where its region ends."""

    def __call__(self, picture: Batch, *, amount: float, mask: Batch | None, control: Control) -> Outcome:
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
    fault: Kind | None = None,
) -> PlacedResult:
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
        fault: what is taken out, which may be better done in the source that has it.
    """
    begun = start(work, task, direction, args, strength, share)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    amount = how_far(work, task, direction, args, begun, lambda seen: measured(seen, mask))
    effect = EFFECTS[task]
    level = measured(picture, mask)
    way, line = effect.way(direction), effect.goals[direction][0]
    limit = way.limit(level, amount, 1.0)
    if isinstance(way, Divided):
        amount = 1 / amount  # methods take what is wanted over what was there
    within, shown = region(work, args.mask), to_batch(picture)

    def in_picture() -> Outcome:
        return method(shown, amount=amount, mask=within, control=control(work, task))

    def in_source(source: Source) -> Outcome:
        # How much of what the fault does to the picture is to go is found by measuring: of the source, all of it goes.
        more = 1.0 if line.at_most else 1 + BEYOND * (amount - 1)
        return restore_through(
            task,
            shown,
            origin_of(source, begun.base, work),
            lambda given: method(given, amount=more, mask=within, control=control(work, task)),
            level=lambda seen: measured(seen, mask),
            wanted=level * ((1 - amount) if line.at_most else amount),  # as methods have it
            rises=not line.at_most,
            mask=within,
            state=begun.state,
            control=control(work, task),
        )

    best, outcome = in_best_place(
        places(begun, fault, work),
        lambda where: placed(in_picture() if where == "fused" else in_source(where), task, where),
        effect.goals[direction],
        limit,
        picture,
        args.mask,
        measured,
        work,
    )
    result = finish(work, begun, args, outcome, before=picture, edited=pixels(outcome), feather_px=0, where=best)
    return PlacedResult(**result.model_dump(), where=best)
