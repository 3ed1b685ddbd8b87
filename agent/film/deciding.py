"""What is done over a film, from the agent's own runs on key frames.

At the first key frame the agent carries the instructions out as on any pair: plan, regions, attempts, verdicts. What it
accepted there is done at every key frame. A step whose region is not there yet, or with nothing to gain yet, waits: it
is decided at a later key frame at which its region is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wordfuse.agent.model.protocol import LanguageModel, Message, Style
from wordfuse.agent.plan import Judgement, Plan
from wordfuse.agent.record import Attempt, Record, StepRecord
from wordfuse.tools.film.types import Call, Decided

RUNS = 6  # of the agent on key frames of a film, at the most: what was not decided by then stays so
_OF_THE_PLACE = ("image", "mask")  # arguments that are another picture's


class Remembered:
    """A language model that is asked for each plan once: the film has one, whatever its frames."""

    def __init__(self, model: LanguageModel) -> None:
        """Ask ``model``."""
        self._model = model
        self.name, self.usage, self.plans_only = model.name, model.usage, model.plans_only
        self.style: Style = model.style
        self._plans: dict[tuple[str, str], Plan] = {}

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """The plan, as it was when it was first asked for."""
        key = instruction, "" if before is None else before.model_dump_json()
        if key not in self._plans:
            self._plans[key] = self._model.plan(instruction, before)
        return self._plans[key]

    def remember(self, record: Record) -> None:
        """Take the plans of an earlier session: a run that goes on does as it did before."""
        before: Plan | None = None
        for said in record.instructions:
            self._plans[said.text, "" if before is None else before.model_dump_json()] = said.plan
            before = said.plan if said.plan.steps else before

    def act(self, messages: Sequence[Message], tools: Sequence[Any]) -> dict[str, Any]:
        """Ask the model."""
        return self._model.act(messages, tools)

    def judge(self, table: str) -> Judgement:
        """Ask the model."""
        return self._model.judge(table)


@dataclass(frozen=True)
class Place:
    """A step of the film: where it stands in the record of the agent's first run.

    Attributes:
        instruction: index of its instruction.
        step: index among its steps.
    """

    instruction: int
    step: int


def places_of(record: Record) -> list[Place]:
    """The steps of a film, in order."""
    return [Place(number, step) for number, said in enumerate(record.instructions) for step in range(len(said.steps))]


def step_at(record: Record, place: Place) -> StepRecord | None:
    """The step of a place in the record of another run of the same instructions; None where that has none."""
    said = record.instructions[place.instruction]
    return said.steps[place.step] if place.step < len(said.steps) else None


def decided_by(step: StepRecord) -> Decided | None:
    """What an accepted step is done by; None where nothing was kept."""
    if step.output is None or step.best is None:
        return None
    number = next(place for place, made in enumerate(step.attempts) if made is step.best)
    calls = _chain(step.attempts, number)
    return Decided(region=step.region, calls=tuple(calls)) if calls else None


def _chain(attempts: Sequence[Attempt], number: int) -> list[Call]:
    """The calls that lead from the step's first picture to an attempt's."""
    edit = attempts[number].edit
    first = attempts[0].edit
    if edit is None or first is None:
        return []
    call = Call(tool=edit.name, args=_own(edit.args))
    if edit.args["image"] != first.args["image"]:
        # It began with an attempt: the best one so far, of equals the last, which reached its goal and was not seen.
        best = max(reversed(range(number)), key=lambda one: attempts[one].progress, default=None)
        before = [] if best is None else _chain(attempts, best)
        return [*before, call.model_copy(update={"further": bool(before)})]
    # The same call again goes on from where the one before came to (``tools.edits.editing``).
    same = 1
    while number - same >= 0 and attempts[number - same].edit is not None:
        earlier = attempts[number - same].edit
        if earlier is None or (earlier.name, earlier.args) != (edit.name, edit.args):
            break
        same += 1
    return [call] * same


def _own(args: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name not in _OF_THE_PLACE}


class Waiting:
    """When steps that are not decided are looked at again: at key frames ever further apart."""

    def __init__(self) -> None:
        """Nothing was looked at."""
        self._runs, self._next, self._gap = 0, 0, 1

    def due(self, key: int) -> bool:
        """Whether the agent may be run at a key frame."""
        return self._runs < RUNS and key >= self._next

    def ran(self, key: int) -> None:
        """The agent was run there."""
        self._runs += 1
        self._next, self._gap = key + self._gap, 2 * self._gap
