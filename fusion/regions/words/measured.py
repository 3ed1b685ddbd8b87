"""Parts and surroundings of things that pixels tell: trunks of trees, paint on roads, tail lights, what is under cars.

Each is said by itself ("the lane markings"), of a thing ("the trunk of the big tree", "the van's tail lights"), or in a
place ("yellow lines on the left"). What is said beside it is said of the thing, but for its colour.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wordfuse.fusion.regions.words.colours import COLOURS
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import Wanted, bare, understand
from wordfuse.fusion.regions.words.nouns import find_noun
from wordfuse.fusion.regions.words.qualifiers import SIZES, kind_before

Part = Literal["trunk", "paint", "tail_light", "under", "glow"]

_LINES = r"lines?|stripes?|arrows?|markings?|marks|paint"
_OF_ROADS = r"road|street|lane|centre|center|dividing|divider|parking|stop|crossing|crosswalk|zebra"
#: What names a part by itself; with what stands around it, where it would be a part of many things.
_SAID: dict[Part, re.Pattern[str]] = {
    "trunk": re.compile(r"\b(?:tree )?(?:trunks?|bark)\b"),
    "paint": re.compile(
        rf"\b(?:(?:{_OF_ROADS}) )+(?:{_LINES}|bars?)\b|\bzebras?(?: crossings?)?\b"
        rf"|\b(?:double|dashed|solid|broken|yellow|white)(?: (?:double|dashed|solid|broken|yellow|white))* "
        rf"(?:lines?|stripes?|markings?)\b|\bmarkings?\b"
        rf"|\b(?:{_LINES})(?= on the (?:road|street|ground|asphalt|tarmac)\b)"
        r"|^(?:(?:white|yellow) )?paint$"
        r"|\b(?:crosswalks?|(?:pedestrian )?crossings?|stripes|lines?)\b"
    ),
    "tail_light": re.compile(r"\b(?:tail|rear|brake) ?(?:lights?|lamps?)\b"),
    "glow": re.compile(r"\b(?:glow|glows|halos?|flares?)\b"),
}
_UNDER = re.compile(
    r"(?:(?:the )?(?:dark|black|shades?|shadows?|ground|road|area|darkness) )?(?:right |just )?"
    r"(?:under|below|beneath|underneath) (?P<whole>.+)"
)
#: The thing that a part is of, where none is named: of one, and of several.
_WHOLE: dict[Part, tuple[str, str]] = {
    "trunk": ("tree", "trees"),
    "paint": ("road", "road"),
    "tail_light": ("cars", "cars"),
    "glow": ("lights", "lights"),
    "under": ("", ""),
}
_CLASSES: dict[Part, frozenset[str]] = {
    "trunk": frozenset(["tree"]),
    "paint": frozenset(["road", "pavement"]),
    "tail_light": frozenset(["car"]),
    "glow": frozenset(["light", "traffic_light", "pole"]),
    "under": frozenset(["car"]),
}
_NO_PART = re.compile(r"(?:near|by|behind|around|round|between|at|in|on|over|above|beyond|past|along) ")
_AROUND = re.compile(r"^(?:of|on|around|round|about|from|along) ")


@dataclass(frozen=True)
class Measured:
    """A part that pixels tell.

    Attributes:
        part: which.
        said: the words that name it.
        whole: the things that it is of.
        colour: it is said to have, in the person's word, or None.
    """

    part: Part
    said: str
    whole: tuple[Wanted, ...]
    colour: str | None = None


def measured(phrase: str) -> Measured | None:
    """Read a phrase; None where it names no such part, or of a thing that has none.

    Example:
        >>> measured("the trunk of the big tree").part, measured("the trunk of the car")
        ('trunk', None)
    """
    words = " ".join(bare(phrase)).removeprefix("the ")
    under = _UNDER.fullmatch(words)
    if under is not None:
        return _of("under", "under", [under["whole"]], None)
    if _NO_PART.match(words):
        return None
    for part, said in _SAID.items():
        found = said.search(words)
        if found is None:
            continue
        named = found.group()
        before, after = words[: found.start()].split(), words[found.end() :].strip()
        colours = [word for word in (*before, *named.split()) if word in COLOURS]
        before = [word for word in before if word not in colours and word not in SIZES]
        if len(set(colours)) > 1 or (find_noun(before) is None and kind_before(before) is not None):
            return None  # "power lines" are none of a road
        return _of(part, named, _wholes(part, named, before, after), colours[0] if colours else None)
    return None


def _wholes(part: Part, named: str, before: Sequence[str], after: str) -> list[str]:
    """Phrases for the thing that a part is of, the likeliest first."""
    tied = _AROUND.match(after)
    rest = after[tied.end() :] if tied is not None else after
    if tied is not None and find_noun(rest.split()) is not None:
        return [" ".join([*before, rest])]
    if find_noun(before) is not None:
        return [" ".join([*before, after])]
    several = named.endswith("s")
    return [" ".join([*before, _WHOLE[part][several], after])]


def _of(part: Part, said: str, wholes: Sequence[str], colour: str | None) -> Measured | None:
    for whole in wholes:
        if not whole.strip() or parse(whole) is not None:
            continue
        wanted = understand(whole)
        if isinstance(wanted, str) or not all(_CLASSES[part].issuperset(one.classes) for one in wanted):
            continue
        # A glow somewhere else is no lamp's, and lines on a face are none of a road.
        if part not in ("glow", "paint") or not any(one.untold for one in wanted):
            return Measured(part, said, wanted, colour)
    return None
