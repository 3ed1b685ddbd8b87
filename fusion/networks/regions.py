"""The embedded region network: what every pixel shows, and where people, cars and bicycles are.

It sees infrared and visible together. An encoder of residual blocks at a quarter to a thirty-second of the size and
a decoder that brings the coarse maps back to a quarter, where two heads look: one names the class of each pixel, one
finds objects as their centres with distances to the four sides of their boxes (after CenterNet, Zhou et al. 2019, and
FCOS, Tian et al. 2019).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.arrays.regions import FARTHEST, Eye, Seen
from wordfuse.fusion.networks.classes import CLASSES, OBJECTS

RARE = -4.0  # logit of a centre before training: centres are rare


class Block(nn.Module):
    """Two normalised 3x3 convolutions, added to their input; the first may halve the resolution."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        """From ``before`` to ``after`` channels."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.way = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(before, after, 1)) if stride == 2 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, H, W) -> (B, after, H / stride, W / stride)."""
        return F.relu(self.way(x) + self.body(x))


@dataclass(frozen=True)
class Found:
    """What the network gives, on a grid of a quarter of the picture.

    Attributes:
        classes: (B, 11, h, w) logits of ``CLASSES``.
        centres: (B, 3, h, w) logits: an object of ``OBJECTS`` has its centre here.
        sides: (B, 4, h, w) distances from here to the left, top, right and bottom of the object's box, in pixels.
    """

    classes: Tensor
    centres: Tensor
    sides: Tensor


class RegionNetwork(nn.Module):
    """2.1 M parameters."""

    def __init__(self, widths: tuple[int, int, int, int] = (48, 96, 128, 160), fine: int = 64) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones.

        Args:
            widths: channels at 1/4, 1/8, 1/16 and 1/32 of the size.
            fine: channels of the decoder.
        """
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(4 * 4, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True)
        )
        steps = (32, *widths)
        self.stages = nn.ModuleList(
            nn.Sequential(Block(before, after, 2), Block(after, after)) for before, after in pairwise(steps)
        )
        self.laterals = nn.ModuleList(nn.Conv2d(width, fine, 1) for width in widths)
        self.smooth = Block(fine, fine)
        self.naming = nn.Sequential(Block(fine, fine), nn.Conv2d(fine, len(CLASSES), 1))
        self.finding = nn.Sequential(Block(fine, fine), nn.Conv2d(fine, len(OBJECTS) + 4, 1))
        last = self.finding[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.constant_(last.bias[: len(OBJECTS)], RARE)
        nn.init.constant_(last.bias[len(OBJECTS) :], 3.0)

    def forward(self, infrared: Tensor, visible: Tensor) -> Found:
        """Look at a batch of pairs.

        Args:
            infrared: (B, 1, H, W) float in [0, 1], sides of whole ``CELL_PX``.
            visible: (B, 3, H, W) float in [0, 1], RGB, the same size.
        """
        x = self.stem(F.pixel_unshuffle(torch.cat([infrared, visible], dim=1) - 0.5, 2))
        levels = []
        for stage in self.stages:
            x = stage(x)
            levels.append(x)
        x = self.laterals[-1](levels[-1])
        for lateral, level in zip(reversed(self.laterals[:-1]), reversed(levels[:-1]), strict=True):
            x = F.interpolate(x, scale_factor=2, mode="nearest") + lateral(level)
        x = self.smooth(x)
        found = self.finding(x).float()
        sides = found[:, len(OBJECTS) :].clamp(max=FARTHEST).exp()
        return Found(self.naming(x).float(), found[:, : len(OBJECTS)], sides)


def eye_of(network: RegionNetwork) -> Eye:
    """A network that looks where its weights are: on a GPU, or as it is trained."""

    @torch.inference_mode()
    def look(pair: NDArray[np.float32]) -> Seen:
        device = next(network.parameters()).device
        pixels = torch.from_numpy(np.ascontiguousarray(pair)).permute(2, 0, 1)[None].to(device)
        with mixed_precision(device):
            found: Found = network(pixels[:, :1], pixels[:, 1:])
        return Seen(*(values[0].cpu().numpy() for values in (found.classes, found.centres, found.sides)))

    return look
