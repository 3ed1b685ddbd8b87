"""A sheet of pictures with what the detector finds in them, row beside row of the table: to be looked at."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.evals.bench.detection.boxes import Seen
from wordfuse.evals.bench.detection.labelled import Labelled
from wordfuse.evals.bench.detection.rows import Cache
from wordfuse.fusion.images import read_picture

SHOWN = 6  # pictures
TILE_PX = (320, 240)  # width, height
HEAD_PX = 18
COLOURS = ((255, 70, 70), (70, 255, 70), (90, 140, 255))  # as OBJECTS
DRAWN = (255, 255, 255)


def draw(
    pairs: Sequence[Labelled], caches: Sequence[Cache], found: Mapping[str, Sequence[Seen]], shown: Mapping[str, float]
) -> NDArray[np.uint8]:
    """A row of tiles a picture, a column a row of the table: white what is drawn, in colour what is found.

    Args:
        pairs: of dev.
        caches: the pictures of the rows.
        found: row -> what one of its trainings finds in each pair.
        shown: row -> confidence from which a box is shown.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    boxed = [i for i, pair in enumerate(pairs) if len(pair.boxes)]
    chosen = [boxed[i] for i in np.linspace(0, len(boxed) - 1, min(SHOWN, len(boxed))).astype(int)]
    lines = [np.hstack([_head(cache.row.name) for cache in caches])]
    for i in chosen:
        tiles = []
        for cache in caches:
            name = cache.row.name
            tile = np.asarray(cv2.resize(read_picture(cache.file(pairs[i])), TILE_PX), np.uint8)
            _outline(tile, pairs[i].boxes[:, 1:], [DRAWN] * len(pairs[i].boxes))
            seen = found[name][i]
            sure = seen.scores >= shown[name]
            _outline(tile, seen.boxes[sure], [COLOURS[kind] for kind in seen.kinds[sure]])
            tiles.append(tile)
        lines.append(np.hstack(tiles))
    return np.vstack(lines)


def _outline(tile: NDArray[np.uint8], boxes: NDArray[np.float32], colours: Sequence[tuple[int, int, int]]) -> None:
    for box, colour in zip(boxes * np.array([*TILE_PX, *TILE_PX]), colours, strict=True):
        x0, y0, x1, y1 = box.round().astype(int).tolist()
        cv2.rectangle(tile, (x0, y0), (x1, y1), colour, 1)


def _head(name: str) -> NDArray[np.uint8]:
    head: NDArray[np.uint8] = np.zeros((HEAD_PX, TILE_PX[0], 3), np.uint8)
    cv2.putText(head, name, (4, HEAD_PX - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.45, DRAWN, 1, cv2.LINE_AA)
    return head
