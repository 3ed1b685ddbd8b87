"""Which source a wish goes toward, where it names one and a small model took the other.

"Show the people the way the thermal camera sees them" and "take the roof from the infrared" name where to go. In the
wishes that the model learned from, such words mean that source in 59 of 60 that have one step toward a source.
"""

import re
from typing import Final

from wordfuse.agent.plan import Step
from wordfuse.tools.types import Direction

_INFRARED: Final = r"(?:thermal|infra-?red|ir|heat|flir)"
_VISIBLE: Final = r"(?:visible|visual|daylight|daytime|rgb|optical|normal|regular|ordinary|colou?r)"
_PICTURE: Final = (
    r"[- ]?(?:camera|cam|picture|pic|image|photo|photograph|view|version|shot|channel|sensor|one|frame|footage)"
)
_TOWARD: Final = (
    r"(?:\b(?:get|take|bring|use|give|pull|fetch|borrow|want|need)\b[^,.;]{2,60}? from|\blike|\bas|\bthe way)"
    r"(?: (?:it|they|he|she|that)(?: is| are|'s| looks?| appears?| shows?(?: up)?)?)?(?: (?:seen|shown))?"
    r"(?: (?:in|on|by|through))?"
)
_GOES: Final[dict[Direction, re.Pattern[str]]] = {
    "infrared": re.compile(rf"{_TOWARD} (?:the|my|your|our|a|an) {_INFRARED}(?:{_PICTURE})?\b", re.IGNORECASE),
    "visible": re.compile(rf"{_TOWARD} (?:the|my|your|our|a|an) {_VISIBLE}{_PICTURE}\b", re.IGNORECASE),
}
_NAMED: Final[dict[Direction, re.Pattern[str]]] = {
    "infrared": re.compile(rf"\b{_INFRARED}\b", re.IGNORECASE),
    "visible": re.compile(rf"\b{_VISIBLE}{_PICTURE}\b|\bvisible\b|\bphotos?\b", re.IGNORECASE),
}
#: "No thermal at all on the road" goes away from it.
_NONE_OF: Final[dict[Direction, re.Pattern[str]]] = {
    "visible": re.compile(
        r"\b(?:no|without|zero|not any|less)(?: (?:any|the|that|so much|more|of the))* (?:thermal|infra-?red|heat)\b"
        r"(?! (?:haze|shimmer|colou?rs?)\b)",
        re.IGNORECASE,
    ),
    "infrared": re.compile(
        r"\b(?:no|without|zero|not any|less)(?: (?:any|the|that|so much|more|of the))* (?:visible|daylight|photo)\b",
        re.IGNORECASE,
    ),
}
#: "It looks like the thermal image" finds fault, and "less like in the infrared" goes away from it.
_AWAY: Final = re.compile(
    r"\b(?:not|dont|cant|doesnt|less|too|without|never|no|instead|rather|stop|remove|away|looks?|looked|unlike|than|"
    r"negative|ghosts?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)


def sourced(step: Step, text: str) -> Step:
    """A step toward a source, toward the one that the words go to.

    Args:
        step: what a model made of the words.
        text: the words.
    """
    none_of = [direction for direction, words in _NONE_OF.items() if words.search(text)]
    if len(none_of) == 1 and step.amount is None:
        return step.model_copy(update={"direction": none_of[0]})
    if _AWAY.search(text):
        return step
    goes = [direction for direction, words in _GOES.items() if words.search(text)]
    named = [direction for direction, words in _NAMED.items() if words.search(text)]
    return step.model_copy(update={"direction": goes[0]}) if len(goes) == 1 and named == goes else step
