"""The fusion network of LDFusion, preset ``ldfusion``.

Wang, Miao, Zhou, Zhang and Qiao, "Infrared and Visible Image Fusion with Language-Driven Loss in CLIP Embedding Space".
Each source has a content encoder, which ends at an eighth of the size, and a style encoder of eight numbers; a decoder
puts the two contents together, steered by both styles (adaptive instance normalisation), and fuses the luma; chroma is
that of the visible picture.

Two things differ from what the authors published. The widths are about half of theirs. And their last layer gives the
luma itself by a tanh, after three steps up: with our training, short and by a small encoder, such a layer draws combs
and dots that the encoder likes and no eye does, and maps at a quarter of the size still do. Here four maps come from an
eighth of the size, how much of each source's light and of each source's detail the picture has, and are smoothed along
the edges of the sources (guided filter: He, Sun and Tang, TPAMI 35(6), 2013); ``LdConfig(direct=True)`` has theirs.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.colour import luma
from wordfuse.fusion.losses import gaussian_blur
from wordfuse.fusion.networks.compact import start_at_zero
from wordfuse.fusion.networks.network import FusionNetwork

STYLE = 8  # numbers of a source
CELL_PX = 8
MAPS = 4  # share of infrared in the light, detail of infrared, detail of visible, light
GUIDED_CELLS, STIFF = 5, 2e-3  # of the guided filter: its window, and the variance that is no edge
COARSE = 21, 5.0  # Gaussian that parts light from detail: size and sigma, px
MOST_DETAIL = 1.5  # of a source's own
MOST_LIGHT = 0.5  # natural logarithm of the most that light is changed by


@dataclass(frozen=True)
class LdConfig:
    """The numbers of the network.

    Attributes:
        first: channels of the first convolution; the published network has 16.
        widest: channels of each content; the published network has 128.
        direct: whether the last layer gives the luma itself, as published.
    """

    first: int = 12
    widest: int = 64
    direct: bool = False


class Residual(nn.Module):
    """Two normalised 3x3 convolutions, added to their input."""

    def __init__(self, features: int) -> None:
        """On ``features`` channels."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(features, features, 3, padding=1, padding_mode="replicate"),
            nn.InstanceNorm2d(features, affine=True),
            nn.ReLU(inplace=True),
            nn.Conv2d(features, features, 3, padding=1, padding_mode="replicate"),
            nn.InstanceNorm2d(features, affine=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) -> the same shape."""
        return x + self.body(x)


class ContentEncoder(nn.Sequential):
    """(B, 1, H, W) -> (B, widest, H / 8, W / 8): what is where."""

    def __init__(self, first: int, widest: int) -> None:
        """A 7x7 convolution, three of stride 2, two residual blocks; instance normalisation."""
        widths = [min(widest, first << step) for step in range(3)] + [widest]
        layers: list[nn.Module] = [nn.Conv2d(1, first, 7, padding=3, padding_mode="replicate"), nn.ReLU(inplace=True)]
        for before, after in pairwise(widths):
            layers += [
                nn.Conv2d(before, after, 4, 2, 1, padding_mode="replicate"),
                nn.InstanceNorm2d(after, affine=True),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers, Residual(widest), Residual(widest))


class StyleEncoder(nn.Sequential):
    """(B, 1, H, W) -> (B, 8): its light and contrast as a whole; not normalised, which would take these away."""

    def __init__(self, first: int) -> None:
        """Three convolutions of stride 2 and a mean over all pixels."""
        super().__init__(
            nn.Conv2d(1, first, 7, 2, 3, padding_mode="replicate"),
            nn.ReLU(inplace=True),
            nn.Conv2d(first, 2 * first, 4, 2, 1, padding_mode="replicate"),
            nn.ReLU(inplace=True),
            nn.Conv2d(2 * first, 2 * first, 4, 2, 1, padding_mode="replicate"),
            nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(2 * first, STYLE),
        )


class AdaptiveResidual(nn.Module):
    """A residual block whose normalisation gets its gain and offset from the styles (AdaIN; Huang & Belongie, 2017)."""

    def __init__(self, features: int) -> None:
        """On ``features`` channels."""
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(features, features, 3, padding=1, padding_mode="replicate") for _ in range(2)
        )

    def forward(self, x: Tensor, styling: Tensor) -> Tensor:
        """(B, features, H, W), steered by (B, 2, 2, features): gain and offset of both normalisations."""
        y = x
        for place, convolution in enumerate(self.convolutions):
            gain, offset = styling[:, place, 0, :, None, None], styling[:, place, 1, :, None, None]
            y = F.instance_norm(convolution(y)) * (1 + gain) + offset
            if place == 0:
                y = F.relu(y)
        return x + y


class WholeNorm(nn.Module):
    """Layer normalisation over a whole picture, with a gain and an offset for each channel, as LDFusion's decoder."""

    def __init__(self, features: int) -> None:
        """On ``features`` channels."""
        super().__init__()
        self.norm = nn.GroupNorm(1, features)

    def forward(self, x: Tensor) -> Tensor:
        """(B, features, H, W) -> the same shape."""
        return self.norm(x)


class LdNetwork(FusionNetwork):
    """See the module. Untrained, it gives the mean of both sources' light, and three quarters of their detail."""

    cell_px = CELL_PX
    tile_px = 1024
    bytes_a_pixel = 900
    # No halo: normalisation and styles depend on the whole picture.

    def __init__(self, config: LdConfig) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones."""
        super().__init__()
        self.config = config
        inside = 2 * config.widest
        self.contents = nn.ModuleList(ContentEncoder(config.first, config.widest) for _ in range(2))
        self.styles = nn.ModuleList(StyleEncoder(config.first) for _ in range(2))
        self.blocks = nn.ModuleList(AdaptiveResidual(inside) for _ in range(2))
        self.styling = nn.Sequential(
            nn.Linear(2 * STYLE, 64), nn.ReLU(inplace=True), nn.Linear(64, len(self.blocks) * 4 * inside)
        )
        ways: list[nn.Module] = []
        widths = [inside >> step for step in range(4 if config.direct else 1)]
        for before, after in pairwise(widths):
            ways += [
                nn.ConvTranspose2d(before, after, 5, 2, 2, output_padding=1),
                WholeNorm(after),
                nn.ReLU(inplace=True),
            ]
        self.decoder = nn.Sequential(*ways)
        size = 7 if config.direct else 3
        last = nn.Conv2d(widths[-1], 1 if config.direct else MAPS, size, padding=size // 2, padding_mode="replicate")
        if not config.direct:
            start_at_zero(last)
        self.last = last

    def forward(self, infrared: Tensor, visible: Tensor) -> Tensor:
        """See :class:`FusionNetwork`."""
        height, width = visible.shape[-2:]
        visible_y = luma(visible)
        padding = (0, -width % CELL_PX, 0, -height % CELL_PX)
        sources = [F.pad(source * 2 - 1, padding, mode="replicate") for source in (infrared, visible_y)]
        x = torch.cat([encode(source) for encode, source in zip(self.contents, sources, strict=True)], dim=1)
        style = torch.cat([encode(source) for encode, source in zip(self.styles, sources, strict=True)], dim=1)
        styling = self.styling(style).unflatten(1, (len(self.blocks), 2, 2, x.shape[1]))
        for place, block in enumerate(self.blocks):
            x = block(x, styling[:, place])
        told = self.last(self.decoder(x)).float()
        if self.config.direct:
            return visible + (told[..., :height, :width].tanh() + 1) / 2 - visible_y
        padded = [F.pad(source, padding, mode="replicate") for source in (infrared, visible_y)]
        by_heat, by_light = (guided(maps, guide) for maps, guide in zip(told.split(2, dim=1), padded, strict=True))
        maps = torch.cat([by_heat, by_light], dim=1)[..., :height, :width]
        share, hot, seen, light = maps.split(1, dim=1)
        base_i, base_v = (gaussian_blur(source, *COARSE) for source in (infrared, visible_y))
        y = base_v + share.sigmoid() * (base_i - base_v)
        y = y + MOST_DETAIL * (hot.sigmoid() * (infrared - base_i) + seen.sigmoid() * (visible_y - base_v))
        return visible + y * (MOST_LIGHT * light.tanh()).exp() - visible_y


def guided(maps: Tensor, guide: Tensor) -> Tensor:
    """Bring small maps to the size of a picture, smooth but for its edges.

    Args:
        maps: (B, M, h, w).
        guide: (B, 1, H, W) in [0, 1], sides of whole cells of the maps.

    Returns:
        (B, M, H, W): a line of the guide around every place, fitted over ``GUIDED_CELLS`` cells.
    """
    small = F.adaptive_avg_pool2d(guide, (maps.shape[-2], maps.shape[-1]))

    def around(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, GUIDED_CELLS, 1, GUIDED_CELLS // 2, count_include_pad=False)

    mean, level = around(small), around(maps)
    slope = (around(small * maps) - mean * level) / (around(small * small) - mean * mean + STIFF)
    lines = around(torch.cat([slope, level - slope * mean], dim=1))
    slope, offset = F.interpolate(lines, guide.shape[-2:], mode="bilinear", align_corners=False).chunk(2, dim=1)
    return slope * guide + offset
