"""Light, reflectance and noise of a region by three units that are trained on it (TeRF section 2.4.2, after RRDNet)."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wordfuse.fusion.colour import luma
from wordfuse.fusion.device import mixed_precision, torch_device
from wordfuse.fusion.finetune.illumination import DARKEST, EPSILON, SMOOTHNESS_WEIGHT
from wordfuse.fusion.finetune.run import Control, Recipe, Stopped
from wordfuse.fusion.finetune.trained.descent import Descent
from wordfuse.fusion.finetune.trained.unit import FineTuningUnit, apply_in_strips
from wordfuse.fusion.losses import gaussian_blur, sobel
from wordfuse.fusion.tensors import Batch

# lambda_n = 5000 weighs a Frobenius norm, which grows with the square root of the number of values, against l1 norms,
# which grow with the number itself. We take means and a root mean square instead, so that the balance does not depend
# on the size of the region, and fix it where the paper has it: on a colour picture of RoadScene's 512x307 pixels.
NOISE_WEIGHT = 5000 / (3 * 512 * 307) ** 0.5
# From an unlucky start the illumination saturates at 1 everywhere and learns no more: then another start is tried.
SATURATED, STARTS, SEED_STRIDE = 0.99, 3, 7919


class Decomposition(nn.Module):
    """The three fine-tuning units of the task; 0.128 M parameters."""

    def __init__(self) -> None:
        """Initialise the units from the global random state."""
        super().__init__()
        self.illumination = FineTuningUnit(1, nn.Sigmoid())
        self.reflectance = FineTuningUnit(3, nn.Sigmoid())
        self.noise = FineTuningUnit(3, nn.Tanh())

    def loss(self, picture: Tensor) -> Tensor:
        """Equation 17 of what the units make of a picture, (1, 3, H, W)."""
        with mixed_precision(picture.device):
            maps = [unit(picture) for unit in (self.illumination, self.reflectance, self.noise)]
        illumination, reflectance, noise = (values.float() for values in maps)
        return decomposition_loss(picture, illumination, reflectance, without_mean(noise))


def decomposition_loss(picture: Tensor, illumination: Tensor, reflectance: Tensor, noise: Tensor) -> Tensor:
    """Equation 17; norms are means over pixels (see ``NOISE_WEIGHT``).

    Args:
        picture: (1, 3, H, W) in [0, 1].
        illumination: (1, 1, H, W) in [0, 1].
        reflectance: (1, 3, H, W) in [0, 1].
        noise: (1, 3, H, W).
    """
    brightest = picture.amax(dim=1, keepdim=True)
    retinex = (
        (picture - (reflectance * illumination + noise)).abs().mean()
        + (illumination - brightest).abs().mean()
        + (reflectance - picture / illumination.detach().clamp_min(DARKEST)).abs().mean()
    )
    smoothness = torch.zeros(())
    for slope, edge in zip(sobel(illumination), sobel(luma(picture)), strict=True):
        smoothness = smoothness + (slope**2 / (gaussian_blur(edge**2) + EPSILON)).mean()
    slopes = [slope**2 for slope in sobel(reflectance)]
    flat = 1 / (picture * slopes[0] * slopes[1] + EPSILON).detach()
    flat = (flat - flat.amin()) / (flat.amax() - flat.amin()).clamp_min(EPSILON)
    # Equation 16 divides the second term by lambda_n, which equation 17 multiplies again.
    residue = NOISE_WEIGHT * ((picture * noise) ** 2).mean().add(1e-12).sqrt()
    residue = residue + sum((flat * slope).mean() for slope in slopes)
    return retinex + SMOOTHNESS_WEIGHT * smoothness + residue


def decompose(
    box: Batch, recipe: Recipe, seed: int, control: Control, started: float, device: torch.device | str | None
) -> tuple[NDArray[np.float16], Batch, list[float], Stopped]:
    """Train the three units on a picture, (1, 3, h, w).

    Returns:
        Illumination, (1, 1, h, w) in [DARKEST, 1], and noise, (1, 3, h, w), as the units have them; their loss in every
        epoch, and what ended it.
    """
    place = torch_device(device)
    seen = torch.from_numpy(box.copy())
    for start in range(STARTS):
        units, losses, stopped = _trained(seen, recipe, seed + start * SEED_STRIDE, control, started, place)
        illumination, noise = _maps(units, seen)
        if stopped != "epochs" or illumination.amin() < SATURATED:
            break
    return illumination.numpy(), noise.numpy(), losses, stopped


def _trained(
    box: Tensor, recipe: Recipe, seed: int, control: Control, started: float, device: torch.device
) -> tuple[Decomposition, list[float], Stopped]:
    """Train the three units on a picture, (1, 3, h, w): the units, their loss in every epoch, and what ended it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        units = Decomposition().to(device)
    units.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
    seen = box.to(device, memory_format=torch.channels_last)
    descent = Descent(units, recipe, recipe.epochs)

    @torch.enable_grad()
    def step() -> Tensor:
        return descent.step(units.loss(seen))

    return units, *control.run(step, recipe.epochs, started)


@torch.no_grad()
def _maps(units: Decomposition, box: Tensor) -> tuple[Tensor, Tensor]:
    """Illumination (float16, in [DARKEST, 1]) and noise of the whole box, as the units have them."""
    device = next(units.parameters()).device
    illumination = apply_in_strips(units.illumination, box.to(device)).cpu()
    noise = without_mean(apply_in_strips(units.noise, box.to(device))).cpu()
    return illumination.clamp(DARKEST, 1).half(), noise


def without_mean(noise: Tensor) -> Tensor:
    """Subtract the local mean: noise has none. Left in, it would take the light and the colour of dark places along."""
    return noise - gaussian_blur(noise)
