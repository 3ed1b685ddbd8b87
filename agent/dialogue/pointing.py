"""What a person points at, in words: "this", said of what was marked on the picture, is that mask by its name.

The name is one that the language model reads like any other ("make the first marked area brighter"), so that all that
is done with masks by their names is done with it: it is found, kept in the record, said again later, and made again by
``--mask``.
"""

import re

from wordfuse.fusion.regions.words.meaning import noun_in

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
    "one ones thing things area areas part parts spot spots region regions place object objects stuff bit".split()
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
        pattern = re.compile(rf"\b{words}\b(?P<noun>\s+[\w-]+)?", re.IGNORECASE)
        found = pattern.sub(lambda match: f"the {name}{_not_its_noun(match['noun'] or '')}", text)
        if words == _POINTING[0] and found != text:
            return found
        if place != text:
            return place
        if found != text:
            return found
    return text


def _not_its_noun(word: str) -> str:
    """What follows on "this", unless it says what this is: "this car", but not "this brighter"."""
    bare = word.strip().casefold()
    return "" if bare in _THINGS or (bare and noun_in(bare) is not None) else word
