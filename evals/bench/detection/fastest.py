"""FastestDet, a detector of 0.24 million parameters, in plain torch.

The architecture of dog-qiuqiu/FastestDet (BSD 3-clause): a ShuffleNetV2 (Ma et al., ECCV 2018) whose three last scales
are joined at stride 16, a pooling pyramid of 5x5 depthwise convolutions, and one head that tells for each cell whether
an object is there, its box, and its class. Modules have the names that the published weights have, so that these load
without a line of translation.
"""

import hashlib
import pickle
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.networks.classes import OBJECTS

SIDE_PX = 352  # of the square that a picture is brought to
STRIDE = 16  # pixels of a cell
COCO_CLASSES = 80
# Of the 80 classes of COCO, by number, those that we have boxes of; in our order.
COCO_NUMBERS = {"person": 0, "car": 2, "bicycle": 1}
STAGES = ((24, 48, 4), (48, 96, 8), (96, 192, 4))  # channels before and after, blocks


class Raw(NamedTuple):
    """What the network says of each of the (h, w) cells, before it is decoded.

    Attributes:
        there: (B, 1, h, w) logit that an object is there.
        box: (B, 4, h, w) centre (x, y) and size (w, h), see :func:`wordfuse.evals.bench.detection.boxes.decoded`.
        kind: (B, classes, h, w) logits of the classes.
    """

    there: Tensor
    box: Tensor
    kind: Tensor


class ShuffleBlock(nn.Module):
    """A block of ShuffleNetV2: half of the channels pass; where the picture is halved, all are convolved."""

    def __init__(self, channels: int, outputs: int, *, halving: bool) -> None:
        """``channels`` go into the main branch, ``outputs`` leave the block."""
        super().__init__()
        stride, middle = (2, outputs // 2) if halving else (1, outputs // 2)
        self.branch_main = nn.Sequential(
            *_convolution(channels, middle, 1, relu=True),
            *_convolution(middle, middle, 3, stride=stride, depthwise=True),
            *_convolution(middle, outputs - channels, 1, relu=True),
        )
        self.branch_proj = (
            nn.Sequential(
                *_convolution(channels, channels, 3, stride=2, depthwise=True),
                *_convolution(channels, channels, 1, relu=True),
            )
            if halving
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same, or (B, 2 C, H/2, W/2)."""
        if self.branch_proj is not None:
            return torch.cat((self.branch_proj(x), self.branch_main(x)), 1)
        passed, taken = x[:, 0::2], x[:, 1::2]  # the shuffle: every second channel
        return torch.cat((passed, self.branch_main(taken)), 1)


class Backbone(nn.Module):
    """ShuffleNetV2, half as wide as its smallest published form."""

    def __init__(self) -> None:
        """With random weights."""
        super().__init__()
        self.first_conv = nn.Sequential(*_convolution(3, STAGES[0][0], 3, stride=2, relu=True))
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.stage2, self.stage3, self.stage4 = (_stage(*stage) for stage in STAGES)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features at strides 8, 16 and 32."""
        eighth = self.stage2(self.maxpool(self.first_conv(x)))
        sixteenth = self.stage3(eighth)
        return eighth, sixteenth, self.stage4(sixteenth)


class Pointwise(nn.Module):
    """A 1x1 convolution with batch norm and ReLU."""

    def __init__(self, channels: int, outputs: int) -> None:
        """With random weights."""
        super().__init__()
        self.conv1x1 = nn.Sequential(*_convolution(channels, outputs, 1, relu=True))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, outputs, H, W)."""
        return self.conv1x1(x)


class Pyramid(nn.Module):
    """One, two and three 5x5 depthwise convolutions beside each other: how far around a cell it looks."""

    def __init__(self, channels: int, outputs: int) -> None:
        """With random weights."""
        super().__init__()
        self.Conv1x1 = Pointwise(channels, outputs)
        self.S1, self.S2, self.S3 = (
            nn.Sequential(*(part for _ in range(n) for part in _convolution(outputs, outputs, 5, 1, True, relu=True)))
            for n in (1, 2, 3)
        )
        self.output = nn.Sequential(*_convolution(outputs * 3, outputs, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, outputs, H, W)."""
        x = self.Conv1x1(x)
        return (x + self.output(torch.cat((self.S1(x), self.S2(x), self.S3(x)), 1))).relu()


class Branch(nn.Module):
    """One answer of the head."""

    def __init__(self, channels: int, outputs: int) -> None:
        """With random weights."""
        super().__init__()
        self.conv5x5 = nn.Sequential(
            *_convolution(channels, channels, 5, depthwise=True, relu=True), *_convolution(channels, outputs, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, outputs, H, W)."""
        return self.conv5x5(x)


class Head(nn.Module):
    """Whether, where and what."""

    def __init__(self, channels: int, classes: int) -> None:
        """With random weights."""
        super().__init__()
        self.conv1x1 = Pointwise(channels, channels)
        self.obj_layers = Branch(channels, 1)
        self.reg_layers = Branch(channels, 4)
        self.cls_layers = Branch(channels, classes)

    def forward(self, x: Tensor) -> Raw:
        """Of features (B, C, h, w)."""
        x = self.conv1x1(x)
        return Raw(self.obj_layers(x), self.reg_layers(x), self.cls_layers(x))


class FastestDet(nn.Module):
    """See the module."""

    def __init__(self, classes: int = len(OBJECTS)) -> None:
        """With random weights."""
        super().__init__()
        eighth, sixteenth, last = (outputs for _, outputs, _ in STAGES)
        self.backbone = Backbone()
        self.SPP = Pyramid(eighth + sixteenth + last, sixteenth)
        self.detect_head = Head(sixteenth, classes)

    def forward(self, pictures: Tensor) -> Raw:
        """Look at pictures, (B, 3, SIDE_PX, SIDE_PX) float RGB in [0, 1]: the published weights know blue first."""
        eighth, sixteenth, last = self.backbone(pictures.flip(1))
        halved = nn.functional.avg_pool2d(eighth, 3, stride=2, padding=1)
        doubled = nn.functional.interpolate(last, scale_factor=2, mode="nearest")
        found: Raw = self.detect_head(self.SPP(torch.cat((halved, sixteenth, doubled), 1)))
        return found


def load_coco(file: Path) -> FastestDet:
    """The published detector of 80 classes.

    Args:
        file: a state dict as published, loaded without running any code of it.

    Raises:
        InputError: it is missing or no such state dict.
    """
    network = FastestDet(COCO_CLASSES)
    remedy = "give FastestDet's weights for COCO, as its authors publish them (a .pth file of 1.1 MB)"
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
        network.load_state_dict(state, strict=True)
    except FileNotFoundError as error:
        raise InputError("missing", argument="detector", subject=file, remedy=remedy) from error
    except (OSError, EOFError, RuntimeError, TypeError, AttributeError, ValueError, pickle.UnpicklingError) as error:
        raise InputError("is no FastestDet of 80 classes", argument="detector", subject=file, remedy=remedy) from error
    return network.eval()


def for_our_classes(coco: FastestDet) -> FastestDet:
    """The same detector with the answers for ``OBJECTS`` alone, the others cut off: nothing is made up."""
    network = FastestDet()
    numbers = torch.tensor([COCO_NUMBERS[name] for name in OBJECTS])
    state = {
        name: value[numbers] if value.shape[:1] == (COCO_CLASSES,) and "cls_layers" in name else value
        for name, value in coco.state_dict().items()
    }
    network.load_state_dict(state, strict=True)
    return network


def start(file: Path | None) -> FastestDet:
    """What every row's training begins with: the published weights, or random ones (torch's seed decides).

    Raises:
        InputError: see :func:`load_coco`.
    """
    return FastestDet() if file is None else for_our_classes(load_coco(file))


def digest_of(file: Path | None) -> str:
    """What tells one start from another."""
    return "random" if file is None else hashlib.sha256(file.read_bytes()).hexdigest()


def _convolution(
    channels: int, outputs: int, side: int, stride: int = 1, depthwise: bool = False, *, relu: bool = False
) -> list[nn.Module]:
    """A convolution without bias, its batch norm, and a ReLU where there is one."""
    groups = channels if depthwise else 1
    parts = [
        nn.Conv2d(channels, outputs, side, stride, side // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return [*parts, nn.ReLU(inplace=True)] if relu else parts


def _stage(channels: int, outputs: int, blocks: int) -> nn.Sequential:
    rest = (ShuffleBlock(outputs // 2, outputs, halving=False) for _ in range(blocks - 1))
    return nn.Sequential(ShuffleBlock(channels, outputs, halving=True), *rest)
