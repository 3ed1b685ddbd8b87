"""Whether a wish is still about the region of the turn before.

"A bit more" is, and so is "brighten it". But who complains of something else, "now it's grainy", "it is all mush",
speaks of the picture: a wish that names its own effect does not inherit the region of the turn before.
"""

import re

from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.plan import Plan
from wordfuse.tools.types import Region

# A complaint about the picture, which has "it" for its subject; or what is all of it.
_OF_PICTURE = re.compile(
    r"\b(it'?s|it (is|looks|seems|has|got|became)|looks|everything|everywhere|all|whole|entire|overall|"
    r"(the |this )?(picture|image|photo|scene|shot))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(them|they|him|her|those|these|there|same|still|again|that (one|area|part|bit))\b", re.IGNORECASE
)


def of_picture(plan: Plan, text: str, before: Plan | None) -> Plan:
    """A plan whose steps are about the whole picture where a model took the region of the turn before for nothing.

    Args:
        plan: what a model made of the words.
        text: the words.
        before: the plan of the turn before.
    """
    if before is None or not _OF_PICTURE.search(text) or _POINTS_BACK.search(text):
        return plan
    tasks, regions = {step.task for step in before.steps}, [step.region for step in before.steps]
    steps = [
        step.model_copy(update={"region": Region(phrases=[])})
        if step.task not in tasks and step.region in regions and inferred(Plan(steps=[step]), text, None)
        else step
        for step in plan.steps
    ]
    return plan.model_copy(update={"steps": steps}) if steps != plan.steps else plan
