"""The light networks that fine-tuning optimises from scratch for one region (TeRF section 2.2, Figure 5).

Both are fully convolutional and replicate their input's border once, instead of padding every layer with zeros:
zeros would darken a strip of ten pixels along the border of the illumination map.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.abandon import still_wanted

STRIP_PIXELS = 1 << 18  # a strip of this many pixels takes about 100 MB in either network


class FineTuningUnit(nn.Module):
    """The paper's unit: 3-16-32-64-32-out channels, 3x3 convolutions with ReLU, a sigmoid or tanh at the end.

    Three of them (illumination, reflectance, noise) have 0.128 M parameters.
    """

    halo = 5

    def __init__(self, out_channels: int, head: nn.Module) -> None:
        """Build a unit with ``out_channels`` maps, squashed by ``head``."""
        super().__init__()
        layers: list[nn.Module] = []
        widths = (3, 16, 32, 64, 32)
        for before, after in pairwise(widths):
            layers += [nn.Conv2d(before, after, 3), nn.ReLU(inplace=True)]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], out_channels, 3), head)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) in [0, 1] -> (B, out_channels, H, W) in the head's range."""
        maps: Tensor = self.layers(F.pad(x, (self.halo,) * 4, mode="replicate"))
        return maps


class NoiseUnit(nn.Module):
    """Noise estimator in two stages of two 3x3 convolutions and a 1x1 each, 48 channels, LeakyReLU 0.2; 44.6 k weights.

    The first stage is the network of Zero-Shot Noise2Noise (Mansour and Heckel, CVPR 2023); the second one looks at
    what the first leaves behind, and adds to its estimate.
    """

    halo = 4

    def __init__(self, features: int = 48) -> None:
        """Build both stages with ``features`` channels."""
        super().__init__()
        self.first, self.second = self._stage(features), self._stage(features)
        initialise(self)

    @staticmethod
    def _stage(features: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(3, features, 3),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(features, features, 3),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(features, 3, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) in [0, 1] -> the noise in it, (B, 3, H, W)."""
        inner = self.halo // 2
        x = F.pad(x, (self.halo,) * 4, mode="replicate")
        estimate: Tensor = self.first(x)
        rest = x[..., inner:-inner, inner:-inner] - estimate
        estimate = estimate[..., inner:-inner, inner:-inner] + self.second(rest)
        return estimate


def initialise(network: nn.Module) -> None:
    """Xavier weights and zero offsets (paper, section 3.1.2), in place, from the global random state."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


@torch.no_grad()
def apply_in_strips(network: FineTuningUnit | NoiseUnit, x: Tensor) -> Tensor:
    """Run a unit over a picture of any size in bounded memory; equal to ``network(x)``.

    Args:
        network: one of the units above.
        x: (1, 3, H, W) in [0, 1], on the unit's device.

    Returns:
        (1, C, H, W) float32.
    """
    height, width = x.shape[-2:]
    rows = max(16, STRIP_PIXELS // width)
    strips = []
    for top in range(0, height, rows):
        still_wanted()
        bottom = min(height, top + rows)
        start, stop = max(0, top - network.halo), min(height, bottom + network.halo)
        strips.append(network(x[..., start:stop, :])[..., top - start : bottom - start, :])
    return torch.cat(strips, dim=-2).float()
