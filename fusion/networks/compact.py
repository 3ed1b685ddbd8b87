"""Our fusion network, preset ``metric``: how much of each source, and what to add, at every pixel.

::

    Y = Y_vi + a * (I_ir - Y_vi) + d,    colour difference of the visible picture kept

The share ``a`` in [0, 1] and the detail ``d`` are predicted on two coarser grids. Half resolution carries the edges,
quarter resolution the surroundings; pixels move into channels and back (Shi et al., CVPR 2016), so that nothing is lost
by the coarser grid. Red, green and blue move by the same amount: chroma stays that of the visible picture (equation 7)
by construction and gray stays gray. Without attention or any other global statistic a pixel depends on its surroundings
alone, so a large picture can be fused in tiles without a trace.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.colour import luma
from wordfuse.fusion.networks.network import FusionNetwork


@dataclass(frozen=True)
class CompactConfig:
    """The numbers of the network.

    Attributes:
        fine: channels at half resolution.
        coarse: channels at quarter resolution.
        before: residual blocks at half resolution before the coarse ones.
        inside: residual blocks at quarter resolution.
        after: residual blocks at half resolution after them.
    """

    fine: int = 48
    coarse: int = 96
    before: int = 2
    inside: int = 4
    after: int = 2


def start_at_zero(layer: nn.Conv2d) -> None:
    """Let a convolution give zeros until it has learned."""
    for values in layer.parameters():
        nn.init.zeros_(values)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, added to their input; starts as the identity."""

    def __init__(self, features: int) -> None:
        """Build one block on ``features`` channels."""
        super().__init__()
        self.first = nn.Conv2d(features, features, 3, padding=1)
        self.second = nn.Conv2d(features, features, 3, padding=1)
        start_at_zero(self.second)

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) -> the same shape."""
        return x + self.second(F.relu(self.first(x)))


class CompactNetwork(FusionNetwork):
    """Equation 2 at a fiftieth of the cost of the paper's network. Untrained, it gives the mean of both sources."""

    cell_px = 4
    tile_px = 1536
    bytes_a_pixel = 450

    def __init__(self, config: CompactConfig) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones."""
        super().__init__()
        fine, coarse = config.fine, config.coarse
        self.head = nn.Conv2d(4 * 4, fine, 3, padding=1)
        self.before = nn.Sequential(*(ResidualBlock(fine) for _ in range(config.before)))
        self.down = nn.Conv2d(4 * fine, coarse, 1)
        self.inside = nn.Sequential(*(ResidualBlock(coarse) for _ in range(config.inside)))
        self.up = nn.Conv2d(coarse, 4 * fine, 1)
        self.after = nn.Sequential(*(ResidualBlock(fine) for _ in range(config.after)))
        self.tail = nn.Conv2d(fine, 4 * 2, 3, padding=1)
        start_at_zero(self.tail)
        # A 3x3 convolution looks one cell further, 2 px at half and 4 px at quarter resolution; and a pixel is up to
        # 3 px away from the border of its own coarse cell.
        self.halo_px = 2 * (2 + 2 * (config.before + config.after)) + 4 * 2 * config.inside + 3

    def forward(self, infrared: Tensor, visible: Tensor) -> Tensor:
        """See :class:`FusionNetwork`."""
        height, width = visible.shape[-2:]
        padding = (0, -width % self.cell_px, 0, -height % self.cell_px)
        sources = F.pad(torch.cat([infrared, visible], dim=1), padding, mode="replicate")
        x = self.before(self.head(F.pixel_unshuffle(sources, 2)))
        surroundings = self.inside(self.down(F.pixel_unshuffle(x, 2)))
        x = self.after(x + F.pixel_shuffle(self.up(surroundings), 2))
        share, detail = F.pixel_shuffle(self.tail(x), 2)[..., :height, :width].float().split(1, dim=1)
        return visible + share.sigmoid() * (infrared - luma(visible)) + detail
