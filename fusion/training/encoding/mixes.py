"""Plain ways to fuse a pair: an encoder is to learn what fused pictures have in common, not what one network does."""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Mix = Callable[[Values, Values], Values]
LEVELS = 4


def drawn_mix(chance: np.random.Generator) -> Mix:
    """A mean with some share of the infrared, the brighter of both, or the stronger detail of both."""
    kind = chance.choice(3, p=[0.5, 0.2, 0.3])
    if kind == 0:
        return partial(mean, share=np.float32(chance.uniform(0.3, 0.8)))
    return (np.maximum, stronger_detail)[kind - 1]


def mean(infrared: Values, visible: Values, share: np.float32) -> Values:
    """Of both lumas, (H, W) float32 in [0, 255], with ``share`` of the infrared."""
    return visible + share * (infrared - visible)


def stronger_detail(infrared: Values, visible: Values) -> Values:
    """Burt and Adelson: Laplacian pyramids of which each place takes the larger value, over the mean of the rest."""
    chosen, sources = [], (infrared, visible)
    for _ in range(LEVELS):
        small = [np.asarray(cv2.pyrDown(source), np.float32) for source in sources]
        size = sources[0].shape[1], sources[0].shape[0]
        heat, light = (source - cv2.pyrUp(coarse, dstsize=size) for source, coarse in zip(sources, small, strict=True))
        chosen.append(np.where(np.abs(heat) > np.abs(light), heat, light))
        sources = small[0], small[1]
    fused = np.asarray((sources[0] + sources[1]) / 2, np.float32)
    for detail in reversed(chosen):
        fused = np.asarray(cv2.pyrUp(fused, dstsize=(detail.shape[1], detail.shape[0])) + detail, np.float32)
    return fused
