"""Lights by night: headlights, tail lights, lamps of streets and all others that are lit.

The network was never taught them, and needs not be: pixels tell what shines (``shining``), and where it shines tells
what it is. What shines on a car is its own, red at its rear; what glares low in the picture is a headlight; all else is
a lamp. By day nothing is called lit: sun on metal is as bright.
"""

import cv2
import numpy as np

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions.embedded.looking import BY_A_CAR, Box, Object, View, at_thing, believed
from wordfuse.fusion.regions.embedded.shining import FAR, Core, around, away_from, cores, half_width, shining
from wordfuse.fusion.regions.embedded.signals import end_of_road
from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Picture, Sources

LIGHT, HEADLIGHT, TAIL_LIGHT = "light", "headlight", "tail_light"
# Night: luma of the darker part of the sky at most, where there is some; else the median of a picture in colours, and
# of a gray one, for such cameras show a dull day as dark.
SKY, LEAST_SKY, NIGHT_SKY, DARK, DARK_GRAY = 0.5, 0.05, 0.45, 0.3, 0.15
SOME_SKY, DAY_SKY = 0.003, 0.6  # of less sky, and how bright its middle is by day at least
DARKER_SKY = 0.25  # of a sky, which a lamp lights up in part
GRAY = 0.04  # mean difference of the brightest channel and the darkest, that noise alone makes
# How sure it is a light: where the infrared picture shows it warm and not in a wall, and elsewhere. Windows shine too.
WARM, COOL, WALL = 0.75, 0.45, 0.5
BOXED, BOXED_PX = 0.91, 4  # of its box, that a window in a wall fills, and its half width, for a picture of 480 rows
# How far to white the glow is of a small white light on a car, and of a large one that is on none: less is light on
# paint, and a post in a headlight's beam.
GLARES = 0.3
WARMER = 0.06  # of the infrared picture's range, above what is around it
ONLY_ROAD = 0.85  # chance of a road, from which what shines is a reflection or paint
GLARES_FROM = 1 / 3  # of the rows: what blinds below it is no lamp of a street
BY_A_RIDER = 0.3  # of the sides of a rider's box, around it: the lamp of a motorcycle is in front
WHEELS = 0.12  # of a car's height, from its foot
RED = 0.12  # so much more red than green or blue is the glow of a tail light
RIM_PX = (1.0, 5.0)  # where that is looked for, for a picture of 480 rows
GLOW_REACH, LEAST_GLOW_PX = 1.5, 6  # of a light's larger side, and at least: how far its glow is looked for
GLOW_SMOOTH_PX = 1.5
GLOWS = 0.15  # of the way from what is around a light to white
DIRECTIONS = 0.25  # of all, in which there may be no glow: a white car is as bright to one side, and ends on the other


def lights(sources: Sources, view: View) -> list[Object]:
    """The lights of a pair, the surest first; none by day.

    Args:
        sources: the pair.
        view: what was seen in it: where cars and people are, the sky, walls and the road.
    """
    light = luma(sources.visible)
    labels, stats = cores(light)
    gray = float(np.mean(sources.visible.max(axis=2) - sources.visible.min(axis=2))) <= GRAY
    shine = shining(light, labels, stats)
    if not _is_night(light, view.chances[CLASSES.index("sky")], shine, gray=gray):
        return []
    found = []
    for core in shine:
        inside = labels == core.label
        name = _kind(sources, view, core, inside)
        walled = name == LIGHT and _chance(view, "building", inside) >= WALL
        window = walled and core.filled >= BOXED and core.half_px >= BOXED_PX * len(light) / 480
        if name is not None and not window:
            sure = WARM if not walled and _is_warm(sources.infrared, core, inside) else COOL
            found.append(Object(name, _box(core), sure))
    return sorted(found, key=lambda seen: -seen.score)


def _is_night(light: Picture, sky: Picture, shine: list[Core], *, gray: bool) -> bool:
    """Whether a picture was taken by night: its sky is dark, or all of it, or a lamp blinds as none does by day."""
    height, width = sky.shape
    seen = cv2.resize(light, (width, height), interpolation=cv2.INTER_AREA)[sky > SKY]
    if seen.size >= LEAST_SKY * sky.size:
        return float(np.quantile(seen, DARKER_SKY)) <= NIGHT_SKY
    if any(core.blinds for core in shine):  # which is taken for a sky where it is large
        return True
    if seen.size >= SOME_SKY * sky.size and float(np.median(seen)) >= DAY_SKY:
        return False
    return float(np.median(light)) <= (DARK_GRAY if gray else DARK)


def lit(sources: Sources, seen: Object) -> Selection:
    """The pixels of one of the `lights` with the glow around it: (H, W) bool.

    They are those that are burnt out and hang together, not what else is so in its box; and around them what is lighter
    the nearer it is. A lamp that is toned down without its glow is a gray disc in a bright ring.
    """
    x0, y0, x1, y1 = (round(x) for x in seen.box)
    light = luma(sources.visible)
    labels, stats = cores(light)
    # No two have one box: what reaches all four sides of it would cross the other.
    own = np.flatnonzero((stats[:, : cv2.CC_STAT_AREA] == (x0, y0, x1 - x0, y1 - y0)).all(axis=1))
    selection = np.asarray(np.isin(labels, own[own > 0]), np.bool_)  # label 0 is what is not burnt out
    if selection.any():
        reach = max(LEAST_GLOW_PX, round(GLOW_REACH * max(x1 - x0, y1 - y0)))
        window = around((x0, y0, x1, y1), reach)
        selection[window] |= _glow(light[window], selection[window], (labels[window] > 0) & ~selection[window], reach)
    return selection


def _glow(light: Picture, own: Selection, others: Selection, reach_px: int) -> Selection:
    """What of a window a light in it lights up: as far as it is brighter in nearly every direction than farther off."""
    away = away_from(own)
    smooth = np.asarray(cv2.GaussianBlur(light, (0, 0), GLOW_SMOOTH_PX), np.float32)
    far = (away > FAR * reach_px) & ~others
    ground = float(np.median(smooth[far])) if far.any() else 0.0
    least, glows_px = ground + GLOWS * (1 - ground), 0
    for px in range(1, min(reach_px, LEAST_GLOW_PX + round(half_width(own))) + 1):
        ring = (away > px - 1) & (away <= px)
        if not ring.any() or float(np.quantile(light[ring], DIRECTIONS)) < least:
            break
        glows_px = px
    return np.asarray(own | ((away <= glows_px) & (smooth > least) & ~others), np.bool_)


def _kind(sources: Sources, view: View, core: Core, inside: Selection) -> str | None:
    """What a core that shines is; None where it is light on a road, a glint on a car or a white post."""
    middle = (core.box[0] + core.box[2]) / 2, (core.box[1] + core.box[3]) / 2
    seen = believed(view)
    on_car = any(one.name == "car" and _on_car(one.box, middle) for one in seen)
    if not on_car and _chance(view, "road", inside) >= ONLY_ROAD:
        return None
    lowest = end_of_road(view)
    low = middle[1] >= (min(lowest, GLARES_FROM) if core.glares else lowest) * sources.shape[0]
    rides = any(one.name in ("bicycle", "person") and at_thing(one.box, middle, BY_A_RIDER) for one in seen)
    red = _is_red(sources.visible, core, inside)
    glint, post = on_car and not red and not core.glares, not on_car and core.glares
    if (glint or post) and core.glow < GLARES:
        return None
    if on_car or (low and (core.glares or rides)):
        return TAIL_LIGHT if red else HEADLIGHT
    return LIGHT


def _on_car(car: Box, point: tuple[float, float]) -> bool:
    """Whether a point is on a car or just by it, and not among its wheels, which only glint."""
    return at_thing(car, point, BY_A_CAR) and point[1] <= car[1] + (1 - WHEELS) * (car[3] - car[1])


def _chance(view: View, name: str, inside: Selection) -> float:
    """How likely the pixels of a selection show a class, on average."""
    chance = view.chances[CLASSES.index(name)]
    rows, columns = np.nonzero(inside)
    scale = chance.shape[0] / inside.shape[0], chance.shape[1] / inside.shape[1]
    return float(chance[(rows * scale[0]).astype(int), (columns * scale[1]).astype(int)].mean())


def _is_red(visible: Picture, core: Core, inside: Selection) -> bool:
    """Whether the glow next to a core is red."""
    unit = inside.shape[0] / 480
    window = around(core.box, round(RIM_PX[1] * unit) + 1)
    away = away_from(inside[window])
    ring = (away > RIM_PX[0] * unit) & (away <= max(RIM_PX[1] * unit, RIM_PX[0] * unit + 1))
    red, green, blue = np.median(visible[window][ring], axis=0) if ring.any() else np.zeros(3)
    return bool(red - max(green, blue) >= RED)


def _is_warm(infrared: Picture, core: Core, inside: Selection) -> bool:
    """Whether a core is warmer than what is around it."""
    window = around(core.box, max(3, *(np.subtract(core.box[2:], core.box[:2]).tolist())))
    own, heat = inside[window], infrared[window]
    return float(heat[own].mean() - np.median(heat[~own])) > WARMER


def _box(core: Core) -> Box:
    x0, y0, x1, y1 = core.box
    return float(x0), float(y0), float(x1), float(y1)
