"""incline: move a region toward the infrared or the visible picture (equations 10-13)."""

from dataclasses import replace

from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune import incline as run
from wordfuse.fusion.finetune.fading import fading
from wordfuse.fusion.measures import mean_distance
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.editing import EditArgs, EditResult, control, finish, mask_tensor, pixels, start, still_to_drop
from wordfuse.tools.effects import EFFECTS, LEAST_DISTANCE
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import InclineDirection, Strength


class InclineArgs(EditArgs):
    """Which source the region is to resemble, and how much."""

    direction: InclineDirection
    strength: Strength


def incline(args: InclineArgs, work: Workspace) -> EditResult:
    """Make a region look more like the infrared or the visible picture."""
    begun = start(work, "incline", args.direction, args.image, args.mask, args.strength)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    source = work.pair.infrared if args.direction == "infrared" else work.pair.visible
    first = mean_distance(work.image(args.image), source, mask)
    # So far that it can be seen, also where there is little way to go.
    drop = min(1.0, max(EFFECTS["incline"].amounts[args.strength], LEAST_DISTANCE / max(first, 1e-3)))
    if begun.picture != args.image:
        # A further attempt at the same goal: only what is left of the way.
        drop = still_to_drop(drop, first, mean_distance(picture, source, mask))
    region, shown = mask_tensor(work, args.mask), to_tensor(picture)
    # Nothing of the source ends in the middle of an even place.
    weight = None if region is None or mask is None else fading(shown, region) * to_tensor(feather(mask))
    outcome = run(
        work.network,
        to_tensor(work.pair.infrared),
        to_tensor(work.pair.visible),
        shown,
        direction=args.direction,
        distance_drop=drop,
        mask=region,
        weight=weight,
        state=begun.state,
        seed=work.seed(),
        control=control(work, "incline"),
    )
    if weight is not None:
        outcome = replace(outcome, image=shown.lerp(outcome.image, weight))
    edited = pixels(outcome)
    return finish(work, begun, args, args.strength, outcome, before=picture, edited=edited, feather_px=0)
