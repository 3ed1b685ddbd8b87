"""Holes and islands of an area that are none: clouds, bright spots and noise in a sky, patches of a road.

A hole is filled where the network has the area there more than anything else, and in a sky where the visible picture is
as light there as the sky around it. What is truly another thing stays out: a sign, a treetop, somebody, a lamp.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from wordfuse.fusion.regions.embedded.looking import Object, at_thing
from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Picture, Sources

HOLE = 0.05  # of an area: what is larger is no hole in it
MOSTLY = 0.4  # mean chance of the area in a hole, from which it is filled where nothing else is likelier,
HARDLY, ALIKE = 0.2, 0.06  # or the least of it, and how far its luma may be from that of the sky around
LEAST_LIGHT = 0.25  # luma of a sky from which light tells what is sky: at night all is dark
RING_PX = 6  # for 480 rows, around a hole
ISLAND, SURELY = 0.01, 0.6  # of the largest part, and the mean chance: less, and less sure, is an island of noise


def without_holes(
    sources: Sources, chance: Picture, rival: Picture, area: Selection, things: Sequence[Object], *, sky: bool
) -> Selection:
    """An area without holes that are of it, and without islands that are not.

    Args:
        sources: the pair.
        chance: (H, W), how likely a pixel is of the area.
        rival: (H, W), how likely it is of what is likeliest beside that.
        area: (H, W) bool.
        things: what was found: a hole in which one stands stays.
        sky: it is a sky, which is as light on both sides of a hole.
    """
    kept = _without_islands(chance, area)
    own = int(kept.sum())
    light = luma(sources.visible)
    labels, stats = _parts(~kept)
    filled = kept.copy()
    for label, (x, y, wide, high, pixels) in enumerate(stats.tolist()):
        if label == 0 or pixels > HOLE * own:
            continue
        if any(at_thing((x, y, x + wide, y + high), _middle(seen), 0.0) for seen in things):
            continue
        margin = max(2, round(RING_PX * len(light) / 480))
        window = slice(max(0, y - margin), y + high + margin), slice(max(0, x - margin), x + wide + margin)
        hole = labels[window] == label
        mean = float(chance[window][hole].mean())
        surely = mean >= MOSTLY and mean > float(rival[window][hole].mean())
        if surely or (sky and mean >= HARDLY and _as_light(light[window], hole, kept[window])):
            filled[window] |= hole
    return filled


def _without_islands(chance: Picture, area: Selection) -> Selection:
    labels, stats = _parts(area)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # label 0 is what is not of the area
    sums = np.bincount(labels.ravel(), weights=chance.ravel(), minlength=len(areas))
    kept = (areas >= ISLAND * areas.max()) | (sums >= SURELY * areas)
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def _as_light(light: Picture, hole: Selection, area: Selection) -> bool:
    """Whether a hole is as light as the area around it, and that is light."""
    if not area.any():
        return False
    around = float(np.median(light[area]))
    inside = np.quantile(light[hole], (0.1, 0.9)) - around
    return around >= LEAST_LIGHT and bool((np.abs(inside) < ALIKE).all())


def _parts(selection: Selection) -> tuple[np.ndarray, np.ndarray]:
    """Connected parts: a label for every pixel, and box and area of each label."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(selection.astype(np.uint8), connectivity=4)
    return labels, stats


def _middle(seen: Object) -> tuple[float, float]:
    x0, y0, x1, y1 = seen.box
    return (x0 + x1) / 2, (y0 + y1) / 2
