"""Parts of things that cannot be told from the whole, as a roof, a trunk or a lane, and the whole that is offered."""

import re
from collections.abc import Sequence

from wordfuse.fusion.regions.words.meaning import bare, understand
from wordfuse.fusion.regions.words.nouns import Noun, find_noun, numbered_as
from wordfuse.fusion.regions.words.qualifiers import kind_before


def whole_of(phrase: str) -> str | None:
    """The phrase with the whole in the place of the part that it means; None where it means no such part.

    Example:
        >>> whole_of("the roof of the red house"), whole_of("the wall on the left"), whole_of("the man by the wall")
        ('the red house', 'the building on the left', None)
    """
    pieces = re.split(r"(\band\b|\bor\b|\bplus\b|,|&)", phrase)
    for place, piece in enumerate(pieces):
        whole = _whole_of(bare(piece))
        if whole is not None:
            return " ".join(" ".join([*pieces[:place], whole, *pieces[place + 1 :]]).replace(" ,", ",").split())
    return None


def whole_beside(phrase: str) -> str | None:
    """The whole by its name, of a phrase that begins with a part and is not understood: of "roof tiles" a building."""
    found = find_noun(bare(phrase))
    return _name(found[2]) if found is not None and found[2].partly else None


def _whole_of(words: Sequence[str]) -> str | None:
    """The same of one noun with all that stands beside it."""
    found = find_noun(words)
    while found is not None:
        start, length, noun = found
        before, after = words[:start], words[start + length :]
        if noun.partly:
            if find_noun(before) is None and kind_before(before) is not None and after[:1] != ["of"]:
                return None  # "a garden wall" may be of no building
            # Of what it is said: "the roof of the house", "walls of the building", "house walls".
            named = after[1:] if after[:1] in (["of"], ["on"]) else [*before, *after] if find_noun(before) else []
            if find_noun(named) is None:
                named = [*before, _name(noun), *after]
            return None if isinstance(understand(" ".join(named)), str) else " ".join(named)
        following = find_noun(after)
        if following is None or following[0] > 0:  # "the man by the wall" is no wall, "house wall" is
            return None
        found = start + length, following[1], following[2]
    return None


def _name(noun: Noun) -> str:
    """What the whole is called, of one part or of several."""
    return numbered_as(noun.classes[0], several=not noun.singular)
