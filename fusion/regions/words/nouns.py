"""The nouns that the embedded network knows: what people call its classes, and less usual words of WordNet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wordfuse.fusion.regions.words.colours import COLOURS, Colour


@dataclass(frozen=True)
class Noun:
    """A word for classes of the network.

    Attributes:
        classes: any of which will do.
        singular: it speaks of one thing.
        instead: classes that may be meant where none of those is there.
        colour: what of them it means, by its colour.
        partly: it names a part of one, which is not told from the whole.
    """

    classes: tuple[str, ...]
    singular: bool
    instead: tuple[str, ...] = ()
    colour: Colour | None = None
    partly: bool = False


def _lexicon() -> dict[str, Noun]:
    """Read ``lexicon.txt``, which says itself how it is written."""
    words: dict[str, Noun] = {}
    text = re.sub(r"\n +", " ", (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8"))
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        meaning, _, pairs = line.partition(":")
        named, _, instead = meaning.removeprefix("part of ").partition(">")
        partly = meaning.startswith("part of ")
        classes = tuple(word for word in named.split() if word not in COLOURS)
        colour = next((COLOURS[word] for word in named.split() if word in COLOURS), None)
        for pair in pairs.split(","):
            singular, plural = (word.replace("_", " ") for word in pair.split())
            words |= {
                word: Noun(classes, word == singular, tuple(instead.split()), colour, partly)
                for word in (singular, plural)
                if word != "-"
            }
    return words


def _wordnet() -> dict[str, str]:
    """Less usual nouns and their classes; singular."""
    lines = (Path(__file__).parent / "wordnet.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {word.replace("_", " "): name for name, _, words in rows for word in words.split()}


@cache
def _pairs() -> dict[str, tuple[str, str]]:
    """Each word of the lexicon with its singular and its plural, "" where it has none."""
    text = re.sub(r"\n +", " ", (Path(__file__).parent / "lexicon.txt").read_text(encoding="utf-8"))
    lines = (line.partition(":")[2] for line in text.splitlines() if line and not line.startswith("#"))
    found: dict[str, tuple[str, str]] = {}
    for pair in (pair for line in lines for pair in line.split(",")):
        one, several = (word.replace("_", " ").removeprefix("-") for word in pair.split())
        found |= {word: (one, several) for word in (one, several) if word}
    return found


LEXICON = _lexicon()
WORDNET = _wordnet()
_LONGEST = max(len(word.split()) for word in (*LEXICON, *WORDNET))
_PLURALS = ((r"men$", "man"), (r"ies$", "y"), (r"(?<=[sxz])es$|(?<=[cs]h)es$", ""), (r"(?<!s)s$", ""))


def numbered_as(noun: str, *, several: bool) -> str:
    """A noun of the lexicon in the singular or the plural; as it is where it has none of that.

    Example:
        >>> numbered_as("guys", several=False), numbered_as("person", several=True)
        ('guy', 'people')
    """
    return _pairs().get(noun, (noun, noun))[several] or noun


def find_noun(words: Sequence[str]) -> tuple[int, int, Noun] | None:
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
