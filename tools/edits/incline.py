"""incline: move a region toward the infrared or the visible picture (equations 10-13)."""

from dataclasses import replace
from time import monotonic

from torch import Tensor

from wordfuse.fusion.colour import luma
from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune import Outcome, State
from wordfuse.fusion.finetune import incline as run
from wordfuse.fusion.finetune.fading import fading
from wordfuse.fusion.measures import mean_distance
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.edits.editing import EditArgs, EditResult, control, finish, how_far, mask_tensor, pixels, start
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
    region, shown = mask_tensor(work, args.mask), to_tensor(picture)
    if region is None and not work.fuser.by_network:
        outcome = _moved(shown, to_tensor(source), args.direction, drop)
        return finish(work, begun, args, outcome, before=picture, edited=pixels(outcome))
    # Nothing of the source ends in the middle of an even place; and as the two pictures lie a pixel or two apart,
    # nothing ends as sharply as an edge of one of them.
    weight = None if region is None or mask is None else fading(shown, region).minimum(to_tensor(feather(mask)))
    outcome = run(
        work.network,
        to_tensor(work.pair.infrared),
        to_tensor(work.pair.visible),
        shown,
        direction=args.direction,
        distance_drop=drop,
        fused=_fused(work, args.image),
        mask=region,
        weight=weight,
        state=begun.state,
        seed=work.seed(),
        control=control(work, "incline"),
    )
    if weight is not None:
        outcome = replace(outcome, image=shown.lerp(outcome.image, weight))
    edited = pixels(outcome)
    return finish(work, begun, args, outcome, before=picture, edited=edited, feather_px=0)


def _moved(picture: Tensor, source: Tensor, direction: InclineDirection, drop: float) -> Outcome:
    """The whole picture moved toward a source as ``fusion.look.share`` moves it, its colour kept: nothing is trained.

    With the way to the source as a straight line, the share of it that is gone is the share of the distance that falls.
    """
    started = monotonic()
    way = source - luma(picture) if direction == "infrared" else source - picture
    state = State("incline", 0, {}, {"direction": direction, "share": drop})
    moved = (picture + drop * way).clamp(0, 1)
    return Outcome(moved, state, 0, [], monotonic() - started, "converged", saturated=drop >= 1)


def _fused(work: Workspace, image: str) -> Tensor | None:
    """The picture that all edits began with, where it is not what the tuned network gives untuned."""
    if work.fuser.by_network:
        return None
    return to_tensor(work.image(FUSED if FUSED in work.catalogue.images else work.origin(image)))
