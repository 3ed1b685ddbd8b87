"""The veil network: how much haze lies over every part of a small copy of a picture, and the haze's colour.

Haze is ``I = J t + A (1 - t)`` (Koschmieder's law): ``t`` and ``A`` are all that is needed to take it out, and both are
smooth but for the edges of things, so a copy of ``SIDE_PX`` tells them and a guided filter brings the edges back. What
the network is for is to know what is veiled and what is gray by itself: a road, a wall, a car park, a sky, snow.

An encoder of residual blocks at a quarter to a sixteenth of the copy's size, to which the mean of the whole picture is
added, and a decoder back to a half. The airlight is the mean colour of the places that the network chooses for it, and
a correction.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.networks.arrays.veil import CORRECTION
from wordfuse.fusion.networks.regions import Block

CLEAR = 3.0  # logit of t before training: most air is clear


class Seen(NamedTuple):
    """What the network gives.

    Attributes:
        through: (B, 1, H / 2, W / 2) in (0, 1), the share t of the scene's light that arrives.
        airlight: (B, 3) in [0, 1], RGB; where there is no haze, it says nothing.
    """

    through: Tensor
    airlight: Tensor


class VeilNetwork(nn.Module):
    """0.3 M parameters."""

    def __init__(self, fine: int = 32, middle: int = 48, coarse: int = 64) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones.

        Args:
            fine: channels at 1/4 of the copy's size.
            middle: at 1/8.
            coarse: at 1/16.
        """
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3 * 16, fine, 3, padding=1, bias=False), nn.BatchNorm2d(fine), nn.ReLU(inplace=True)
        )
        self.near = Block(fine, fine)
        self.middle = nn.Sequential(Block(fine, middle, 2), Block(middle, middle))
        self.far = nn.Sequential(Block(middle, coarse, 2), Block(coarse, coarse))
        self.whole = nn.Linear(coarse, coarse)
        self.laterals = nn.ModuleList(nn.Conv2d(width, fine, 1) for width in (fine, middle, coarse))
        self.smooth = Block(fine, fine)
        self.head = nn.Conv2d(fine, 4, 3, padding=1)
        self.chosen = nn.Conv2d(fine, 1, 1)
        self.corrected = nn.Linear(coarse, 3)
        nn.init.constant_(self.head.bias, CLEAR)  # type: ignore[arg-type]  # it has one
        for values in (*self.chosen.parameters(), *self.corrected.parameters()):
            nn.init.zeros_(values)

    def forward(self, x: Tensor) -> Seen:
        """Look at a batch of pictures, (B, 3, H, W) float in [0, 1], RGB, sides of whole ``CELL_PX``."""
        near = self.near(self.stem(F.pixel_unshuffle(x - 0.5, 4)))
        middle = self.middle(near)
        far = self.far(middle)
        mean = far.mean(dim=(2, 3))
        far = far + self.whole(mean)[..., None, None]
        features = self.laterals[2](far)
        for lateral, level in ((self.laterals[1], middle), (self.laterals[0], near)):
            features = F.interpolate(features, scale_factor=2, mode="bilinear") + lateral(level)
        features = self.smooth(features)
        share = self.chosen(features).float().flatten(2).softmax(dim=2)
        colours = F.avg_pool2d(x.float(), 4).flatten(2)
        correction = CORRECTION * torch.tanh(self.corrected(mean).float())
        airlight = ((share * colours).sum(dim=2) + correction).clamp(0, 1)
        return Seen(F.pixel_shuffle(self.head(features), 2).float().sigmoid(), airlight)
