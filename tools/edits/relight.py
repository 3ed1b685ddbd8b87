"""relight: brighten or darken a region (equations 14-17)."""

from wordfuse.fusion.finetune import relight as run
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.tensors import to_batch
from wordfuse.tools.edits.editing import EditArgs, EditResult, control, finish, how_far, pixels, region, start
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, RelightDirection, Strength


class RelightArgs(EditArgs):
    """Which way the light of the region is to change, and how much."""

    direction: RelightDirection
    strength: Strength
    amount: Amount | None = None


def relight(args: RelightArgs, work: Workspace) -> EditResult:
    """Make a region brighter or darker."""
    begun = start(work, "relight", args.direction, args, args.strength, args.amount)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    ratio = how_far(work, "relight", args.direction, args, begun, lambda seen: mean_luma(seen, mask))
    outcome = run(
        to_batch(picture),
        luma_ratio=ratio if args.direction == "brighter" else 1 / ratio,
        mask=region(work, args.mask),
        tone=work.catalogue.tones.get(args.mask or ""),
        state=begun.state,
        seed=work.seed(),
        control=control(work, "relight"),
        device=work.settings.device,
    )
    # The change of light fades out by itself.
    return finish(work, begun, args, outcome, before=picture, edited=pixels(outcome), feather_px=0)
