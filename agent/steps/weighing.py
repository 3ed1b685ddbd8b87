"""What is behind a fault, measured before a step is carried out: the words ask for a remedy, not for its means.

"Make the colours natural" goes toward the visible picture, unless that has the cast itself; "get some texture back"
too, unless it is blown out there as well. What is measured (``tools.causes``) puts another step in place of the one
that was understood, or says that no edit mends it.
"""

from wordfuse.agent.budget import Update
from wordfuse.agent.context import Context, Event
from wordfuse.agent.model.words.faults.complaints import Complaint, complaint_in
from wordfuse.agent.plan import Step
from wordfuse.agent.state import RunState
from wordfuse.agent.steps.planned import as_todo, instruction_in_work, with_todo
from wordfuse.fusion.errors import RegionError
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.causes.bands import band
from wordfuse.tools.causes.colours import colours
from wordfuse.tools.causes.texture import texture
from wordfuse.tools.causes.types import Cause
from wordfuse.tools.types import Id


def weighed(state: RunState, context: Context, step: Step) -> Update | None:
    """What changes of the state before the first attempt at a step; None: it is carried out as it was understood."""
    instruction = instruction_in_work(state)
    if instruction is None or state["attempts"] or (step.region.phrases and state["mask"] is None):
        return None
    complaint, place = _complaint(state, step), state["step"]
    if complaint is None:
        return None
    try:
        cause = _cause(complaint, context, state["image"], state["mask"])
    except RegionError as error:
        return {"notice": error.told(dashed)}
    if cause is None:
        return None
    if cause.task is None:
        return {"notice": cause.told}
    if (cause.task, cause.direction) == (step.task, step.direction):
        return None
    other = Step(task=cause.task, direction=cause.direction, region=step.region, strength=step.strength)
    context.notify(Event("understood", f"what it needs: {other} ({cause.told})"))
    steps = [*instruction.planned]
    steps[place] = as_todo(other, chosen=True)
    told = with_todo(instruction, steps).model_dump(mode="json")
    return {"records": [*state["records"][:-1], told]}


def to_be_weighed(state: RunState, step: Step) -> bool:
    """Whether it is to be measured what a step needs, once its region is known."""
    return _complaint(state, step) is not None


def _complaint(state: RunState, step: Step) -> Complaint | None:
    """The fault whose cause is to be measured for a step; None of what the agent chose: that was measured."""
    return None if getattr(step, "chosen", False) else to_weigh(step, _said(state))


def to_weigh(step: Step, text: str) -> Complaint | None:
    """The fault whose cause is to be measured before a step is carried out, if its words name one.

    A number that was named is of the step as it was understood.
    """
    if step.amount is not None:
        return None
    named = complaint_in(text)
    if (step.task, step.direction) == ("incline", "visible"):
        return next((one for one in named if one != "band"), None)
    light = step.task == "relight" and step.region.phrases
    return "band" if "band" in named and (step.task == "destripe" or light) else None


def _said(state: RunState) -> str:
    """What was said, with the answers that made it clear."""
    instruction = instruction_in_work(state)
    if instruction is None:
        return ""
    return " ".join([instruction.words, *(one.meant for one in instruction.asked if one.meant)])


def _cause(complaint: Complaint, context: Context, image: Id, mask: Id | None) -> Cause | None:
    if complaint == "texture":
        return texture(context.work, image, mask)
    if complaint == "band":
        return band(context.work, image, mask)
    return colours(context.work, image, mask, hue=complaint == "hue")
