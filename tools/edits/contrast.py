"""contrast: more or less of it, without halo, clipping or noise."""

from wordfuse.fusion.metrics.goals.contrast import local_contrast
from wordfuse.fusion.restore.contrast import contrast as method
from wordfuse.tools.edits.editing import EditArgs
from wordfuse.tools.edits.places import PlacedResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, ContrastDirection, Strength


class ContrastArgs(EditArgs):
    """Which way the local contrast goes, and how far."""

    direction: ContrastDirection
    strength: Strength
    amount: Amount | None = None


def contrast(args: ContrastArgs, work: Workspace) -> PlacedResult:
    """Give a region more or less local contrast."""
    far = args.strength, args.amount
    return restore("contrast", args.direction, args, *far, work, method=method, measured=local_contrast)
