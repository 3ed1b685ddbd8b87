"""Whether a vehicle was just driven, or its engine runs: its heat tells, so it is asked where that is most."""

import re
from typing import Final

from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.fusion.regions.words.meaning import understand
from wordfuse.fusion.regions.words.nouns import find_noun

_LATELY: Final = r"(?:just|recently|lately|freshly|newly)"
_DONE: Final = (
    r"(?:driven|used|parked|arrived|stopped|moved|pulled (?:in|up|over)|come in|come back|got here|"
    r"(?:turned|switched|shut) off)"
)
_AGO: Final = r"(?:just now|recently|lately|not long ago|a (?:short |little )?(?:moment|minute|time|while) ago)"
_DRIVEN: Final = re.compile(
    rf"\b(?:{_LATELY} (?:been |being )?{_DONE}|{_DONE} {_AGO}|been (?:driven|running)|"
    r"still (?:warm|hot|running|idling)|(?:is|are|was|were|s) (?:running|idling)|"
    r"engines? (?:(?:is|are|was|were|s) )?(?:still )?(?:running|on|warm|hot|idling)|(?:warm|hot|running) engines?)\b"
)
_ASKS: Final = re.compile(
    rf"{led_by()}"
    r"(?:which|what|where|is|are|was|were|has|have|had|did|does|do|any|can you see|tell|show me (?:which|where)|"
    r"find|see if|how (?:warm|recently|long ago))\b"
)
_VEHICLES: Final = frozenset(["car", "bicycle"])  # motorbikes are of the second; what is ridden has no engine
# What stands before and behind what a question calls the vehicle.
_BEFORE: Final = frozenset(
    "which what where of the those these that this any is are was were has have had did a".split()
)
_BEHIND: Final = frozenset(
    "is are was were has have had did do does look looks seem seems s just recently lately still freshly newly that "
    "which who with whose been engine engines running driven parked".split()
)

TOLD_BY_HEAT = (
    "Whether it was driven is told by infrared alone: an engine that ran, its exhaust and wheels are warm. Sun or a "
    "lamp may warm a place as well"
)


def driven_in(text: str) -> str | None:
    """The vehicles of which a question asks whether they were just driven; None: it asks nothing of the kind.

    Example:
        >>> driven_in("which of those cars on the left was just driven?")
        'cars on the left'
    """
    words = re.sub(r"[^\w\s]+", " ", heard(text)).split()
    said = " ".join(words)
    if not _ASKS.match(said) or not _DRIVEN.search(said):
        return None
    found = find_noun(words)
    if found is None or not _VEHICLES.issuperset(found[2].classes):
        return None
    start, length, noun = found
    if noun.classes == ("bicycle",) and "motor" not in words[start]:
        return None
    end = start + length
    while end < len(words) and words[end] not in _BEHIND:
        end += 1
    named = " ".join(words[start:end])
    if isinstance(understand(named), str):
        named = " ".join(words[start : start + length])
    for word in reversed(words[:start]):
        if word in _BEFORE or isinstance(understand(f"{word} {named}"), str):
            break
        named = f"{word} {named}"
    return named[:80]
