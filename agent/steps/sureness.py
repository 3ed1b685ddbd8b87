"""What an answer says of how far it can be trusted: what was not looked at, and what is probably none."""

from collections.abc import Sequence

from wordfuse.fusion.regions.types import DOUBT
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in
from wordfuse.fusion.regions.words.qualifiers import POSTURES
from wordfuse.tools.store.catalogue import GroundingRecord

SURELY = 0.7  # confidence from which on one of several that were counted is told as sure
_NOBODY = frozenset(["person"])


def not_looked_at(record: GroundingRecord) -> str | None:
    """Which words of a question were not looked at, though something was found; None where all were."""
    done = [f"'{word}' was not looked at" for word in record.phrase.split() if word in POSTURES]
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
    """How many were found, and of how many of them that is sure; one number that the other does not contradict."""
    sure = sum(score >= SURELY for score in scores)
    if sure == len(scores):
        return f"{len(scores)} found"
    if len(scores) == 1:
        return "1 found, not surely"
    return f"{len(scores)} found, {sure or 'none'} of them surely"
