"""Move a region toward the infrared or the visible picture by tuning the fusion network (TeRF section 2.4.1)."""

import time
from copy import deepcopy
from typing import Literal

import torch
from torch import Tensor

from fusion.device import mixed_precision
from fusion.errors import InputError
from fusion.finetune.run import (
    Cancelled,
    Control,
    Descent,
    Outcome,
    Progress,
    Recipe,
    State,
    check_mask,
    check_repeat,
    follow_gray,
    region_window,
    sample_windows,
)
from fusion.inference import fuse
from fusion.losses import inclination_loss
from fusion.network import FusionNetwork

# "paper": section 3.1.2, on the whole region. "fast", for a CPU: the same rate, but the loss is taken on random
# crops of the region. Twelve such steps bring the region's luma a third to a half of the way to the source, a repeat
# about as far again; more steps in one call leave a repeat nothing to do.
RECIPES = {
    "fast": Recipe(epochs=12, learning_rate=8e-5, side_px=96, crops=2, final_rate=0.1),
    "paper": Recipe(epochs=50, learning_rate=8e-5, side_px=None),
}
CONTEXT_PX = 16  # seen around the region, so that the network's borders do not fall on the region's


def incline(
    network: FusionNetwork,
    infrared: Tensor,
    visible: Tensor,
    *,
    direction: Literal["infrared", "visible"],
    mask: Tensor | None = None,
    state: State | None = None,
    strength: float = 1.0,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    max_seconds: float | None = None,
) -> Outcome:
    """Fine-tune a copy of the fusion network on equations 10-11 (visible) or 12-13 (infrared), inside the region.

    The outcome depends on the number of epochs, never on the speed of the machine, unless ``max_seconds`` runs out.

    Args:
        network: the trained fusion network; it is not changed. Its device is where the work happens.
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        direction: the source to resemble.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call with the same direction on the same region: its network is tuned further.
        strength: multiplies the recipe's epochs.
        recipe: see ``RECIPES``.
        seed: of the choice of crops.
        progress: called after every epoch.
        cancelled: asked before every epoch.
        max_seconds: no epoch starts after this; the final fusion still runs.

    Returns:
        The pair fused by the tuned network. ``state.tensors`` are its weights in float16, and ``image`` is exactly
        what they give.

    Raises:
        InputError: sizes differ, ``strength`` is not positive, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if infrared.shape[-2:] != visible.shape[-2:]:
        raise InputError(f"infrared is {tuple(infrared.shape)}, visible {tuple(visible.shape)}: sizes must be equal")
    if not 0 < strength < float("inf"):
        raise InputError(f"strength {strength}: must be a positive number")
    mask = check_mask(mask, visible)
    window = region_window(mask, CONTEXT_PX)
    facts = {
        "direction": direction,
        "size": list(visible.shape[-2:]),
        "window": [window.top, window.bottom, window.left, window.right],
    }
    tuned = deepcopy(network).requires_grad_(True).train()
    done = 0
    if state is not None:
        check_repeat(state, "incline", facts)
        _load(tuned, state)
        done = state.epochs
    device = next(tuned.parameters()).device
    # Copies: a tensor made in inference mode cannot take part in training.
    infrared, visible = infrared.to(device, copy=True), visible.to(device, copy=True)
    region = mask.to(device)
    epochs = max(1, round(recipe.epochs * strength))
    descent = Descent(tuned, recipe, epochs)
    generator = torch.Generator().manual_seed(seed + done)

    def step() -> Tensor:
        crops = sample_windows(mask, window, recipe.side_px, recipe.crops, generator)
        batch_infrared, batch_visible, batch_region = (
            torch.cat([crop.cut(source) for crop in crops]) for source in (infrared, visible, region)
        )
        with mixed_precision(device):
            fused = tuned(batch_infrared, batch_visible.contiguous(memory_format=torch.channels_last))
        loss = inclination_loss(fused, batch_infrared, batch_visible, direction, region=batch_region)["total"]
        return descent.step(loss)

    losses, stopped = Control(progress, cancelled, max_seconds).run(step, epochs, started)
    weights = {name: value.detach().half().cpu() for name, value in tuned.state_dict().items()}
    result = State("incline", done + len(losses), weights, facts)
    _load(tuned, result)
    image = follow_gray(fuse(tuned.eval(), infrared, visible).clone(), visible.cpu())
    return Outcome(image, result, len(losses), losses, time.monotonic() - started, stopped)


def _load(network: FusionNetwork, state: State) -> None:
    try:
        network.load_state_dict({name: value.float() for name, value in state.tensors.items()})
    except RuntimeError as error:
        raise InputError(f"state: belongs to another fusion network ({error}); start this task afresh") from error
