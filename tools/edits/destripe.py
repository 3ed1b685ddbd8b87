"""destripe: take lines of rows or columns out."""

from functools import partial
from typing import Literal

from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.fusion.restore.destripe import destripe as clean
from wordfuse.tools.edits.editing import EditArgs
from wordfuse.tools.edits.places import PlacedResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class DestripeArgs(EditArgs):
    """How much of the lines is to go, and which; axis null: found by measuring."""

    strength: Strength
    amount: Amount | None = None
    axis: Literal["rows", "columns", "both"] | None = None


def destripe(args: DestripeArgs, work: Workspace) -> PlacedResult:
    """Take the lines that a sensor left out of a region."""
    method, far = partial(clean, axis=args.axis), (args.strength, args.amount)
    return restore("destripe", None, args, *far, work, method=method, measured=estimate_stripes, fault="stripes")
