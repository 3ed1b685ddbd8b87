"""What is found fault with, where a small model took it for what is wanted: "fix the motion blur"."""

import re
from typing import Final

from wordfuse.agent.plan import Step

_BLUR: Final = r"(?:blur|blurriness|smear|smearing|shake|shakiness)"
_MENDS: Final = r"(?:fix|mend|correct|remove|reduce|lose|kill|undo|get rid of|take (?:away|out|off))"
_MENDED: Final = re.compile(
    rf"\b{_MENDS} (?:(?:the|that|this|any|all|some|of|his|her|their|motion|camera)[ -])*{_BLUR}\b"
    rf"|\b(?:motion|camera)[- ](?:blur|blurred|shake) (?:on|of|in|at|from)\b"
    rf"|\b(?:{_BLUR}|blurred|blurry|smeared)\b[^.;]*[,;-] *(?:please )?{_MENDS}(?: (?:it|that|this|please))*\W*$",
    re.IGNORECASE,
)
#: Who does not recognise somebody, and would: not "so that I can't recognise them".
_UNSEEN: Final = re.compile(
    r"^(?:\W|but\b|and\b|sorry\b)*(?:i|we|one|you|nobody) (?:still )?"
    r"(?:can(?:not|'?t)|can (?:not|hardly|barely)|hardly|barely|could ?n[o']t) (?:even |really )?"
    r"(?:recogni[sz]e|identify|make out|tell|spot|see|distinguish|find)\b",
    re.IGNORECASE,
)
#: Who orders a blur, or would hide something, has it.
_ORDERED: Final = re.compile(
    r"\bblur(?:ring)? (?:out )?(?:the|them|him|her|it|this|that|these|those|all|every\w*|my|his|their)\b"
    r"|\b(?:put|add|want|give|apply|need|use) (?:\w+ )*?(?:blur|smear)\b"
    r"|\b(?:hide|pixelate|obscure|anonymi[sz]e|cover|censor|unrecogni[sz]able)\b",
    re.IGNORECASE,
)


def faulty(step: Step, text: str) -> Step:
    """A step that blurs, as one that sharpens or makes stand out where the words find fault with a blur.

    Args:
        step: what a model made of the words.
        text: the words.

    Example:
        >>> from wordfuse.agent.model.words import lines
        >>> (step,) = lines.read("blur: cyclist").steps
        >>> faulty(step, "motion blur on the cyclist, fix please").task, faulty(step, "blur out the cyclist").task
        ('sharpen', 'blur')
    """
    heard = text.replace("\u2019", "'")
    if _ORDERED.search(heard):
        return step
    if _UNSEEN.search(heard):
        return step.model_copy(update={"task": "stand_out", "direction": "more"})
    return step.model_copy(update={"task": "sharpen"}) if _MENDED.search(heard) else step
