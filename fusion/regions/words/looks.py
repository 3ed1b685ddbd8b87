"""What a phrase says of looks, whatever it names: "yellow sign", "big white blob at the bottom", "the hot engine".

Of words that are not understood nothing is guessed. What looks as the others say is shown to the person, who says
whether it is meant.
"""

import re
from dataclasses import dataclass
from typing import Literal

from wordfuse.fusion.regions.words.grammar import Clause, parse, spoken
from wordfuse.fusion.regions.words.meaning import classes_in
from wordfuse.fusion.regions.words.qualifiers import NEGATIONS

_SIZES: dict[str, Literal["large", "small"]] = {
    **dict.fromkeys("big bigger biggest large larger largest huge".split(), "large"),
    **dict.fromkeys("small smaller smallest little tiny".split(), "small"),
}


@dataclass(frozen=True)
class Looks:
    """How something looks.

    Attributes:
        clauses: tones and places of which one holds; each has a tone, unless it is a person.
        size: among what looks alike, or None.
        person: it is somebody: warm, and as large as others are.
    """

    clauses: tuple[Clause, ...]
    size: Literal["large", "small"] | None = None
    person: bool = False


def looks_in(phrase: str) -> Looks | None:
    """How what a phrase names looks; None where it says nothing of that.

    Example:
        >>> looks_in("the big yellow sign").clauses
        (Clause(tones=(Tone(name='yellow', most=False),), places=(), layer=None, largest=False),)
        >>> looks_in("the sign by the door") is None
        True
    """
    words = re.findall(r"[\w']+", phrase.casefold())
    if NEGATIONS.intersection(words):
        return None
    known = [word for word in words if spoken([word]) or word in ("and", "or")]
    clauses = parse(" ".join([*known, "objects"])) or ()
    person = "person" in classes_in(phrase)
    size = next((_SIZES[word] for word in words if word in _SIZES), None)
    toned = bool(clauses) and all(clause.tones and clause.layer is None for clause in clauses)
    return Looks(clauses, size, person) if toned or person else None
