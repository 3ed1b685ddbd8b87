"""Whether a part of a picture, as "the right half" is, is a picture of its own: whether something ends where it ends.

Nothing ends where a half of a picture does, as a rule. But two shots that were put side by side, a shade that falls
over a half, or a fault of one read-out of a sensor do: then all along the cut the light, or how fine and strong the
structure is, changes at once, and more than beside the cut. An edit may then end there too, and what is measured of
the part is measured as of a picture of its own.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.window import Window

Plane = NDArray[np.float32]

ACROSS_PX = 2  # of a cut to both sides, that a step of light is taken over: fusing and resizing smear it
LEAST_STEP = 0.02  # median step of luma along a cut that something ends at
BAND_PX = 7  # to both sides, whose structure is compared
LEAST_LOG = 0.3  # natural logarithm of the ratio of their structure, from which something ends there
FAINT = 1 / 255  # gradient that adds to both, for what is smooth
NEARBY_PX = 48  # to both sides, where the same is looked for
MORE = 1.5  # times what nine in ten of the places nearby have
USUAL = 0.9


def part_box(inside: NDArray[Any]) -> Window | None:
    """The box of a region (H, W) that is a part of the picture: a rectangle along two of its sides at least.

    None of any other region, and of the whole picture.
    """
    height, width = inside.shape
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    box = Window(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
    at_borders = (box.top == 0) + (box.bottom == height) + (box.left == 0) + (box.right == width)
    if not 2 <= at_borders < 4 or not inside[box.rows, box.columns].all():
        return None
    return box


def own_picture(picture: NDArray[Any], inside: NDArray[np.bool_]) -> Window | None:
    """The box of a part at whose every end amid the picture something ends; None where it is none, or one does not.

    Args:
        picture: (H, W) or (H, W, 3), float in [0, 1] or uint8.
        inside: (H, W), the region.
    """
    box = part_box(inside)
    if box is None:
        return None
    y = luma(picture)
    height, width = y.shape
    rows = y[:, box.columns], [end for end in (box.top, box.bottom) if 0 < end < height]
    columns = y[box.rows].T, [end for end in (box.left, box.right) if 0 < end < width]
    return box if all(ends_at(seen, end) for seen, ends in (rows, columns) for end in ends) else None


def away_from_ends(inside: NDArray[np.bool_], box: Window, reach_px: int) -> NDArray[np.bool_]:
    """The pixels of a part so far from its ends amid the picture; all of it, where none is.

    Args:
        inside: (H, W), the part.
        box: of it, see :func:`part_box`.
        reach_px: from an end on that is none of the picture's own.
    """
    height, width = inside.shape
    rows = slice(box.top + reach_px * (box.top > 0), box.bottom - reach_px * (box.bottom < height))
    columns = slice(box.left + reach_px * (box.left > 0), box.right - reach_px * (box.right < width))
    away = np.zeros_like(inside)
    away[rows, columns] = inside[rows, columns]
    return away if away.any() else inside


def luma(picture: NDArray[Any]) -> Plane:
    """BT.601 luma in [0, 1] of (H, W) or (H, W, 3), float in [0, 1] or uint8."""
    values = np.asarray(picture, np.float32) / np.float32(255 if picture.dtype == np.uint8 else 1)
    return values if values.ndim == 2 else values @ np.array(LUMA, np.float32)


def ends_at(y: Plane, end: int) -> bool:
    """Whether something ends between row ``end - 1`` and row ``end`` of (H, W), in [0, 1], all along it."""
    if not BAND_PX < end < len(y) - BAND_PX:
        return False
    from_row, to_row = max(0, end - NEARBY_PX), min(len(y), end + NEARBY_PX)
    near, at = y[from_row:to_row], end - from_row
    return _jumps(_steps(near), at, LEAST_STEP) or any(
        _jumps(_changes(strength), at, LEAST_LOG) for strength in (_along(near), _across(near, at))
    )


def _steps(near: Plane) -> Plane:
    """The median step of light at every row; NaN where there are not rows enough on both sides."""
    steps = np.full(len(near), np.nan, np.float32)
    steps[ACROSS_PX : 1 - ACROSS_PX] = np.median(near[2 * ACROSS_PX - 1 :] - near[: 1 - 2 * ACROSS_PX], axis=1)
    return steps


def _along(near: Plane) -> Plane:
    """The mean gradient along every row."""
    return np.asarray(np.abs(np.diff(near, axis=1)).mean(axis=1), np.float32)


def _across(near: Plane, at: int) -> Plane:
    """The mean gradient from every row to the next; that over the cut itself is as of the row before."""
    strength = np.abs(np.diff(near, axis=0, append=near[-1:])).mean(axis=1)
    strength[at - ACROSS_PX : at + ACROSS_PX - 1] = strength[at - ACROSS_PX - 1]
    return np.asarray(strength, np.float32)


def _changes(strength: Plane) -> Plane:
    """Logarithm of the mean strength of the rows from here on over those before; NaN where they are too few."""
    sums = np.concatenate([[0.0], np.cumsum(strength + FAINT)])
    changes = np.full(len(strength), np.nan, np.float32)
    after, before = sums[2 * BAND_PX :] - sums[BAND_PX:-BAND_PX], sums[BAND_PX:-BAND_PX] - sums[: -2 * BAND_PX]
    changes[BAND_PX : 1 - BAND_PX] = np.log(after / before)
    return changes


def _jumps(changes: Plane, at: int, least: float) -> bool:
    """Whether what changes at a row is more than ``least``, and than nearly everywhere nearby."""
    here = np.arange(max(0, at - BAND_PX), min(len(changes), at + BAND_PX + 1))
    beside = np.delete(changes, here)
    beside = np.abs(beside[np.isfinite(beside)])
    usual = float(np.quantile(beside, USUAL)) if beside.size else 0.0
    return bool(np.isfinite(changes[at])) and abs(float(changes[at])) > max(least, MORE * usual)


def light_beyond(picture: NDArray[Any], box: Window) -> float:
    """How much lighter it is beyond the ends of a part than within, a ratio of lumas: the median along its ends.

    Args:
        picture: (H, W) or (H, W, 3), float in [0, 1] or uint8.
        box: of the part, see :func:`part_box`.
    """
    y = luma(picture)
    sides = (
        (y[:, box.columns], box.top, -1),
        (y[:, box.columns], box.bottom, 1),
        (y[box.rows].T, box.left, -1),
        (y[box.rows].T, box.right, 1),
    )
    ratios = []
    for seen, end, way in sides:
        if BAND_PX < end < len(seen) - BAND_PX:
            before, after = (
                band.mean(axis=0) + FAINT for band in (seen[end - BAND_PX : end], seen[end : end + BAND_PX])
            )
            ratios.append(way * np.log(after / before))
    return float(np.exp(np.median(np.concatenate(ratios)))) if ratios else 1.0
