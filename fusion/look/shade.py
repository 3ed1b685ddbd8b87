"""Shade by day: a place much darker than its region, whose things are held against the shade and not the sunlit wall.

Surroundings that reach out of a shade tell nothing of what is in it: the wall beside it is lighter, and so everything
in the shade would be told from its surroundings; and it is warmer, so nothing in the shade would be warm. What is dark
because it is a dark thing (a coat, a car) is no shade: a shade is not warmer than what is around it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.fusion.look.filters import GRID, Plane, blurred, luma_of, shrink, step, strongest

DARK = (0.25, 0.50)  # luma, beside that of the region, up to which it is shade, and from which it is not
WARMER = 0.03  # than what is around it: a dark thing
DAY = (0.17, 0.37)  # luma of a region, from which it may be day, and from which it is
REACH_PX, TEXTURE_PX = 26, 8  # of what is around in the shade, and of its texture
NEVER = 1e-4  # share of the surroundings that is none


@dataclass(frozen=True)
class Shade:
    """What is around in the shade, on the coarse grid; all three mean something only where there is shade.

    Attributes:
        much: how far this is shade, [0, 1].
        infrared: mean of the shade around.
        told: how far the visible picture tells this place from the shade around, by lightness or colour.
        texture: root mean square of what is not alike in the shade just here.
    """

    much: Plane
    infrared: Plane
    told: Plane
    texture: Plane


def find_shade(luma: Plane, colours: Plane, warmth: Plane, far: Plane, region: Plane, unit: float) -> Shade | None:
    """Look for shade; None where there is none.

    Args:
        luma: (H, W) of the visible picture, at most the working size.
        colours: of it, (h, w, 3) on the coarse grid, as all that follows.
        warmth: infrared without grain.
        far: infrared of the wide surroundings.
        region: luma of the region.
        unit: pixels of this picture to one of the working size.
    """
    cells, px = shrink(luma, GRID), unit / GRID
    much = (1 - step(cells / (region + 0.01), *DARK)) * step(region, *DAY)
    if not much.any():
        return None
    infrared = _within(much, warmth, REACH_PX * px)
    much = much * (1 - step(infrared - far, 0.0, WARMER))
    if not much.any():
        return None
    alike = _within(much, colours, REACH_PX * px)
    light = luma_of(alike)
    # The mean over a cell of how far its pixels are from that light, squared.
    squared = np.maximum(shrink(luma * luma, GRID) - 2 * light * cells + light * light, 0)
    return Shade(
        much=much,
        infrared=infrared,
        told=strongest(blurred(colours, 2 * px) - alike),
        texture=np.sqrt(_within(much, squared, TEXTURE_PX * px)),
    )


def _within(much: Plane, plane: Plane, sigma: float) -> Plane:
    """The mean of a plane's shaded surroundings, (h, w) or (h, w, 3), 0 far from any shade."""
    share: Plane = blurred(much, sigma) + NEVER
    weight = much
    if plane.ndim == 3:
        weight, share = (np.asarray(cv2.merge([one] * 3), np.float32) for one in (much, share))
    mean: Plane = blurred(weight * plane, sigma) / share
    return mean
