"""What the embedded network is asked for: "the two people on the left", "hot cars", "nearest pedestrian", "road".

A phrase is a noun that the network knows and what the pixels can tell about it: where it is, how warm, how bright, how
many, how near. Every word must be understood. "The red car" is not "the car": reading it so would quietly work on the
wrong pixels.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fusion.regions.grammar import Clause, parse

Pick = Literal["nearest", "farthest", "largest", "smallest"]

_NUMBERS = {
    word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)
} | {"both": 2, "pair": 2, "couple": 2}
_PICKS: dict[str, Pick] = {
    **dict.fromkeys(["nearest", "closest", "frontmost", "foremost"], "nearest"),
    **dict.fromkeys(["farthest", "furthest", "distant", "remotest"], "farthest"),
    **dict.fromkeys(["largest", "biggest", "tallest", "big", "large"], "largest"),
    **dict.fromkeys(["smallest", "tiniest", "small", "tiny", "little"], "smallest"),
}
# What people do; that they do it changes nothing about which of them are meant.
_POSTURES = frozenset("walking standing running sitting crossing waiting".split())
_IDIOMS = (
    (r"far away|in the distance|far off", "distant"),
    (r"(a )?(pair|couple) of", "two"),
    (r"close by|nearby|up close", "nearest"),
    (r"far (left|right)", r"\1"),
)


@dataclass(frozen=True)
class Noun:
    """A word for classes of the network."""

    classes: tuple[str, ...]
    singular: bool


@dataclass(frozen=True)
class Wanted:
    """What a phrase asks for.

    Attributes:
        classes: names of the network's classes, any of which will do.
        singular: one thing is spoken of.
        count: how many are spoken of, or None.
        pick: which of several, or None.
        clauses: tones and places of which one must hold; none: everywhere.
    """

    classes: tuple[str, ...]
    singular: bool
    count: int | None
    pick: Pick | None
    clauses: tuple[Clause, ...]


def _lexicon() -> dict[str, Noun]:
    """Read ``lexicon.txt``, which says itself how it is written."""
    words: dict[str, Noun] = {}
    text = re.sub(r"\n +", " ", (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        classes, _, pairs = line.partition(":")
        for pair in pairs.split(","):
            singular, plural = (word.replace("_", " ") for word in pair.split())
            meaning = tuple(classes.split())
            words |= {word: Noun(meaning, word == singular) for word in (singular, plural) if word != "-"}
    return words


LEXICON = _lexicon()
_LONGEST = max(len(word.split()) for word in LEXICON)


def understand(phrase: str) -> tuple[Wanted, ...] | str:
    """Read a phrase.

    Returns:
        What it asks for, whose union is meant; or, where a word is not understood, that word or those words.

    Example:
        >>> understand("the two people on the left")[0].count
        2
        >>> understand("the red car")
        'red'
    """
    text = re.sub(r"['\u2019]s\b|[-_/.!?\"'()\u2013\u2018-\u201d]+", " ", phrase.casefold())
    for pattern, replacement in _IDIOMS:
        text = re.sub(rf"\b(?:{pattern})\b", replacement, " ".join(text.split()))
    wanted = []
    for part in re.split(r"\band\b|\bor\b|\bplus\b|,|&", text):
        if part.strip():
            read = _read(part.split())
            if isinstance(read, str):
                return read
            wanted.append(read)
    return tuple(wanted) or phrase


def _read(words: list[str]) -> Wanted | str:
    found = _find_noun(words)
    if found is None:
        return " ".join(words)
    start, length, noun = found
    rest = [*words[:start], "objects", *words[start + length :]]
    if _find_noun(rest) is not None:
        return " ".join(words)  # "the man beside the car": which of the two, the pixels do not tell
    count, pick = None, None
    kept = []
    for word in rest:
        if word in _NUMBERS or word.isdecimal():
            count = _NUMBERS.get(word) or int(word)
        elif word in _PICKS:
            pick = _PICKS[word]
        elif not (word in _POSTURES and "person" in noun.classes):
            kept.append(word)
    clauses = parse(" ".join(kept))
    if clauses is None or clauses == (Clause(),):
        unknown = [word for word in kept if word != "objects" and parse(f"{word} left objects") is None]
        if unknown:
            return " ".join(unknown)
        clauses = ()
    return Wanted(noun.classes, noun.singular, count, pick, clauses)


def _find_noun(words: list[str]) -> tuple[int, int, Noun] | None:
    """Start, length and meaning of the first noun; of several that begin there, the longest."""
    for start in range(len(words)):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            noun = LEXICON.get(" ".join(words[start : start + length]))
            if noun is not None:
                return start, length, noun
    return None
