"""Which of the objects that were seen a phrase means: by place, tone, colour, size, and what they are beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import cv2
import numpy as np

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions.colours import BOUNDS, HUES
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.lights import LIGHT
from wordfuse.fusion.regions.embedded.looking import (
    BY_A_CAR,
    INSIDE,
    Box,
    Object,
    View,
    area_of,
    at_thing,
    believed,
    common,
    overlap,
)
from wordfuse.fusion.regions.embedded.signals import SIGNAL, signal_colour
from wordfuse.fusion.regions.embedded.stuff import areas_of, mean_chance, stuff_of
from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.things.ordering import ORDER
from wordfuse.fusion.regions.tones import Selection, select
from wordfuse.fusion.regions.types import DOUBT, Sources
from wordfuse.fusion.regions.words.grammar import Clause, Place, Side, Tone, ToneName
from wordfuse.fusion.regions.words.meaning import LIGHTS, Beside, Wanted
from wordfuse.fusion.regions.words.qualifiers import Pick, Relation

SPECK, LARGE = 1 / 8, 1 / 3  # area beside that of the largest of a class: hardly spoken of, and as likely as it
RIDDEN = 0.05  # overlap of a cyclist with the bicycle
TONED = 0.25  # an object has a tone if so much of its mask has it
SEATED = 0.75  # of somebody who is in a car, that is seen within its box; whoever stands before it reaches below it
WORN = 0.1  # clothes have a colour if so much of whoever wears them has it
PLAIN = 0.4  # likewise black, gray or white, which tyres, windows and shadows of any car have
HUED = 0.15  # likewise any other colour, which lights, windows and what is before it hide
UNCOLOURED: frozenset[ToneName] = frozenset({"black", "gray", "white"})
NEAR = 1.5  # two things are by each other whose boxes are no farther apart than that, times the lower of them
# What pixels show where something shines that is no lamp of a street, and the least chance of it.
NO_LAMPS, SHOWS = ("car", "bicycle", "road"), 0.5
FOOT_PX, FOOT = 3.0, 0.15  # how far a foot may be from what it stands on: pixels, and of the height


@dataclass(frozen=True)
class Meant:
    """What was found for one noun of a phrase.

    Attributes:
        objects: those that are meant.
        of: how many of the class were there, before what is said of them was looked at.
        asked: what had to hold of them, in words; where nothing holds, this is why.
        untold: what the pictures do not tell, in words.
        sure: the confidence in what they are beside; 1 where that was not asked.
        spoken_of: how many are meant, where more were found and nothing tells which; else None.
    """

    objects: tuple[Object, ...]
    of: int = 0
    asked: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    sure: float = 1.0
    spoken_of: int | None = None


def meant(sources: Sources, view: View, wanted: Wanted) -> Meant:
    """The objects that a phrase means, of those that are there.

    Where more are spoken of than are found, what is less sure is looked at too: somebody sees them there.
    """
    least = wanted.count or 1
    told = _meant(sources, view, wanted, believed(view), least)
    missing = least - len(told.objects)
    if wanted.count is None or wanted.pick is not None or missing <= 0:
        return told
    fainter = _meant(sources, view, replace(wanted, count=None, singular=False), _shown_at_all(view), least)
    more = [seen for seen in fainter.objects if seen not in told.objects]
    objects = (*told.objects, *sorted(more, key=_doubt)[:missing])
    return replace(told, objects=objects)


def _shown_at_all(view: View) -> list[Object]:
    """What may be an object by itself, however sure others are; no second one in the place of a surer one."""
    kept: list[Object] = []
    for seen in view.objects:
        if seen.score >= view.least and all(
            seen.name != other.name or common(seen.box, other.box) <= INSIDE for other in kept
        ):
            kept.append(seen)
    return kept


def _meant(sources: Sources, view: View, wanted: Wanted, objects: Sequence[Object], least: int) -> Meant:
    """The same of some objects, of which at least so many are spoken of."""
    found = [seen for seen in objects if seen.name in wanted.classes]
    if {LIGHT, "pole"}.issubset(wanted.classes):  # of all that shines
        found = [seen for seen in found if not _on_something_else(view, sources.shape, seen)]
    if {"person", "bicycle"}.issubset(wanted.classes):  # a cyclist is a person on a bicycle, not any person
        bicycles = [seen for seen in found if seen.name == "bicycle"]
        found = [seen for seen in found if any(overlap(seen.box, ridden.box) > RIDDEN for ridden in bicycles)]
    there, asked = len(found), _asked(wanted)
    untold, sure = wanted.untold, 1.0
    if wanted.clauses:
        toned = cache(partial(select, sources))
        held = [seen for seen in found if any(_holds(sources, view, seen, clause, toned) for clause in wanted.clauses)]
        if len(held) < least:  # whoever stands near an edge is at it, if nobody stands nearer
            near = [_near_edges(clause) for clause in wanted.clauses]
            held = [seen for seen in found if any(_holds(sources, view, seen, clause, toned) for clause in near)]
        found = _no_speck(found, held, wanted)
    if wanted.worn is not None and found:
        colour = select(sources, Tone(wanted.worn))
        found = [seen for seen in found if _share(cut_out(sources, view, seen), colour) >= WORN]
    if wanted.beside is not None and found:
        found, sure, told = _beside(sources, view, found, wanted.beside)
        if not told:
            untold, asked = (*untold, f"'{wanted.beside.said}'"), asked[:-1]
    for clause in wanted.clauses:
        if clause.layer is not None and len(found) > 1:
            # Of things, the background is what is far: the half of them whose feet stand highest.
            found = sorted(found, key=_foot, reverse=clause.layer == "foreground")[: -(-len(found) // 2)]
    placed = any(clause.places or clause.layer for clause in wanted.clauses)
    one = wanted.singular and (wanted.pick is not None or (placed and wanted.beside is None))
    count = wanted.count or (1 if one else None)
    spoken_of = None
    if wanted.pick is not None:
        found = sorted(found, key=partial(_first, sources, wanted.pick))[: count or -(-len(found) // 2)]
    elif count is not None:
        aside = _aside(wanted.clauses)
        found = sorted(found, key=aside or _doubt)
        if aside is not None or (one and wanted.count is None) or _told_by_sureness(found, count):
            found = found[:count]
        elif len(found) > count:
            spoken_of = count
    return Meant(tuple(found), there, asked, untold, sure, spoken_of)


def _no_speck(found: list[Object], held: list[Object], wanted: Wanted) -> list[Object]:
    """Those that a place holds; of one on a side where only specks are, the outermost of the large ones there are.

    "The one on the left" of two riders who both ride right of the middle is no passer-by in the distance; "the car on
    the right" that fills the corner goes before one far behind it at the border.
    """
    sides: dict[Clause, Side] = {Clause(places=(Place(horizontal=side),)): side for side in ("low", "high")}
    side = sides.get(wanted.clauses[0]) if len(wanted.clauses) == 1 else None
    if side is None or not wanted.singular or wanted.pick is not None or wanted.beside is not None or not held:
        return held
    largest = max(area_of(seen.box) for seen in held)
    held = [seen for seen in held if area_of(seen.box) >= SPECK * largest]
    largest = max(area_of(seen.box) for seen in found)
    large = [seen for seen in found if area_of(seen.box) >= LARGE * largest]
    if len(large) < 2 or max(area_of(seen.box) for seen in held) >= SPECK * largest:
        return held
    return [(min if side == "low" else max)(large, key=lambda seen: seen.box[0] + seen.box[2])]


def _on_something_else(view: View, shape: tuple[int, int], light: Object) -> bool:
    """Whether a light is a car's, a shirt or paint: in or just by the box of a car, in a person's, on a road."""
    across, down = _centre(light.box)
    for seen in believed(view):
        if seen.name in {*LIGHTS, SIGNAL} or (seen.name == "person" and seen.score < DOUBT):
            continue
        if at_thing(seen.box, (across, down), BY_A_CAR if seen.name == "car" else 0.0):
            return True
    height, width = view.chances.shape[1:]
    row, column = min(int(down * height / shape[0]), height - 1), min(int(across * width / shape[1]), width - 1)
    return any(view.chances[CLASSES.index(name), row, column] > SHOWS for name in NO_LAMPS)


def _asked(wanted: Wanted) -> tuple[str, ...]:
    """What has to hold of an object, in words."""
    tones = dict.fromkeys(tone.name for clause in wanted.clauses for tone in clause.tones)
    asked = [name if name not in ("hot", "cold") else f"{name} enough" for name in tones]
    if any(clause.places or clause.layer for clause in wanted.clauses):
        asked.append("in that part of the picture")
    if wanted.worn is not None:
        asked.append(f"in {wanted.worn}")
    if wanted.beside is not None:
        asked.append(wanted.beside.said)
    return tuple(asked)


def _beside(sources: Sources, view: View, found: list[Object], beside: Beside) -> tuple[list[Object], float, bool]:
    """The objects that are so to another thing, the confidence in that thing, and whether it could be told."""
    other = beside.other
    things = meant(sources, view, other)
    if things.objects:
        held = [
            seen
            for seen in found
            if any(thing != seen and _stands(seen.box, thing.box, beside.relation) for thing in things.objects)
        ]
        return held, max(thing.score for thing in things.objects), True
    area = stuff_of(sources, view, other)
    if not area.any() or beside.relation not in ("on", "near", "under"):
        return found, 1.0, False
    away = cv2.distanceTransform((~area).astype(np.uint8), cv2.DIST_L2, 5)
    held = [seen for seen in found if _by_area(seen.box, away, beside.relation)]
    return held, mean_chance(view, area, areas_of(other.classes)), True


def _stands(box: Box, other: Box, relation: Relation) -> bool:
    """Whether a box stands so to another one: both things on the ground, the camera looks along it."""
    apart = _gap(box, other)
    if relation == "on":
        return apart == 0 and _centre(box)[1] <= other[3] and overlap(box, other) > RIDDEN
    if relation == "in":
        return box[3] <= other[3] and common(box, other) >= SEATED
    if apart > NEAR * min(box[3] - box[1], other[3] - other[1]):
        return False
    across = min(box[2], other[2]) - max(box[0], other[0]) > 0
    if relation == "before":
        return across and box[3] > other[3]
    if relation == "behind":
        return across and box[3] < other[3]
    if relation == "under":
        return across and _centre(box)[1] > _centre(other)[1]
    if relation == "above":
        return across and _centre(box)[1] < _centre(other)[1]
    return True


def _by_area(box: Box, away: np.ndarray, relation: Relation) -> bool:
    """Whether a box is by or on an area, of which every pixel's distance is given, in pixels."""
    x0, y0, x1, y1 = (round(x) for x in box)
    if relation == "on":
        foot = away[min(y1, away.shape[0] - 1), min(max((x0 + x1) // 2, 0), away.shape[1] - 1)]
        return float(foot) <= max(FOOT_PX, FOOT * (y1 - y0))
    rows = slice(max(0, y0), y1) if relation == "near" else slice(0, max(1, (y0 + y1) // 2))
    reach = away[rows, max(0, x0) : max(x1, x0 + 1)]
    return bool(reach.size) and float(reach.min()) <= NEAR * (y1 - y0)


def _gap(box: Box, other: Box) -> float:
    """The distance between two boxes, in pixels; 0 where they touch."""
    across = max(0.0, max(box[0], other[0]) - min(box[2], other[2]))
    down = max(0.0, max(box[1], other[1]) - min(box[3], other[3]))
    return float(np.hypot(across, down))


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _foot(seen: Object) -> float:
    return seen.box[3]


def _warmth(sources: Sources, seen: Object) -> float:
    x0, y0, x1, y1 = (round(x) for x in seen.box)
    return float(sources.infrared[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].mean())


def _first(sources: Sources, pick: Pick, seen: Object) -> float:
    """What is least for the object that comes first."""
    if pick in ("hottest", "coldest"):
        return -_warmth(sources, seen) if pick == "hottest" else _warmth(sources, seen)
    return ORDER[pick](seen.box)


def _told_by_sureness(found: list[Object], count: int) -> bool:
    """Whether of objects, the surest first, so many are sure and none of the others: then there are no more."""
    return len(found) > count and found[count - 1].score >= DOUBT > found[count].score


def _doubt(seen: Object) -> float:
    return -seen.score


def _aside(clauses: tuple[Clause, ...]) -> Callable[[Object], float] | None:
    """What comes first where fewer are meant than are there: the one furthest on the side that is named; None: none."""
    places = [place for clause in clauses for place in clause.places]
    if len(places) == 1:
        for side, low, high in ((places[0].horizontal, 0, 2), (places[0].vertical, 1, 3)):
            if side in ("low", "high"):
                sign = 1 if side == "low" else -1
                return lambda seen: sign * (seen.box[low] + seen.box[high])
    return None


def _holds(sources: Sources, view: View, seen: Object, clause: Clause, toned: Callable[[Tone], Selection]) -> bool:
    """Whether an object is in the places and has the tones of a clause; ``toned`` are the pixels of a tone."""
    height, width = sources.shape
    across, down = _centre(seen.box)
    row, column = min(int(down), height - 1), min(int(across), width - 1)
    if not all(place_selection(sources.shape, place)[row, column] for place in clause.places):
        return False
    if not clause.tones:
        return True
    inside = cut_out(sources, view, seen)
    return all(
        signal_colour(sources, seen) == tone.name
        if seen.name == SIGNAL and tone.name in HUES  # the glow of its rim, as bright as it may be
        else _share(inside, toned(tone)) >= _least(tone)
        for tone in clause.tones
    )


def _near_edges(clause: Clause) -> Clause:
    """A clause with the quarters of the picture in the place of bands along its edges."""
    sides = [
        replace(place, extent="quarter") if place.extent == "edge" and (place.vertical or place.horizontal) else place
        for place in clause.places
    ]
    return replace(clause, places=tuple(sides))


def _least(tone: Tone) -> float:
    """The share of an object's mask that must have a tone."""
    if tone.name in UNCOLOURED:
        return PLAIN
    return HUED if tone.name in BOUNDS else TONED


def _share(inside: Selection, tone: Selection) -> float:
    """How much of a mask has a tone; 0 of an empty one."""
    return float(tone[inside].mean()) if inside.any() else 0.0
