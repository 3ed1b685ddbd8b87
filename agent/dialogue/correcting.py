"""What a person says instead of what was offered: "Is this meant: ...?" - "no, take them from the thermal picture".

A plan that was turned down is never done: where a model reads the correction as that plan once more, it is told that it
was not understood.
"""

import re
from collections.abc import Callable, Sequence

from wordfuse.agent.budget import Answered
from wordfuse.agent.dialogue.asking.choosing import rejected
from wordfuse.agent.dialogue.asking.questions import agreed, is_unclear
from wordfuse.agent.model.words.refusals import WHAT_CAN_BE_DONE, doubted
from wordfuse.agent.plan import Doubted, Plan, Step
from wordfuse.agent.record import Asked
from wordfuse.agent.state import Usage
from wordfuse.agent.telling.hearing import heard
from wordfuse.agent.telling.text import cut_short
from wordfuse.fusion.regions.words.grammar import has_a_noun
from wordfuse.fusion.regions.words.meaning import noun_in
from wordfuse.tools.types import Direction, Region

LONGEST = 50  # letters of a plan that is named in a sentence

Planning = Callable[[Usage, str, Plan | None], Answered[Plan]]

_PARTS = re.compile(r"\s*[,;.!]+\s*|(?<!and)(?<!but)\s+(?=(?:and |but )?not )|\s+but\s+(?!not )")
_DENIES = re.compile(r"(?:(?:and|but) )?(?:not|don'?t|do not|never|no)\b(?P<what>.*)")
_SOURCES: dict[Direction, re.Pattern[str]] = {
    "infrared": re.compile(r"\b(?:thermal|infrared|infra-red|ir|heat (?:camera|picture|image)|thermal\w*)\b"),
    "visible": re.compile(
        r"\b(?:visible|daylight|rgb|optical|(?:day|colou?r|normal|ordinary) (?:camera|picture|image|photo))\b"
    ),
}
_HOW_FAR = re.compile(r"\b(?:much|more|less|bit|little|slightly|gently|strong\w*|weak\w*|stronger|\d+)\b")


def turned_down(answer: str) -> str | None:
    """What an answer says instead of what was offered, "" where nothing; None: it does not turn that down.

    Example:
        >>> turned_down("no, bigger, not sharper"), turned_down("sharpen the man")
        ('bigger', None)
    """
    if agreed(answer):
        return None
    turned = rejected(answer)
    said = heard(answer) if turned is None else turned.instead
    parts = [part for part in _PARTS.split(said) if part]
    meant = [part for part in parts if not _denies(part)]
    return None if turned is None and meant == parts else ", ".join(meant)


def _denies(part: str) -> bool:
    """Whether a part of an answer says what is not to be done; "but not the sky" says where."""
    found = _DENIES.fullmatch(part)
    return found is not None and noun_in(found["what"]) is None and not has_a_noun(found["what"])


def corrected(
    planning: Planning, usage: Usage, wish: str, said: str, reading: Plan, before: Plan | None
) -> tuple[Answered[Plan], str]:
    """The plan of what was said instead of a reading.

    A source that is named is the one to go toward. An effect that is named without a region is for the region of the
    reading, for only the effect was wrong.

    Args:
        planning: asks the language model: what was used so far, the words, and the plan of the turn before.
        usage: what was used so far.
        wish: what was not clear.
        said: what was said instead, as of :func:`turned_down`.
        reading: what was turned down.
        before: the plan of the turn before.

    Returns:
        The plan, and the words that it is the plan of.
    """
    words = f"{wish.rstrip(' .!?:')}: {said}"
    toward = [direction for direction, named in _SOURCES.items() if named.search(said)]
    if len(toward) == 1 and any(step.task == "incline" for step in reading.steps):
        return Answered(usage, _toward(reading, toward[0])), words
    if not said:
        return Answered(usage, _not_understood(reading)), ""
    alone = planning(usage, said, None)
    meant = alone.answer
    if meant is None:
        return alone, said
    read = meant.reading if isinstance(meant, Doubted) else meant
    if read.question or read.control or any(step.region.phrases for step in read.steps):
        return alone, said
    regions = [step.region for step in reading.steps]
    if read.steps and regions and all(region == regions[0] for region in regions):
        there = _in_place(read, regions[0])
        return Answered(alone.usage, doubted(there) if isinstance(meant, Doubted) else there), words
    if read.refusal is not None and not is_unclear(read.refusal):
        return alone, said
    return planning(alone.usage, words, before), words


def without_declined(plan: Plan, asked: Sequence[Asked]) -> Plan:
    """A plan, or that it is not understood, where it is one that an answer turned down."""
    reading = plan.reading if isinstance(plan, Doubted) else plan
    for one in asked:
        said = turned_down(one.answer)
        if said is not None and one.reading is not None and _is_same(reading, one.reading, said):
            return _not_understood(one.reading)
    return plan


def _toward(plan: Plan, direction: Direction) -> Plan:
    """A plan that goes toward one of the sources."""
    steps = [
        step.model_copy(update={"direction": direction}) if step.task == "incline" else step for step in plan.steps
    ]
    return plan.model_copy(update={"steps": steps})


def _in_place(plan: Plan, region: Region) -> Plan:
    """A plan without regions, in the place of what was read before."""
    return plan.model_copy(update={"steps": [step.model_copy(update={"region": region}) for step in plan.steps]})


def _is_same(plan: Plan, declined: Plan, said: str) -> bool:
    """Whether a plan does what was turned down; how far it goes counts where the words speak of that."""
    if not plan.steps or not declined.steps:
        return False
    done = [[_effect(step) for step in one.steps] for one in (plan, declined)]
    return done[0] == done[1] and (plan.steps == declined.steps or not _HOW_FAR.search(said))


def _effect(step: Step) -> tuple[str, Direction | None, Region]:
    return step.task, step.direction, step.region


def _not_understood(declined: Plan) -> Plan:
    """What is said where nothing else than what was turned down was understood."""
    offered = cut_short(str(declined), LONGEST)
    return Plan(refusal=f"Not '{offered}', but what instead is not understood. What can be done: {WHAT_CAN_BE_DONE}.")
