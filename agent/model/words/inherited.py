"""Whether a wish is still about the region of the turn before.

"A bit more" is, and so is "brighten it". But who complains of something else, "now it's grainy", "it is all mush",
speaks of the picture: a wish that names its own effect does not inherit the region of the turn before.
"""

import re
from collections.abc import Collection

from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.plan import Plan
from wordfuse.tools.types import Region

# A complaint about the picture, as a clause of its own: "now it's so grainy", "everything looks soft".
_PRAISE = r"(?:all )?(?:right|fine|good|great|nice|better|perfect|ok|okay|cool|lovely|done|enough|that|the)\b"
_SO = r"(?:(?:all|so|too|very|really|still|kinda|kind of|sort of|pretty|quite|just|rather|a bit|a little|way|super) )"
_SUBJECT = (
    r"(?:it'?s|it (?:is|looks|seems|got|became)|everything(?:'s| is| looks)|"
    r"(?:the |this )?(?:whole |entire )?(?:picture|image|photo|scene|thing)(?:'s| is| looks))"
)
_OF_PICTURE = re.compile(
    rf"(?:^|[,.;!?-] *|\b(?:now|but|and|because|cause|since|as|that) )"
    rf"(?:{_SUBJECT} (?!{_PRAISE}){_SO}*\w+|its (?!{_PRAISE})(?:{_SO}+\w+|\w+ *(?=[,.;!?]|$)))",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(them|they|him|her|those|these|there|same|still|again|that (one|area|part|bit))\b", re.IGNORECASE
)
# What may stand for the region of the turn before, or carries on what was done there.
_CARRIES_ON = re.compile(
    r"\b(?:it|its|it's|this|that|that's|them|they|their|him|his|her|he|she|those|these|there|here|same|still|again|"
    r"ones?|too|also|as well|even|both)\b",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"\b(?:does|do|did|how does|how do) (?:it|this|that|everything) (?:all )?look\b", re.IGNORECASE)
_OF_IT = re.compile(r"\b(of|on|in|at|about) (it|them|him|her|that|those|these)\b", re.IGNORECASE)


def complains(text: str) -> bool:
    """Whether words find fault with the picture, or with what is spoken of: "it's grainy now"."""
    return _OF_PICTURE.search(text) is not None


def of_picture(plan: Plan, text: str, before: Plan | None) -> Plan:
    """A plan that is about the whole picture where a model took the region of the turn before for nothing.

    "Where is it hottest?" is such a question: its "it" stands for nothing; "does it look natural?" is of the picture.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before.
    """
    if before is None:
        return plan
    asked = plan.question
    of_all = asked is not None and (asked.kind in ("hottest", "coldest") or _LOOKS.search(text) is not None)
    if asked is not None and of_all and not _OF_IT.search(text):
        if inferred(plan, text, None):
            return plan.model_copy(update={"question": asked.model_copy(update={"region": Region(phrases=[])})})
        return plan
    if _POINTS_BACK.search(text):
        return plan
    # "Good, now the noise" names its own effect and points to nothing.
    anew = complains(text) or not _CARRIES_ON.search(text)
    tasks, regions = {step.task for step in before.steps}, [step.region for step in before.steps]
    if before.question is not None:
        regions.append(before.question.region)
    steps = [
        step.model_copy(update={"region": Region(phrases=[])})
        # "Make it look better" is an open wish, of the picture: whoever means less of it says what.
        if (step.task == "improve" or (anew and step.task not in tasks))
        and step.region in regions
        and inferred(Plan(steps=[step]), text, None)
        else step
        for step in plan.steps
    ]
    return plan.model_copy(update={"steps": steps}) if steps != plan.steps else plan


def without_lost(plan: Plan, text: str, before: Plan, lost: Collection[str]) -> Plan:
    """A plan that is about the whole picture where a model took a region that was looked for in vain just before.

    "Clean it up", after no bushes were found, cleans no bushes. "A bit more" and "denoise them" still speak of them.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before.
        lost: the regions of it that were not found.
    """
    if not lost or _POINTS_BACK.search(text):
        return plan
    tasks = {step.task for step in before.steps}
    steps = [
        step.model_copy(update={"region": Region(phrases=[])})
        if step.task not in tasks and {*step.region.phrases} <= {*lost} and inferred(Plan(steps=[step]), text, None)
        else step
        for step in plan.steps
    ]
    return plan.model_copy(update={"steps": steps}) if steps != plan.steps else plan
