"""incline: move a region toward the infrared or the visible picture (equations 10-13)."""

from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune import incline as run
from wordfuse.fusion.measures import mean_distance
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.editing import EditArgs, EditResult, control, finish, mask_tensor, pixels, start, still_to_drop
from wordfuse.tools.effects import EFFECTS, LEAST_LUMA
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
    drop = min(1.0, max(EFFECTS["incline"].amounts[args.strength], LEAST_LUMA / max(first, 1e-3)))
    if begun.picture != args.image:
        # A further attempt at the same goal: only what is left of the way.
        drop = still_to_drop(drop, first, mean_distance(picture, source, mask))
    outcome = run(
        work.network,
        to_tensor(work.pair.infrared),
        to_tensor(work.pair.visible),
        to_tensor(picture),
        direction=args.direction,
        distance_drop=drop,
        mask=mask_tensor(work, args.mask),
        weight=None if mask is None else to_tensor(feather(mask)),
        state=begun.state,
        seed=work.seed(),
        control=control(work, "incline"),
    )
    return finish(work, begun, args, args.strength, outcome, before=picture, edited=pixels(outcome))
