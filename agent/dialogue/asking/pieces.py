"""Numbered pieces of the picture, where words do not name what is meant: how they are asked about, and answered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wordfuse.agent.dialogue.asking import choosing, questions
from wordfuse.agent.dialogue.asking.questions import Question

MOST = 8  # questions in one instruction once there are pieces: whoever asks for finer ones gets on
FINER = "finer"

_ALIKE = "What looks so is numbered: a number, several (1 and 3), none, or other words."
_HOW = "A number, several (3 and 5), 'finer 3' to see 3 divided, or other words."
_DIVIDES = re.compile(r"\b(finer|divided?|split|closer|zoom(?: in)?|more detail)\b", re.IGNORECASE)
_EVERY = frozenset(["all", "all of them", "both", "both of them"])
_PLACED = re.compile(r"\b(left|right|top|bottom|last|from|not|except|half)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b"
)


@dataclass(frozen=True)
class Said:
    """What an answer says of pieces.

    Attributes:
        numbers: of the pieces, from 1.
        finer: they are to be divided, rather than taken.
    """

    numbers: tuple[int, ...]
    finer: bool


def with_alike(question: Question, file: str, squares: Sequence[choosing.Box]) -> Question:
    """A question about a region, with what looks as its words say; arguments as for :func:`with_pieces`."""
    numbers = [str(number) for number in range(1, len(squares) + 1)]
    asked, skip = question.text.rsplit(" (skip:", 1)
    asked = asked.replace(" Which region instead?", "")
    offered = question.options[:1] if question.offers else []
    options = [*offered, *numbers, "none", *question.options[len(offered) :]]
    return question.model_copy(
        update={"text": f"{asked} {_ALIKE} (skip:{skip}", "options": options, "pieces": file, "boxes": list(squares)}
        | {"shows": "alike"}
    )


def with_pieces(question: Question, file: str, squares: Sequence[choosing.Box]) -> Question:
    """A question about a region that can also be answered by the numbers of pieces.

    Args:
        question: of the kind ``region``, with or without pieces.
        file: of their division, relative to the run folder.
        squares: of each piece, about where and how large it is.
    """
    numbers = [str(number) for number in range(1, len(squares) + 1)]
    others = [option for option in question.options if not option.isdigit() and option not in (FINER, "none")]
    offered = others[:1] if question.offers else []
    asked, skip = question.text.removeprefix(question.lead).rsplit(" (skip:", 1)
    told, shows = asked, "all"
    if question.pieces is not None:
        told = f"'{question.about}': which of these pieces?"
        shows = "all" if question.shows == "alike" else "part"
    text = f"{told} {_HOW} (skip:{skip}"
    options = [*offered, *numbers, FINER, *others[len(offered) :]]
    return question.model_copy(
        update={"text": text, "options": options, "pieces": file, "boxes": list(squares), "divides": False, "lead": ""}
        | {"shows": shows}
    )


def about_none(question: Question) -> Question:
    """Ask for another region, where none of the things in question is meant."""
    return Question(
        kind="region",
        text=f"None of those. Which region is '{question.about}' instead? (skip: leave this step out)",
        options=[*questions.REGION_OPTIONS],
        about=question.about,
        grounding=question.grounding,
    )


def which_to_divide(question: Question) -> Question:
    """The question which piece is to be divided."""
    asked = questions.again(question, "Which piece is to be divided?")
    return asked.model_copy(update={"divides": True})


def read(question: Question, answer: str) -> Said | None:
    """What an answer says of the pieces of a question; None where it speaks of none."""
    if question.pieces is None:
        return None
    if question.shows == "alike":
        every = tuple(range(1, len(question.boxes) + 1))
        if choosing.plain(answer) in _EVERY or (every == (1,) and questions.agreed(answer)):
            return Said(every, finer=False)
    left = _DIVIDES.sub(" ", answer)
    finer = question.divides or left != answer
    if _NUMBER.search(answer.casefold()):
        bare = re.sub(r"\b(?:pieces?|parts?|but|into|show|see|me)\b", " ", left)
        # "Griffin number 2" is a name; and no piece is the second from the right.
        picked = None if _PLACED.search(bare) else choosing.selected(question.boxes, "", bare)
        if picked:
            return Said(tuple(question.boxes.index(box) + 1 for box in picked), finer)
    return Said((), finer=True) if left != answer and not re.search(r"\w", left) else None
