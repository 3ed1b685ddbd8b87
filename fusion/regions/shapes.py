"""Things that have no known name, but a light or heat of their own: "the big white block", "a bright round thing"."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from wordfuse.fusion.regions.blobs import Blob, blob_in
from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.tones import Selection, select
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.grammar import Clause, Place, Side, Tone, parse, spoken
from wordfuse.fusion.regions.words.meaning import noun_in

HEAT: Final = frozenset(["hot", "cold"])
LIGHT: Final = frozenset(["bright", "overexposed", "white"])
_UP: Final = re.compile(r"\bup (?:there|here|top)\b|\bhigh up\b")
_DOWN: Final = re.compile(r"\bdown (?:there|here|below)\b")


@dataclass(frozen=True)
class Shape:
    """What is said of such a thing.

    Attributes:
        clause: its tones, its place, and whether it is large.
        unknown: the words that nothing here tells.
        beside: where it is besides, of which the first will do that holds such a thing: "up there".
    """

    clause: Clause
    unknown: str
    beside: tuple[Place, ...] = ()


def shape_in(phrase: str, text: str) -> Shape | None:
    """Read what a question calls a thing; None where all of it is known, or nothing is said of its light or heat.

    Example:
        >>> shape_in("big white block in the middle", "").unknown
        'block'
    """
    if parse(phrase) is not None or noun_in(phrase) is not None:
        return None
    words = re.findall(r"[^\W_]+", phrase.casefold())
    unknown = " ".join(word for word in words if not spoken([word]))
    clauses = parse(" ".join([*(word for word in words if spoken([word])), "thing"])) or ()
    if not unknown or len(clauses) != 1 or not any(tone.name in HEAT | LIGHT for tone in clauses[0].tones):
        return None
    said = " ".join(text.casefold().split())
    side: Side | None = "low" if _UP.search(said) else "high" if _DOWN.search(said) else None
    if side is None or any(place.vertical for place in clauses[0].places):
        return Shape(clauses[0], unknown)
    return Shape(clauses[0], unknown, (Place(vertical=side, extent="third"), Place(vertical=side)))


def thing_of(sources: Sources, shape: Shape) -> Blob | None:
    """The thing that is meant: what has its tones; of what is white or bright, also what is so by its heat alone.

    Returns:
        Of those whose middle lies in the place the largest, if a large one is meant, else the first by what was said;
        None where there is none.
    """
    lit = bool(LIGHT & {tone.name for tone in shape.clause.tones})
    readings = [shape.clause.tones, *([(Tone("bright"),), (Tone("hot"),)] if lit else [])]
    for beside in (*((one,) for one in shape.beside), ()):
        places = [place_selection(sources.shape, one) for one in (*shape.clause.places, *beside)]
        place = _all(places, sources)
        found = []
        for tones in readings:
            chosen = _all([select(sources, tone) for tone in tones], sources)
            by: Literal["light", "heat"] = "light" if LIGHT & {tone.name for tone in tones} else "heat"
            inside = np.where(chosen, np.uint8(255), np.uint8(0))
            blob = blob_in(sources, inside, by, place=place, largest=shape.clause.largest)
            found += [blob] if blob is not None else []
        if found:
            return max(found, key=lambda blob: blob.area) if shape.clause.largest else found[0]
    return None


def _all(selections: list[Selection], sources: Sources) -> Selection:
    """Where all of them are; everywhere of none."""
    inside = np.ones(sources.shape, np.bool_)
    for selection in selections:
        inside &= selection
    return inside
