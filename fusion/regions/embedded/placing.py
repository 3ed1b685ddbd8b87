"""Which part of what is not counted a place means: whole pieces of it, not what a straight line leaves of them.

"The tree on the left" is a tree, whose crown may reach over the middle. So a place chooses among the pieces that hang
together, each by where most of it lies. Only a piece that spans most of the place and goes on far beyond it, as a
canopy over the whole picture does, is cut where the place ends; there an edit fades out as it does at the end of a
half (``fusion.finetune.fading``).
"""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.tones import Selection
from wordfuse.fusion.regions.words.grammar import Place
from wordfuse.fusion.window import part_ends

SPANS = 0.5  # of a place, that a piece takes along each of its sides to be cut there
BEYOND = 0.2  # of a piece, that has to lie outside a place to be cut there; else all of it belongs there
NEAR_BEYOND = 0.05  # the same of the near or the far half of a road, whose far half has few pixels


def in_places(thing: Selection, places: Sequence[Place]) -> Selection:
    """What of a thing is meant by places that all hold: (H, W) bool."""
    selection = thing
    for place in places:
        selection = _in_place(selection, place)
    return selection


def most_in(thing: Selection, parts: npt.NDArray[np.int32], places: Sequence[Place]) -> Selection:
    """The one part that places mean: of those mostly there the largest there, cut as by `in_places`.

    Args:
        thing: (H, W) bool.
        parts: (H, W), the number of its part for every pixel of it, from 1, and 0 elsewhere.
        places: all of which hold.
    """
    where = np.logical_and.reduce([place_selection(thing.shape, place) for place in places])
    areas = np.bincount(parts.ravel(), minlength=2)
    inside = np.bincount(parts[where], minlength=len(areas))
    inside[0] = 0  # what is no part
    mostly = np.where(inside >= areas / 2, inside, 0)
    if not inside.any():
        return in_places(thing, places)
    return in_places(parts == int((mostly if mostly.any() else inside).argmax()), places)


def half_of(ground: Selection, *, near: bool) -> Selection:
    """The near half of what lies flat, or the far one: a camera that looks along the ground sees the near one below."""
    begins, rows = near_from(ground), ground.any(axis=1)
    if begins is None:
        return ground
    half = np.zeros_like(ground)
    half[slice(begins, None) if near else slice(int(rows.argmax()), begins)] = True
    return _chosen(ground, half, NEAR_BEYOND)


def near_from(ground: Selection) -> int | None:
    """The first row of the near half of what lies flat; None where there is nothing of it."""
    rows = np.flatnonzero(ground.any(axis=1))
    return _half_way(rows, ground.shape[0]) if len(rows) else None


def _half_way(rows: npt.NDArray[np.intp], height: int) -> int:
    """The row amid others, or the end of a part of the picture near it: an edit fades out where a part ends."""
    half = int(rows[0] + rows[-1] + 1) // 2
    ends = [row for row in part_ends(height) if rows[0] < row <= rows[-1]]
    return min(ends, key=lambda row: abs(row - half), default=half)


def _in_place(thing: Selection, place: Place) -> Selection:
    where = place_selection(thing.shape, place)
    if place.extent != "edge":
        return _chosen(thing, where, BEYOND)
    # What is at an edge reaches it, and lies mostly on that side; of what runs along all of it, the band there.
    sided = place_selection(thing.shape, replace(place, extent=None)) if place.vertical or place.horizontal else where
    return _chosen(_reaching(thing, where), where, BEYOND, sided)


def _reaching(thing: Selection, where: Selection) -> Selection:
    """The pieces of a thing that reach into a place."""
    _, labels = cv2.connectedComponents(thing.astype(np.uint8), connectivity=8)
    return np.asarray(thing & np.isin(labels, np.unique(labels[where & thing])), np.bool_)


def _chosen(thing: Selection, where: Selection, beyond: float, sided: Selection | None = None) -> Selection:
    """The pieces of a thing that lie in a place, and of those that span it and go beyond what lies inside.

    Where none does, what reaches into the place is meant.

    Args:
        thing: (H, W) bool.
        where: (H, W) bool, the place.
        beyond: the share of a piece outside the place from which on it is cut.
        sided: where most of a piece has to lie; None: in the place.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thing.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    inside, on_side = (
        np.bincount(labels[here], minlength=count) / np.maximum(areas, 1)
        for here in (where, where if sided is None else sided)
    )
    chosen = np.zeros_like(thing)
    for piece in range(1, count):
        if inside[piece] == 0:
            continue
        if inside[piece] <= 1 - beyond and _spans(labels == piece, where, along=sided is not None):
            chosen |= (labels == piece) & where
        elif on_side[piece] >= 0.5:
            chosen |= labels == piece
    return chosen if chosen.any() else thing & where


def _spans(piece: Selection, where: Selection, *, along: bool) -> bool:
    """Whether what of a piece lies in a place takes most of it, along each side that the place is a part of.

    Of a band at an edge it is the other side that counts (``along``): whatever reaches the edge goes across the band.
    """
    own = piece & where
    for axis in (0, 1):
        reach, length = own.any(axis=axis), where.any(axis=axis)
        if (length.all() if along else not length.all()) and reach.sum() < SPANS * length.sum():
            return False
    return True
