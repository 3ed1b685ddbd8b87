"""What tests of fine-tuning share: a lit wall, its noise and a region of it."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune import Outcome, Recipe
from wordfuse.fusion.window import Window

SIDE = 64
WHOLE = Window(0, SIDE, 0, SIDE)
QUICK = Recipe(epochs=3, learning_rate=1e-3, side_px=32)


def box_mask(top: int = 8, bottom: int = 56, left: int = 8, right: int = 56) -> Tensor:
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., top:bottom, left:right] = 1
    return mask


def scene(brightness: float = 0.7) -> Tensor:
    """A lit wall: light falls off to the right, with a darker door and a red sign."""
    light = torch.linspace(1, 0.3, SIDE).view(1, 1, 1, -1) * brightness
    paint = torch.full((1, 3, SIDE, SIDE), 0.8)
    paint[..., 20:60, 24:36] = 0.4
    paint[:, 1:, 12:20, 40:52] = 0.3
    return paint * light


def noisy_scene(sigma: float = 25 / 255) -> Tensor:
    noise = torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    return (scene() + sigma * noise).clamp(0, 1)


def mean_picture(infrared: Tensor) -> Tensor:
    """What the untrained network gives."""
    return scene() + (infrared - luma(scene())) / 2


def psnr(image: Tensor, clean: Tensor) -> float:
    return -10 * math.log10(float((image - clean).square().mean()))


Task = Callable[..., Outcome]
