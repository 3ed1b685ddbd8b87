"""Which of several things a question picks out by place or size: "which one is closest to the camera?"."""

import re
from collections.abc import Sequence
from typing import Final

from wordfuse.agent.plan import Query
from wordfuse.agent.record import Instruction
from wordfuse.agent.steps.answers.apart import Box
from wordfuse.agent.telling.hearing import heard
from wordfuse.fusion.regions.things.ordering import ORDER
from wordfuse.fusion.regions.types import DOUBT
from wordfuse.fusion.regions.words.meaning import noun_in, understand
from wordfuse.fusion.regions.words.qualifiers import Pick
from wordfuse.tools.types import Region

_US: Final = r"(?:me|us|you|here|(?:the |this )?(?:camera|viewer|lens|front))"
_SIDE: Final = r"(?:furthest|farthest|farther|further|most)(?: (?:out|over))?(?: (?:to|on|at))?(?: the)?"
#: What is asked for; what stands beside another thing ("nearest to the tree") is not told by boxes alone.
_SAID: Final[dict[Pick, str]] = {
    "leftmost": rf"leftmost|{_SIDE} left",
    "rightmost": rf"rightmost|{_SIDE} right",
    "nearest": rf"(?:closest|nearest)(?: (?:to|by|from) {_US}|(?! (?:to|by)\b))|most in front|foremost|frontmost",
    "farthest": (
        rf"(?:furthest|farthest|remotest|most distant)(?: (?:away|off|back|behind))*"
        rf"(?: from {_US}|(?! (?:from|up|away|off|back|behind)\b))"
    ),
    "largest": r"largest|biggest|tallest",
    "smallest": r"smallest|tiniest",
}
_PICKED: Final = {pick: re.compile(rf"\b(?:{said})(?!\w)") for pick, said in _SAID.items()}
#: How one that is picked is told, and what that is read off.
_TOLD: Final[dict[Pick, tuple[str, str]]] = {
    "nearest": ("closest to the camera", "it is seen largest and lowest"),
    "farthest": ("farthest from the camera", "it is seen smallest and highest"),
    "leftmost": ("farthest left", ""),
    "rightmost": ("farthest right", ""),
    "largest": ("the largest in the picture", "what is near looks larger"),
    "smallest": ("the smallest in the picture", "what is far looks smaller"),
}


#: A mark that is asked for round a thing is no part of the thing: its picture is numbered anyway.
_MARKED: Final = re.compile(
    r"^(?:an? )?(?:box|circle|ring|frame|outline|rectangle)s? (?:a?round|on|over|at) ", re.IGNORECASE
)
_WHO: Final = re.compile(r"\bwho(?:'?s)?\b")


def pick_in(text: str) -> Pick | None:
    """What a question picks one of several things by; None: by nothing that boxes tell.

    Example:
        >>> pick_in("Who is furthest right?"), pick_in("which one is nearest to the tree?")
        ('rightmost', None)
    """
    said = heard(text)
    return next((pick for pick, pattern in _PICKED.items() if pattern.search(said)), None)


def meant_by(asked: Query, before: Sequence[Instruction], text: str) -> Query:
    """A question with what it is about, where its region names no thing but only which one: "which one is nearest?".

    That is people of "who", else what was named last.

    Args:
        asked: the question as it was planned.
        before: the instructions before it.
        text: in the person's words.
    """
    region = asked.region
    phrases = [_MARKED.sub("", phrase) for phrase in region.phrases]
    if phrases != region.phrases and all(noun_in(phrase) for phrase in phrases):
        return Query(kind="find", region=region.model_copy(update={"phrases": phrases}))
    if pick_in(text) is None or any(noun_in(phrase) for phrase in phrases):
        return asked
    named = ["people"] if _WHO.search(heard(text)) else _named_last(before)
    kind = "find" if asked.kind == "describe" else asked.kind
    return Query(kind=kind, region=Region(phrases=named)) if named else asked


def _named_last(before: Sequence[Instruction]) -> list[str]:
    """The things that were last spoken of."""
    regions = [region for said in before for region in said.plan.regions]
    named = ([phrase for phrase in region.phrases if noun_in(phrase)] for region in reversed(regions))
    return next(filter(None, named), [])


def picked(text: str, phrase: str, seen: Sequence[tuple[Box, float]], first: int) -> str | None:
    """Which of things a question picks out, as a sentence without its end; None: it picks none.

    Args:
        text: the question, in the person's words.
        phrase: what was looked for; one that picks by itself ("the nearest car") was found so.
        seen: box and confidence of each, from left to right.
        first: the number of the first of them.
    """
    wanted = understand(phrase)
    if not isinstance(wanted, str) and any(one.pick is not None for one in wanted):
        return None
    pick = pick_in(text)
    among = [at for at, (_, score) in enumerate(seen) if score >= DOUBT] or [*range(len(seen))]
    if pick is None or len(seen) < 2:
        return None
    order = ORDER[pick]
    at, first_of_all = (min(of, key=lambda at: order(seen[at][0])) for of in (among, range(len(seen))))
    told, why = _TOLD[pick]
    doubted = "" if at == first_of_all else f", or number {first + first_of_all} if that is one"
    return f"{told.capitalize()} is most likely number {first + at}{doubted}{f': {why}' if why else ''}"
