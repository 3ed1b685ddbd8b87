"""What the embedded network is asked for: "the two people on the left", "hot cars", "nearest pedestrian", "road".

A phrase is a noun that the network knows and what the pixels can tell about it: where it is, how warm, how bright, how
many, how near. Every word must be understood. "The red car" is not "the car": reading it so would quietly work on the
wrong pixels.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from wordfuse.fusion.networks.classes import OBJECTS
from wordfuse.fusion.regions.words.grammar import Clause, parse

Pick = Literal[
    "nearest", "farthest", "largest", "smallest", "leftmost", "rightmost", "topmost", "lowest", "hottest", "coldest"
]

_NUMBERS = {
    word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)
} | {"pair": 2, "couple": 2}
_PICKS: dict[str, Pick] = {
    **dict.fromkeys(["nearest", "closest", "frontmost", "foremost"], "nearest"),
    **dict.fromkeys(["farthest", "furthest", "distant", "remotest"], "farthest"),
    **dict.fromkeys(["largest", "biggest", "tallest", "big", "large"], "largest"),
    "leftmost": "leftmost",
    "rightmost": "rightmost",
    **dict.fromkeys(["topmost", "uppermost", "highest"], "topmost"),
    **dict.fromkeys(["lowest", "lowermost", "bottommost"], "lowest"),
    **dict.fromkeys(["hottest", "warmest"], "hottest"),
    **dict.fromkeys(["coldest", "coolest"], "coldest"),
    **dict.fromkeys(["smallest", "tiniest", "small", "tiny", "little"], "smallest"),
}
# What people do; that they do it changes nothing about which of them are meant.
_POSTURES = frozenset("walking standing running sitting waiting".split())
# Words that say nothing about which: beside them, whatever the grammar does not understand is unknown.
_EVERY = frozenset("every each any all".split())
_EMPTY = _EVERY | frozenset("the a an some those these this that there are is in of visible whole".split())
_IDIOMS = (
    (r"far away|in the distance|far off", "distant"),
    (r"(a )?(pair|couple) of", "two"),
    (r"all of", "all"),
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


def _wordnet() -> dict[str, str]:
    """Less usual nouns and their classes; singular."""
    lines = (Path(__file__).parent / "wordnet.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {word.replace("_", " "): name for name, _, words in rows for word in words.split()}


LEXICON = _lexicon()
WORDNET = _wordnet()
_SHORTEST, _ALIKE = 4, 0.75  # letters of a word whose slips are looked at; how alike two words must be, 0 to 1
_LONGEST = max(len(word.split()) for word in (*LEXICON, *WORDNET))
_PLURALS = ((r"men$", "man"), (r"ies$", "y"), (r"(?<=[sxz])es$|(?<=[cs]h)es$", ""), (r"(?<!s)s$", ""))


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

    Returns:
        A phrase that is understood; None where there is none so near.

    Example:
        >>> nearly("the peeple on the left")
        'the people on the left'
    """
    unknown = understand(phrase)
    if not isinstance(unknown, str):
        return None
    words = phrase.casefold().split()
    for place, word in enumerate(words):
        if word not in unknown.split() or len(word) < _SHORTEST:
            continue
        for close in get_close_matches(word, LEXICON, n=2, cutoff=_ALIKE):
            meant = " ".join([*words[:place], close, *words[place + 1 :]])
            if close != word and not isinstance(understand(meant), str):
                return meant
    return None


def known_in(phrase: str) -> str | None:
    """The first noun of a phrase that is understood by itself, where the whole phrase is not; None where there is none.

    Example:
        >>> known_in("the guy crossing the street")
        'guy'
    """
    words = _bare(phrase)
    found = _find_noun(words)
    if found is None or not isinstance(understand(phrase), str):
        return None
    start, length, _ = found
    return " ".join(words[start : start + length])


def classes_in(text: str) -> frozenset[str]:
    """The classes of all nouns of a text that are understood by themselves.

    Example:
        >>> sorted(classes_in("the guy by the lorry"))
        ['car', 'person']
    """
    words, found = _bare(text), set[str]()
    while (noun := _find_noun(words)) is not None:
        start, length, meant = noun
        found |= {*meant.classes}
        words = words[start + length :]
    return frozenset(found)


def speaks_of_one(phrase: str) -> bool:
    """Whether a phrase speaks of one thing that can be counted: "the car", not "cars", "every car" or "the sky"."""
    wanted = understand(phrase)
    return (
        not isinstance(wanted, str)
        and len(wanted) == 1
        and wanted[0].singular
        and any(name in OBJECTS for name in wanted[0].classes)
    )


def _bare(text: str) -> list[str]:
    """The words of a text without possessive endings and punctuation."""
    return re.sub(r"['\u2019]s\b|[^\w\s]+", " ", text.casefold()).split()


def _read(words: list[str]) -> Wanted | str:
    found = _find_noun(words)
    if found is None:
        return " ".join(words)
    start, length, noun = found
    before, after = words[:start], words[start + length :]
    if _find_noun([*before, "objects", *after]) is not None or "of" in before[-2:]:
        # "The man beside the car", "half of the car": which of the two, or which part, the pixels do not tell.
        return " ".join(words)
    counts, picks, kept = [], [], []
    for word in (*before, "objects", *after):
        if word in _NUMBERS or word.isdecimal():
            counts.append(_NUMBERS.get(word) or int(word[:4]))
        elif word in _PICKS:
            picks.append(_PICKS[word])
        elif not (word in _POSTURES and "person" in noun.classes):
            kept.append(word)
    if len(counts) > 1 or len(picks) > 1 or 0 in counts:
        return " ".join(words)
    counted = any(name in OBJECTS for name in noun.classes)
    clauses = parse(" ".join(kept))
    if clauses is None or clauses == (Clause(),):
        unknown = [word for word in kept if word not in ("objects", *_EMPTY)]
        if unknown:
            return " ".join(unknown)
        clauses = ()
    if not counted and (counts or picks or any(clause.layer for clause in clauses)):
        return " ".join(words)  # a road or a wood cannot be counted, and has no middle to be near or far
    singular = noun.singular and not _EVERY.intersection(before)
    return Wanted(noun.classes, singular, counts[0] if counts else None, picks[0] if picks else None, clauses)


def _find_noun(words: list[str]) -> tuple[int, int, Noun] | None:
    """Start, length and meaning of the first noun; of several that begin there, the longest."""
    for start in range(len(words)):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            word = " ".join(words[start : start + length])
            noun = LEXICON.get(word) or _in_wordnet(word)
            if noun is not None:
                return start, length, noun
    return None


def _in_wordnet(word: str) -> Noun | None:
    if word in WORDNET:
        return Noun((WORDNET[word],), singular=True)
    singulars = (re.sub(ending, replacement, word) for ending, replacement in _PLURALS if re.search(ending, word))
    name = next((WORDNET[singular] for singular in singulars if singular in WORDNET), None)
    return None if name is None else Noun((name,), singular=False)
