"""Temperatures in words: "hotter than 40 C", "between 30 and 35 degrees", "the hottest 5%", "above body temperature".

::

    condition = [lead] comparison { ("and" | "but" | "or") comparison }
    comparison = "hotter than" Q | "below" Q | "between" Q "and" Q | Q "or more" | "the hottest 5%" | ...
    Q = number [unit] | "body temperature" | "freezing" | ...

Degrees without a scale, and plain numbers after "hotter than" and the like, are Celsius. After words that may speak of
anything else ("above 40", "between 2 and 3") a unit is needed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wordfuse.fusion.temperatures.units import Unit, shown, to_celsius

Extreme = Literal["hot", "cold"]
Range = tuple[float | None, float | None]  # degrees Celsius; None: no end


@dataclass(frozen=True)
class Condition:
    """What is said of a region's temperature: of these, one is set.

    Attributes:
        ranges: degrees Celsius, of which one must hold.
        share: of the pixels, the hottest or coldest, in (0, 1].
        spot: the one hottest or coldest place.
        extreme: which end, of a share or a spot.
        unit: that the person spoke in.
        said: in the person's words.
    """

    ranges: tuple[Range, ...] = ()
    share: float | None = None
    spot: bool = False
    extreme: Extreme | None = None
    unit: Unit = "C"
    said: str = ""

    @property
    def absolute(self) -> bool:
        """Whether degrees are needed to tell it; the hottest share and place are told by the picture alone."""
        return bool(self.ranges)

    def __str__(self) -> str:
        """In words: "hotter than 40.0 C"."""
        most = "coldest" if self.extreme == "cold" else "hottest"
        if self.share is not None:
            return f"the {most} {100 * self.share:.4g}%"
        if self.spot:
            return f"the {most} place"
        return " or ".join(_told(one, self.unit) for one in self.ranges)


@dataclass(frozen=True)
class Found:
    """A condition and where it stands in a text.

    Attributes:
        start: the first character, with what leads to it: "that is", "with a temperature".
        end: one past the last.
        condition: what it says.
        core: the first character without "that is" and the like.
    """

    start: int
    end: int
    condition: Condition
    core: int = 0


@dataclass(frozen=True)
class Split:
    """A phrase apart.

    Attributes:
        rest: what it is said of, as a phrase; empty: of the whole picture.
        condition: what is said.
        parts: parts of that are meant ("the areas of the roof above 50 C"), not things that are so.
    """

    rest: str
    condition: Condition
    parts: bool


def _told(one: Range, unit: Unit) -> str:
    low, high = one
    if low is None:
        return f"at most {shown(high or 0.0, unit)}"
    return f"at least {shown(low, unit)}" if high is None else f"{shown(low, unit)} to {shown(high, unit)}"


# --- quantities -------------------------------------------------------------------------------------------------------

_SIGN = r"[\u00b0\u00ba\u02da]"  # degree sign, and what is typed for it: a raised o, a ring
_SCALES: dict[str, Unit] = {
    "c": "C", "celsius": "C", "celcius": "C", "centigrade": "C", "\u2103": "C",
    "f": "F", "fahrenheit": "F", "farenheit": "F", "\u2109": "F",
    "k": "K", "kelvin": "K", "kelvins": "K",
}  # fmt: skip
_NAMED_C = {
    "body temperature": 37.0, "body heat": 37.0, "skin temperature": 33.0, "room temperature": 20.0,
    "freezing point": 0.0, "freezing": 0.0, "boiling point": 100.0, "boiling": 100.0,
}  # fmt: skip
_NUMBERS = {
    word: number
    for number, word in enumerate("zero ten twenty thirty forty fifty sixty seventy eighty ninety hundred".split())
}
_LETTERS = "|".join(word for word in _SCALES if len(word) > 1)
_UNIT = (
    rf"(?:(?:\s*{_SIGN}|\s*[-\u2010]?degrees?\b|\s*degs?\b\.?)?\s*(?:{_LETTERS}|[cfk])(?![\w\u00b0])(?!-\w)"
    rf"|\s*[\u2103\u2109]|\s*{_SIGN}|\s*[-\u2010]?degrees?\b|\s*degs?\b\.?)"
)
_LETTER = re.compile(
    rf"(?P<before>\d(?:\s*{_SIGN}|\s*[-\u2010]?degrees?\b|\s*degs?\b\.?)?\s*)(?P<letter>[cfk])(?![\w\u00b0])(?!-\w)"
)
_NUMBER = rf"(?:(?:minus\s+|[-+\u2212]\s?)?\d+(?:[.,]\d+)?|(?:a\s+)?(?:{'|'.join(_NUMBERS)})\b)"
_NAMED = rf"(?:(?:the\s+)?(?:{'|'.join(_NAMED_C)})\b)"


def _quantity(name: str, *, unit: str) -> str:
    """A quantity as a group of a pattern; ``unit``: "?" where it may be left out."""
    # A bare number counts things, where a plural follows it: "hotter than 5 cars".
    bare = r"(?!\s+(?!(?:is|as|was|has|stands|looks|needs|appears)\b)[a-z]+s\b)" if unit == "?" else ""
    degrees = rf"(?P<{name}_unit>{_UNIT})" + (rf"|{bare}" if bare else "")
    value = rf"(?:the\s+)?{_NUMBER}(?:{degrees})(?:\s+marks?\b)?|{_NAMED}"
    return rf"(?P<{name}>(?<![\w.])(?:{value}))(?![\d%])(?!\s*(?:%|per\s?cent))"


# --- comparisons ------------------------------------------------------------------------------------------------------

_NOT = r"(?P<{}>(?:not|no|never)\s+)?"
_HEAT_MORE, _HEAT_LESS = r"(?:hotter|warmer)\s+than", r"(?:colder|cooler|chillier)\s+than"
_MORE = (
    r"above|over|beyond|past|exceeding|exceeds?|at\s+least|(?:higher|greater|more)\s+than|upwards?\s+of|from(?=.{1,24}up)"
    r"|>=|>|\u2265"
)
_LESS = r"below|under|beneath|at\s+most|up\s+to|(?:lower|less|fewer)\s+than|<=|<|\u2264"
_UP = r"(?:\s+(?:and\s+)?(?:up(?:wards?)?|above|over|more|hotter|warmer))?"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("between", rf"(?:between|from|within|in\s+the\s+range\s+(?:of\s+|from\s+)?)\s*{_quantity('a', unit='?')}\s*"
                rf"(?:and|to|until|till|[-\u2013\u2014])\s*{_quantity('b', unit='')}"),
    ("between", rf"(?:(?:hot|warm|cold)\s+)?{_quantity('c', unit='?')}\s*(?:to|[-\u2013\u2014])\s*"
                rf"{_quantity('d', unit='')}"),
    ("more", rf"{_NOT.format('no_hot')}(?:{_HEAT_MORE})\s+{_quantity('e', unit='?')}"),
    ("less", rf"{_NOT.format('no_cold')}(?:{_HEAT_LESS})\s+{_quantity('f', unit='?')}"),
    ("more", rf"{_NOT.format('no_more')}(?:{_MORE})\s*{_quantity('g', unit='')}{_UP}"),
    ("less", rf"{_NOT.format('no_less')}(?:{_LESS})\s*{_quantity('h', unit='')}"),
    ("more", rf"{_quantity('i', unit='')}\s+(?:or|and)\s+(?:more|above|over|hotter|warmer|higher|up(?:wards?)?)\b"),
    ("less", rf"{_quantity('j', unit='')}\s+(?:or|and)\s+(?:less|below|under|colder|cooler|lower)\b"),
)  # fmt: skip
_SHARE = (
    r"(?:the\s+)?(?:top\s+(?P<top>\d+(?:[.,]\d+)?\s*(?:%|per\s?cent\b|pct\b))\s+(?P<topped>hottest|warmest|coldest|"
    r"coolest)|(?P<extreme>hottest|warmest|coldest|coolest)\s+(?P<share>\d+(?:[.,]\d+)?\s*(?:%|per\s?cent\b|pct\b)"
    r"|half|third|quarter|fifth|tenth))"
)
_SPOT = r"(?:the\s+)?(?P<spotted>hottest|warmest|coldest|coolest)\s+(?:single\s+)?(?:spot|point|pixel|place)\b"
_FRACTIONS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "tenth": 1 / 10}
_CASELESS = re.IGNORECASE
_COMPARISONS = tuple((kind, re.compile(pattern, _CASELESS)) for kind, pattern in _PATTERNS)
_RELATIVE = re.compile(f"{_SHARE}|{_SPOT}", _CASELESS)
# What may stand before a comparison and belongs to it: "that is", "with a surface temperature of".
_IS = r"(?:is|are|was|were|be|gets?|looks?|measures?|reads?|stays?|lies?|has|have|having|with|of|at|by)"
_LEAD = re.compile(
    rf"(?:\b(?:that|which|who|where\s+(?:it|the\s+temperature))\s+)?(?:\b{_IS}\s+)*"
    rf"(?:\b(?:(?:an?|the|its|their|whose)\s+)?(?:surface\s+|skin\s+)?temperatures?\s+)?(?:\b{_IS}\s+)*$",
    _CASELESS,
)
_BETWEEN = re.compile(r"\s*,?\s*\b(?P<word>and|but|or)\b\s+(?:also\s+|still\s+)?", _CASELESS)
# Degrees of another kind.
_ANGLES = re.compile(
    r"\b(?:rotat\w*|tilt\w*|flip\w*|angles?|(?:anti|counter)?-?clockwise|turn\w*\s+(?:it|the\s+(?:picture|image|photo)))\b",
    _CASELESS,
)


def conditions_in(text: str) -> list[Found]:
    """Every condition in a text, in order; what belongs together is one.

    Example:
        >>> [(one.start, one.end, str(one.condition)) for one in conditions_in("people warmer than 98.6 F")]
        [(7, 25, 'at least 98.6 F')]
        >>> conditions_in("20% brighter"), conditions_in("above 40")
        ([], [])
    """
    if _ANGLES.search(text):
        return []
    found = list(_joined(text, list(_single(text))))
    return [
        Found(start, one.end, _with(one.condition, text[start : one.end]), one.start)
        for one in found
        for start in [_led(text, one.start)]
    ]


def split(phrase: str) -> Split | None:
    """Take a phrase apart into what it speaks of and what is said of its temperature.

    Returns:
        None where nothing is said of a temperature.

    Example:
        >>> split("people warmer than 37 C on the left").rest
        'people on the left'
        >>> split("the parts of the roof above 50 C").parts
        True
    """
    found = conditions_in(phrase)
    if len(found) != 1:
        return None
    (one,) = found
    rest = f"{phrase[: one.start]} {phrase[one.end :]}"
    rest = re.sub(r"\s+(?:of|on|in|at|that|which|who|and|but)\s*$", "", " ".join(rest.split()).strip(" ,.;:?!"))
    part = _PART.fullmatch(rest)
    if part is not None and not _NOTHING.fullmatch(part["of"]):
        return Split(part["of"], one.condition, True)
    if _NOTHING.fullmatch(rest):
        return Split("", one.condition, True)
    # "The hottest 5% of the roof" leaves "of the roof".
    within = re.fullmatch(r"(?:of|in|on|at|within|inside)\s+(?:all\s+)?(?P<of>.+)", rest, _CASELESS)
    if within is not None:
        return Split("" if _NOTHING.fullmatch(within["of"]) else within["of"], one.condition, True)
    return Split(rest, one.condition, one.condition.share is not None or one.condition.spot)


def without_degrees(phrase: str) -> str:
    """A phrase without what it says of temperatures; the same phrase where it says nothing of them."""
    apart = split(phrase)
    return phrase if apart is None else apart.rest


def as_name(said: str) -> str:
    """Words as the name of a region: in lower case, but for the letters of scales.

    >>> as_name("Hotter than 40 c"), as_name("ABOVE 104\u00b0F")
    ('hotter than 40 C', 'above 104\u00b0F')
    """
    return _LETTER.sub(lambda found: found["before"] + found["letter"].upper(), said.lower())


def unit_in(text: str) -> Unit | None:
    """The scale that somebody speaks in, by name or with a number: "how hot is it in Fahrenheit?"; None: none."""
    named = re.search(rf"\b(?:in|as)\s+(?:{_SIGN}\s*|degrees?\s+)?(?P<scale>{_LETTERS}|[cfk])\b", text, _CASELESS)
    signed = re.search(rf"(?:{_SIGN}|degrees?)\s*(?P<scale>[cfk])\b|(?P<sign>[\u2103\u2109])", text, _CASELESS)
    word = re.search(rf"\b(?P<scale>{_LETTERS})\b", text, _CASELESS)
    for match in (named, signed, word):
        if match is not None:
            scale = match["scale"] or match.groupdict().get("sign") or ""
            return _SCALES.get(scale.casefold())
    found = [one.condition.unit for one in conditions_in(text) if one.condition.absolute]
    return found[0] if found and found[0] != "C" else None


_AREA = (
    r"(?:areas?|regions?|parts?|portions?|sections?|zones?|bits?|places?|things?|stuff|objects?|spots?|hotspots?|patch(?:es)?"
    r"|blobs?|surfaces?|pixels?|points?|elements?|items?|sources?)"
)
_VAGUE = (
    r"(?:everything|everywhere|anything|anywhere|something|whatever|wherever|what|all|whole|entire|those|these|this|that|"
    r"which|the|a|an|any|every|each|some|only|just|just\s+the|is|are|it|of|picture|image|scene|frame|photo|hot|warm|cold|"
    r"cool|thermal|else|there|here)"
)
_NOTHING = re.compile(rf"(?:\s*\b(?:{_VAGUE}|{_AREA})\b)*\s*", _CASELESS)
_PART = re.compile(
    rf"(?:(?:{_VAGUE})\s+)*{_AREA}\s+(?:of|on|in|at|within|inside)\s+(?:all\s+(?:of\s+)?)?(?P<of>.+)", _CASELESS
)


def _single(text: str) -> Iterator[Found]:
    """Each comparison by itself, none of them inside of another."""
    taken: list[tuple[int, int]] = []
    found: list[Found] = []
    for match in _RELATIVE.finditer(text):
        taken.append(match.span())
        found.append(Found(*match.span(), _relative(match)))
    for kind, pattern in _COMPARISONS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            condition = _compared(kind, match)
            if condition is not None:
                taken.append(match.span())
                found.append(Found(*match.span(), condition))
    yield from sorted(found, key=lambda one: one.start)


def _relative(match: re.Match[str]) -> Condition:
    word = (match["topped"] or match["extreme"] or match["spotted"]).casefold()
    extreme: Extreme = "hot" if word in ("hottest", "warmest") else "cold"
    if match["spotted"]:
        return Condition(spot=True, extreme=extreme)
    share = (match["top"] or match["share"]).casefold()
    number = re.match(r"[\d.,]+", share)
    part = _FRACTIONS[share] if number is None else float(number[0].replace(",", ".")) / 100
    return Condition(share=min(max(part, 1e-6), 1.0), extreme=extreme)


def _compared(kind: str, match: re.Match[str]) -> Condition | None:
    groups = match.groupdict()
    said = [name for name in groups if len(name) == 1 and groups[name] is not None]
    units = [_unit(groups[f"{name}_unit"]) for name in said]
    unit: Unit = next((one for one in units if one is not None), "C")
    # "Between 30 and 95 F": both are of the last one's scale.
    values = [_celsius(groups[name], one or unit) for name, one in zip(said, units, strict=True)]
    if kind == "between":
        return Condition(ranges=((min(values), max(values)),), unit=unit)
    negated = any(value is not None for name, value in groups.items() if name.startswith("no_"))
    more = (kind == "more") != negated
    return Condition(ranges=((values[0], None) if more else (None, values[0]),), unit=unit)


def _unit(said: str | None) -> Unit | None:
    """The scale that a unit names; None where it names none, as "degrees" alone."""
    if said is None:
        return None
    letters = re.sub(rf"{_SIGN}|degrees?|degs?|[\s.\-\u2010]", "", said, flags=_CASELESS).casefold()
    return _SCALES.get(letters)


def _celsius(quantity: str, unit: Unit) -> float:
    words = quantity.casefold()
    for name, celsius in _NAMED_C.items():
        if name in words:
            return celsius
    digits = re.search(r"\d+(?:[.,]\d+)?", words)
    if digits is None:
        word = next(name for name in _NUMBERS if re.search(rf"\b{name}\b", words))
        return to_celsius(10.0 * _NUMBERS[word], unit)
    number = float(digits[0].replace(",", "."))
    return to_celsius(-number if re.match(r"\s*(?:minus|[-\u2212])", words) else number, unit)


def _joined(text: str, found: list[Found]) -> Iterator[Found]:
    """Neighbours that "and" or "or" joins as one: "above 30 C and below 40 C"."""
    waiting: Found | None = None
    for one in found:
        if waiting is None:
            waiting = one
            continue
        start = _led(text, one.start)
        between = _BETWEEN.fullmatch(text[waiting.end : start]) if start >= waiting.end else None
        both = between is not None and waiting.condition.absolute and one.condition.absolute
        merged = (
            _merged(waiting.condition, one.condition, str(between["word"]).casefold()) if between and both else None
        )
        if merged is None:
            yield waiting
            waiting = one
        else:
            waiting = Found(waiting.start, one.end, merged)
    if waiting is not None:
        yield waiting


def _merged(one: Condition, two: Condition, word: str) -> Condition | None:
    unit = one.unit if one.unit != "C" else two.unit
    if word == "or":
        return Condition(ranges=(*one.ranges, *two.ranges), unit=unit)
    (low, high), (other_low, other_high) = one.ranges[0], two.ranges[0]
    lows, highs = [x for x in (low, other_low) if x is not None], [x for x in (high, other_high) if x is not None]
    both = max(lows, default=None), min(highs, default=None)
    if both[0] is not None and both[1] is not None and both[0] > both[1]:
        return Condition(ranges=(*one.ranges, *two.ranges), unit=unit)  # "below 0 C and above 40 C" are both of them
    return Condition(ranges=(both,), unit=unit)


def _led(text: str, start: int) -> int:
    """Where a comparison begins, with what leads to it."""
    lead = _LEAD.search(text[:start])
    return start if lead is None or not lead[0].strip() else lead.start()


def _with(condition: Condition, said: str) -> Condition:
    return Condition(
        condition.ranges, condition.share, condition.spot, condition.extreme, condition.unit, " ".join(said.split())
    )
