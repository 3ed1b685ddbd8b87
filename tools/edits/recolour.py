"""recolour: more colour, less, none that the light brought, or that of heat."""

from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.finetune import Control, Outcome
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.chroma import cast, mean_chroma
from wordfuse.fusion.metrics.goals.heat import heat_share
from wordfuse.fusion.recolour.chroma import recolour as change
from wordfuse.fusion.recolour.heat import heat
from wordfuse.fusion.tensors import Batch, to_array, to_batch
from wordfuse.tools.edits.editing import EditArgs, Picture
from wordfuse.tools.edits.places import Measure, PlacedResult
from wordfuse.tools.edits.restoring import Method, restore
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, RecolourDirection, Strength


class RecolourArgs(EditArgs):
    """What the colours are to become, and how far."""

    direction: RecolourDirection
    strength: Strength
    amount: Amount | None = None


def recolour(args: RecolourArgs, work: Workspace) -> PlacedResult:
    """Make the colours of a region vivid, muted, neutral, or those of its heat in the infrared picture.

    The colours of heat need none of the visible picture: a gray picture becomes one of colours where it has them.

    Raises:
        RegionError: the picture is gray, and other colours than those of heat are asked for.
    """
    picture = work.image(args.image)
    if args.direction != "heat" and work.pair.gray and bool((picture == picture[..., :1]).all()):
        raise RegionError(
            "the visible picture is gray, and results are as it is: there are no colours to change",
            remedy="make it stand out or show it in heat colours instead, or give the visible picture in colour",
        )
    method, measured = _by_heat(work) if args.direction == "heat" else _by_itself(args.direction)
    far = args.strength, args.amount
    return restore("recolour", args.direction, args, *far, work, method=method, measured=measured)


def _by_itself(direction: Literal["vivid", "muted", "neutral"]) -> tuple[Method, Measure]:
    return partial(change, direction=direction), cast if direction == "neutral" else mean_chroma


def _by_heat(work: Workspace) -> tuple[Method, Measure]:
    infrared = work.pair.infrared

    def measured(picture: Picture, mask: NDArray[np.uint8] | None) -> float:
        return heat_share(picture, infrared, mask)

    def method(picture: Batch, *, amount: float, mask: Batch | None, control: Control) -> Outcome:
        # An amount is a share of the way that there is; the method takes where it ends.
        before = measured(to_uint8(to_array(picture)), None if mask is None else to_uint8(to_array(mask)))
        wanted = before + amount * (1 - before)
        return heat(picture, to_batch(infrared), amount=wanted, mask=mask, control=control)

    return method, measured
