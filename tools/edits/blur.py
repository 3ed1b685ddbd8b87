"""blur: obscure a region, until no face and no letter in it can be read."""

from wordfuse.fusion.metrics.goals.readable import readable
from wordfuse.fusion.restore.blur import blur as method
from wordfuse.tools.edits.editing import EditArgs
from wordfuse.tools.edits.places import PlacedResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class BlurArgs(EditArgs):
    """How much of what can be read is to go."""

    strength: Strength
    amount: Amount | None = None


def blur(args: BlurArgs, work: Workspace) -> PlacedResult:
    """Blur a region, so that faces and letters in it cannot be read."""
    return restore("blur", None, args, args.strength, args.amount, work, method=method, measured=readable)
