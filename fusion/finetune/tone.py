"""Whether a region is told by its light alone, as "the dark areas" are: then it ends where nothing else ends."""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import luma
from wordfuse.fusion.tensors import Batch, either_kind

Tone = Literal["dark", "bright"]
Luma = NDArray[np.float32]

SMOOTH, SMOOTH_PX = 1 / 240, 2.0  # of the shorter side, and at least: grain is no light
# Mean share of the pixels inside and of those outside that lie on their own side of one luma; the same of those at the
# border; and how much of the difference between inside and outside there is at the border. Dark and bright areas of 39
# pairs of MSRS, LLVIP, RoadScene, TNO and VIFB: 0.98 to 1, 0.87 to 0.98, 0.1 to 0.7. People, cars, roads, skies and
# whatever is hot: one of the first two is less. A thing with sharp edges amid nothing: all three are 1.
TOLD = 0.975
TOLD_AT_BORDER = 0.87
MOST_AT_BORDER = 0.75


@either_kind
def tone_of(picture: Batch, mask: Batch) -> Tone | None:
    """The tone by which a region is told from all the rest of a picture; None where it is by something else.

    Args:
        picture: (1, 3, H, W) float in [0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region.
    """
    inside = mask[0, 0] > 0.5
    if inside.all() or not inside.any():
        return None
    reach_px = max(SMOOTH_PX, SMOOTH * min(inside.shape))
    y: Luma = luma(picture)[0, 0]
    smooth: Luma = np.clip(cv2.GaussianBlur(y, (0, 0), reach_px), 0, 1).astype(np.float32)
    near = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * round(reach_px) + 1,) * 2)
    within = inside.astype(np.uint8)
    inner = inside & (cv2.erode(within, near) == 0)
    outer = ~inside & (cv2.dilate(within, near) > 0)
    sides: tuple[tuple[Tone, Luma], ...] = (("dark", smooth), ("bright", 1 - smooth))
    step, between = (float(y[there].mean() - y[here].mean()) for there, here in ((outer, inner), (~inside, inside)))
    if abs(step) > MOST_AT_BORDER * abs(between):
        return None
    for tone, light in sides:
        told, at_border = _told(light[inside], light[~inside]), _told(light[inner], light[outer])
        if told >= TOLD and at_border >= TOLD_AT_BORDER:
            return tone
    return None


def _told(inside: Luma, outside: Luma) -> float:
    """Mean share of both that lie on their own side of the luma that tells them apart best, the inside being darker."""
    counts = [np.histogram(side, bins=256, range=(0.0, 1.0))[0] / side.size for side in (inside, outside)]
    below, beyond = (np.cumsum(count) for count in counts)
    return float((below + 1 - beyond).max() / 2)
