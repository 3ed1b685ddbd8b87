"""Things that look as words say, though nobody knows what they are: to be shown, and never to be taken for granted."""

from collections.abc import Sequence

import cv2
import numpy as np

from wordfuse.fusion.regions.colours import BOUNDS, coloured
from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.pieces.dividing import Pieces, Square, in_reading_order
from wordfuse.fusion.regions.tones import Selection, filled, select
from wordfuse.fusion.regions.types import Picture, Sources
from wordfuse.fusion.regions.words.grammar import Clause, Tone
from wordfuse.fusion.regions.words.looks import Looks

MOST = 8  # things that are shown
LEAST_AREA = 2e-4  # of the picture: less is no thing that anybody speaks of
BESIDE = 0.04  # of the area of the largest: less is a speck beside it
LARGE, SMALL = 0.5, 0.35  # of the area of the largest: what is called large beside it, and at most small
# Somebody who is not found is about as large as those who are (times their area), and as warm (of their warmth).
WORKING_PX = 960  # the longer side at which warm spots are looked for
AS_LARGE, AS_WARM = (0.25, 3.0), 0.35
FILLED = 0.002  # of the picture: a hole of another colour that a thing may have
WIDE = 0.08  # of the picture: what covers more is no thing
APART = 0.3  # share of a warm spot that may lie in what was found to be something else
RING_PX, AS_AROUND = 3, 0.25  # of what is around a warm spot: how wide it is, and how much may be as warm
LEAST_WARM = 0.06  # of the range of the infrared picture above what is around
TALLEST = 0.3  # of the height of the picture: people where none is found


def alike(sources: Sources, looks: Looks, people: Sequence[Square] = (), others: Sequence[Square] = ()) -> Pieces:
    """Find what looks as words say.

    Args:
        sources: the pictures.
        looks: what the words say.
        people: boxes of people that are found: somebody who is spoken of may be another.
        others: boxes of what is surely something else.

    Returns:
        (H, W), 1, 2, ... in reading order, 0 elsewhere; nothing but 0 where nothing looks so.
    """
    things: list[Selection] = []
    for clause in looks.clauses or (Clause(),):
        chosen = np.ones(sources.shape, np.bool_)
        for tone in clause.tones:
            chosen &= _toned(sources, tone)
        if looks.person:
            chosen &= _warm(sources, people, others)
        things += _placed(_things(chosen, whole=looks.person), clause)
    areas = [int(one.sum()) for one in things]
    largest = max(areas, default=0)
    least = LARGE if looks.size == "large" else 0.0 if looks.person else BESIDE
    most = SMALL if looks.size == "small" and len(things) > 1 else 1.0
    kept = [(area, one) for area, one in zip(areas, things, strict=True) if least * largest <= area <= most * largest]
    pieces = np.zeros(sources.shape, np.uint8)
    for number, (_, one) in enumerate(sorted(kept, key=lambda pair: -pair[0])[:MOST], start=1):
        pieces[one & (pieces == 0)] = number
    return in_reading_order(pieces)


def _things(chosen: Selection, *, whole: bool) -> list[Selection]:
    """The connected parts of a selection; ``whole``: limbs that hardly hang together are one."""
    reach = max(1, round((0.004 if whole else 0.002) * max(chosen.shape)))
    joined = cv2.morphologyEx(chosen.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((2 * reach + 1,) * 2, np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[: 4 * MOST] + 1
    least = max(4.0, LEAST_AREA * chosen.size)
    return [labels == label for label in order.tolist() if stats[label, cv2.CC_STAT_AREA] >= least]


def _toned(sources: Sources, tone: Tone) -> Selection:
    """The pixels of a tone; of a colour also those that nearly have it."""
    colour = next((known for known in BOUNDS if known == tone.name), None)
    if colour is None:
        return select(sources, tone)
    chosen = coloured(sources.visible, colour, nearly=True)
    return filled(chosen, round(FILLED * chosen.size))


def _placed(things: list[Selection], clause: Clause) -> list[Selection]:
    """The things whose middle is in the places of a clause; of what is no thing, but a wide area, the part there."""
    kept = []
    for thing in things:
        rows, columns = np.nonzero(thing)
        middle = int(rows.mean()), int(columns.mean())
        places = [place_selection(thing.shape, place) for place in clause.places]
        if places and thing.mean() > WIDE:
            kept.append(np.logical_and.reduce([thing, *places]))
        elif all(bool(place[middle]) for place in places):
            kept.append(thing)
    return kept


def _warm(sources: Sources, people: Sequence[Square], others: Sequence[Square]) -> Selection:
    """Spots as warm and as large as people are, where nobody and nothing else is found.

    On a smaller copy of a large picture: what is looked through grows with the square of its pixels.
    """
    height, width = sources.shape
    factor = max(height, width) / WORKING_PX
    if factor > 1:
        small = [
            [(x0 / factor, y0 / factor, x1 / factor, y1 / factor) for x0, y0, x1, y1 in s] for s in (people, others)
        ]
        found = _warm(_smaller(sources, factor), *small).astype(np.uint8)
        return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST) > 0)
    tall = max((box[3] - box[1] for box in people), default=TALLEST * height)
    size = 2 * round(0.6 * tall) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    heat = np.asarray(cv2.GaussianBlur(sources.infrared, (0, 0), 0.7), np.float32)
    above = np.asarray(cv2.morphologyEx(heat, cv2.MORPH_TOPHAT, kernel), np.float32)
    warmth = [float(np.percentile(above[_slices(box)], 90)) for box in people if above[_slices(box)].size]
    spots = above > max(LEAST_WARM, AS_WARM * float(np.mean(warmth)) if warmth else 0.0)
    taken = np.zeros((height, width), np.bool_)
    for box in (*people, *others):
        taken[_slices(box)] = True
    area = float(np.median([(box[2] - box[0]) * (box[3] - box[1]) for box in people])) / 2 if people else 0.0
    result = np.zeros((height, width), np.bool_)
    for one in _things(spots, whole=True):
        fits = not people or AS_LARGE[0] * area <= one.sum() <= AS_LARGE[1] * area
        if fits and float(taken[one].mean()) <= APART and _alone(heat, one):
            result |= one
    return result


def _smaller(sources: Sources, factor: float) -> Sources:
    """The pictures, so many times smaller."""
    height, width = sources.shape
    size = round(width / factor), round(height / factor)
    pictures = (sources.infrared, sources.visible, sources.fused)
    infrared, visible, fused = (
        np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), np.float32) for one in pictures
    )
    return Sources(infrared, visible, fused)


def _alone(heat: Picture, spot: Selection) -> bool:
    """Whether a warm spot is no corner of something larger that is as warm."""
    grown = cv2.dilate(spot.astype(np.uint8), np.ones((2 * RING_PX + 1,) * 2, np.uint8)) > 0
    around = heat[grown & ~spot]
    return not around.size or float((around > np.percentile(heat[spot], 25)).mean()) < AS_AROUND


def _slices(box: Square) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (max(0, round(at)) for at in box)
    return slice(y0, y1), slice(x0, x1)
