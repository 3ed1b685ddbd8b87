"""Glare in a region: how far what blinds, and what lies in its light, may be darkened at most.

A light that blinds is brighter than its halo, which the mask leaves out in part: darkened below it, a lamp would become
a gray slab in a bright ring. What lies beside it in the same glow is held with it, or a bonnet between two headlights
would turn black around white that ends at once.
"""

import math

import cv2
import numpy as np

from wordfuse.fusion.finetune.upsample import enlarge, shrink
from wordfuse.fusion.tensors import Batch

SIDE_PX = 200  # a glow is smooth
LIGHT = (0.8, 0.9)  # luma from which something may be a light that blinds, and from which it is
ORDER = 1.02  # of the halo's luma, which falls quickly: as dark as this a light may become
NEAR = 0.1  # of the picture's shorter side, the farthest that a glow reaches; it is as wide as what glares
LEAST_PX = 1.0  # of a small picture
FULL = 4.0  # over the share of what is near that glares: from a quarter on, all is held


def least_gains(smooth: Batch, halo: Batch, mask: Batch) -> Batch:
    """To which share each pixel may be darkened at most, (1, 1, H, W) in [0, 1]: 0 where nothing glares.

    Args:
        smooth: (1, 1, H, W), the luma without its texture, in [0, 1].
        halo: (1, 1, H, W), what glares around the region, as it reaches into it.
        mask: (1, 1, H, W), above 0.5 inside the region.
    """
    light = np.clip((smooth - LIGHT[0]) / (LIGHT[1] - LIGHT[0]), 0, 1)
    held = light * np.clip(ORDER * halo / np.maximum(smooth, 1e-3), 0, 1)
    return np.asarray(np.maximum(held, _in_its_glow(light * (mask > 0.5), held)), np.float32)


def _in_its_glow(light: Batch, held: Batch) -> Batch:
    """The same of what is near a light: as the light is beside it, and nothing farther away."""
    small, least = (shrink(np.asarray(x, np.float32), SIDE_PX)[0, 0] for x in (light, light * held))
    wide = min(math.sqrt(float(small.sum()) / math.pi), NEAR * min(small.shape))
    if wide < LEAST_PX:
        return np.zeros_like(held)
    near, of_it = (cv2.GaussianBlur(x, (0, 0), wide) for x in (small, least))
    glow = np.clip(FULL * near, 0, 1) * of_it / np.maximum(near, np.float32(1e-4))
    return enlarge(np.asarray(glow, np.float32)[None, None], *held.shape[-2:])
