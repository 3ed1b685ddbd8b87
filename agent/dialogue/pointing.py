"""What a person points at, in words: "this", said of what was marked on the picture, is that mask by its name.

The name is one that the language model reads like any other ("make the first marked area brighter"), so that all that
is done with masks by their names is done with it: it is found, kept in the record, said again later, and made again by
``--mask``.
"""

import re

from wordfuse.fusion.regions.words.nouns import find_noun

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
MOST = 99  # areas that are marked in one run

# Groups of words that point, the surest first: of "make it like this" only "this" does.
_POINTING = (r"(?:this|these)", r"(?:that|those)", r"(?:it|them|him|her)")
_PLACES = r"(?:(?:right |in |over |just |up |down )?here)"
_THINGS = frozenset(
    "one ones thing things area areas part parts spot spots region regions place places object objects stuff".split()
)

# What this is takes a few words ("this shiny black car"), and any word may be among them. It ends before one of these.
_LIKENED = frozenset(
    "brighter darker lighter warmer cooler hotter colder sharper clearer crisper smoother softer cleaner redder "
    "greener bluer stronger weaker bigger smaller stand is are was were looks look seems seem should needs need has "
    "have".split()
)
_ENDING = _LIKENED | frozenset(
    "and or but so then than as like by to in on at of from with without for into until if because which who "
    "a an the more less most least much very too even still just only also far way no not slightly somewhat bit lot "
    "lots up down out off again now here there please everywhere instead first once twice appear become be get "
    "pop".split()
)
# After these words there is nothing but what this is: "brighten this window", "less noise in this window".
_TAKING = frozenset(
    "brighten darken lighten denoise sharpen blur smooth soften clean dehaze highlight emphasise emphasize hide "
    "obscure relight recolour recolor pixelate anonymise anonymize censor enhance improve in on of at around for "
    "from to with within inside behind".split()
)
_ADJECTIVES = frozenset("bright dark visible".split())  # no thing, unless one follows: "this dark part"
MOST_WORDS = 5
_WORD = re.compile(r"\s+([a-z][\w-]*)(?:['\u2019]s\b)?", re.IGNORECASE)
_WHERE = re.compile(
    r"\s+(?:over there|right there|there|(?:over )?here|of (?:the|this) (?:picture|image|photo|scene|frame|view)|"
    r"(?:on|at|in|to) the (?:far )?(?:left|right|middle|centre|center|top|bottom|back|front|foreground|background|"
    r"distance|corner)(?: side)?)\b",
    re.IGNORECASE,
)


def area_name(number: int) -> str:
    """What the area is called that was marked as the so manyth, from 1 to ``MOST``.

    >>> area_name(1), area_name(22)
    ('first marked area', 'twenty second marked area')
    """
    if number <= len(_ORDINALS):
        return f"{_ORDINALS[number - 1]} marked area"
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]} {_ORDINALS[ones - 1] if ones else 'tenth'} marked area"


def mask_file(number: int) -> str:
    """The file of the mask of the area that was marked as the so manyth, relative to the run folder."""
    return f"masks/marked-{number}.png"


def pointing_at(text: str, phrase: str) -> str | None:
    """The words with "this" in the place of what they call by a phrase; None where they do not hold the phrase.

    >>> pointing_at("make the cyclist easier to see", "cyclist")
    'make this easier to see'
    """
    bare = re.sub(r"^(?:the|an?)\s+", "", phrase.strip(), flags=re.IGNORECASE)
    called = (
        rf"(?<!\w)(?:(?:(?:all|both|any|each|every)(?: of)?\s+)?(?:the|an?|that|those|my)\s+)?{re.escape(bare)}(?!\w)"
    )
    found = re.search(called, text, re.IGNORECASE)
    return None if not bare or found is None else f"{text[: found.start()]}this{text[found.end() :]}"


def names_it(text: str) -> bool:
    """Whether words point at something."""
    return named(text, "x") != text


def named(text: str, name: str) -> str:
    """The words with what they point at by its name.

    >>> named("make this person brighter", "first marked area")
    'make the first marked area brighter'
    >>> named("it is too dark here", "first marked area")
    'it is too dark in the first marked area'
    """
    place = re.sub(rf"\b(?:in |around )?{_PLACES}\b(?!\s+(?:is|are)\b)", f"in the {name}", text, flags=re.IGNORECASE)
    for words in _POINTING:
        found = _replaced(text, words, name, says_what=words != _POINTING[-1])
        if words == _POINTING[0] and found != text:
            return found
        if place != text:
            return place
        if found != text:
            return found
    return text


def _replaced(text: str, words: str, name: str, *, says_what: bool) -> str:
    """The text with a name in the place of what points; ``says_what``: what follows may say what it is."""
    parts, end = [], 0
    for match in re.finditer(rf"\b{words}\b", text, re.IGNORECASE):
        if match.start() < end:
            continue
        parts.append(f"{text[end : match.start()]}the {name}")
        end = match.end() + (_length_of_noun(text[: match.start()], text[match.end() :]) if says_what else 0)
    return "".join([*parts, text[end:]])


def _length_of_noun(before: str, after: str) -> int:
    """How many characters of what follows on "this" say what this is: all of " black car", none of " brighter"."""
    ends, words, at = [0], list[str](), 0
    while len(words) < MOST_WORDS and (match := _WORD.match(after, at)) is not None:
        word = match[1].casefold()
        if word in _ENDING or word.endswith("ly"):
            break
        words.append(word)
        at = match.end()
        ends.append(at)
    following = _WORD.match(after, at)
    count = len(words) if _is_whole(before, words, following[1].casefold() if following else "") else _known(words)
    if not count:
        return 0
    where = _WHERE.match(after, ends[count])
    return where.end() if where is not None else ends[count]


def _is_whole(before: str, words: list[str], following: str) -> bool:
    """Whether all of these words are what this is, known or not, by the words before and behind them."""
    if not words or words[-1] in _ADJECTIVES:
        return False
    said = before.split()
    return following in _LIKENED or (bool(said) and said[-1].casefold() in _TAKING)


def _known(words: list[str]) -> int:
    """How many words there are up to the end of the last noun that is known."""
    count = 0
    for place, word in enumerate(words, start=1):
        if word in _THINGS:
            count = place
    while (noun := find_noun(words[count:])) is not None:
        count += noun[0] + noun[1]
    return count
