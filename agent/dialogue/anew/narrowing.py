"""An edit that went too wide, wanted on less than that: "no, only the guy taking the photo", "just the left half"."""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.standing import MOST_STEPS, Anew, began, in_a_row
from wordfuse.agent.dialogue.asking.choosing import described
from wordfuse.agent.dialogue.asking.naming import is_change
from wordfuse.agent.plan import Plan
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.hearing import fully_read, heard, led_by
from wordfuse.fusion.regions.words.grammar import parse
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in, understand
from wordfuse.tools.types import Region

_LEADS = led_by(
    r"(?P<no>no|nope|not (?!only|just)[\w' -]{2,40}?)",
    r"rather|actually|i mean(?:t)?|i said|i want(?:ed)?|(?:make|do|apply) (?:it|that)",
)
_WHAT = r"(?P<what>(?:(?:on|for|to|in|at|with) )?[\w' -]{2,60}?)"
_TAIL = r"(?:\W+not\b[\w' -]+)?(?:\W+(?:please|though|instead|then|i meant|this time))*\W*"
_ONLY = (
    re.compile(rf"{_LEADS}(?:only|just) {_WHAT}{_TAIL}"),
    re.compile(rf"{_LEADS}(?=(?:(?:on|for|to|in|at|with) )?(?:the|that|those|this|these) ){_WHAT} only{_TAIL}"),
)
_ARTICLE = re.compile(r"^(?:the|that|this|those|these|my|his|her|all|all the) ")
_PREPOSITION = re.compile(r"^(?:on|for|to|in|at|with) ")
_AREA = re.compile(r"(?:back|fore)ground|(?:centre|center|middle)(?: of the (?:picture|image|photo))?")
# What says how rather than where: "just brighter".
_HOW = re.compile(
    r"\b(?:bright|dark|sharp|light|warm|cool|cold|clear|soft|smooth|strong|weak|dimm|blurr?i|nois|hazi|crisp|bett)er\b"
)
_PART = re.compile(r"\b(?:half|third|quarter|corner|side)\b")


def narrowed(text: str, told: Sequence[Instruction]) -> Anew | None:
    """What the last edit is on the narrower region that words name; None where they name none, or nothing was wished.

    Repeated ("a bit more"), the edit is taken back and redone as often.

    Args:
        text: the instruction.
        told: those before it.

    Returns:
        Its steps; they begin before the wider edit, or at the present picture where that changed nothing.
    """
    last = told[-1] if told else None
    if last is None or not last.plan.steps or not last.steps:
        return None
    region = last.plan.steps[0].region
    if any(step.region != region for step in last.plan.steps):
        return None  # of which of them?
    name = _narrower(text, region)
    if name is None:
        return None
    wider = in_a_row(told, last)
    start = began(wider[0]) if wider else None
    steps = [step for said in wider or [last] for step in said.plan.steps]
    if len(steps) > MOST_STEPS:
        return None
    there = Region(phrases=[name])
    return Anew(Plan(steps=[step.model_copy(update={"region": there}) for step in steps]), start)


def _narrower(text: str, region: Region) -> str | None:
    """The name of the part of a region, or of what was meant instead of it, that words say the edit is only for."""
    said = heard(text)
    found = fully_read(said, _ONLY)
    if found is None:
        return None
    about = region.phrases[-1] if region.phrases and not region.invert else ""
    bare = _PREPOSITION.sub("", found["what"])
    if is_change(bare) or _HOW.search(bare):
        return None
    one_of_them = _ARTICLE.sub("", bare)
    if len(region.phrases) > 1 and one_of_them in region.phrases:
        return one_of_them
    for words in dict.fromkeys([one_of_them, found["what"]]):
        name = _named(words, about)
        if name is not None and name not in (about, *region.exceptions):
            meant = found["no"] is not None or not region.phrases or region.invert or _is_of(name, region)
            return name if meant else None
    return None


def _named(words: str, about: str) -> str | None:
    """What words call a part of what an edit was about, where they are understood."""
    name = described(about, words) if about and not _AREA.fullmatch(words) else words
    if name is None or len(name) > 80 or re.search(r"\bones?\b", name):
        return None
    inside = f"{about} in the {name}"
    if noun_in(about) is not None and noun_in(name) is None and _PART.search(name) and _is_understood(inside):
        return inside
    return name if _is_understood(name) or parse(name) is not None else None


def _is_understood(name: str) -> bool:
    return not isinstance(understand(name), str)


def _is_of(name: str, region: Region) -> bool:
    """Whether what is named may lie in a region: a thing of its kind, an area, or anything in an area."""
    kinds = frozenset[str]().union(*map(classes_in, region.phrases))
    return not kinds or not classes_in(name) or bool(kinds & classes_in(name))
