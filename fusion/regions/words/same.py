"""Whether two phrases name the same thing: in another number, with another article, by a synonym."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from wordfuse.fusion.regions.words.meaning import bare, noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as

_EMPTY = frozenset("the a an my his her our their this that these those all both".split())
# Where what a phrase says of its noun begins.
_BEHIND = re.compile(
    r" (?:on|in|at|of|by|near|behind|next|with|under|beside|over|above|below|between|around|coming|driving|walking|"
    r"standing|that|which|who|to)\b"
)


def same_thing(one: str, other: str) -> bool:
    """Whether two phrases say the same in other words.

    Example:
        >>> same_thing("the bikes on the left", "bicycle on the left"), same_thing("bikes", "bikes on the left")
        (True, False)
    """
    return _as_one(one) == _as_one(other)


def is_noun_of(name: str, phrase: str) -> bool:
    """Whether a name is no more than the noun of a phrase, or a word for the same.

    Example:
        >>> is_noun_of("bikes", "bicycles on the left"), is_noun_of("doors", "the doors of the house")
        (True, True)
        >>> is_noun_of("bikes on the right", "bicycles on the left")
        False
    """
    head = _BEHIND.split(" ".join(bare(phrase)), maxsplit=1)[0]
    noun = noun_in(head) or (head.split() or [""])[-1]
    return bool(noun) and _as_one(name) == _as_one(noun)


def _as_one(phrase: str) -> list[str]:
    """The words of a phrase, each thing in the singular and by the first of its names, without articles."""
    words, meant = [word for word in bare(phrase) if word not in _EMPTY], list[str]()
    while words:
        pair, first = _singular(words[:2]), _first_names()
        length = 2 if len(words) > 1 and pair in first else 1
        word = _singular(words[:length])
        meant.append(first.get(word, word))
        words = words[length:]
    return meant


def _singular(words: Sequence[str]) -> str:
    """Some words, the last of them in the singular; also where no list of ours knows it."""
    said = " ".join(words)
    one = numbered_as(said, several=False)
    return said[:-1] if one == said and len(words[-1]) > 3 and re.search(r"[^su]s$", said) else one


@cache
def _first_names() -> dict[str, str]:
    """Of each word that has synonyms, the first of them."""
    lines = (Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    groups = [[word.replace("_", " ") for word in line.split()] for line in lines if line and not line.startswith("#")]
    return {word: group[0] for group in groups for word in group}
