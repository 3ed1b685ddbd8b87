"""What the embedded network is asked for: "the two people on the left", "the guy in the red jacket", "cars by a tree".

A phrase is a noun that the network knows and what the pixels can tell about it: where it is, how warm, how bright, of
which colour, how many, how near, beside what. What they cannot tell ("parked", "with the umbrella") is kept apart and
said (``qualifiers``). Any other word must be understood: "the car door" is not the car, and reading it so would quietly
work on the wrong pixels.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions.words.colours import COLOURS, Colour
from wordfuse.fusion.regions.words.english import is_english
from wordfuse.fusion.regions.words.grammar import PICTURES, Clause, Place, Tone, parse
from wordfuse.fusion.regions.words.nearest import nearest
from wordfuse.fusion.regions.words.nouns import LEXICON, Noun, find_noun
from wordfuse.fusion.regions.words.qualifiers import (
    EMPTY,
    EVERY,
    IDIOMS,
    LIT,
    NUMBERS,
    OF_SKIN,
    ORDINALS,
    PICKS,
    PICKS_BEFORE_NOUN,
    POSTURES,
    SHADOWS,
    SIZES,
    Body,
    Pick,
    Relation,
    body_part,
    clothes_in,
    kind_before,
    split_relation,
    whose,
    without_untold,
)

LIGHTS = frozenset(["light", "headlight", "tail_light"])
COUNTED = LIGHTS | frozenset([*OBJECTS, "traffic_light"])
INSIDE_OF = frozenset(["car"])  # what somebody may be seen inside of
GROUND = frozenset(["road", "pavement"])  # what lies flat: of it the lower part is near


@dataclass(frozen=True)
class Beside:
    """What a thing is to another one: by it, behind it, on it."""

    relation: Relation
    other: "Wanted"
    said: str


@dataclass(frozen=True)
class Wanted:
    """What a phrase asks for.

    Attributes:
        classes: names of the network's classes, any of which will do.
        singular: one thing is spoken of.
        count: how many are spoken of, or None.
        pick: which of several, or None.
        clauses: tones and places of which one must hold; none: everywhere.
        worn: a colour that it has somewhere on it, as clothes do, or None.
        beside: what it must be beside, or None.
        part: the part of it that is meant, or None for all of it.
        instead: classes that may be meant where none of ``classes`` is there; whoever speaks has to say so.
        untold: what was said of it that the pictures cannot tell, each piece in the person's words.
    """

    classes: tuple[str, ...]
    singular: bool
    count: int | None
    pick: Pick | None
    clauses: tuple[Clause, ...]
    worn: Colour | None = None
    beside: Beside | None = None
    part: Body | None = None
    instead: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


_WORN: tuple[Body, ...] = ("torso", "legs", "feet", "clothes")  # what has a colour of its own
_HERS = frozenset("his her their my our your".split())
_LONG = 7  # letters from which on a word may have two slips: "plate" is no "plant"
_SHORTEST, _ALIKE = 4, 0.75  # letters of a word whose slips are looked at; how alike two words must be, 0 to 1


def understand(phrase: str) -> tuple[Wanted, ...] | str:
    """Read a phrase.

    Returns:
        What it asks for, whose union is meant; or, where a word is not understood, that word or those words.

    Example:
        >>> understand("the two people on the left")[0].count
        2
        >>> understand("the red teapot")
        'the red teapot'
    """
    text = re.sub(r"['\u2019]s\b|[-_/.!?\"'()\u2013\u2018-\u201d]+", " ", phrase.casefold())
    for pattern, replacement in IDIOMS:
        text = re.sub(rf"\b(?:{pattern})(?!\w)", replacement, " ".join(text.split()))
    wanted = []
    parts = [part for part in re.split(r"\band\b|\bor\b|\bplus\b|,|&", text) if part.strip()]
    for part in parts:
        # "Both" of a single noun are two; of two nouns it only says that there are two of them.
        read = _read(re.sub(r"\bboth\b", "two" if len(parts) == 1 else "", part).split())
        if isinstance(read, str):
            return read
        wanted.append(read)
    return tuple(wanted) or phrase


def nearly(phrase: str) -> str | None:
    """What may have been meant where a word of a phrase is not understood: with that word's typing errors mended.

    A word that is English is no typing error: "lines on the road" are no pines.

    Returns:
        A phrase that is understood; None where there is none so near.

    Example:
        >>> nearly("the peeple on the left")
        'the people on the left'
    """
    unknown = understand(phrase)
    if not isinstance(unknown, str) or nearest(phrase) is not None:
        return None
    words = phrase.casefold().split()
    for place, word in enumerate(words):
        if word not in unknown.split() or len(word) < _SHORTEST or is_english(word):
            continue
        for close in get_close_matches(word, LEXICON, n=2, cutoff=_ALIKE):
            meant = " ".join([*words[:place], close, *words[place + 1 :]])
            if (
                close != word
                and _slips(word, close) <= 1 + (len(word) >= _LONG)
                and not isinstance(understand(meant), str)
            ):
                return meant
    return None


def _slips(one: str, other: str) -> int:
    """How many letters lie between two words: left out, put in, changed, or two of them swapped (Damerau 1964)."""
    rows = [list(range(len(other) + 1))]
    for at, letter in enumerate(one, start=1):
        row = [at]
        for to, wanted in enumerate(other, start=1):
            least = min(rows[-1][to] + 1, row[-1] + 1, rows[-1][to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                least = min(least, rows[-2][to - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def known_in(phrase: str) -> str | None:
    """The first noun of a phrase that is understood by itself, where the whole phrase is not; None where there is none.

    Example:
        >>> known_in("half of the car")
        'car'
    """
    return noun_in(phrase) if isinstance(understand(phrase), str) else None


def noun_in(phrase: str) -> str | None:
    """The first noun of a phrase by itself; None where there is none.

    Example:
        >>> noun_in("the blue car on the left")
        'car'
    """
    words = bare(phrase)
    found = find_noun(words)
    return None if found is None else " ".join(words[found[0] : found[0] + found[1]])


def classes_in(text: str) -> frozenset[str]:
    """The classes of all nouns of a text that are understood by themselves.

    Example:
        >>> sorted(classes_in("the guy by the lorry"))
        ['car', 'person']
    """
    words, found = bare(text), set[str]()
    while (noun := find_noun(words)) is not None:
        start, length, meant = noun
        found |= {*meant.classes}
        words = words[start + length :]
    return frozenset(found)


def speaks_of_one(phrase: str) -> bool:
    """Whether a phrase speaks of one thing that can be counted: "the car", not "cars", "every car" or "the sky"."""
    wanted = understand(phrase)
    return not isinstance(wanted, str) and len(wanted) == 1 and wanted[0].singular and _counted(wanted[0].classes)


def bare(text: str) -> list[str]:
    """The words of a text without possessive endings and punctuation."""
    return re.sub(r"['\u2019]s\b|[^\w\s]+", " ", text.casefold()).split()


def _read(words: Sequence[str]) -> Wanted | str:
    """One noun with all that stands beside it; words that are not understood."""
    part = body_part(words)
    if part is not None:
        return _read_part_of_body(words, *part)
    for head, relation, rest in split_relation(words):
        if find_noun(head) is None or find_noun(rest) is None:
            continue
        other, thing = _read(rest), _read_thing(head)
        if isinstance(other, str) or isinstance(thing, str) or other.untold:
            continue
        inside = INSIDE_OF.issuperset(other.classes) and "person" in thing.classes
        if relation == "in" and (not inside or clothes_in(words[len(head) :]) is not None):
            continue  # in the road, in the trees: that is a place; in white in front of the car: that are clothes
        said = " ".join(words[len(head) :])
        if not _counted(thing.classes):  # where a wood ends behind a house, nobody can tell
            return replace(thing, untold=(*thing.untold, f"'{said}'"))
        return replace(thing, beside=Beside(relation, other, said))
    return _read_thing(words)


def _read_part_of_body(words: Sequence[str], at: int, part: Body) -> Wanted | str:
    """Of people, a part: "people's faces", "the head of the man on the left", "faces", "the red coat", "her legs"."""
    before, after = list(words[:at]), list(words[at + 1 :])
    colours = [word for word in before if word in COLOURS] if part in _WORN else []
    before = [word for word in before if word not in colours and word not in _HERS]
    if find_noun([*before, *after]) is None or after[:1] not in ([], ["of"]):
        if find_noun(before) is None:
            if kind_before(before) is not None:  # "table legs", "a clock face"
                return " ".join(words)
            before.append(whose(words[at]))
    elif after[:1] == ["of"]:
        after = after[1:]
    people = _read([*before, *after, *(["in", colours[0]] if colours else [])])
    if isinstance(people, str) or people.classes != ("person",) or people.part is not None or len(colours) > 1:
        return " ".join(words)
    return replace(people, part=part)


def _read_thing(words: Sequence[str]) -> Wanted | str:
    found = find_noun(words)
    if found is None:
        return " ".join(words)
    start, length, noun = found
    before, after = list(words[:start]), list(words[start + length :])
    if LIGHTS.intersection(noun.classes):
        before, after = (LIT.sub("", " ".join(around)).split() for around in (before, after))
    # "Half of the car": which part, the pixels do not tell. "The car's shadow" is no dark car.
    if "of" in before[-2:] or SHADOWS.intersection(after[:1]):
        return " ".join(words)
    worn, unknown = None, " ".join(words)
    if "person" in noun.classes:
        skin = OF_SKIN.intersection(before)
        if skin:
            return min(skin)
        clothes = clothes_in(after)
        if clothes is not None:
            worn, after = clothes.colour, list(clothes.left)
    kind = kind_before(before)
    readings = [(before, list[str]())]
    # Of whichever kind, where the word is not understood; of what is not counted nothing is the first.
    if kind is not None and "of" not in before[-3:] and (kind not in ORDINALS or _counted(noun.classes)):
        readings.append((before[:-1], [kind]))
    for kept, kinds in readings:
        for place, (left, right, pieces) in enumerate(without_untold(kept, after)):
            read = _qualified(noun, left, right)
            if isinstance(read, Wanted):
                quoted = [f"'{piece}'" for piece in (*kinds, *pieces)]
                if noun.colour is not None:
                    quoted.append(f"whether {noun.colour} ground is '{' '.join(words[start : start + length])}'")
                return replace(read, worn=worn, untold=(*read.untold, *quoted))
            if place == 0 and not kinds:
                unknown = read or unknown
    return unknown


def _qualified(noun: Noun, before: Sequence[str], after: Sequence[str]) -> Wanted | str:
    """A noun with the words around it; else those that are not understood, "" where they do not go together."""
    if find_noun([*before, "objects", *after]) is not None:  # "the car park man": which of the two
        return ""
    counts, picks, kept, untold = [], set[Pick](), list[str](), list[str]()
    counted = _counted(noun.classes)
    for place, word in enumerate((*before, "objects", *after)):
        if word in NUMBERS or word.isdecimal():
            counts.append(NUMBERS.get(word) or int(word[:4]))
        elif not counted and word in SIZES:
            untold.append(f"'{word}'")
        elif word in PICKS:
            picks.add(PICKS[word])
        elif place < len(before) and word in PICKS_BEFORE_NOUN:
            picks.add(PICKS_BEFORE_NOUN[word])
        elif not (word in POSTURES and "person" in noun.classes):
            kept.append(word)
    if len(counts) > 1 or len(picks) > 1 or 0 in counts:
        return ""
    clauses = parse(" ".join(kept))
    if clauses is None or clauses == (Clause(),):
        unknown = [word for word in kept if word not in ("objects", *EMPTY)]
        if unknown:
            return " ".join(unknown)
        clauses = ()
    pick = next(iter(picks), None)
    if not counted:
        layers = {clause.layer for clause in clauses} - {None}
        if counts or len(layers) > 1 or pick not in (None, "nearest", "farthest"):
            return ""  # a road or a wood cannot be counted
        if layers:
            pick = "nearest" if layers == {"foreground"} else "farthest"
            clauses = tuple(replace(clause, layer=None) for clause in clauses)
            clauses = tuple(clause for clause in clauses if clause != Clause())
        if pick is not None and not GROUND.issuperset(noun.classes):
            untold, pick = [*untold, "how near or far"], None  # which part of a wood is near, nobody can tell
        if not GROUND.issuperset(noun.classes) and PICTURES.isdisjoint(kept):
            clauses = tuple(replace(one, places=tuple(map(_across, one.places))) for one in clauses)
    if noun.colour is not None:
        of_colour = Tone(noun.colour)
        clauses = tuple(replace(one, tones=(*one.tones, of_colour)) for one in clauses or (Clause(),))
    singular = noun.singular and not EVERY.intersection(before)
    count = counts[0] if counts else None
    return Wanted(noun.classes, singular, count, pick, clauses, instead=noun.instead, untold=tuple(untold))


def _across(place: Place) -> Place:
    """A place as it is said of what stands upright: "the tree in the middle" is neither left nor right."""
    if place.vertical == place.horizontal == "middle":
        return replace(place, vertical=None, extent=place.extent or "half")
    return place


def _counted(classes: Sequence[str]) -> bool:
    return any(name in COUNTED for name in classes)
