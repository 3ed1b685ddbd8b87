"""A hue that is wanted, where a small model took it for one that is to go: "give the sky a bit of blue".

More of a hue is more vivid colours: what has none stays as it is, for nothing is painted.
"""

import re
from typing import Final

from wordfuse.agent.plan import Step

_HUE: Final = r"(?:red|orange|yellow|green|blue|purple|violet|pink|magenta|cyan|turquoise|brown)"
_REDDER: Final = r"(?:redder|yellower|greener|bluer|pinker|browner)"
_SOME: Final = r"(?:(?:a|one|just a) (?:bit|little|touch|hint|drop|dash|tad)(?: more)?(?: of)?|some(?: more)?|more)"
_WANTED: Final = re.compile(
    rf"\b(?:give|add|put|bring|get|want|need|use|could do with)\b[^.;!?]*?\b{_SOME} (?:of )?{_HUE}\b"
    rf"|\b(?:give|get|bring|want|need)\b[^.;!?]*?\b(?:an?|some) (?:[a-z]+ )?{_HUE} "
    r"(?:sky|skies|water|sea|lake|grass|lawn|trees?|leaves|greenery)\b"
    rf"|^\W*(?:{_SOME} {_HUE}|(?:a (?:bit|little|touch|tad) )?{_REDDER})\b"
    rf"|\b(?:make|want|like|should be|could be|might be|needs to be|must be)\b[^.;!?]*?\b{_REDDER}\b",
    re.IGNORECASE,
)
_TOO_MUCH: Final = re.compile(rf"(?<!not )\b(?:too|too much|less|overly) {_HUE}\b(?!\?)", re.IGNORECASE)
_STRONGER: Final = re.compile(rf"\b(?:stronger|more (?:vivid|colou?rful|saturated)|vivid|{_REDDER})\b", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[^.;,!?]*")
#: Who finds too much of it, or names what is to go, wants less.
_LESS: Final = re.compile(
    r"\b(?:less|too|not|no|without|never|remove|lose|rid|kill|reduce|out|away|off|cast|tint|tinge|than|so"
    r"|duller|paler|muted|gr[ae]y(?:ish|er)?|down|gone|calmer|weaker)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)


def hued(step: Step, text: str) -> Step:
    """A step on colours, as more vivid ones where the words want more of a hue, as paler where less.

    Args:
        step: what a model made of the words.
        text: the words.

    Example:
        >>> from wordfuse.agent.model.words import lines
        >>> (step,) = lines.read("neutral: sky").steps
        >>> hued(step, "the sky is just white, give it a bit of blue please").direction
        'vivid'
        >>> hued(step, "give me less blue in the sky").direction
        'neutral'
    """
    if step.direction == "vivid" and _TOO_MUCH.search(text) and not _STRONGER.search(text):
        return step.model_copy(update={"direction": "muted"})
    wanted = _WANTED.search(text) if step.direction in ("neutral", "muted") else None
    if wanted is None:
        return step
    behind = _CLAUSE.match(text, wanted.end())
    less = _LESS.search(wanted.group() + (behind.group() if behind else ""))
    return step if less else step.model_copy(update={"direction": "vivid"})
