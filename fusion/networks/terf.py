"""The fusion network of TeRF (section 2.2, Figure 4).

Infrared (1 channel) and visible (RGB) in, fused RGB out, all at full resolution::

    extraction -> 3 residual dense blocks -> refinement -> 2 attention blocks -> + first features -> integration

The paper names the modules; widths follow the authors' published choices: 64 features, dense blocks of 6 layers with
growth 32 and no bias, attention blocks with one head and a feed-forward expansion of 2.66 on features expanded to 128
channels. Where both are silent (kernel sizes of the expansion and of the strided convolution) we chose 3 and 5, which
brings the network to 1.770 M parameters beside the paper's 1.765 M.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.networks.network import FusionNetwork


@dataclass(frozen=True)
class TerfConfig:
    """The numbers of TeRF's network.

    Attributes:
        features: channels of the trunk.
        blocks: number of residual dense blocks.
        layers: convolutions in a dense block.
        growth: channels each of them adds.
        attention_blocks: number of channel-attention blocks.
        attention_features: channels inside the attention blocks.
        expansion: width of the gated feed-forward layer over ``attention_features``.
    """

    features: int = 64
    blocks: int = 3
    layers: int = 6
    growth: int = 32
    attention_blocks: int = 2
    attention_features: int = 128
    expansion: float = 2.66


class ResidualDenseBlock(nn.Module):
    """Densely connected convolutions, mixed by a 1x1 and added to their input (Zhang et al., CVPR 2018)."""

    def __init__(self, features: int, layers: int, growth: int) -> None:
        """Build ``layers`` 3x3 convolutions that each add ``growth`` channels."""
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(features + i * growth, growth, 3, padding=1, bias=False) for i in range(layers)
        )
        self.mix = nn.Conv2d(features + layers * growth, features, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) -> the same shape."""
        dense = x
        for layer in self.layers:
            dense = torch.cat([dense, F.relu(layer(dense))], dim=1)
        return x + self.mix(dense)


class ChannelNorm(nn.Module):
    """Layer normalisation over channels at every pixel."""

    def __init__(self, features: int) -> None:
        """Learn a gain and an offset per channel."""
        super().__init__()
        self.norm = nn.LayerNorm(features)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ChannelAttention(nn.Module):
    """Attention between channels, one head (Restormer's MDTA; Zamir et al., CVPR 2022)."""

    def __init__(self, features: int) -> None:
        """Build the query, key and value projections."""
        super().__init__()
        self.qkv = nn.Conv2d(features, 3 * features, 1, bias=False)
        self.local = nn.Conv2d(3 * features, 3 * features, 3, padding=1, groups=3 * features, bias=False)
        self.temperature = nn.Parameter(torch.ones(1))
        self.project = nn.Conv2d(features, features, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape; every output pixel depends on the whole picture through the weights."""
        query, key, value = (part.flatten(2) for part in self.local(self.qkv(x)).chunk(3, dim=1))
        # Cosine similarity, with the C lengths divided out of the C x C product rather than out of every pixel.
        lengths = [part.square().sum(-1, dtype=torch.float32).clamp_min(1e-12).sqrt() for part in (query, key)]
        similarity = (query @ key.transpose(-2, -1)).float() / (lengths[0].unsqueeze(-1) * lengths[1].unsqueeze(-2))
        weights = (similarity * self.temperature).softmax(dim=-1)
        return self.project((weights.to(value.dtype) @ value).view_as(x))


class GatedFeedForward(nn.Module):
    """Gated depthwise feed-forward layer (Restormer's GDFN)."""

    def __init__(self, features: int, expansion: float) -> None:
        """Build two branches of ``expansion * features`` channels, one gating the other."""
        super().__init__()
        hidden = int(features * expansion)
        self.expand = nn.Conv2d(features, 2 * hidden, 1, bias=False)
        self.local = nn.Conv2d(2 * hidden, 2 * hidden, 3, padding=1, groups=2 * hidden, bias=False)
        self.project = nn.Conv2d(hidden, features, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        gate, content = self.local(self.expand(x)).chunk(2, dim=1)
        return self.project(F.gelu(gate) * content)


class AttentionBlock(nn.Module):
    """Channel attention and feed-forward layer, each with a residual connection."""

    def __init__(self, features: int, expansion: float) -> None:
        """Build one block on ``features`` channels."""
        super().__init__()
        self.attend = nn.Sequential(ChannelNorm(features), ChannelAttention(features))
        self.feed = nn.Sequential(ChannelNorm(features), GatedFeedForward(features, expansion))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape."""
        x = x + self.attend(x)
        return x + self.feed(x)


class TerfNetwork(FusionNetwork):
    """Equation 2 as the paper computes it."""

    cell_px = 1
    tile_px = 768
    bytes_a_pixel = 5000
    # No halo: the channel attention depends on the whole picture.

    def __init__(self, config: TerfConfig) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones."""
        super().__init__()
        c, wide = config.features, config.attention_features
        self.head = nn.Sequential(nn.Conv2d(4, c, 3, padding=1), nn.PReLU(c))
        self.extract = nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.Conv2d(c, c, 3, padding=1), nn.PReLU(c))
        self.dense = nn.ModuleList(ResidualDenseBlock(c, config.layers, config.growth) for _ in range(config.blocks))
        self.refine = nn.Sequential(
            nn.Conv2d(config.blocks * c, c, 1),
            nn.Conv2d(c, c, 3, padding=1),
            nn.Conv2d(c, c, 3, padding=1),
            nn.PReLU(c),
        )
        self.expand = nn.Conv2d(c, wide, 3, padding=1)
        self.attention = nn.Sequential(
            *(AttentionBlock(wide, config.expansion) for _ in range(config.attention_blocks))
        )
        self.reduce = nn.Conv2d(wide, c, 3, padding=1)
        self.integrate = nn.Sequential(
            nn.Conv2d(c, 4 * c, 3, padding=1),
            nn.PixelShuffle(2),
            nn.Conv2d(c, c, 5, stride=2, padding=2),
            nn.Conv2d(c, 3, 3, padding=1),
        )

    def forward(self, infrared: Tensor, visible: Tensor) -> Tensor:
        """See :class:`FusionNetwork`."""
        first = self.head(torch.cat([infrared, visible], dim=1))
        x = self.extract(first)
        levels = []
        for block in self.dense:
            x = block(x)
            levels.append(x)
        x = self.refine(torch.cat(levels, dim=1))
        x = self.reduce(self.attention(self.expand(x)))
        return self.integrate(x + first).float()
