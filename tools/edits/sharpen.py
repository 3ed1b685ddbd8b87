"""sharpen: fine gradients rise, noise and halos do not."""

from wordfuse.fusion.metrics.goals.sharpness import sharpness
from wordfuse.fusion.restore.sharpen import sharpen as method
from wordfuse.tools.edits.editing import EditArgs
from wordfuse.tools.edits.places import PlacedResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class SharpenArgs(EditArgs):
    """How much sharper."""

    strength: Strength
    amount: Amount | None = None


def sharpen(args: SharpenArgs, work: Workspace) -> PlacedResult:
    """Sharpen a region."""
    far = args.strength, args.amount
    return restore("sharpen", None, args, *far, work, method=method, measured=sharpness, fault="blur")
