"""What is found fault with, where a small model took it for what is wanted: "fix the motion blur"."""

import re
from typing import Final

from wordfuse.agent.plan import Plan

_BLUR: Final = r"(?:blur(?:red|ry|riness|ring|s)?|smear(?:ed|ing)?|shak(?:e|y|ing))"
_MENDS: Final = r"(?:fix|mend|correct|remove|reduce|lose|kill|less|undo|without|get rid of|take (?:away|out|off))"
_MENDED: Final = re.compile(
    rf"\b{_MENDS}\b[^.;]*?\b{_BLUR}\b"
    rf"|\b(?:motion|camera)[- ]{_BLUR} (?:on|of|in|at|from)\b"
    rf"|\b{_BLUR}\b[^.;]*[,;-] *(?:please )?{_MENDS}\b",
    re.IGNORECASE,
)
#: Who does not recognise somebody, and would: not "so that I can't recognise them".
_UNSEEN: Final = re.compile(
    r"^(?:\W|but\b|and\b|sorry\b)*(?:i|we|one|you|nobody) (?:still )?"
    r"(?:can(?:not|'?t| not| hardly| barely)?|hardly|barely|could ?n[o']t) (?:even |really )?"
    r"(?:recogni[sz]e|identify|make out|tell|spot|see|distinguish|find)\b",
    re.IGNORECASE,
)


def faulty(plan: Plan, text: str) -> Plan:
    """A plan of one step that blurs, as one that sharpens or makes stand out where the words find fault with a blur.

    Args:
        plan: what a model made of the words.
        text: the words.

    Example:
        >>> from wordfuse.agent.model.words import lines
        >>> lines.written(faulty(lines.read("blur: cyclist"), "motion blur on the cyclist, fix please"))
        'sharpen: cyclist'
        >>> lines.written(faulty(lines.read("blur: faces"), "blur out the faces"))
        'blur: faces'
    """
    if len(plan.steps) != 1 or plan.steps[0].task != "blur":
        return plan
    heard = text.replace("\u2019", "'")
    if _UNSEEN.search(heard):
        done = {"task": "stand_out", "direction": "more"}
    elif _MENDED.search(heard):
        done = {"task": "sharpen"}
    else:
        return plan
    return plan.model_copy(update={"steps": [plan.steps[0].model_copy(update=done)]})
