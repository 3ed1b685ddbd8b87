"""What the detector of photographs sees in the visible picture: people, cars and bicycles, look by look."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.networks.arrays.nanodet import STRIDES, Detector, Sighted
from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions.embedded.looking import Object, overlap
from wordfuse.fusion.regions.types import Picture

# Rows at which it looks, and whether into a mirror: it was trained on 416, larger shows what is small.
LOOKS = ((416, False), (736, True))
WIDTH_LIMIT = 2.0  # times the height: wider pictures are looked at in less detail
CELL_PX = STRIDES[-1]
# COCO's kinds that are one of our objects: buses and trucks are motor vehicles, motorcycles two-wheelers as well.
KINDS = {"person": (0,), "car": (2, 5, 7), "bicycle": (1, 3)}
LEAST_SCORE = 0.05
SAME = 0.6  # intersection over union above which two boxes of one look are one thing


def sight(detector: Detector, visible: Picture) -> list[list[Object]]:
    """Look at a picture at several sizes.

    Args:
        detector: of photographs.
        visible: (H, W, 3) float32 RGB in [0, 1].

    Returns:
        Of each look what was seen, the surest first, in pixels of the picture.
    """
    height, width = visible.shape[:2]
    looks = []
    for rows, mirrored in LOOKS:
        still_wanted()
        scale = min(rows / height, WIDTH_LIMIT * rows / width)
        size = tuple(max(CELL_PX, round(length * scale / CELL_PX) * CELL_PX) for length in (width, height))
        way = cv2.INTER_AREA if size[1] < height else cv2.INTER_LINEAR
        picture = np.asarray(cv2.resize(visible, size, interpolation=way), np.float32)
        sighted = detector(np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture)
        factors = np.array([width / size[0], height / size[1]] * 2)
        looks.append(_objects(_unmirrored(sighted, size[0]) if mirrored else sighted, factors, (height, width)))
    return looks


def _unmirrored(sighted: Sighted, width: int) -> Sighted:
    boxes = sighted.boxes.copy()
    boxes[:, 0], boxes[:, 2] = width - sighted.boxes[:, 2], width - sighted.boxes[:, 0]
    return Sighted(sighted.chances, boxes)


def _objects(sighted: Sighted, factors: NDArray[np.float64], shape: tuple[int, int]) -> list[Object]:
    """One box for each thing: the surest of those that overlap."""
    scores = np.stack([sighted.chances[:, KINDS[name]].max(axis=1) for name in OBJECTS], axis=1)
    kept: list[Object] = []
    rows, kinds = np.nonzero(scores >= LEAST_SCORE)
    for i in np.argsort(-scores[rows, kinds], kind="stable"):
        name = OBJECTS[kinds[i]]
        corners = sighted.boxes[rows[i]] * factors
        x0, y0, x1, y1 = np.clip(corners, 0, [shape[1], shape[0]] * 2).tolist()
        if min(x1 - x0, y1 - y0) < 1:
            continue
        if all(one.name != name or overlap(one.box, (x0, y0, x1, y1)) < SAME for one in kept):
            kept.append(Object(name, (x0, y0, x1, y1), float(scores[rows[i], kinds[i]])))
    return kept
