"""destripe: take lines of rows or columns out."""

from functools import partial
from typing import Literal

from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.fusion.restore.destripe import destripe as clean
from wordfuse.tools.edits.editing import EditArgs, EditResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class DestripeArgs(EditArgs):
    """How much of the lines is to go, and which; axis null: found by measuring."""

    strength: Strength
    amount: Amount | None = None
    axis: Literal["rows", "columns", "both"] | None = None


def destripe(args: DestripeArgs, work: Workspace) -> EditResult:
    """Take the lines that a sensor left out of a region."""
    method = partial(clean, axis=args.axis)
    return restore("destripe", None, args, args.strength, args.amount, work, method=method, measured=estimate_stripes)
