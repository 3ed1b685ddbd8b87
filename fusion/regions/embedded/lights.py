"""Lamps that are lit, headlights, lanterns: what the visible picture shows as small and blown out among darker things.

The network was never taught them, and needs not be: pixels tell. In a picture that is not dark, only what is small,
round and blown out amid nothing bright may be one, and that is in doubt: not the sky between leaves, no sign, no paint.
"""

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.embedded.looking import Object
from wordfuse.fusion.regions.tones import Selection, blown_out, luma
from wordfuse.fusion.regions.types import Picture, Sources

LIGHT = "light"
MOST_AREA = 0.004  # of the picture: what is larger is a wall, a window, a sky
BLINDING = 0.015  # and by night what does not glow all around; larger than this neither headlight is
HALO_PX, HALO = (8, 20), 0.35  # of 480 rows, around what blinds: there all but a tenth is so light at least,
DARK_AROUND = 0.5  # luma: what is around a light is darker
DARK = 0.3  # median luma above which a picture is no night's
SURELY_SKY, LEAST_SKY, NIGHT_SKY = 0.5, 0.02, 0.45  # a chance, a share of the picture, and its median luma at most
RING = 1.0  # width of what is around it, of its larger side
# Of a picture that is not dark: how much of the disc in its box a light fills, how long it is for its width, its share
# of the picture, how far above what is around it its mean luma is, and the 90th percentile of that.
ROUND, LONGEST, SMALL, ABOVE, NONE_BRIGHT = (0.8, 1.25), 1.35, (2e-4, 0.0015), 0.25, 0.78
# How sure it is a light: where the infrared picture shows it warm and not in a wall, and elsewhere. Windows shine too.
WARM, COOL, WALL = 0.75, 0.45, 0.5
GLOW_REACH, LEAST_GLOW_PX = 1.5, 6  # of a light's larger side, and at least: how far its glow is looked for
GLOW_SMOOTH_PX = 1.5
GLOWS = 0.15  # of the way from what is around a light to white
DIRECTIONS = 0.25  # of all, in which there may be no glow: a white car is as bright to one side, and ends on the other
WARMER = 0.06  # of the infrared picture's range, above what is around it


def lights(sources: Sources, walls: Picture, sky: Picture) -> list[Object]:
    """The lights of a pair, the surest first.

    Args:
        sources: the pair.
        walls: (h, w), how likely a coarse grid over the picture shows a building: what shines in one is a window.
        sky: the same of the sky, which tells a hazy night from a day.
    """
    height, width = sources.shape
    light = luma(sources.visible)
    dark = float(np.median(light)) <= DARK
    if not dark and not _is_night(light, sky):
        return []
    walls = np.asarray(cv2.resize(walls, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    labels, stats = _components(light)
    found = []
    for label, (x, y, wide, high, area) in enumerate(stats.tolist()):
        most = BLINDING if dark else MOST_AREA
        if label == 0 or area > most * labels.size:
            continue
        if area > MOST_AREA * labels.size and not _blinds(light, labels == label):
            continue
        margin = max(3, round(RING * max(wide, high)))
        window = (
            slice(max(0, y - margin), y + high + margin),
            slice(max(0, x - margin), x + wide + margin),
        )
        inside, around = labels[window] == label, light[window][labels[window] != label]
        walled = float(walls[window][inside].mean()) >= WALL
        if dark:
            if float(np.median(around)) > DARK_AROUND:
                continue
        elif walled or not _is_lamp((wide, high, area), labels.size, float(light[window][inside].mean()), around):
            continue
        heat = sources.infrared[window]
        warm = float(heat[inside].mean() - np.median(heat[~inside])) > WARMER
        sure = WARM if dark and warm and not walled else COOL
        found.append(Object(LIGHT, (float(x), float(y), float(x + wide), float(y + high)), sure))
    return sorted(found, key=lambda seen: -seen.score)


def _is_night(light: Picture, sky: Picture) -> bool:
    """Whether there is a sky, and as dark as by no day."""
    height, width = sky.shape
    seen = cv2.resize(light, (width, height), interpolation=cv2.INTER_AREA)[sky > SURELY_SKY]
    return seen.size >= LEAST_SKY * sky.size and float(np.median(seen)) <= NIGHT_SKY


def _blinds(light: Picture, own: Selection) -> bool:
    """Whether what is blown out glows all around, as two headlights do in one white place; a window ends at once."""
    away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * 480 / len(light)
    ring = (away > HALO_PX[0]) & (away <= HALO_PX[1])
    return bool(ring.any()) and float(np.quantile(light[ring], 0.1)) >= HALO


def _is_lamp(size: tuple[int, int, int], pixels: int, mean: float, around: Picture) -> bool:
    """Whether what is blown out is a lamp though it is not dark; by its width, height and area, and what is around."""
    wide, high, area = size
    disc = np.pi / 4 * wide * high
    return bool(
        SMALL[0] * pixels <= area <= SMALL[1] * pixels
        and ROUND[0] * disc <= area <= ROUND[1] * disc
        and max(wide, high) <= LONGEST * min(wide, high)
        and mean - np.median(around) >= ABOVE
        and np.quantile(around, 0.9) <= NONE_BRIGHT
    )


def lit(sources: Sources, seen: Object) -> Selection:
    """The pixels of one of the `lights` with the glow around it: (H, W) bool.

    They are those that are blown out and hang together, not what else is so in its box; and around them what is lighter
    the nearer it is. A lamp that is toned down without its glow is a gray disc in a bright ring.
    """
    x0, y0, x1, y1 = (round(x) for x in seen.box)
    light = luma(sources.visible)
    labels, stats = _components(light)
    # No two have one box: what reaches all four sides of it would cross the other.
    own = np.flatnonzero((stats[:, : cv2.CC_STAT_AREA] == (x0, y0, x1 - x0, y1 - y0)).all(axis=1))
    selection = np.asarray(np.isin(labels, own[own > 0]), np.bool_)  # label 0 is what is not blown out
    reach = max(LEAST_GLOW_PX, round(GLOW_REACH * max(x1 - x0, y1 - y0)))
    window = slice(max(0, y0 - reach), y1 + reach), slice(max(0, x0 - reach), x1 + reach)
    if selection.any():
        selection[window] |= _glow(light[window], selection[window], (labels[window] > 0) & ~selection[window], reach)
    return selection


def _glow(light: Picture, own: Selection, others: Selection, reach_px: int) -> Selection:
    """What of a window a light in it lights up: as far as it is brighter in nearly every direction than farther off."""
    away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    smooth = np.asarray(cv2.GaussianBlur(light, (0, 0), GLOW_SMOOTH_PX), np.float32)
    far = (away > 0.6 * reach_px) & ~others
    around = float(np.median(smooth[far])) if far.any() else 0.0
    least, glows_px = around + GLOWS * (1 - around), 0
    for px in range(1, reach_px + 1):
        ring = (away > px - 1) & (away <= px)
        if not ring.any() or float(np.quantile(light[ring], DIRECTIONS)) < least:
            break
        glows_px = px
    return np.asarray(own | ((away <= glows_px) & (smooth > least) & ~others), np.bool_)


def _components(light: Picture) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The connected parts of what is blown out: a label for every pixel, and box and area of each label."""
    blown = blown_out(light).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(blown, connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)
