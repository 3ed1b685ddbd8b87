"""The veil network without torch; ``fusion.networks.veil`` tells what it is and trains it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.networks.arrays.layers import Array, Layers, Weights, shuffled, unshuffled

SIDE_PX = 160  # longer side of the copy that is looked at
CELL_PX = 16  # sides of the copy are whole cells
CORRECTION = 0.3  # the airlight is at most so far from a colour that is seen
FIRST_SIZE = 8 * CELL_PX, 10 * CELL_PX

#: Of (H, W, 3) float32 RGB in [0, 1], sides of whole ``CELL_PX``: the share of the scene's light that arrives, (H / 2,
#: W / 2) in (0, 1), and the airlight, (3,) in [0, 1].
VeilEye = Callable[[NDArray[np.float32]], tuple[Array, Array]]


def veil_eye(weights: Weights) -> VeilEye:
    """The veil network with its weights."""
    layers = Layers(weights, 3 * 16)
    near = layers.block(layers.rectified(layers.convolution("x", "stem.0", "stem.1")), "near")
    middle = layers.block(layers.block(near, "middle.0", halved=True), "middle.1")
    far = layers.block(layers.block(middle, "far.0", halved=True), "far.1")
    # The linear layers come before the mean that they are of: it is the same, and OpenCV would take what is added to
    # a convolution for as large as it.
    everywhere = layers.mean(layers.convolution(far, "whole"))
    features = layers.convolution(layers.sum(far, everywhere), "laterals.2")
    for number, level in ((1, middle), (0, near)):
        lateral = layers.convolution(level, f"laterals.{number}")
        features = layers.sum(layers.doubled(features, linear=True), lateral)
    features = layers.block(features, "smooth")
    through, chosen = layers.convolution(features, "head"), layers.convolution(features, "chosen")
    layers.give(through, chosen, layers.mean(layers.convolution(far, "corrected")))
    network = layers.network(FIRST_SIZE[0] // 4, FIRST_SIZE[1] // 4)

    def look(picture: NDArray[np.float32]) -> tuple[Array, Array]:
        planes = np.ascontiguousarray(picture.transpose(2, 0, 1))
        logits, places, correction = network(unshuffled(planes - np.float32(0.5), 4))
        weight = np.exp(places[0] - places.max())
        channels, height, width = planes.shape
        colours = planes.reshape(channels, height // 4, 4, width // 4, 4).mean(axis=(2, 4))
        colour = (weight * colours).sum(axis=(1, 2)) / weight.sum()
        airlight = np.clip(colour + CORRECTION * np.tanh(correction.ravel()), 0, 1).astype(np.float32)
        return 1 / (1 + np.exp(-shuffled(logits, 2)[0])), airlight

    return look
