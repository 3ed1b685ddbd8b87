"""Make a plane follow the edges of pictures: the guided filter (He, Sun and Tang, TPAMI 2013)."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.abandon import still_wanted

Values = npt.NDArray[np.floating[Any]]

FIT_RADIUS_PX = 6  # wider windows are fitted on a smaller picture, where they have this radius


def guided_filter(guide: Values, coarse: Values, radius_px: int, smoothness: float) -> npt.NDArray[np.float32]:
    """Fit ``coarse`` by a local linear function of the guide, in every window, and average the fits.

    The functions vary slowly, so those of wide windows are found on a smaller picture and applied to the full one (He
    and Sun, "Fast Guided Filter", arXiv:1505.00996).

    Args:
        guide: (H, W, C) in [0, 1]; where it has an edge, the result may have one.
        coarse: (H, W), what to refine.
        radius_px: of the square windows.
        smoothness: contrast squared below which the guide counts as flat; the paper's epsilon.

    Returns:
        (H, W) float32, about the range of ``coarse``.
    """
    height, width = coarse.shape
    shrink = max(1.0, radius_px / FIT_RADIUS_PX)
    small = max(1, round(width / shrink)), max(1, round(height / shrink))

    def shrunk(values: Values) -> Values:
        if shrink == 1:
            return values
        resized = np.asarray(cv2.resize(values, small, interpolation=cv2.INTER_AREA), np.float32)
        return resized.reshape(*small[::-1], -1)

    slope, offset = local_lines(
        shrunk(guide), shrunk(coarse).reshape(small[::-1]), round(radius_px / shrink), smoothness
    )
    result = _grown(offset, width, height)
    for channel in range(guide.shape[2]):
        result += _grown(slope[..., channel], width, height) * guide[..., channel]
    return result


def local_lines(guide: Values, coarse: Values, radius_px: int, smoothness: float) -> tuple[Values, Values]:
    """The linear functions of the guide that fit ``coarse`` around every pixel; arguments as for :func:`guided_filter`.

    Returns:
        Slopes (H, W, C) and offset (H, W), averaged over the windows that a pixel is in.
    """
    size = (2 * radius_px + 1,) * 2

    def mean(values: Values) -> Values:
        return np.asarray(cv2.blur(np.ascontiguousarray(values, np.float32), size, borderType=cv2.BORDER_REFLECT))

    planes = [np.ascontiguousarray(guide[..., channel], np.float32) for channel in range(guide.shape[2])]
    means, mean_coarse = [mean(plane) for plane in planes], mean(coarse)
    covariance = [
        mean(plane * coarse) - mean_plane * mean_coarse for plane, mean_plane in zip(planes, means, strict=True)
    ]
    variance = [
        [mean(planes[i] * planes[j]) - means[i] * means[j] + (smoothness if i == j else 0) for j in range(i + 1)]
        for i in range(len(planes))
    ]
    still_wanted()
    slope = _solved(variance, covariance)
    offset = mean_coarse - sum(one * mean_plane for one, mean_plane in zip(slope, means, strict=True))
    return np.dstack([mean(one) for one in slope]), mean(offset)


def _solved(matrix: Sequence[Sequence[Values]], values: Sequence[Values]) -> list[Values]:
    """The solution of a small symmetric, positive definite system at every pixel, all planes (H, W) at once.

    Args:
        matrix: the rows of its lower triangle.
        values: its right side.
    """
    rows: list[list[Values]] = [list(row) for row in matrix]
    found: list[Values] = list(values)
    # L D L' decomposition, L below the diagonal and D on it; then L and L' are taken from the right side.
    for i, row in enumerate(rows):
        raw = list(row)
        for j in range(i):
            for k in range(j):
                raw[j] = raw[j] - raw[k] * rows[j][k]
            row[j] = raw[j] / rows[j][j]
            row[i] = row[i] - raw[j] * row[j]
            found[i] = found[i] - row[j] * found[j]
    found = [value / rows[i][i] for i, value in enumerate(found)]
    for i in reversed(range(len(rows))):
        for j in range(i):
            found[j] = found[j] - rows[i][j] * found[i]
    return found


def _grown(values: Values, width: int, height: int) -> npt.NDArray[np.float32]:
    grown = cv2.resize(np.ascontiguousarray(values, np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grown, np.float32)
