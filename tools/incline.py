"""incline: move a region toward the infrared or the visible picture (equations 10-13)."""

from copy import deepcopy

import numpy as np
from numpy.typing import NDArray

from fusion.finetune import incline as run
from fusion.finetune.incline import RECIPES
from fusion.finetune.run import State, follow_gray
from fusion.images import to_float, to_uint8
from fusion.inference import fuse
from fusion.tensors import to_array, to_tensor
from tools.editing import EditArgs, EditResult, epoch_reporter, finish, mask_tensor, start
from tools.strengths import AMOUNTS
from tools.types import InclineDirection, Strength
from tools.workspace import FUSED, Workspace


class InclineArgs(EditArgs):
    """Which source the region is to resemble, and how much."""

    direction: InclineDirection
    strength: Strength


def incline(args: InclineArgs, work: Workspace) -> EditResult:
    """Make a region look more like the infrared or the visible picture."""
    begun = start(work, "incline", args.direction, args.image, args.mask, args.strength)
    infrared, visible = to_tensor(work.pair.infrared), to_tensor(work.pair.visible)
    fast = RECIPES["fast"]
    outcome = run(
        work.network,
        infrared,
        visible,
        direction=args.direction,
        mask=mask_tensor(work, args.mask),
        state=begun.state,
        strength=AMOUNTS[args.strength].epochs / fast.epochs,
        recipe=fast,
        seed=work.seed(),
        progress=epoch_reporter(work, "incline"),
        cancelled=work.cancelled,
        max_seconds=work.max_seconds(),
    )
    tuned = to_array(outcome.image)
    base = work.image(args.image)
    if args.image == FUSED:
        edited = to_uint8(tuned)
    else:
        # Earlier edits of this region are to survive: what is applied is the change of the network's output.
        before = _output_before(work, begun.reference)
        edited = to_uint8(to_float(base) + tuned - before)
    return finish(work, begun, args, args.strength, outcome, before=base, edited=edited)


def _output_before(work: Workspace, reference: str | None) -> NDArray[np.float32]:
    """The network's output before this edit: that of the state behind the picture, or the untouched fused picture."""
    if reference is None:
        return to_float(work.image(FUSED))
    network = deepcopy(work.network)
    state = State.load(work.folder / reference, "incline")
    network.load_state_dict({name: value.float() for name, value in state.tensors.items()})
    visible = to_tensor(work.pair.visible)
    return to_array(follow_gray(fuse(network, to_tensor(work.pair.infrared), visible), visible))
