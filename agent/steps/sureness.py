"""What an answer says of how far it can be trusted: what was not looked at, and what is probably none."""

import math
import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.telling.hearing import heard
from wordfuse.fusion.regions.types import DOUBT
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.regions.words.qualifiers import POSTURES
from wordfuse.tools.store.catalogue import GroundingRecord

SURELY = 0.7  # confidence from which on one of several that were counted is told as sure
_NOBODY = frozenset(["person"])
# Between what is asked about and what is asked of it.
_BETWEEN: Final = (
    r"(?:\W+|(?:is|are|was|were|has|have|had|been|there|here|that|who|which|(?:can|do|could) you see|can be seen|"
    r"visible|in (?:the|this|that) (?:picture|image|photo|scene|frame|shot)|in (?:this|it|here))\b)*"
)
_LATELY: Final = r"(?:just|still|recently|already|currently|lately|probably|actually)"
_DOING: Final = re.compile(
    rf"{_BETWEEN}(?P<what>(?:(?:{_LATELY} )+(?!there\b|here\b|visible\b)\w+|"
    r"(?P<verb>\w{3,}(?:ing|ed)|driven|stolen|hidden|fallen|broken|"
    r"hurt|lost|asleep|awake|alive|dead|drunk|ill|sick|injured))\b(?: [\w'-]+){0,5}?)"
    r"(?: (?:please|now|right now|there|here|in (?:the|this|that) (?:picture|image|photo|scene|frame|shot)|in this))*"
    r"\s*(?:[,;.!?]|$)"
)
_NO_VERBS: Final = frozenset("during morning evening anything something nothing everything indeed building".split())


def not_looked_at(record: GroundingRecord) -> str | None:
    """Which words of a question were not looked at, though something was found; None where all were."""
    done = [f"'{word}' cannot be told from the pictures" for word in record.phrase.split() if word in POSTURES]
    notes = [*([record.note] if record.note else []), *done] if record.found and record.boxes else []
    return "; ".join(dict.fromkeys(notes)) or None


def called(record: GroundingRecord) -> str:
    """What is found is called as it was asked for, but by its noun alone where more was said than was looked at."""
    return record.phrase if not_looked_at(record) is None else noun_in(record.phrase) or record.phrase


def unlikely(record: GroundingRecord) -> bool:
    """Whether things were found of which each is more probably none."""
    return bool(record.scores) and max(record.scores) < DOUBT


def none(record: GroundingRecord) -> str:
    """That there is probably none, as the beginning of a sentence."""
    return f"Probably {'nobody' if classes_in(record.phrase) == _NOBODY else 'none'}"


def counted(scores: Sequence[float]) -> str:
    """How many were found, and of how many of them that is sure; one number that the other does not contradict.

    What is more probably none is not among them: perhaps there is one more.
    """
    likely = [score for score in scores if score >= DOUBT]
    sure = sum(score >= SURELY for score in likely)
    more = perhaps_more(scores)
    if sure == len(likely):
        return f"{sure} found{more}"
    if len(likely) == 1:
        return f"1 found, not surely{more}"
    return f"{len(likely)} found, {sure or 'none'} of them surely{more}"


def perhaps_more(scores: Sequence[float]) -> str:
    """How many more there may be, each of them probably none, as the end of a sentence."""
    doubtful = sum(score < DOUBT for score in scores)
    if not doubtful:
        return ""
    return f", perhaps {'one' if doubtful == 1 else doubtful} more"


def at_least(phrase: str, scores: Sequence[float]) -> str | None:
    """How many of a thing there are at least, for a list: "at least 1 person, probably more"; None: perhaps none.

    Those in doubt are each probably none; but of two at 40% one is rather there than not.
    """
    likely = sum(score >= DOUBT for score in scores)
    if not likely:
        return None
    several = numbered_as(phrase, several=likely > 1)
    doubtful = [score for score in scores if score < DOUBT]
    if not doubtful:
        return f"{likely} {several}"
    nobody_else = math.prod(1 - score for score in doubtful)
    return f"at least {likely} {several} ({'probably' if nobody_else < DOUBT else 'perhaps'} more)"


def left_out(text: str, phrases: Sequence[str]) -> str | None:
    """What a question asks of things where the plan has only the things; None where it asks nothing more.

    Example:
        >>> left_out("which of those people was just robbed?", ["people"])
        'just robbed'
    """
    said = heard(text)
    at, phrase = max(((said.rfind(phrase.casefold()), phrase) for phrase in phrases), default=(-1, ""))
    if at < 0 or said.startswith("where"):  # "where is it parked" is answered by the place
        return None
    found = _DOING.match(said[at + len(phrase) :])
    if found is None:
        return None
    return None if found["verb"] in _NO_VERBS else found["what"]
