"""dehaze: take the veil of haze, fog or smoke away."""

from functools import partial

from wordfuse.fusion.look.parts import own_picture
from wordfuse.fusion.metrics.goals.haze import estimate_haze
from wordfuse.fusion.restore.dehaze import dehaze as clear
from wordfuse.fusion.tensors import to_batch
from wordfuse.tools.edits.editing import EditArgs
from wordfuse.tools.edits.places import PlacedResult
from wordfuse.tools.edits.restoring import restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength


class DehazeArgs(EditArgs):
    """How much of the haze is to go."""

    strength: Strength
    amount: Amount | None = None


def dehaze(args: DehazeArgs, work: Workspace) -> PlacedResult:
    """Take haze, fog or smoke out of a region."""
    method, far = partial(clear, infrared=to_batch(work.pair.infrared)), (args.strength, args.amount)
    mask = work.mask(args.mask)
    alone = None if mask is None else own_picture(work.image(args.image), mask > 127)
    measured = partial(estimate_haze, alone=alone)
    return restore("dehaze", None, args, *far, work, method=method, measured=measured, fault="haze")
