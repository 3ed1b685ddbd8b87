"""NanoDet-g, a small detector of COCO's 80 kinds of things, without torch.

After NanoDet (RangiLyu, https://github.com/RangiLyu/nanodet, Apache-2.0), model "g": 3.8 M parameters, plain 3x3
convolutions in blocks that keep what they saw before, three levels that hear of each other, and for every cell of a
level the chances of 80 kinds and how far the sides of a box are, each told as chances of 0 to 10 cells. The weights
are not ours: ``fusion.fetched.detector`` fetches them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.networks.arrays.layers import Array, Layers, Weights

CONVOLUTIONS = 34  # in the order in which the network asks for them: ``0.weight``, ``0.bias``, ``1.weight``, ...
KINDS = 80
STRIDES = (8, 16, 32)
CELLS = 10  # the farthest side, in cells of a level
SLOPE = 0.1  # of what is below 0
MEAN = np.array([103.53, 116.28, 123.675], np.float32)  # blue, green, red, of 255
DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
FIRST_SIZE = 13 * STRIDES[-1], 13 * STRIDES[-1]
# The first convolution of each stage, whether it halves, and how many pairs follow that see what came before.
STAGES = ((False, 1), (True, 2), (True, 2), (True, 3))


@dataclass(frozen=True, eq=False)
class Sighted:
    """What the detector gives for one picture: a row for each cell of its three levels.

    Attributes:
        chances: (N, 80) float32 in [0, 1], of COCO's kinds.
        boxes: (N, 4) float32 x0, y0, x1, y1 in pixels of what was looked at.
    """

    chances: Array
    boxes: Array


#: Looks at a picture: (H, W, 3) float32 RGB in [0, 1], sides of whole 32 pixels.
Detector = Callable[[NDArray[np.float32]], Sighted]


def nanodet(weights: Weights) -> Detector:
    """The detector with its weights: those of its convolutions, numbered in the order in which they are asked."""
    layers = Layers(weights, 3)
    numbers = iter(range(CONVOLUTIONS))
    x = layers.pooled(_convolved(layers, "x", numbers, stride=2))
    levels = []
    for halved, pairs in STAGES:
        x = _stage(layers, x, numbers, halved=halved, pairs=pairs)
        levels.append(x)
    near, middle, far = (layers.convolution(level, str(next(numbers))) for level in levels[1:])
    middle = layers.sum(middle, layers.doubled(far, linear=True))
    near = layers.sum(near, layers.doubled(middle, linear=True))
    middle = layers.sum(middle, layers.halved(near))
    far = layers.sum(far, layers.halved(middle))
    heads = []
    for level in (near, middle, far):
        heads.append(layers.convolution(_convolved(layers, level, numbers), str(next(numbers))))
    layers.give(*heads)
    network = layers.network(*FIRST_SIZE)

    def look(picture: NDArray[np.float32]) -> Sighted:
        pixels = (picture[..., ::-1] * np.float32(255) - MEAN) / DEVIATION
        found = [
            _read(level, stride)
            for level, stride in zip(network(pixels.transpose(2, 0, 1)[None]), STRIDES, strict=True)
        ]
        return Sighted(np.concatenate([chances for chances, _ in found]), np.concatenate([boxes for _, boxes in found]))

    return look


def _stage(layers: Layers, x: str, numbers: Iterator[int], *, halved: bool, pairs: int) -> str:
    begun = _convolved(layers, x, numbers, stride=2 if halved else 1)
    x = begun
    for _ in range(pairs):
        first = _convolved(layers, x, numbers)
        x = layers.joined(_convolved(layers, first, numbers), first)
    return layers.joined(_convolved(layers, x, numbers), begun)


def _convolved(layers: Layers, x: str, numbers: Iterator[int], *, stride: int = 1) -> str:
    return layers.leaky(layers.convolution(x, str(next(numbers)), stride=stride), SLOPE)


def _read(level: Array, stride: int) -> tuple[Array, Array]:
    """A level (80 + 44, h, w) as rows: chances, and boxes from how far each side probably is."""
    _, height, width = level.shape
    rows = level.reshape(len(level), height * width).T
    chances = 1 / (1 + np.exp(-rows[:, :KINDS]))
    told = rows[:, KINDS:].reshape(-1, 4, CELLS + 1)
    told = np.exp(told - told.max(axis=2, keepdims=True))
    distances = (told / told.sum(axis=2, keepdims=True)) @ np.arange(CELLS + 1, dtype=np.float32) * stride
    y, x = (np.indices((height, width), np.float32).reshape(2, -1) + np.float32(0.5)) * np.float32(stride)
    middles = np.stack([x, y, x, y], axis=1)
    return chances.astype(np.float32), (middles + distances * np.array([-1, -1, 1, 1], np.float32)).astype(np.float32)
