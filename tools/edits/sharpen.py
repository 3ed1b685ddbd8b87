"""sharpen: fine gradients rise, noise and halos do not."""

from wordfuse.fusion.metrics.goals.sharpness import sharpness
from wordfuse.fusion.restore.sharpen import sharpen as method
from wordfuse.tools.edits.editing import EditArgs, EditResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class SharpenArgs(EditArgs):
    """How much sharper."""

    strength: Strength
    amount: Amount | None = None


def sharpen(args: SharpenArgs, work: Workspace) -> EditResult:
    """Sharpen a region."""
    return restore("sharpen", None, args, args.strength, args.amount, work, method=method, measured=sharpness)
