"""incline: move a region toward the infrared or the visible picture (equations 10-13)."""

from dataclasses import replace

import numpy as np

from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune import incline as run
from wordfuse.fusion.finetune.fading import fading
from wordfuse.fusion.finetune.whole import move_whole
from wordfuse.fusion.measures import mean_distance
from wordfuse.fusion.tensors import Batch, to_batch
from wordfuse.tools.edits.editing import EditArgs, EditResult, control, finish, how_far, pixels, region, start
from wordfuse.tools.store.workspace import FUSED, Workspace
from wordfuse.tools.types import Amount, InclineDirection, Strength


class InclineArgs(EditArgs):
    """Which source the region is to resemble, and how much."""

    direction: InclineDirection
    strength: Strength
    amount: Amount | None = None


def incline(args: InclineArgs, work: Workspace) -> EditResult:
    """Make a region look more like the infrared or the visible picture."""
    begun = start(work, "incline", args.direction, args, args.strength, args.amount)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    source = work.pair.infrared if args.direction == "infrared" else work.pair.visible
    drop = how_far(work, "incline", args.direction, args, begun, lambda seen: mean_distance(seen, source, mask))
    within, shown = region(work, args.mask), to_batch(picture)
    if within is None and not work.fuser.by_network:
        outcome = move_whole(shown, to_batch(source), args.direction, drop)
        return finish(work, begun, args, outcome, before=picture, edited=pixels(outcome))
    # Nothing of the source ends in the middle of an even place; and as the two pictures lie a pixel or two apart,
    # nothing ends as sharply as an edge of one of them.
    weight = None if within is None or mask is None else np.minimum(fading(shown, within), to_batch(feather(mask)))
    outcome = run(
        work.fuser,
        to_batch(work.pair.infrared),
        to_batch(work.pair.visible),
        shown,
        direction=args.direction,
        distance_drop=drop,
        fused=_fused(work, args.image),
        mask=within,
        weight=weight,
        state=begun.state,
        seed=work.seed(),
        control=control(work, "incline"),
    )
    if weight is not None:
        outcome = replace(outcome, image=shown + weight * (outcome.image - shown))
    edited = pixels(outcome)
    return finish(work, begun, args, outcome, before=picture, edited=edited, feather_px=0)


def _fused(work: Workspace, image: str) -> Batch | None:
    """The picture that all edits began with, where it is not what the tuned network gives untuned."""
    if work.fuser.by_network:
        return None
    return to_batch(work.image(FUSED if FUSED in work.catalogue.images else work.origin(image)))
