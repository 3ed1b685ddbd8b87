"""relight: brighten or darken a region (equations 14-17)."""

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.finetune import relight as run
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.tensors import to_tensor
from wordfuse.tools.editing import EditArgs, EditResult, control, finish, mask_tensor, pixels, start
from wordfuse.tools.effects import EFFECTS, LEAST_LUMA
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import RelightDirection, Strength

LEAST_CHANGE = 1.02  # a further attempt moves at least so far, or it would end where the one before ended


class RelightArgs(EditArgs):
    """Which way the light of the region is to change, and how much."""

    direction: RelightDirection
    strength: Strength


def relight(args: RelightArgs, work: Workspace) -> EditResult:
    """Make a region brighter or darker."""
    begun = start(work, "relight", args.direction, args.image, args.mask, args.strength)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    first = mean_luma(work.image(args.image), mask)
    # So far that it can be seen, also where there is little light.
    least = (
        (first + LEAST_LUMA) / max(first, 1e-3) if args.direction == "brighter" else first / max(first - LEAST_LUMA, 1)
    )
    ratio = max(EFFECTS["relight"].amounts[args.strength], least)
    if begun.picture != args.image:
        # A further attempt at the same goal: only what is left of the way.
        done = mean_luma(picture, mask) / max(first, 1e-3)
        ratio = max(ratio / (done if args.direction == "brighter" else 1 / max(done, 1e-3)), LEAST_CHANGE)
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
    return finish(work, begun, args, args.strength, outcome, before=picture, edited=pixels(outcome), feather_px=0)
