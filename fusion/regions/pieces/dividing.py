"""A picture, or a part of it, divided into a few pieces that follow what both its sources show."""

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.regions.pieces.cells import Labels, cells_of
from wordfuse.fusion.regions.pieces.merging import Few, Table, merged
from wordfuse.fusion.regions.tones import Selection, luma
from wordfuse.fusion.regions.types import Mask, Picture, Sources

Pieces = npt.NDArray[np.uint8]
Square = tuple[float, float, float, float]

WORKING_PX, CELL_PX = 320, 9  # longer side at which cells are made, and about their side
ENLARGED = 4.0  # times, at most, where a small part is divided
MARGIN_PX = 4  # around a part
STRETCHED, LEAST_RANGE = (0.5, 99.5), 0.15  # percentiles that become black and white, and the least they are apart
# What a difference counts, in units of CIE lightness: of colour, of heat from coldest to hottest, and of what a
# network takes the pixels for from surely not to surely.
COLOUR, HEAT, MEANING = 1.5, 70.0, 40.0
FINER = Few(least=2, most=9, least_area=0.015)  # pieces of a part
ROWS = 4  # of a page on which pieces are read from left to right
SMOOTHNESS, RADIUS = 1e-3, 0.006  # of the filter that lets a mask follow the edges; radius of the longer side


def divided(
    sources: Sources, chances: npt.NDArray[np.float32] | None = None, within: Selection | None = None
) -> Pieces:
    """Divide a picture into pieces.

    Args:
        sources: the pictures; the fused one is not looked at.
        chances: (C, h, w) in [0, 1], how likely a coarse grid over the picture shows each of some classes; None: it is
            not known.
        within: (H, W), the part that is to be divided; None: all of it.

    Returns:
        (H, W), 1, 2, ... in reading order, 0 outside of ``within``. Where that is too small it is one piece.
    """
    inside = np.ones(sources.shape, np.bool_) if within is None else within
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not rows.size:
        return np.zeros(sources.shape, np.uint8)
    height, width = sources.shape
    window = (
        slice(max(0, int(rows[0]) - MARGIN_PX), min(height, int(rows[-1]) + 1 + MARGIN_PX)),
        slice(max(0, int(columns[0]) - MARGIN_PX), min(width, int(columns[-1]) + 1 + MARGIN_PX)),
    )
    part = inside[window]
    scale = min(ENLARGED, WORKING_PX / max(part.shape))
    size = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pair = sources.visible, sources.infrared
    visible, infrared = (np.asarray(cv2.resize(one[window], size, interpolation=way), np.float32) for one in pair)
    shown = None
    if chances is not None:
        shown = _cropped(chances, window, (height, width), size)
    small = cv2.resize(part.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    numbers = _numbers(_planes(visible, infrared), small, shown, Few() if within is None else FINER)
    result = np.zeros(sources.shape, np.uint8)
    result[window] = np.where(part, in_reading_order(_enlarged(numbers, part)), 0)
    return result


def squares(pieces: Pieces) -> list[Square]:
    """For every piece, in the order of their numbers, where its number may stand: the middle of its widest place.

    Returns:
        (x0, y0, x1, y1) in pixels: a square around that place, as large as the piece.
    """
    return [_square(pieces == number) for number in range(1, int(pieces.max()) + 1)]


def in_reading_order(pieces: Pieces) -> Pieces:
    """The same pieces numbered from 1, row by row and from left to right, as far as pieces have rows."""
    kept = [number for number in np.unique(pieces).tolist() if number]
    places = {number: _square(pieces == number) for number in kept}
    height = pieces.shape[0]

    def place(number: int) -> tuple[int, float]:
        x0, y0, x1, y1 = places[number]
        return int(ROWS * (y0 + y1) / 2 / height), x0 + x1

    renumbered = np.zeros(256, np.uint8)
    for new, number in enumerate(sorted(kept, key=place), start=1):
        renumbered[number] = new
    return np.asarray(renumbered[pieces], np.uint8)


def mask_of(sources: Sources, selection: Selection) -> Mask:
    """The mask of some pieces together, along the edges of the pictures: (H, W) uint8, 255 inside."""
    radius = max(1, round(RADIUS * max(sources.shape)))
    guide = np.dstack([sources.infrared, luma(sources.visible)])
    refined = guided_filter(guide, selection.astype(np.float32), radius, SMOOTHNESS) > 0.5
    return np.where(refined if refined.any() else selection, np.uint8(255), np.uint8(0))


def _planes(visible: Picture, infrared: Picture) -> npt.NDArray[np.float32]:
    """Lightness, two of colour, and heat of the pixels, without grain: (h, w, 4), in units of CIE lightness."""
    visible = np.asarray(cv2.bilateralFilter(np.clip(visible, 0, 1).astype(np.float32), 5, 0.1, 3), np.float32)
    heat = _stretched(np.asarray(cv2.bilateralFilter(infrared, 5, 0.1, 3), np.float32))
    colour = cv2.cvtColor(visible, cv2.COLOR_RGB2LAB)[..., 1:]
    light = _stretched(np.sqrt(np.clip(luma(visible), 0, 1)))
    return np.dstack([100 * light, COLOUR * colour, HEAT * heat]).astype(np.float32)


def _stretched(values: Picture) -> Picture:
    low, high = np.percentile(values, STRETCHED)
    return np.clip((values - low) / max(float(high - low), LEAST_RANGE), 0, 1).astype(np.float32)


def _cropped(
    chances: npt.NDArray[np.float32], window: tuple[slice, slice], shape: tuple[int, int], size: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """The chances in a window of the picture, at the size that is worked at: (h, w, C)."""
    down, across = chances.shape[1] / shape[0], chances.shape[2] / shape[1]
    rows = slice(int(window[0].start * down), max(int(window[0].start * down) + 1, int(np.ceil(window[0].stop * down))))
    columns = slice(
        int(window[1].start * across), max(int(window[1].start * across) + 1, int(np.ceil(window[1].stop * across)))
    )
    part = np.ascontiguousarray(chances[:, rows, columns].transpose(1, 2, 0))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _numbers(
    planes: npt.NDArray[np.float32], inside: Selection, shown: npt.NDArray[np.float32] | None, few: Few
) -> Pieces:
    """The pieces of what is inside, numbered from 1: (h, w)."""
    colour = np.clip(0.5 + planes[..., 1:3].sum(axis=2) / (COLOUR * 120), 0, 1)
    cells = cells_of(np.dstack([planes[..., 0] / 100, planes[..., 3] / HEAT, colour]), CELL_PX)
    cells = np.where(inside, cells + 1, 0)
    _, compact = np.unique(cells, return_inverse=True)
    cells = compact.reshape(cells.shape).astype(np.int32) - int(not inside.all())  # -1 outside
    if cells.max() < 1:
        return inside.astype(np.uint8)
    still_wanted()
    looks = planes if shown is None else np.dstack([planes, MEANING * shown])
    return np.where(inside, 1 + merged(*_measured(cells, looks), few)[cells], 0).astype(np.uint8)


def _measured(cells: Labels, looks: npt.NDArray[np.float32]) -> tuple[Table, Table, Table, Table]:
    """What cells look like, their shares, and their borders; see ``merging.merged``."""
    count, within = int(cells.max()) + 1, cells >= 0
    flat = cells[within]
    pixels = np.bincount(flat, minlength=count)
    means = [np.bincount(flat, looks[..., i][within], count) / pixels for i in range(looks.shape[2])]
    seams, lengths = (np.zeros(count * count) for _ in range(2))
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        one, other = cells[first], cells[second]
        border = (one != other) & (one >= 0) & (other >= 0)
        change = ((looks[first][border] - looks[second][border]) ** 2).sum(axis=1)
        place = one[border].astype(np.int64) * count + other[border]
        seams += np.bincount(place, change, count * count)
        lengths += np.bincount(place, minlength=count * count)
    beside, long = (
        (table + table.T).astype(np.float32) for table in (one.reshape(count, count) for one in (seams, lengths))
    )
    return np.stack(means, axis=1).astype(np.float32), (pixels / pixels.sum()).astype(np.float32), beside, long


def _enlarged(numbers: Pieces, part: Selection) -> Pieces:
    """Pieces at the size of the part that they divide, with smooth borders, and without gaps inside of it."""
    size = part.shape[1], part.shape[0]
    best, result = np.full(part.shape, -1.0, np.float32), np.zeros(part.shape, np.uint8)
    for number in np.unique(numbers).tolist():
        if number:
            share = cv2.resize((numbers == number).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
            better = share > best
            best[better], result[better] = share[better], number
    return result


def _square(piece: Selection) -> Square:
    scale = min(1.0, WORKING_PX / max(piece.shape))
    size = max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale))
    small = cv2.resize(piece.astype(np.uint8), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    away = cv2.distanceTransform(np.pad((small > 0).astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = divmod(int(away.argmax()), away.shape[1])
    x, y, reach = (column + 0.5) / scale, (row + 0.5) / scale, float(np.sqrt(piece.sum())) / 2
    return x - reach, y - reach, x + reach, y + reach
