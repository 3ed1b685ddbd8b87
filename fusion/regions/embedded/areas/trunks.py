"""The trunk below a crown: a narrow upright strip that both its sides differ from in the same way.

The network's grid is too coarse for most trunks. One is looked for from the lower rim of a crown downwards: the path,
a column aside at most from row to row, along which the strip stands out most, by heat or by light, from what is to its
left and to its right (dynamic programming); it ends where it no longer does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Picture, Sources

WIDTHS = (0.05, 0.08, 0.12, 0.18)  # of the width of a crown
NARROWEST_PX, WIDEST = 2, 0.06  # and of the picture's, at most
AMID = 0.15  # of the width of a crown, to either side, where no trunk begins
REACH = 2.5  # heights of a crown, that a trunk reaches below it
STANDS_OUT = 0.08  # of a picture's range, that a strip has to differ from both its sides
PLAINLY = 0.06  # and on average so much more
MOST = 0.3  # what counts, of a difference: one bright row is no trunk
ASIDE, LEANS = 0.06, 0.2  # what a step aside costs; and how far a trunk may lean, of its length
LEAST, SLIM = 0.15, 2.5  # its least length, of the height of the crown and of its own width
BEGINS = 0.06  # of the height of a crown, how far above its rim a trunk may begin, and below it at most
BEGUN = 2  # in the place of a step aside: a path begins

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Path:
    """A way down through a picture: the sum of its gains, its column in each row, and its first row."""

    total: float
    columns: list[int]
    first: int


def trunk_of(sources: Sources, crown: Selection, ground: Selection, others: Sequence[Box]) -> Selection:
    """The trunk of a tree whose crown is known.

    Args:
        sources: the pair.
        crown: (H, W) bool, one tree.
        ground: (H, W) bool, roads and pavements, where it ends.
        others: boxes of people and cars, which are no trunks.

    Returns:
        (H, W) bool, nowhere true where none is seen.
    """
    height, width = crown.shape
    trunk = np.zeros_like(crown)
    rows, columns = np.flatnonzero(crown.any(axis=1)), np.flatnonzero(crown.any(axis=0))
    if not rows.size or rows[-1] + 2 >= height:
        return trunk
    high, wide = int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)
    aside = int(AMID * wide)
    left, right = int(columns[0]) + aside, int(columns[-1]) + 1 - aside
    rim = _rim(crown, left, right)
    top = max(0, int(rim.min()) - round(BEGINS * high) - 2)
    bottom = min(height, int(rows[-1]) + round(REACH * high))
    if bottom - top < 4 or right - left < 4:
        return trunk
    window = slice(top, bottom), slice(max(0, left - aside), min(width, right + aside))
    planes = [_ranged(sources.infrared)[window], _ranged(luma(sources.visible))[window]]
    barred = ground.copy()
    for x0, y0, x1, y1 in others:
        barred[max(0, int(y0)) : int(y1) + 1, max(0, int(x0)) : int(x1) + 1] = True
    offset = left - window[1].start
    starts = np.full(window[1].stop - window[1].start, -1, np.int64)
    starts[offset : offset + len(rim)] = rim - top
    strips = sorted({max(NARROWEST_PX, round(min(share * wide, WIDEST * width))) for share in WIDTHS})
    gains = np.stack([_standing_out(planes, strip) for strip in strips]) - STANDS_OUT
    gains[:, barred[window]] = -MOST
    paths = zip(strips, _best_paths(gains, starts, round(BEGINS * high) + 1), strict=True)
    told = [(path.total, strip, path) for strip, path in paths if _upright(path, max(LEAST * high, SLIM * strip))]
    if not told:
        return trunk
    _, strip, best = max(told, key=lambda one: one[:2])
    for row, column in enumerate(best.columns, start=best.first):
        start = max(0, column - strip // 2)
        trunk[window][row, start : start + strip] = True
    return trunk & ~barred


def _upright(path: Path, least: float) -> bool:
    """Whether a path is long enough, leans little, and stands out plainly all along."""
    rows, leans = len(path.columns), abs(path.columns[-1] - path.columns[0]) if path.columns else 0
    return rows >= least and leans <= LEANS * rows and path.total >= PLAINLY * rows


def _rim(crown: Selection, left: int, right: int) -> npt.NDArray[np.int64]:
    """The lowest row of a crown in each of some columns, -1 where there is none of it."""
    part = crown[::-1, left:right]
    return np.where(part.any(axis=0), crown.shape[0] - 1 - part.argmax(axis=0), -1)


def _ranged(values: Picture) -> Picture:
    low, high = np.percentile(values, (1, 99))
    return np.asarray(np.clip((values - low) / max(float(high - low), 0.15), 0, 1), np.float32)


def _standing_out(planes: Sequence[Picture], strip: int) -> Picture:
    """How far a strip so wide around each pixel differs from what is to its left and right: the lesser of the two."""
    best = np.zeros(planes[0].shape, np.float32)
    for plane in planes:
        mean = np.asarray(cv2.blur(plane, (strip, 3)), np.float32)
        aside = max(strip, 2)
        left, right = np.roll(mean, aside, axis=1), np.roll(mean, -aside, axis=1)
        left[:, :aside], right[:, -aside:] = mean[:, :aside], mean[:, -aside:]
        one, two = mean - left, mean - right
        best = np.maximum(best, np.where(one * two > 0, np.minimum(np.abs(one), np.abs(two)), 0))
    return np.minimum(best, MOST)


def _best_paths(gains: Picture, starts: npt.NDArray[np.int64], reach: int) -> list[Path]:
    """Of each of some maps (K, h, w), the path down with the largest sum of gains, begun near its column's start."""
    count, height, width = gains.shape
    sums = np.full(gains.shape, -np.inf, np.float32)
    came = np.full(gains.shape, BEGUN, np.int8)  # how many columns aside the path was a row above
    for row in range(height):
        before = np.full((count, width), -np.inf, np.float32)
        if row:
            above = np.pad(sums[:, row - 1], ((0, 0), (1, 1)), constant_values=-np.inf)
            choices = np.stack([above[:, :-2] - ASIDE, above[:, 1:-1], above[:, 2:] - ASIDE])
            step = choices.argmax(axis=0)
            before = np.take_along_axis(choices, step[None], axis=0)[0]
            came[:, row] = step - 1
        fresh = ((starts >= 0) & (np.abs(starts + 1 - row) <= reach))[None] & (before < 0)
        came[:, row][fresh] = BEGUN
        sums[:, row] = np.where(fresh, 0.0, before) + gains[:, row]
    return [_traced(one, back) for one, back in zip(sums, came, strict=True)]


def _traced(sums: Picture, came: npt.NDArray[np.int8]) -> Path:
    """The path that ends where its sum is largest."""
    row, column = divmod(int(sums.argmax()), sums.shape[1])
    total, columns = float(sums[row, column]), [column]
    if total <= 0:
        return Path(0.0, [], 0)
    while came[row, column] != BEGUN and row:
        column += int(came[row, column])
        row -= 1
        columns.append(column)
    return Path(total, columns[::-1], row)
