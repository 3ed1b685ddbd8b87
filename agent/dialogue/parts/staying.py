"""What a wish says is to stay as it is: it is kept out of the steps, or told where it cannot be.

"Brighten it and keep the trees as they are" is an exception that a small model often drops.
"""

import re
from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.sparing import to_stay, without_it
from wordfuse.agent.model.gist.left_out import clauses_of
from wordfuse.agent.model.words.refusals import doubted
from wordfuse.agent.model.words.taken_back import CHANGES
from wordfuse.agent.plan import Doubted, Plan, Step
from wordfuse.agent.telling.hearing import heard, led_by
from wordfuse.fusion.regions.words.meaning import classes_in, noun_in

_TOUCHING = re.compile(
    r"\bwithout (?:touching|changing|altering|affecting) "
    r"(?P<what>(?:the|that|those|these|my|any of the) [\w' -]{2,60}?)\W*$"
)
#: To be kept in a state, which it has as long as nothing is done to it.
_IN_A_STATE = re.compile(
    rf"{led_by('just', 'also')}(?:keep|leave|keeping|leaving) (?:the|those|that|these|my) (?P<what>[\w' -]{{2,40}}?) "
    r"(?:glowing|bright|dark|warm|hot|cold|sharp|crisp|lit|visible|natural|white|black|clear|soft|blurred|shining)\W*"
)
_SKY, _AGAINST_SKY = frozenset({"sky"}), frozenset({"building", "tree"})
_RATHER = re.compile(rf"{led_by('just')}not\b")  # "like in the other picture, not that dark cloud"
#: What is no thing, but how the picture looks: it stays so by itself.
_LOOK = CHANGES | frozenset("edges edge details detail texture rest picture image photo look mood light".split())


def with_what_stays(plan: Plan, text: str) -> tuple[Plan, tuple[str, ...]]:
    """A plan that leaves out what its words say is to stay, and the clauses whose things nobody here knows.

    Args:
        plan: what was made of the words; what is no edit is as it was.
        text: the words.
    """
    if isinstance(plan, Doubted):
        reading, lost = with_what_stays(plan.reading, text)
        return (plan if reading == plan.reading else doubted(reading)), lost
    if not plan.steps:
        return plan, ()
    unknown = list[str]()
    names = [_TOUCHING.search(heard(text))]
    stays = [re.sub(r"^\w+ (?:of the )?", "", found["what"]) for found in names if found]
    for clause in clauses_of(text)[1:]:
        if _RATHER.match(heard(clause)) and not _of_another_kind(plan.steps, to_stay(clause)):
            continue
        what, kept = to_stay(clause), _IN_A_STATE.fullmatch(heard(clause))
        if what is not None:
            stays.append(what)
        elif kept is not None and noun_in(kept["what"]) is not None:
            stays.append(kept["what"])
        elif kept is not None and not _LOOK.intersection(kept["what"].split()):
            unknown.append(clause)
    steps = [_without(step, stays) for step in plan.steps]
    return (plan if steps == plan.steps else plan.model_copy(update={"steps": steps})), tuple(unknown)


def _without(step: Step, stays: Sequence[str]) -> Step:
    for what in stays:
        if not _apart(step, what):
            step = without_it(step, what) or step  # "brighten the road and keep the road": an order goes first
    return step


def _of_another_kind(steps: Sequence[Step], what: str | None) -> bool:
    """Whether a thing that is not meant is of a kind that no step is for; of the same kind, another is meant."""
    stays = classes_in(what) if what else frozenset[str]()
    named = [classes_in(phrase) for step in steps for phrase in step.region.phrases]
    return bool(stays and named) and all(kinds and not kinds & stays for kinds in named)


def _apart(step: Step, what: str) -> bool:
    """Whether a step is for things of another kind anyway.

    What stands against the sky is not: by night its outline takes some of the sky with it.
    """
    kinds = [classes_in(phrase) for phrase in step.region.phrases]
    stays = classes_in(what)
    if stays == _SKY and any(kind & _AGAINST_SKY for kind in kinds):
        return False
    return not step.region.invert and bool(kinds) and all(kind and stays and not kind & stays for kind in kinds)
