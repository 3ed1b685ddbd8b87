"""Where the texture is that is missed in what is blown out: in a source, faintly in the picture, or nowhere."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.blotches import noise_level
from wordfuse.fusion.metrics.goals.contrast import mean_around
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.tools.causes.types import Cause
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id

BRIGHT = 240.0  # luma from which a place is blown out, or nearly
SOME = 0.05  # of a region that is so, from which it is that place that is meant
FINE_PX, COARSE_PX, AROUND_PX = 1.0, 6.0, 6.0  # texture lies between two Gaussians, and is told by its surroundings
NOISY = 0.9  # of the noise may be between them as well: that of cold skies is as coarse
END_PX = 4  # how a place ends is no texture of it
CLEARLY, MORE = 1.2, 1.5  # times the texture that the picture has, and gray values more: a source has some
FAINT = 1.0  # gray values: with less there is none that could be brought out


def texture(work: Workspace, image: Id, mask: Id | None) -> Cause | None:
    """Which edit brings texture into a region.

    Args:
        work: the run.
        image: the picture as it is.
        mask: the region; None is the whole picture.

    Returns:
        None where the visible picture has it.

    Raises:
        RegionError: the mask is empty.
    """
    picture, inside = work.image(image), work.mask(mask)
    inside = np.full(picture.shape[:2], 255, np.uint8) if inside is None else inside
    blown = _blown_out(picture, inside)
    meant = inside if blown is None else blown
    sources = {"visible": work.pair.visible, "infrared": work.pair.infrared}
    has, now = {name: _strength(to_uint8(source), meant) for name, source in sources.items()}, _strength(picture, meant)
    enough = max(CLEARLY * now, now + MORE)
    told = f"texture there: visible {has['visible']:.1f}, infrared {has['infrared']:.1f}, as it is {now:.1f}"
    if has["visible"] >= enough and has["visible"] >= has["infrared"]:
        return None
    if has["infrared"] >= enough and blown is not None:
        return Cause(told=told, task="incline", direction="infrared")
    if now >= FAINT:
        return Cause(told=told, task="contrast", direction="more")
    return Cause(told=f"neither picture has texture there that could be brought back ({told})")


def _blown_out(picture: NDArray[np.uint8], inside: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Of a region what is blown out, (H, W) uint8; None: hardly anything."""
    bright = np.where((to_gray(picture) >= BRIGHT) & (inside > 127), 255, 0).astype(np.uint8)
    solid = np.asarray(cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    return solid if np.count_nonzero(solid) >= SOME * np.count_nonzero(inside > 127) else None


def _strength(picture: NDArray[np.uint8], meant: NDArray[np.uint8]) -> float:
    """How strong the texture of a place is but for noise, gray values: that of half of it."""
    inner = np.asarray(cv2.erode(meant, np.ones((2 * END_PX + 1,) * 2, np.uint8), borderValue=255), np.uint8)
    place = inner if (inner > 127).any() else meant
    y, inside = to_gray(picture).astype(np.float32), (place > 127).astype(np.float32)
    # What lies beyond the place has no part in it.
    fine, coarse = (mean_around(y, inside, sigma) for sigma in (FINE_PX, COARSE_PX))
    energy = mean_around((fine - coarse) ** 2, inside, AROUND_PX)
    typical = float(np.median(energy[place > 127])) - (NOISY * noise_level(picture, place)) ** 2
    return math.sqrt(max(typical, 0.0))
