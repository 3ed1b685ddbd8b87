"""Give a region as a source has it by a copy of the fusion network that is tuned for it (TeRF section 2.4.1)."""

from collections.abc import Callable
from copy import deepcopy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Recipe, State
from wordfuse.fusion.finetune.toward import Toward
from wordfuse.fusion.finetune.trained.descent import Descent
from wordfuse.fusion.losses import inclination_loss
from wordfuse.fusion.networks.inference import fuse_window
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import Batch, as_batch
from wordfuse.fusion.window import sample_windows


class TunedNetwork:
    """The end of the way that a tuned network gives: equations 10-11 (visible) or 12-13 (infrared)."""

    def __init__(self, network: FusionNetwork, toward: Toward) -> None:
        """Begin with a copy of a network, on its device."""
        self.toward, self.network = toward, deepcopy(network).requires_grad_(True)

    def load(self, state: State) -> None:
        """Take the weights of a state.

        Raises:
            InputError: they are those of another network.
        """
        try:
            weights = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.tensors.items()}
            self.network.load_state_dict(weights)
        except RuntimeError as error:
            raise InputError(
                f"belongs to another fusion network ({error})", subject="state", remedy="start this task afresh"
            ) from error

    def search(self, recipe: Recipe, epochs: int, seed: int) -> Callable[[], Tensor]:
        """A step of the training; see :class:`End`."""
        network, toward = self.network.train(), self.toward
        device = next(network.parameters()).device
        sources = [torch.tensor(source).to(device) for source in (toward.infrared, toward.visible, toward.mask)]
        descent = Descent(network, recipe, epochs)
        generator = torch.Generator().manual_seed(seed)

        @torch.enable_grad()
        def step() -> Tensor:
            crops = sample_windows(toward.mask, toward.window, recipe.side_px, recipe.crops, generator)
            infrared, visible, region = (torch.cat([crop.cut(source) for crop in crops]) for source in sources)
            with mixed_precision(device):
                fused = network(infrared, visible.contiguous(memory_format=torch.channels_last))
            return descent.step(inclination_loss(fused, infrared, visible, toward.direction, region=region)["total"])

        return step

    def tensors(self) -> dict[str, NDArray[np.float16]]:
        """The weights in float16; the outcome is what these give."""
        weights = {name: value.detach().half().cpu().numpy() for name, value in self.network.state_dict().items()}
        self.load(State("incline", 0, weights, {}))
        return weights

    def picture(self) -> Batch:
        """What the tuned network gives inside the window."""
        toward = self.toward
        return as_batch(fuse_window(self.network.eval(), toward.infrared, toward.visible, toward.window))
