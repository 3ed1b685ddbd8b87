"""What stands beside pictures and answers that are offered: what a picture shows, and what a short answer does."""

from typing import Final

from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.record import Answer

_MEANING: Final[dict[str, str]] = {
    "finer": "divide a piece further, as in 'finer 3'",
    "the whole image": "do it everywhere",
    "skip": "leave it out",
    "none": "none of those",
    "left": "the leftmost",
    "right": "the rightmost",
    "largest": "the largest of them",
    "all": "every one of them",
}


def with_meaning(option: str) -> str:
    """An answer that a question offers, with what it does where one word does not say it.

    Example:
        >>> with_meaning("left"), with_meaning("3")
        ('left (the leftmost)', '3')
    """
    meaning = _MEANING.get(option)
    return option if meaning is None else f"{option} ({meaning})"


def what_is_drawn(question: Question) -> str:
    """What the picture of a question shows."""
    if question.pieces is None:
        one = len(question.boxes) == 1
        return "the picture with what was found, marked 1" if one else "the picture with what was found, numbered"
    if question.shows == "alike":
        return "the picture with what looks as the words say, numbered"
    return "the picture in numbered pieces" if question.shows == "all" else "that part of it, in numbered pieces"


def pictured(answer: Answer) -> str:
    """What the picture of an answer shows."""
    if "closer" in answer.evidence:
        return "that part of the picture, enlarged"
    return "the picture with what the answer speaks of, numbered"
