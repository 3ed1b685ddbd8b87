"""Instructions that change no pixel: questions are answered, controls carried out as far as a run has them."""

from collections.abc import Sequence

from wordfuse.agent.budget import Update
from wordfuse.agent.context import Context, Event
from wordfuse.agent.dialogue.anew.returning import Point, point_in
from wordfuse.agent.dialogue.intents import times_in
from wordfuse.agent.record import Instruction, instructions_in
from wordfuse.agent.state import RunState, fresh_step
from wordfuse.agent.steps.answers.looking import answered
from wordfuse.agent.steps.node import node
from wordfuse.agent.steps.planned import instruction_in_work
from wordfuse.tools.store.workspace import FUSED

# What a control means where nobody is there to be shown anything: the files say it.
_IN_FILES = {
    "show": "result.png in the run folder is the picture as it is, masks/ has the regions",
    "compare": "fused.png in the run folder is the picture before, result.png after; report.html shows both",
    "save": "result.png in the run folder is the picture, images/ has every step",
}


@node
def answer(state: RunState, context: Context) -> Update:
    """Answer a question or carry out a control, and go on to the next instruction."""
    said = instruction_in_work(state)
    if said is None:
        raise RuntimeError("no instruction is in work: the graph's routing is broken")
    earlier = instructions_in(state["records"][:-1])
    update: Update = {"instruction": state["instruction"] + 1, **fresh_step()}
    if said.plan.question is not None:
        told, usage = answered(state, context, said.plan.question, earlier, said.text)
        said = said.model_copy(update={"answer": told})
        update["usage"] = usage.model_dump()
        context.notify(Event("answered", told.text))
    else:
        said, more = _controlled(said, earlier, context)
        update |= more
    return update | {"records": [*state["records"][:-1], said.model_dump(mode="json")]}


def _controlled(said: Instruction, earlier: Sequence[Instruction], context: Context) -> tuple[Instruction, Update]:
    """The instruction with its control carried out, or refused; and what changes of the state."""
    control = said.plan.control
    if context.asks:  # a conversation takes this turn back and has commands of its own
        return said.model_copy(update={"control": control}), {}
    point = point_in(said.text, earlier) if control == "undo" else None
    back, why = (
        (point.picture, None) if isinstance(point, Point) else _picture_of(str(control), times_in(said.text), earlier)
    )
    if why is not None:
        return said.model_copy(update={"refusal": why}), {}
    if back is not None:
        context.notify(Event("answered", f"back to {context.work.catalogue.images[back]}"))
        return said.model_copy(update={"control": control}), {"image": back}
    context.notify(Event("answered", _IN_FILES[str(control)]))
    return said.model_copy(update={"control": control}), {}


def _picture_of(control: str, times: int, earlier: Sequence[Instruction]) -> tuple[str | None, str | None]:
    """The picture that a control leads back to, if it leads to one; and why it cannot be carried out, if so."""
    pictures, undone = _ways(earlier)
    if control == "reset":
        return FUSED, None
    if control == "undo":
        why = "Nothing was changed yet, so there is nothing to undo. Say what should change in the picture."
        return (pictures[max(-1 - times, -len(pictures))], None) if len(pictures) > 1 else (None, why)
    if control == "redo":
        why = "Nothing was undone that could be done again. Say the wish again instead."
        return (undone[-1], None) if undone else (None, why)
    return None, None


def _ways(earlier: Sequence[Instruction]) -> tuple[list[str], list[str]]:
    """The pictures from the fused one to the present one, and those that were undone since, the latest last."""
    pictures, undone = [FUSED], list[str]()
    for place, said in enumerate(earlier):
        made = [step.output for step in said.steps if step.output]
        if made:
            pictures.append(made[-1].removeprefix("images/").removesuffix(".png"))
            undone = []
        elif said.control == "undo":
            point = point_in(said.text, earlier[:place])
            there = pictures.index(point.picture) if isinstance(point, Point) and point.picture in pictures else None
            times = times_in(said.text) if there is None else len(pictures) - 1 - there
            for _ in range(min(times, len(pictures) - 1)):
                undone.append(pictures.pop())
        elif said.control == "redo" and undone:
            pictures.append(undone.pop())
        elif said.control == "reset":
            pictures.append(FUSED)
            undone = []
    return pictures, undone
