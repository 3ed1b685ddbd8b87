"""Learn the noise of a picture from the picture alone: Zero-Shot Noise2Noise (TeRF section 2.4.3, equations 18-20).

Two half-size copies of the picture, made by averaging the two diagonals of every 2x2 block, show the same scene under
different noise. A small network that predicts one from the other can only learn the scene.
"""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.device import channels_last, mixed_precision
from wordfuse.fusion.finetune.run import Control, Recipe, State, Stopped
from wordfuse.fusion.finetune.trained.descent import Descent
from wordfuse.fusion.finetune.trained.unit import NoiseUnit, apply_in_strips
from wordfuse.fusion.tensors import Batch
from wordfuse.fusion.window import Window, sample_windows

PRIOR_CROPS = 8  # different crops that training chooses from; they are kept in the state


def pair_downsample(x: Tensor) -> tuple[Tensor, Tensor]:
    """D1 and D2 of equation 18: the mean of each diagonal of every 2x2 block.

    Args:
        x: (B, C, H, W), both sides even.

    Returns:
        Two tensors (B, C, H/2, W/2) of the same scene with independent noise.
    """
    top, bottom = x[..., 0::2, :], x[..., 1::2, :]
    first = (top[..., 1::2] + bottom[..., 0::2]) / 2
    second = (top[..., 0::2] + bottom[..., 1::2]) / 2
    return first, second


def noise_loss(network: torch.nn.Module, x: Tensor) -> Tensor:
    """Equation 20: residual (18) and consistency (19) terms, squares averaged over pixels.

    Args:
        network: estimates the noise of a picture.
        x: (B, 3, H, W) noisy pictures, both sides even.
    """
    first, second = pair_downsample(x)
    with mixed_precision(x.device):
        noise, noise_first, noise_second = network(x), network(first), network(second)
    clean_first, clean_second = first - noise_first.float(), second - noise_second.float()
    residual = F.mse_loss(clean_first, second) + F.mse_loss(clean_second, first)
    first_of_clean, second_of_clean = pair_downsample(x - noise.float())
    consistency = F.mse_loss(clean_first, first_of_clean) + F.mse_loss(clean_second, second_of_clean)
    return residual + consistency


class ZeroShot:
    """A noise unit, the crops that it learns from, and how many epochs it has had.

    A repeat (section 2.4.4) keeps the crops of the picture before the first call. The unit has learned on noisy crops
    what an edge is, so a second pass over the picture smooths what is left and keeps edges; learning from the denoised
    picture would not do, because there the two diagonals share their noise.
    """

    def __init__(
        self,
        picture: Batch,
        mask: Batch,
        window: Window,
        recipe: Recipe,
        seed: int,
        device: torch.device,
        state: State | None,
    ) -> None:
        """Start afresh, or go on from a state.

        Args:
            picture: (1, 3, H, W) in [0, 1], the noisy one.
            mask: (1, 1, H, W) {0, 1}, the region.
            window: its box.
            recipe: how to train.
            seed: of the initial weights and of the choice of crops.
            device: where to work.
            state: of an earlier call on the same region.
        """
        self.recipe, self.device = recipe, device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.unit = channels_last(NoiseUnit().to(device))
        if state is None:
            generator = torch.Generator().manual_seed(seed)
            windows = sample_windows(mask, window, recipe.side_px, PRIOR_CROPS, generator)
            self.prior = _crops(torch.tensor(picture), windows)
            self.done = 0
        else:
            stored = {name: torch.tensor(value) for name, value in state.tensors.items()}
            self.prior, self.done = stored.pop("prior"), state.epochs
            self.unit.load_state_dict(stored)
        self.generator = torch.Generator().manual_seed(seed + self.done)

    def train(self, epochs: int, control: Control, started: float) -> tuple[list[float], Stopped]:
        """Do up to ``epochs`` steps; see :meth:`Control.run`. Without any variation there is nothing to learn."""
        if not epochs or self.prior.amax() == self.prior.amin():
            return [], "converged"
        descent = Descent(self.unit, self.recipe, epochs)

        @torch.enable_grad()
        def step() -> Tensor:
            chosen = torch.randperm(len(self.prior), generator=self.generator)[: self.recipe.crops]
            crops = self.prior[chosen].to(self.device, torch.float32, memory_format=torch.channels_last)
            return descent.step(noise_loss(self.unit, crops))

        losses, stopped = control.run(step, epochs, started)
        self.done += len(losses)
        return losses, stopped

    def noise(self, box: Batch) -> Batch:
        """The noise in a piece of the picture, (1, 3, h, w); none before the first epoch."""
        seen = torch.tensor(box)
        found = apply_in_strips(self.unit, seen.to(self.device)).cpu() if self.done else torch.zeros_like(seen)
        noise: Batch = found.numpy()
        return noise

    def tensors(self) -> dict[str, NDArray[Any]]:
        """What a state keeps."""
        kept = self.unit.state_dict() | {"prior": self.prior}
        return {name: value.detach().cpu().numpy().copy() for name, value in kept.items()}


def _crops(picture: Tensor, windows: list[Window]) -> Tensor:
    """Cut crops with even sides, in the precision in which the state keeps them."""
    crops = torch.cat([window.cut(picture) for window in windows])
    return F.pad(crops, (0, crops.shape[-1] % 2, 0, crops.shape[-2] % 2), mode="replicate").half()
