"""denoise: take noise out of a region (equations 18-20)."""

from fusion.device import resolve_device
from fusion.finetune import denoise as run
from fusion.metrics.noise import estimate_noise
from fusion.tensors import to_tensor
from tools.editing import EditArgs, EditResult, epoch_reporter, finish, mask_tensor, pixels, start
from tools.strengths import AMOUNTS
from tools.types import Strength
from tools.workspace import Workspace


class DenoiseArgs(EditArgs):
    """How much of the noise is to go."""

    strength: Strength


def denoise(args: DenoiseArgs, work: Workspace) -> EditResult:
    """Remove noise from a region."""
    begun = start(work, "denoise", None, args.image, args.mask, args.strength)
    outcome = run(
        to_tensor(work.image(begun.picture)),
        mask=mask_tensor(work, args.mask),
        amount=AMOUNTS[args.strength].residual,
        state=begun.state,
        seed=work.seed(),
        progress=epoch_reporter(work, "denoise"),
        cancelled=work.cancelled,
        max_seconds=work.max_seconds(),
        device=resolve_device(work.settings.device),
    )
    mask, edited, before = work.mask(args.mask), pixels(outcome), work.image(begun.picture)
    if estimate_noise(edited, mask) >= estimate_noise(before, mask):
        # Clean already, or too few epochs: what the network takes for noise is texture, or its own error.
        edited = before
    return finish(work, begun, args, args.strength, outcome, before=before, edited=edited)
