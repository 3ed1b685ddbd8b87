"""denoise: take noise out of a region (equations 18-20)."""

from fusion.device import resolve_device
from fusion.finetune import denoise as run
from fusion.metrics.noise import estimate_noise
from fusion.tensors import to_tensor
from tools.editing import EditArgs, EditResult, control, finish, mask_tensor, pixels, start, still_to_drop
from tools.strengths import AMOUNTS
from tools.types import Strength
from tools.workspace import Workspace


class DenoiseArgs(EditArgs):
    """How much of the noise is to go."""

    strength: Strength


def denoise(args: DenoiseArgs, work: Workspace) -> EditResult:
    """Remove noise from a region."""
    begun = start(work, "denoise", None, args.image, args.mask, args.strength)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    drop = AMOUNTS[args.strength].noise_drop
    if begun.picture != args.image:
        # A further attempt at the same goal: only what is left of the way.
        drop = still_to_drop(drop, estimate_noise(work.image(args.image), mask), estimate_noise(picture, mask))
    outcome = run(
        to_tensor(picture),
        noise_drop=drop,
        mask=mask_tensor(work, args.mask),
        state=begun.state,
        seed=work.seed(),
        control=control(work, "denoise"),
        device=resolve_device(work.settings.device),
    )
    return finish(work, begun, args, args.strength, outcome, before=picture, edited=pixels(outcome))
