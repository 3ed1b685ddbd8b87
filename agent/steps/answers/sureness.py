"""What an answer says of how far it can be trusted: what was not looked at, and what is probably none."""

import math
import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.steps.answers.apart import numbers
from wordfuse.agent.telling.hearing import heard
from wordfuse.fusion.regions.types import DOUBT
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in
from wordfuse.fusion.regions.words.nouns import numbered_as
from wordfuse.fusion.regions.words.qualifiers import POSTURES
from wordfuse.tools.store.catalogue import GroundingRecord

TOLD = 6  # of several, whose confidences are told one by one
SURELY = 0.7  # confidence from which on one of several that were counted is told as sure
PERHAPS = 0.3  # confidence from which on what is told is right about as often as not: docs/regions.md
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


def asks_for_somebody(record: GroundingRecord) -> bool:
    """Whether it is people and nothing else that was looked for."""
    return classes_in(record.phrase) == _NOBODY


def none(record: GroundingRecord, *, perhaps_hidden: bool = False) -> str:
    """That there is probably none, or perhaps one: the beginning of a sentence.

    Args:
        record: of what was found, none of which is likely.
        perhaps_hidden: infrared may show somebody.
    """
    if record.scores and max(record.scores) >= PERHAPS:
        return "Not for sure"
    if not asks_for_somebody(record):
        return "Probably none"
    return "Nobody for sure" if perhaps_hidden else "Probably nobody"


def counted(scores: Sequence[float], first: int) -> str:
    """How many were found, and which of them surely; what is more probably none is not among them.

    Args:
        scores: of each, from left to right; one at least is likely.
        first: the number of the first.

    Example:
        >>> counted([0.62, 0.95, 0.45], 1)
        '2 found: number 2 surely (95%), number 1 probably (62%); perhaps one more: number 3 (45%); from left to right'
    """
    numbered = [*enumerate(scores, start=first)]
    surely = [(number, score) for number, score in numbered if score >= SURELY]
    probably = [(number, score) for number, score in numbered if DOUBT <= score < SURELY]
    perhaps = [(number, score) for number, score in numbered if score < DOUBT]
    if len(surely) == len(scores):
        of, order = ("it", "") if len(scores) == 1 else ("each", ", from left to right")
        return f"{len(scores)} found ({numbers([one for one, _ in surely])}{order}; sure of {of}: {_shares(surely)})"
    told = [
        f"{numbers([number for number, _ in some])} {word} ({_shares(some)})"
        for some, word in ((surely, "surely"), (probably, "probably"))
        if some
    ]
    more = ""
    if perhaps:
        many = "one" if len(perhaps) == 1 else len(perhaps)
        more = f"; perhaps {many} more: {numbers([number for number, _ in perhaps])} ({_shares(perhaps)})"
    order = "; from left to right" if len(scores) > 1 else ""
    return f"{len(surely) + len(probably)} found: {', '.join(told)}{more}{order}"


def _shares(scored: Sequence[tuple[int, float]]) -> str:
    """Confidences of the first of several, in percent."""
    return ", ".join(f"{score:.0%}" for _, score in scored[:TOLD]) + (", ..." if len(scored) > TOLD else "")


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
