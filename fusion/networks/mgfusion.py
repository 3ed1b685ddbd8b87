"""The fusion network of MGFusion, preset ``mgfusion``.

Yang et al., "MGFusion: a multimodal large language model-guided information perception for infrared and visible
image fusion", Frontiers in Neurorobotics 2024::

    F_i = IRE(I_i)   F_v = VIE(I_v)          two convolutions and N Restormer blocks each
    F_i, F_v + CII                           a frozen picture encoder's vectors, spread over places that ask for them
    F_f = CFF(F_i, F_v)                      the vectors choose channels; gradients of it strengthen its texture
    I_f = FD(F_f)                            N Restormer blocks, a convolution, a convolution with tanh

It fuses the luma; chroma is that of the visible picture. The paper takes CLIP's picture encoder; this preset has the
embedded one, whose weights are kept with it, so that a later encoder does not change what the preset gives. C, N and
the width of the adapters are left open there: docs/papers.md says how they were chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from wordfuse.fusion.colour import luma
from wordfuse.fusion.losses import gradient
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.terf import AttentionBlock
from wordfuse.fusion.networks.tower import PictureEncoder, PictureTower

EXPANSION = 2.66  # of Restormer's feed-forward layers


@dataclass(frozen=True)
class MgConfig:
    """The numbers of the network.

    Attributes:
        features: C, channels of each source's features.
        blocks: N, Restormer blocks of each encoder and of the decoder.
        inject: whether there is a CII; the paper's ablation is without.
        guide: whether there is a CFF; without it features are put side by side.
    """

    features: int = 16
    blocks: int = 1
    inject: bool = True
    guide: bool = True


def feature_layer(before: int, after: int) -> nn.Sequential:
    """The paper's feature extraction layer: 3x3 convolution, batch normalisation, LeakyReLU."""
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.LeakyReLU(0.2, inplace=True))


def adapter(before: int, after: int) -> nn.Sequential:
    """Two linear layers, from an encoder's vectors to channels of features."""
    return nn.Sequential(nn.Linear(before, after * 4), nn.Linear(after * 4, after))


def weight_layer(before: int, after: int) -> nn.Sequential:
    """SEP and SAWP: two 3x3 convolutions with a ReLU between, for a sigmoid to follow."""
    return nn.Sequential(
        nn.Conv2d(before, before, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(before, after, 3, padding=1)
    )


class Injection(nn.Module):
    """CII: what an encoder says of both pictures, added to the features of one, as much as each place asks for."""

    def __init__(self, vectors: int, features: int) -> None:
        """From vectors of an encoder to channels."""
        super().__init__()
        self.balance = nn.Parameter(torch.full((vectors,), 0.5))  # W_i; W_v = 1 - W_i
        self.adapter = adapter(vectors, features)
        self.spread = weight_layer(features, features)

    def forward(self, features: Tensor, infrared: Tensor, visible: Tensor) -> Tensor:
        """(B, C, H, W) with (B, E) of both sources -> (B, C, H, W)."""
        told = self.adapter(self.balance * infrared + (1 - self.balance) * visible)[..., None, None]
        return features + told * self.spread(features).sigmoid()


class GuidedFusion(nn.Module):
    """CFF: an encoder's vectors weigh the channels of both sources; gradients weigh the places."""

    def __init__(self, vectors: int, features: int) -> None:
        """From vectors of an encoder to channels."""
        super().__init__()
        self.infrared, self.visible = adapter(vectors, features), adapter(vectors, features)
        for chosen in (self.infrared, self.visible):
            last = chosen[-1]
            assert isinstance(last, nn.Linear) and last.bias is not None
            nn.init.ones_(last.bias)  # begin with features as they are
        self.texture = weight_layer(2 * features, 2 * features)

    def forward(self, infrared: Tensor, visible: Tensor, told: tuple[Tensor, Tensor]) -> Tensor:
        """Two of (B, C, H, W) with both vectors (B, E) -> (B, 2 C, H, W)."""
        fused = torch.cat(
            [
                infrared * self.infrared(told[0])[..., None, None],
                visible * self.visible(told[1])[..., None, None],
            ],
            dim=1,
        )
        return fused + fused * self.texture(gradient(fused)).sigmoid()


class MgNetwork(FusionNetwork):
    """See the module."""

    cell_px = 1
    tile_px = 768
    bytes_a_pixel = 2500
    # No halo: Restormer's channel attention and the encoder depend on the whole picture.

    def __init__(self, config: MgConfig, encode: Callable[[], PictureEncoder] = PictureTower) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones.

        Args:
            config: its numbers.
            encode: makes the frozen picture encoder: (N, 3, H, W) in [0, 1] to (N, E), with E as its ``size``.
        """
        super().__init__()
        c, deep = config.features, config.blocks
        self.encoder = encode().requires_grad_(False).eval()
        vectors = self.encoder.size

        def extractor() -> nn.Sequential:
            blocks = (AttentionBlock(c, EXPANSION) for _ in range(deep))
            return nn.Sequential(feature_layer(1, c), feature_layer(c, c), *blocks)

        self.extract = nn.ModuleList(extractor() for _ in range(2))
        self.inject = nn.ModuleList(Injection(vectors, c) for _ in range(2)) if config.inject else None
        self.guide = GuidedFusion(vectors, c) if config.guide else None
        self.decode = nn.Sequential(
            *(AttentionBlock(2 * c, EXPANSION) for _ in range(deep)),
            feature_layer(2 * c, c),
            nn.Conv2d(c, 1, 3, padding=1),
            nn.Tanh(),
        )

    def train(self, mode: bool = True) -> "MgNetwork":
        """The encoder stays frozen, its statistics as well."""
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, infrared: Tensor, visible: Tensor) -> Tensor:
        """See :class:`FusionNetwork`."""
        visible_y = luma(visible)
        with torch.no_grad():
            told = self.encoder(infrared.expand(-1, 3, -1, -1)), self.encoder(visible)
        features = [extract(source) for extract, source in zip(self.extract, (infrared, visible_y), strict=True)]
        if self.inject is not None:
            features = [inject(x, *told) for inject, x in zip(self.inject, features, strict=True)]
        fused = torch.cat(features, dim=1) if self.guide is None else self.guide(features[0], features[1], told)
        return visible + (self.decode(fused).float() + 1) / 2 - visible_y
