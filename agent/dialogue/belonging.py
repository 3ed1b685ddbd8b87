"""Whether what a person says at an open question is an answer to it, or a new line of the conversation.

Nobody is held to a question: what does not look like an answer to that very one is none.

========  =============================================================================================
question  looks like an answer
========  =============================================================================================
region    an option, numbers of pieces, "finer 3", a name (``asking.naming``), "I mean ...", "no, ..." with one
which     the same, and places, sizes and ordinals of what is numbered
effect    an effect for what the wish names; of what was offered a correction, or other words for the same
========  =============================================================================================

Yes, no and "never mind" answer every question, and so does who does not know: that one is asked again.
"""

import re

from wordfuse.agent.dialogue.asking import pieces
from wordfuse.agent.dialogue.asking.choosing import rejected, selected
from wordfuse.agent.dialogue.asking.naming import SPEAKS, is_name, is_query, likeliest
from wordfuse.agent.dialogue.asking.questions import Question, agreed, declined
from wordfuse.agent.dialogue.intents import intent_of
from wordfuse.agent.dialogue.parting import wants_answer
from wordfuse.agent.model.words.inherited import complains
from wordfuse.agent.model.words.taken_back import CHANGES
from wordfuse.agent.telling.hearing import heard
from wordfuse.fusion.regions.words.grammar import PICTURES, parse
from wordfuse.fusion.regions.words.meaning import classes_in

_PUZZLED = re.compile(
    r"(?:(?:i (?:really )?)?(?:don'?t|do not) (?:know|mind|care)|dunno|no idea|(?:i'?m )?not sure|whatever|whichever"
    r"|you (?:choose|pick|decide)|any(?: of (?:them|those|these)| one)?|either(?: one)?|(?:it )?doesn'?t matter"
    r"|hm+|huh|eh|uh+|um+|wow|oops|lol|ugh|hello|hi|hey)(?: (?:there|then|really|please))*"
)
_NUMBERS = re.compile(r"(?:number )?#?\d+(?:(?:\s*[,&+-]\s*|\s+and\s+|\s+)#?\d+)*")
_OF_A_THING = re.compile(r"\b(?:the|my|his|her|their|those|these|every|all)\s+(?:whole |entire |other )?([a-z]\w+)")


def answers(question: Question, line: str) -> bool:
    """Whether a line answers a question.

    Args:
        question: the open one.
        line: what the person said.
    """
    said = heard(line).strip(" .,;:!")
    if declined(line) or agreed(line) or said in question.options or puzzled(line):
        return True
    if question.kind == "region" and pieces.read(question, line) is not None:
        return True
    if is_query(line) or wants_answer(line):
        return False
    turned = rejected(line)
    if turned is not None and not turned.instead:
        return True
    if question.kind == "effect":
        return _is_effect(question, line if turned is None else turned.instead, corrects=turned is not None)
    if turned is None and intent_of(line) is not None:
        return False
    if _NUMBERS.fullmatch(said):
        return True
    if question.kind == "which" and selected(question.boxes, question.about, line) is not None:
        return True
    return is_name(line)


def puzzled(line: str) -> bool:
    """Whether a person answers a question without knowing what: "hm", "I don't know", "you choose"."""
    return _PUZZLED.fullmatch(heard(line).strip(" .,;:!")) is not None


def _is_effect(question: Question, said: str, *, corrects: bool) -> bool:
    """Whether words say what is to be done with what a wish names.

    Args:
        question: what is to be done, or whether it was read rightly.
        said: the words.
        corrects: they turn down what was offered.
    """
    kind, sure = likeliest(said)
    if kind[:2] in ("? ", "! ") and sure >= SPEAKS:
        return False
    if corrects or is_name(said):
        return True
    if intent_of(said) is not None or complains(said) or (kind == "improve" and question.reading is not None):
        return False
    return not _names_another(question, said)


def _names_another(question: Question, said: str) -> bool:
    """Whether a wish is for something else than the one that was asked about."""
    steps = (question.reading or {}).get("steps", [])
    about = heard(" ".join([question.about, *(name for step in steps for name in step["region"]["phrases"])]))
    if classes_in(said) - classes_in(about):
        return True
    named = {word for word in _OF_A_THING.findall(heard(said)) if not re.search(rf"\b{word}\b", about)}
    if classes_in(about) and named & PICTURES and not named & CHANGES:
        return True
    # "The contrast", "the glare": what is done, or how it is.
    others = {word for word in named - PICTURES - CHANGES if parse(word) is None}
    return bool(others) and not classes_in(said)
