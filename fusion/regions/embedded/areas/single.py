"""One tree or building of what hangs together: clumps are divided at their necks, along the edges of both pictures.

A clump is a few thick places that narrow ones join. It is thick where its pixels are far from its border; where on the
way from one thick place to another that distance falls to a share of the lesser of the two, it has a neck there. From
the thick places the parts grow until they meet: the watershed (Meyer, ICIP 1992), on heat, light and colour.
"""

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Sources

WORKING_PX = 320  # longer side at which clumps are divided
LEVELS = 24
LEAST_THICK = 0.015  # of the longer side: half the width of what is a thing of its own
Labels = npt.NDArray[np.int32]


def things_in(sources: Sources, area: Selection, neck: float) -> Labels:
    """Divide an area into things.

    Args:
        sources: the pair, whose edges divide.
        area: (H, W) bool.
        neck: how thick a neck is at most, of the lesser of the two things that it joins.

    Returns:
        (H, W): 0 outside of the area, 1, 2, ... in it.
    """
    height, width = area.shape
    scale = min(1.0, WORKING_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(area.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    markers = _thick_places(small, neck)
    labels = markers.astype(np.int32)
    labels[cv2.dilate(small.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0] = markers.max() + 1
    planes = np.dstack([sources.infrared, luma(sources.visible), sources.visible[..., 1]])
    picture = cv2.resize(planes, size, interpolation=cv2.INTER_AREA)
    bytes_ = np.ascontiguousarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    met = np.asarray(cv2.watershed(bytes_, labels), np.int32)
    grown = np.where((met > 0) & (met <= markers.max()), met, 0).astype(np.int32)
    return np.where(area, _nearest(grown, (width, height)), 0).astype(np.int32)


def _thick_places(area: Selection, neck: float) -> npt.NDArray[np.int32]:
    """A marker in every thick place: (h, w), 0 elsewhere."""
    # What the picture cuts off goes on beyond it.
    padded = cv2.copyMakeBorder(area.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    away = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    least = LEAST_THICK * max(area.shape)
    markers = np.zeros(area.shape, np.int32)
    count = 0
    waiting = [(area, 0.0)]
    while waiting:
        part, level = waiting.pop()
        peak = float(away[part].max()) if part.any() else 0.0
        divided = False
        for step in np.linspace(level, peak, LEVELS)[1:-1]:
            count_at, labels = cv2.connectedComponents((part & (away > step)).astype(np.uint8), connectivity=8)
            parts = [labels == label for label in range(1, count_at)]
            thick = [one for one in parts if away[one].max() >= max(least, step / neck)]
            if len(thick) > 1:
                waiting += [(one, float(step)) for one in thick]
                divided = True
                break
        if not divided and part.any():
            count += 1
            markers[part & (away >= 0.7 * peak)] = count
    return markers


def _nearest(labels: Labels, size: tuple[int, int]) -> Labels:
    """Labels at full size, what has none given the nearest."""
    blank = (labels == 0).astype(np.uint8)
    if blank.all():
        return np.ones((size[1], size[0]), np.int32)
    _, nearest = cv2.distanceTransformWithLabels(blank, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[blank == 0]] = labels[blank == 0]
    return cv2.resize(table[nearest].astype(np.float32), size, interpolation=cv2.INTER_NEAREST).astype(np.int32)
