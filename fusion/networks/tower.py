"""The picture half of the embedded encoder: what a picture shows, and how good it is, as one unit vector.

Three things are looked at. A small copy of the whole picture goes through an encoder of residual blocks, the one of the
region network, which tells what is there and where. Noise, stripes and blur would be lost in a small copy: for these,
windows of the picture's own pixels go through three strided convolutions, beside what a 5x5 mean leaves of them. And
statistics of all its pixels (:mod:`wordfuse.fusion.networks.statistics`) tell its light, colour and haze, and its
faults once more.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.networks.classes import CELL_PX
from wordfuse.fusion.networks.regions import Block
from wordfuse.fusion.networks.statistics import COUNT, measured

SIZE = 256  # of the vectors
LONGER_PX = 160  # of the small copy
LEAST_PX = 64
WINDOW_PX = 96
MANY_PX = 400  # sides from which three windows are taken, not two
COLUMNS = 3  # left, middle, right
NEAR_PX = 5  # of the mean that fine structure is told from
FINE_GAIN = 8.0
LEAST_FINE, LEAST_TONE = 0.02, 0.003  # that a logarithm begins with
FARTHEST = 4.0  # standard deviations from the mean of a number


@dataclass(frozen=True)
class Views:
    """What the network looks at.

    Attributes:
        whole: (N, 3, h, w) float in [0, 1], sides of whole ``CELL_PX``.
        windows: (N, K, 3, s, s) float in [0, 1], pieces of the picture's own pixels.
        numbers: (N, ``COUNT``) float, statistics of the picture; None where the network asks for none.
    """

    whole: Tensor
    windows: Tensor
    numbers: Tensor | None = None


class PictureEncoder(nn.Module):
    """(N, 3, H, W) float in [0, 1] of any size -> (N, size) unit vectors."""

    size: int


class PictureTower(PictureEncoder):
    """2.5 M parameters, and 0.1 M for statistics."""

    def __init__(
        self,
        widths: tuple[int, int, int, int] = (48, 96, 128, 160),
        fine: int = 96,
        size: int = SIZE,
        *,
        measures: bool = False,
    ) -> None:
        """Build the network with random weights.

        Args:
            widths: channels at 1/4, 1/8, 1/16 and 1/32 of the size of the small copy.
            fine: channels at the end of the way of the windows.
            size: of the vectors.
            measures: whether statistics of the picture are looked at. The tower that is kept inside the network of
                ``mgfusion`` was trained without.
        """
        super().__init__()
        self.size, self.measures = size, measures
        self.stem = nn.Sequential(
            nn.Conv2d(4 * 4, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(inplace=True)
        )
        self.stages = nn.ModuleList(
            nn.Sequential(Block(before, after, 2), Block(after, after)) for before, after in pairwise((32, *widths))
        )
        ways = (6, fine // 4, fine // 2, fine)
        self.fine = nn.Sequential(
            *(
                layer
                for before, after in pairwise(ways)
                for layer in (
                    nn.Conv2d(before, after, 5 if before == 6 else 3, 2, 2 if before == 6 else 1),
                    nn.ReLU(inplace=True),
                )
            )
        )
        told = widths[-1] * (COLUMNS + 1) + 2 * fine + 16
        # Normalised number by number: how colourful a picture is, is a small one.
        self.head = nn.Sequential(nn.BatchNorm1d(told), nn.Linear(told, 512), nn.GELU(), nn.Linear(512, size))
        if measures:
            self.numbers = nn.Sequential(
                nn.BatchNorm1d(COUNT),
                nn.Hardtanh(-FARTHEST, FARTHEST),  # pictures unlike all before are not to outweigh the rest
                nn.Linear(COUNT, 256),
                nn.GELU(),
                nn.Linear(256, size),
            )

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) float in [0, 1], RGB, of any size -> (N, size) unit vectors; differentiable."""
        return self.look(views(pictures, numbers=self.measures))

    def look(self, seen: Views) -> Tensor:
        """The vectors of views that were made already."""
        return self.place(self.told(seen))

    def place(self, told: Tensor, dropped: float = 0.0) -> Tensor:
        """Unit vectors of what :meth:`told` says.

        Args:
            told: (N, features).
            dropped: share of it that is left out, once it is normalised; more than 0 only in a training.
        """

        def placed(head: nn.Sequential, part: Tensor) -> Tensor:
            return head[1:](F.dropout(head[0](part), dropped, dropped > 0))

        with torch.autocast(told.device.type, enabled=False):
            if not self.measures:
                return F.normalize(placed(self.head, told), dim=1)
            vectors = placed(self.head, told[:, :-COUNT]) + placed(self.numbers, told[:, -COUNT:])
            return F.normalize(vectors, dim=1)

    def told(self, seen: Views) -> Tensor:
        """All that is seen, before the head makes a vector of it: (N, features) float32."""
        coarse = self.levels(seen.whole)[-1].float()
        windows = seen.windows.flatten(0, 1)
        smooth = F.avg_pool2d(windows, NEAR_PX, 1, NEAR_PX // 2, count_include_pad=False)
        fine = self.fine(torch.cat([windows - 0.5, (windows - smooth) * FINE_GAIN], dim=1)).float().mean(dim=(2, 3))
        fine = fine.unflatten(0, seen.windows.shape[:2])
        tones = _tones(seen.whole.float())
        parts = [
            F.adaptive_avg_pool2d(coarse, (1, COLUMNS)).flatten(1),
            coarse.amax(dim=(2, 3)),
            # Logarithms: half as much noise, and no colour at all beside a little, are large differences.
            (fine.mean(dim=1) + LEAST_FINE).log(),
            (fine.amax(dim=1) + LEAST_FINE).log(),
            tones,
            (tones + LEAST_TONE).log(),
        ]
        if self.measures:
            if seen.numbers is None:
                raise ValueError("the views lack the numbers that this tower looks at")
            parts.append(seen.numbers)
        return torch.cat(parts, dim=1)

    def levels(self, pictures: Tensor) -> list[Tensor]:
        """Feature maps at 1/4, 1/8, 1/16 and 1/32 of (N, 3, H, W), whose sides are whole ``CELL_PX``."""
        gray = pictures.mean(dim=1, keepdim=True)
        x = self.stem(F.pixel_unshuffle(torch.cat([gray, pictures], dim=1) - 0.5, 2))
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


def views(pictures: Tensor, *, numbers: bool) -> Views:
    """What is looked at of (N, 3, H, W) in [0, 1], with or without its statistics; differentiable."""
    return Views(small_copy(pictures), own_windows(pictures), measured(pictures) if numbers else None)


def small_copy(pictures: Tensor, longer_px: int = LONGER_PX) -> Tensor:
    """A copy whose longer side is about ``longer_px`` or less, with sides of whole cells."""
    height, width = pictures.shape[-2:]
    scale = min(1.0, longer_px / max(height, width))
    sides = tuple(max(LEAST_PX, round(length * scale / CELL_PX) * CELL_PX) for length in (height, width))
    if sides == (height, width):
        return pictures
    return F.interpolate(pictures, sides, mode="bilinear", antialias=True, align_corners=False).clamp(0, 1)


def own_windows(pictures: Tensor, side_px: int = WINDOW_PX) -> Tensor:
    """(N, K, 3, s, s): four to nine pieces, evenly spread; what is smaller is continued to their size."""
    height, width = pictures.shape[-2:]
    padding = (0, max(0, side_px - width), 0, max(0, side_px - height))
    if any(padding):
        pictures = F.pad(pictures, padding, mode="replicate")
    rows, columns = (_starts(length, side_px) for length in pictures.shape[-2:])
    pieces = [pictures[..., row : row + side_px, column : column + side_px] for row in rows for column in columns]
    return torch.stack(pieces, dim=1)


def _starts(length: int, side: int) -> list[int]:
    room = length - side
    count = 1 if room < side // 4 else 3 if length >= MANY_PX else 2
    return [round(room * (place + 0.5) / count) for place in range(count)]


def _tones(pictures: Tensor) -> Tensor:
    """Mean and spread of the channels, colourfulness and the share of the darkest: (N, 8)."""
    mean, spread = pictures.mean(dim=(2, 3)), pictures.flatten(2).std(dim=2)
    colour = (pictures.amax(dim=1) - pictures.amin(dim=1)).mean(dim=(1, 2))
    dark = (-pictures.mean(dim=1) * 10).exp().mean(dim=(1, 2))
    return torch.cat([mean, spread, colour[:, None], dark[:, None]], dim=1)


class WordHead(nn.Module):
    """From the features of sentences into the space of the pictures."""

    def __init__(self, features: int = 384, size: int = SIZE, between: int = 1024) -> None:
        """Two layers, with so many numbers between them."""
        super().__init__()
        self.body = nn.Sequential(nn.Linear(features, between), nn.GELU(), nn.Linear(between, size))

    def forward(self, features: Tensor) -> Tensor:
        """(M, features) -> (M, size) unit vectors."""
        return F.normalize(self.body(features.float()), dim=1)


class TwoTowers(nn.Module):
    """Both halves, and how sharply they are compared: what ``encoder.safetensors`` holds."""

    def __init__(self) -> None:
        """Build it with random weights; ``fusion.weights`` loads trained ones."""
        super().__init__()
        self.pictures = PictureTower(measures=True)
        self.words = WordHead()
        self.sharpness = nn.Parameter(torch.tensor(2.7))  # logarithm of the inverse temperature
