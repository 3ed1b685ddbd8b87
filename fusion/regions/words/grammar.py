"""The small language of regions that need no object: "hot objects", "dark areas on the left", "top third".

Strict on purpose: every word must be known, or the phrase is not of this language. "hot people" names an object, and
reading it as "hot" would quietly work on the wrong pixels.

::

    phrase  = clause { "and" clause }            the union of its clauses
    clause  = { tone | layer | position [extent] | noun | filler }    the intersection of what it says
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from wordfuse.fusion.regions.words.colours import COLOURS, Colour

ToneName = Literal["hot", "cold", "bright", "dark", "overexposed", "underexposed"] | Colour
Layer = Literal["foreground", "background"]
Axis = Literal["vertical", "horizontal"]
Side = Literal["low", "middle", "high"]  # low is the top or the left: the small pixel coordinate
Extent = Literal["half", "third", "quarter", "corner", "edge"]


@dataclass(frozen=True)
class Tone:
    """A kind of pixel; `most` asks for its extreme ("the hottest spot")."""

    name: ToneName
    most: bool = False


@dataclass(frozen=True)
class Place:
    """A fixed part of the picture. No side and no extent but corner or edge: all four of them."""

    vertical: Side | None = None
    horizontal: Side | None = None
    extent: Extent | None = None


@dataclass(frozen=True)
class Clause:
    """What holds for a pixel all at once. Empty: the whole picture."""

    tones: tuple[Tone, ...] = ()
    places: tuple[Place, ...] = ()
    layer: Layer | None = None
    largest: bool = False  # of what hangs together only the largest: "the big white blob"


def parse(phrase: str) -> tuple[Clause, ...] | None:
    """Read a phrase of this language.

    Returns:
        Its clauses, whose union is meant, or None when a word is not understood or nothing definite is said.

    Example:
        >>> parse("the dark areas on the left")
        (Clause(tones=(Tone(name='dark', most=False),), places=(Place(vertical=None, horizontal='low', extent=None),), \
layer=None, largest=False),)
        >>> parse("hot people") is None
        True
    """
    text = _normalise(phrase)
    parts: list[_Part] = []
    for words in re.split(r"\b(?:and|or|plus)\b", text):
        part = _read(words.split())
        if part is None:
            return None
        parts.append(part)
    if len(parts) > 1:
        parts = _share(parts)
    clauses = [part.clause() for part in parts]
    return None if any(clause is None for clause in clauses) else tuple(clause for clause in clauses if clause)


def place_in(phrase: str) -> str | None:
    """The part of the picture that ends a phrase which names something else: "top" of "grass at the top"; else None."""
    words = phrase.casefold().split()
    for start in range(1, len(words)):
        end = " ".join(words[start:])
        clauses = parse(end)
        if words[start] in _FILLERS or clauses is None or len(clauses) > 1:
            continue
        if clauses[0].places and not clauses[0].tones and clauses[0].layer is None:
            return end
    return None


def has_a_noun(phrase: str) -> bool:
    """Whether words have a noun of this language: "the white blob", "that dark patch"."""
    return not (_AREAS | _OBJECTS).isdisjoint(_normalise(phrase).split())


def spoken(words: Iterable[str]) -> bool:
    """Whether every word is one of this language."""
    return _WORDS.issuperset(words)


# --- words ------------------------------------------------------------------------------------------------------------

_TONES: dict[str, Tone] = {
    **dict.fromkeys(["hot", "hotter", "warm", "warmer", "heated", "salient", "hotspot", "hotspots"], Tone("hot")),
    **dict.fromkeys(["hottest", "warmest"], Tone("hot", most=True)),
    **dict.fromkeys(["cold", "colder", "cool", "cooler", "chilly", "unheated"], Tone("cold")),
    **dict.fromkeys(["coldest", "coolest"], Tone("cold", most=True)),
    **dict.fromkeys(["bright", "brighter", "lit", "illuminated", "highlight", "highlights"], Tone("bright")),
    **dict.fromkeys(["brightest", "lightest"], Tone("bright", most=True)),
    **dict.fromkeys(["dark", "darker", "dim", "dimmer", "gloomy", "murky", "unlit", "dimly"], Tone("dark")),
    **dict.fromkeys(["shadow", "shadows", "shade", "shaded", "shady", "shadowy", "shadowed", "darkness"], Tone("dark")),
    **dict.fromkeys(["darkest", "dimmest"], Tone("dark", most=True)),
    **dict.fromkeys(["overexposed", "overexposure", "glare", "glares", "glaring"], Tone("overexposed")),
    **dict.fromkeys(["blinding", "dazzling", "overlit", "blownout", "blowouts"], Tone("overexposed")),
    **dict.fromkeys(["underexposed", "underexposure", "underlit"], Tone("underexposed")),
    # "The greens" of a picture; an orange is a fruit, violets are flowers.
    **{
        f"{word}s": Tone(COLOURS[word])
        for word in "red yellow green blue pink purple brown black white gray grey".split()
    },
}
# Alone these mean something else ("the light" is a lamp, "the infrared" a picture): they need a noun of this language.
_TONES_BEFORE_NOUN: dict[str, Tone] = {
    **dict.fromkeys(["thermal", "infrared", "heat"], Tone("hot")),
    **dict.fromkeys(["light", "lighter"], Tone("bright")),
    **{word: Tone(colour) for word, colour in COLOURS.items()},
}
_SIDES: dict[str, tuple[Axis, Side]] = {
    **dict.fromkeys(["top", "upper", "uppermost", "topmost"], ("vertical", "low")),
    **dict.fromkeys(["bottom", "lower", "lowest", "lowermost", "bottommost"], ("vertical", "high")),
    **dict.fromkeys(["left", "leftmost", "lefthand"], ("horizontal", "low")),
    **dict.fromkeys(["right", "rightmost", "righthand"], ("horizontal", "high")),
}
_CENTRE = frozenset({"centre", "center", "central", "middle", "mid"})
_EXTENTS: dict[str, Extent] = {
    **dict.fromkeys(["half", "halves", "side", "sides"], "half"),
    **dict.fromkeys(["third", "thirds"], "third"),
    **dict.fromkeys(["quarter", "quarters", "quadrant", "quadrants"], "quarter"),
    **dict.fromkeys(["corner", "corners"], "corner"),
    **dict.fromkeys(["edge", "edges", "border", "borders", "margin", "margins", "boundary", "rim"], "edge"),
}
_LAYERS: dict[str, Layer] = {"foreground": "foreground", "background": "background", "backdrop": "background"}
_AREAS = frozenset(
    "area areas region regions part parts portion portions section sections zone zones bit bits place places "
    "thing things stuff".split()
)
_OBJECTS = frozenset(
    "object objects spot spots patch patches blob blobs source sources signature signatures element elements "
    "item items pixel pixels".split()
)
_TARGETS = frozenset({"target", "targets"})  # in this field a target is what stands out in the infrared
PICTURES = frozenset("image picture photo photograph frame scene shot view".split())
_WHOLE = frozenset("everything everywhere overall all whole entire full complete entirety".split())
_FILLERS = frozenset(
    "the a an any every each some both these those this that which what is are look looks looking appear appears "
    "seem seems being very too really quite rather so only just of in on at to with within inside across it its my "
    "our anything coloured colored".split()
)
_LARGE = frozenset("big bigger biggest large larger largest huge giant".split())
_WORDS: frozenset[str] = frozenset().union(
    *(_LARGE, _TONES, _TONES_BEFORE_NOUN, _SIDES, _CENTRE, _EXTENTS, _LAYERS),
    *(_AREAS, _OBJECTS, _TARGETS, PICTURES, _WHOLE, _FILLERS),
)

#: What says nothing of where: "up there", "here".
HERE = r"((all the way|right|way) )?(up|down|over|out|in|round|around) (there|here)|there|here"

# Several words that mean one, replaced in order before the words are read.
_IDIOMS: tuple[tuple[str, str], ...] = (
    (HERE, ""),
    (r"as well as", "and"),
    (r"all of (it|this|that)", "everything"),
    (r"(left|right) hand(?= (side|half|part|corner|edge|third|quarter|area|region|portion|section)s?\b)", r"\1"),
    (r"right (?=(in|at|on) the (centre|center|middle))", ""),
    (r"over exposed", "overexposed"),
    (r"under exposed", "underexposed"),
    (r"(over|under) lit", r"\1lit"),
    (r"(blown|burnt|burned|washed) out", "blownout"),
    (r"low[ -]?light|(poorly|badly|dimly|barely|weakly) (lit|illuminated)", "dim"),
    (r"(well|brightly|strongly) (lit|illuminated)", "bright"),
    (r"pitch (black|dark)", "dark"),
    (r"(deep|deeper|heavy) (shadows?)", r"\2"),
    (r"deepest (shadows?)", r"darkest \1"),
    (r"hot (spots?)", r"hot\1"),
    (r"(stands?|standing|sticks?|sticking) out", "salient"),
    (r"high temperature", "hot"),
    (r"low temperature", "cold"),
    (r"(far|extreme) (left|right)(?! (corner|edge|half|third|quarter|side))", r"\2 third"),
)
_POSITION_WORDS = "|".join([*_SIDES, *_CENTRE, "edges?", "borders?", "corners?", "margins?"])
# "around the edges" is the edges, "around the hot objects" is not the hot objects.
_VAGUE = re.compile(rf"\b(?:near|around|along|towards?|close to|by)(?= (?:(?:the|very|far) )*(?:{_POSITION_WORDS})\b)")


def _normalise(phrase: str) -> str:
    text = phrase.casefold().replace("&", " and ").replace(",", " and ")
    text = re.sub(
        r"\band( +and)+\b",
        "and",
        " ".join(re.sub(r"['\u2019]s\b|[-_/.!?\"'()\u2013\u2018-\u201d]+", " ", text).split()),
    )
    for pattern, replacement in _IDIOMS:
        text = re.sub(rf"\b(?:{pattern})\b", replacement, text)
    return _VAGUE.sub("", text)


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """One side of an "and", as far as its own words go."""

    tones: tuple[Tone, ...] = ()
    places: tuple[Place, ...] = ()
    layer: Layer | None = None
    area: bool = False
    object: bool = False
    picture: bool = False
    whole: bool = False
    needs_noun: bool = False
    large: bool = False
    one: bool = False

    @property
    def bare(self) -> bool:
        """Whether it has no noun of its own and may share that of the next part: "dark [and cold areas]"."""
        return not (self.area or self.object)

    def clause(self) -> Clause | None:
        """The finished clause, or None when nothing definite was said."""
        if self.needs_noun and self.bare:
            return None
        if self.large and not (self.tones and not self.bare):
            return None  # "a big area": of what kind is not said
        if self.tones or self.places or self.layer:
            return Clause(self.tones, self.places, self.layer, largest=self.large and self.one)
        # "The whole area" is the picture; "the objects" and "parts of the picture" are nothing definite.
        whole = (self.whole or (self.picture and not self.area)) and not self.object
        return Clause() if whole else None


def _read(words: list[str]) -> _Part | None:
    """The meaning of the words of one part, or None when one of them is unknown or they contradict each other."""
    part = _Part()
    sides: dict[Axis, Side] = {}
    centre = False

    def close(extent: Extent | None) -> bool:
        """End the place that the sides read so far belong to."""
        nonlocal part, sides, centre
        place = _place(sides, centre, extent)
        if place is None:
            return False
        part, sides, centre = replace(part, places=(*part.places, place)), {}, False
        return True

    for word in words:
        if word in _TONES:
            part = replace(part, tones=(*part.tones, _TONES[word]))
        elif word in _TONES_BEFORE_NOUN:
            part = replace(part, tones=(*part.tones, _TONES_BEFORE_NOUN[word]), needs_noun=True)
        elif word in _SIDES:
            axis, side = _SIDES[word]
            if sides.setdefault(axis, side) != side:
                return None
        elif word in _CENTRE:
            centre = True
        elif word in _EXTENTS:
            if (word.startswith("quadrant") and len(sides) < 2) or not close(_EXTENTS[word]):
                return None
        elif word in _LAYERS:
            part = replace(part, layer=_LAYERS[word])
        elif word in _LARGE:
            part = replace(part, large=True)
        elif word in _AREAS:
            part = replace(part, area=True, one=not word.endswith("s"))
        elif word in _OBJECTS:
            part = replace(part, object=True, one=not word.endswith("s"))
        elif word in _TARGETS:
            tones = part.tones or (Tone("hot"),)
            part = replace(part, tones=tones, object=True)
        elif word in PICTURES:
            part = replace(part, picture=True)
        elif word in _WHOLE:
            part = replace(part, whole=True)
        elif word not in _FILLERS:
            return None
    if (sides or centre) and not close(None):
        return None
    return part


def _place(sides: dict[Axis, Side], centre: bool, extent: Extent | None) -> Place | None:
    """The place that sides, a "middle" and an extent name together, or None when they do not go together."""
    if centre:
        if len(sides) == 2 or extent in ("corner", "edge"):
            return None
        # "top middle" is the middle along the other axis; "middle" alone is the middle of both.
        sides = {"vertical": "middle", "horizontal": "middle", **sides}
    elif not sides and extent not in ("corner", "edge"):
        return None
    if extent == "edge" and len(sides) == 2:
        return None
    return Place(sides.get("vertical"), sides.get("horizontal"), extent)


def _share(parts: list[_Part]) -> list[_Part]:
    """Let the parts around an "and" share what is said once: a noun phrase, a tone, an extent."""
    shared = list(parts)
    for i in reversed(range(len(parts) - 1)):
        here, after = shared[i], shared[i + 1]
        if here.tones and here.bare and not here.places and after.tones:
            # "hot and cold areas on the left": both on the left.
            places, layer = after.places, here.layer or after.layer
            here = replace(here, places=places, layer=layer, area=after.area, object=after.object)
        elif len(here.places) == len(after.places) == 1 and here.bare and not after.tones:
            here = replace(here, places=(_like(here.places[0], after.places[0]),))
        shared[i] = here
    for i in range(1, len(shared)):
        before, here = shared[i - 1], shared[i]
        if before.tones and before.places and here.places and not here.tones and not here.layer:
            # "dark areas on the left and right": dark areas on both.
            shared[i] = replace(here, tones=before.tones, area=before.area, object=before.object)
    return shared


def _like(place: Place, after: Place) -> Place:
    """Complete "top" in "top and bottom third", "upper" in "upper and lower left corner"."""
    if place.extent is not None:
        return place
    place = replace(place, extent=after.extent)
    if place.horizontal is None and after.vertical is not None:
        return replace(place, horizontal=after.horizontal)
    if place.vertical is None and after.horizontal is not None:
        return replace(place, vertical=after.vertical)
    return place
