"""relight: brighten or darken a region (equations 14-17)."""

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.finetune import relight as run
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.edits.editing import EditArgs, EditResult, control, finish, mask_tensor, pixels, start
from wordfuse.tools.effects import EFFECTS, LEAST_LUMA
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
    first = mean_luma(work.image(args.image), mask)
    # So far that it can be seen, also where there is little light.
    least = (
        (first + LEAST_LUMA) / max(first, 1e-3) if args.direction == "brighter" else first / max(first - LEAST_LUMA, 1)
    )
    effect = EFFECTS["relight"]
    ratio = max(effect.amount(args.direction, args.strength, args.amount), least)
    if begun.further:
        ratio = effect.way(args.direction).left(ratio, first, mean_luma(picture, mask))
    outcome = run(
        to_tensor(picture),
        luma_ratio=ratio if args.direction == "brighter" else 1 / ratio,
        mask=mask_tensor(work, args.mask),
        tone=work.catalogue.tones.get(args.mask or ""),
        state=begun.state,
        seed=work.seed(),
        control=control(work, "relight"),
        device=resolve_device(work.settings.device),
    )
    # The change of light fades out by itself.
    return finish(work, begun, args, outcome, before=picture, edited=pixels(outcome), feather_px=0)
