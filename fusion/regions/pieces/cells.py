"""Small cells of a picture along the edges of both its sources: what pieces are put together from.

Cells grow from points on a grid, each where the sources are flattest nearby, until they meet: the marker-controlled
watershed (Meyer, "Color image segmentation", ICIP 1992), as OpenCV has it, on heat, light and colour as its channels.
"""

import cv2
import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int32]
Planes = npt.NDArray[np.float32]

JITTER = 0.6  # of the distance of two points of the grid: how far one may move to where it is flat


def cells_of(planes: Planes, step_px: int) -> Labels:
    """Divide a picture into cells.

    Args:
        planes: (h, w, 3) float32 in [0, 1]: any three; where one of them has an edge, so may the cells.
        step_px: about the side of a cell.

    Returns:
        (h, w): of every pixel the number of its cell, from 0.
    """
    height, width, _ = planes.shape
    rough = _roughness(planes)
    markers = np.zeros((height, width), np.int32)
    reach = max(1, round(JITTER * step_px / 2))
    number = 0
    for middle in range(step_px // 2, max(height, step_px // 2 + 1), step_px):
        for centre in range(step_px // 2, max(width, step_px // 2 + 1), step_px):
            top, left = max(0, min(middle, height - 1) - reach), max(0, min(centre, width - 1) - reach)
            window = rough[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
            row, column = divmod(int(window.argmin()), window.shape[1])
            number += 1
            markers[top + row, left + column] = number
    bytes_ = np.ascontiguousarray(np.rint(np.clip(planes, 0, 1) * 255).astype(np.uint8))
    _, numbers = np.unique(_without_lines(np.asarray(cv2.watershed(bytes_, markers), np.int32)), return_inverse=True)
    return np.asarray(numbers.reshape(height, width), np.int32)


def _roughness(planes: Planes) -> npt.NDArray[np.float32]:
    """The largest change of any plane from a pixel to its neighbours: (h, w)."""
    square = np.ones((3, 3), np.uint8)
    changes = [
        cv2.morphologyEx(np.ascontiguousarray(planes[..., i]), cv2.MORPH_GRADIENT, square)
        for i in range(planes.shape[2])
    ]
    return np.asarray(np.max(changes, axis=0), np.float32)


def _without_lines(labels: Labels) -> Labels:
    """The lines between cells, which the watershed marks with -1, given to a cell beside them."""
    filled = np.maximum(labels, 0).astype(np.float32)
    for _ in range(max(labels.shape)):
        empty = filled == 0
        if not empty.any():
            break
        filled[empty] = cv2.dilate(filled, np.ones((3, 3), np.uint8))[empty]
    return np.maximum(filled, 1).astype(np.int32)
