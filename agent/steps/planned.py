"""The step in work, and how the steps of an instruction change."""

from collections.abc import Sequence
from typing import Any

from wordfuse.agent import critic
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Attempt, Instruction, Marked, StepRecord, Todo, instructions_in
from wordfuse.agent.state import Json, RunState

LEAST_WAY = 0.05  # of the way to a goal: less brings nothing nearer


def instruction_in_work(state: RunState) -> Instruction | None:
    """The instruction in work, or None between instructions."""
    if state["instruction"] >= len(state["records"]):
        return None
    (instruction,) = instructions_in([state["records"][state["instruction"]]])
    return instruction


def said_now(state: RunState) -> tuple[str, str, Marked | None]:
    """What is said in the next instruction, the same with what it points at by its name, and that."""
    number = state["instruction"]
    text, stored = state["instructions"][number], state.get("marked", {}).get(str(number))
    marked = Marked.model_validate(stored) if stored else None
    return text, marked.words if marked else text, marked


def current_step(state: RunState) -> Step | None:
    """The step in work, or None between instructions."""
    instruction = instruction_in_work(state)
    if instruction is None or state["step"] >= len(instruction.planned):
        return None
    return instruction.planned[state["step"]]


def with_step(instruction: Instruction, place: int, step: Step) -> Instruction:
    """The instruction with another step in one place: of what is to be done, and of the plan where that is its own."""
    if instruction.todo:
        chosen = instruction.todo[place].chosen
        todo = list(instruction.todo)
        todo[place] = as_todo(step, chosen=chosen)
        return instruction.model_copy(update={"todo": tuple(todo)})
    steps = list(instruction.plan.steps)
    steps[place] = step
    return instruction.model_copy(update={"plan": instruction.plan.model_copy(update={"steps": steps})})


def with_todo(instruction: Instruction, steps: Sequence[Step]) -> Instruction:
    """The instruction with other steps to be carried out."""
    todo = tuple(one if isinstance(one, Todo) else as_todo(one) for one in steps)
    return instruction.model_copy(update={"todo": todo})


def as_todo(step: Step, *, chosen: bool = False) -> Todo:
    """A step that is to be carried out."""
    return Todo.model_validate(step.model_dump() | {"chosen": chosen})


def as_told(step: Step) -> Step:
    """A step as a model reads it: who chose it is not its business."""
    return Step.model_validate(step.model_dump(exclude={"chosen"}))


def closed(step: Step, *, found: bool, notice: str | None, **came: Any) -> StepRecord:
    """A step as the record holds it; what is not named came to nothing."""
    nothing: Json = {"missing": (), "mask": None, "area": 0.0, "satisfied": False, "output": None, "attempts": ()}
    return StepRecord(**step.model_dump(), found=found, notice=notice, **nothing | came)


def worth_keeping(made: Attempt, *, at_its_end: bool = False) -> bool:
    """Whether an attempt that fell short of its goal is kept all the same: it can be seen, and not as a fault.

    Of a step ``at_its_end``, where nothing brings more, it is enough that somebody sees it who looks for it.
    """
    result = critic.Measured(made.checks)
    return made.progress >= LEAST_WAY and result.worse is None and (result.seen or (at_its_end and result.just_seen))
