"""Cut one object out: where its class is likely inside its box, along the edges of the pictures."""

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions.embedded.lights import lit
from wordfuse.fusion.regions.embedded.looking import Box, Object, View
from wordfuse.fusion.regions.embedded.signals import SIGNAL, signal_in
from wordfuse.fusion.regions.embedded.silhouettes import fills_its_box, outlined
from wordfuse.fusion.regions.tones import Selection, filled, luma
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.meaning import LIGHTS

BOX_MARGIN = 0.06  # an object may reach so far over its box, of the box's sides
RING = 0.4  # surroundings of a box, of its sides
EVIDENCE = 1.5  # the most that one picture says for or against a pixel, as a logarithm of odds
LIKELY = (0.06, 0.92)  # the network's word counts for no more: evidence of both pictures outweighs it
LEAST_SPREAD = 0.03  # of a picture's values: less is noise
RADIUS_PX, SMOOTHNESS = 6, 1e-3  # of the guided filter, for a picture of 480 rows
PART, HOLE = 0.15, 0.05  # of the largest part of an object: smaller ones are crumbs, smaller holes are filled


def cut_out(sources: Sources, view: View, seen: Object) -> Selection:
    """The pixels of one object: where its class is likely inside its box, along the edges of the pictures."""
    if seen.name in LIGHTS:
        return lit(sources, seen)
    if seen.name == SIGNAL:
        return signal_in(sources, seen)
    x0, y0, x1, y1 = seen.box
    radius = int(np.clip(0.1 * min(x1 - x0, y1 - y0), 1, radius_px(sources.shape[0])))
    inner = _around(seen.box, BOX_MARGIN, 1, sources.shape)
    # Nothing further away has a say.
    outer = _around(seen.box, max(RING, BOX_MARGIN), 3 + 2 * radius, sources.shape)
    heat, light = sources.infrared[outer], luma(sources.visible[outer])
    chance = view.chances[CLASSES.index(seen.name)]
    if seen.name == "bicycle":  # who rides it belongs to the bicycle in some of the training's masks
        chance = np.maximum(chance, view.chances[CLASSES.index("person")])
    coarse = _enlarged(chance, sources.shape, outer)
    top, left = outer[0].start, outer[1].start
    within = (
        slice(inner[0].start - top, inner[0].stop - top),
        slice(inner[1].start - left, inner[1].stop - left),
    )
    # Boxes teach less sure masks than masks do: the threshold follows what the box holds.
    sure = float(np.percentile(coarse[within], 90))
    likely = np.clip(coarse * max(1.0, 0.6 / max(sure, 0.05)), *LIKELY).astype(np.float32)
    likely = _told_apart(heat, light, likely, (x0 - left, y0 - top, x1 - left, y1 - top))
    selection = np.zeros(sources.shape, np.bool_)
    selection[inner] = _main_parts(guided_filter(np.dstack([heat, light]), likely, radius, SMOOTHNESS)[within] > 0.5)
    if fills_its_box(selection[inner], seen.name):
        box = (x0 - left, y0 - top, x1 - left, y1 - top)
        selection[outer] = _main_parts(outlined(heat, sources.visible[outer], selection[outer], coarse, box))
    return selection


def _main_parts(selection: Selection) -> Selection:
    """What is cut out without the crumbs: connected parts of at least a share of the largest, their holes filled."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(selection.astype(np.uint8), connectivity=8)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not len(areas):
        return selection
    kept = np.flatnonzero(areas >= PART * areas.max()) + 1
    return filled(np.isin(labels, kept), int(HOLE * areas.max()))


Window = tuple[slice, slice]


def _around(box: Box, share: float, more_px: float, shape: tuple[int, int]) -> Window:
    """The rows and columns of a box and of a margin: a share of its sides and some pixels."""
    x0, y0, x1, y1 = box
    across, down = share * (x1 - x0) + more_px, share * (y1 - y0) + more_px
    return (
        slice(max(0, int(y0 - down)), min(shape[0], int(np.ceil(y1 + down)))),
        slice(max(0, int(x0 - across)), min(shape[1], int(np.ceil(x1 + across)))),
    )


def _enlarged(chance: npt.NDArray[np.float32], shape: tuple[int, int], window: Window) -> npt.NDArray[np.float32]:
    """A window of what a coarse map over the whole picture is at full size."""
    sx, sy = chance.shape[1] / shape[1], chance.shape[0] / shape[0]
    left, top = window[1].start, window[0].start
    matrix = np.array([[sx, 0, (left + 0.5) * sx - 0.5], [0, sy, (top + 0.5) * sy - 0.5]])
    size = (window[1].stop - left, window[0].stop - top)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    enlarged = cv2.warpAffine(chance, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(enlarged, np.float32)


def _told_apart(
    heat: npt.NDArray[np.float32], light: npt.NDArray[np.float32], likely: npt.NDArray[np.float32], box: Box
) -> npt.NDArray[np.float32]:
    """A chance map in which pixels count for more that look like the middle of a box and unlike its surroundings.

    The network's grid is too coarse for far people; their warmth is not. Both pictures are two Gaussians, one of what
    the box holds where the class is likely, one of a ring around it.
    """
    x0, y0, x1, y1 = box
    part = _around(box, RING, 3, heat.shape)
    rows, columns = np.mgrid[part] + 0.5
    # Distance from the middle, 1 at the sides of the box.
    away = np.maximum(np.abs(2 * columns - x0 - x1) / (x1 - x0), np.abs(2 * rows - y0 - y1) / (y1 - y0))
    before = likely[part]
    middle = away < 0.6
    inner = middle & (before >= np.median(before[middle])) if middle.any() else middle
    outer = away > 1.15
    if inner.sum() < 4 or outer.sum() < 4:
        return likely
    evidence = np.zeros(before.shape, np.float32)
    for values in (heat[part], light[part]):
        one, other = ((values[of].mean(), max(float(values[of].std()), LEAST_SPREAD)) for of in (inner, outer))
        ratio = log_density(values, *one) - log_density(values, *other)
        evidence += np.clip(ratio, -EVIDENCE, EVIDENCE)
    told = likely.copy()
    told[part] = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + evidence)))
    return told


def log_density(
    values: npt.NDArray[np.float32], mean: float | npt.NDArray[np.float32], spread: float | npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Of a Gaussian, up to a constant; mean and spread may differ from pixel to pixel."""
    return np.asarray(-(((values - mean) / spread) ** 2) / 2 - np.log(spread), np.float32)


def radius_px(height: int) -> int:
    """Radius of the guided filter's windows for a picture of so many rows."""
    return max(2, round(RADIUS_PX * height / 480))
