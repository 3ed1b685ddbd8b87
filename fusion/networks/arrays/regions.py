"""The region network without torch; ``fusion.networks.regions`` tells what it is and trains it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.networks.arrays.layers import Array, Layers, Weights, unshuffled
from wordfuse.fusion.networks.classes import CELL_PX, OBJECTS

STAGES = 4
FARTHEST = 6.2  # logarithm of the distance of a box's side, at most 493 px
FIRST_SIZE = 15 * CELL_PX, 20 * CELL_PX


@dataclass(frozen=True, eq=False)
class Seen:
    """What the network gives for one pair, on a grid of a quarter of the picture.

    Attributes:
        classes: (11, h, w) float32 logits of ``CLASSES``.
        centres: (3, h, w) float32 logits: an object of ``OBJECTS`` has its centre here.
        sides: (4, h, w) float32 distances from here to the left, top, right and bottom of the object's box, in pixels.
    """

    classes: Array
    centres: Array
    sides: Array

    def mirrored(self) -> "Seen":
        """As it is in a mirror: left and right change places."""
        return Seen(self.classes[..., ::-1], self.centres[..., ::-1], self.sides[[2, 1, 0, 3], :, ::-1])


#: Looks at a pair: (H, W, 4) float32 in [0, 1], infrared and RGB, sides of whole ``CELL_PX``.
Eye = Callable[[NDArray[np.float32]], Seen]


def region_eye(weights: Weights) -> Eye:
    """The region network with its weights."""
    layers = Layers(weights, 4 * 4)
    x = layers.rectified(layers.convolution("x", "stem.0", "stem.1"))
    levels = []
    for stage in range(STAGES):
        x = layers.block(layers.block(x, f"stages.{stage}.0", halved=True), f"stages.{stage}.1")
        levels.append(x)
    x = layers.convolution(levels[-1], f"laterals.{STAGES - 1}")
    for stage in reversed(range(STAGES - 1)):
        x = layers.sum(layers.doubled(x, linear=False), layers.convolution(levels[stage], f"laterals.{stage}"))
    x = layers.block(x, "smooth")
    naming = layers.convolution(layers.block(x, "naming.0"), "naming.1")
    finding = layers.convolution(layers.block(x, "finding.0"), "finding.1")
    layers.give(naming, finding)
    network = layers.network(FIRST_SIZE[0] // 2, FIRST_SIZE[1] // 2)

    def look(pair: NDArray[np.float32]) -> Seen:
        classes, found = network(unshuffled(pair.transpose(2, 0, 1) - np.float32(0.5), 2))
        return Seen(classes, found[: len(OBJECTS)], np.exp(np.minimum(found[len(OBJECTS) :], FARTHEST)))

    return look
