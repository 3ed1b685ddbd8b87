"""Which wishes the present picture is made of: who redoes an edit from its start leaves the first one behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.text import cut_short
from wordfuse.tools.types import Region

MOST_STEPS = 8  # of a plan
LONGEST = 140  # letters of steps that are named in a sentence


@dataclass(frozen=True)
class Anew:
    """What is done instead of something that was done.

    Attributes:
        plan: its steps; or a refusal or a control alone.
        start: the picture, by its id, that they begin at; None: the present one.
    """

    plan: Plan
    start: str | None


def began(said: Instruction) -> str | None:
    """The picture, by its id, that the first step of a wish that was kept began at; None where none was kept."""
    done = next((step for step in said.steps if step.output and step.attempts), None)
    edit = done.attempts[0].edit if done is not None else None
    return str(edit.args["image"]) if edit is not None else None


def ended(said: Instruction) -> str | None:
    """The picture, by its id, that a wish left behind; None where it changed nothing."""
    made = [step.output for step in said.steps if step.output]
    return made[-1].removeprefix("images/").removesuffix(".png") if made else None


def standing(told: Sequence[Instruction]) -> list[Instruction]:
    """Those of some wishes that the picture after the last of them is made of, in order."""
    chain: list[Instruction] = []
    picture = next((ended(said) for said in reversed(told) if ended(said)), None)
    for said in reversed(told):
        if picture is not None and ended(said) == picture:
            chain.insert(0, said)
            picture = began(said)
    return chain


def done_by(said: Instruction) -> list[Step]:
    """The steps of a wish that changed the picture, as they were planned."""
    pairs = zip(said.planned, said.steps, strict=False)
    return [Step.model_validate(step.model_dump(exclude={"chosen"})) for step, done in pairs if done.output]


def all_done(told: Iterable[Instruction]) -> list[Step]:
    """The steps of some wishes that changed the picture, in order."""
    return [step for said in told for step in done_by(said)]


def named(steps: Iterable[Step | str]) -> str:
    """Steps as a sentence names them."""
    return cut_short("; ".join(map(str, steps)), LONGEST)


def in_a_row(told: Sequence[Instruction], last: Instruction) -> list[Instruction]:
    """Of the wishes that the present picture is made of, the last ones that do what this one does, in its place.

    "Brighter still" is such a one of "brighter": who wants it otherwise means both.
    """
    alike: list[Instruction] = []
    for said in reversed(standing(told)):
        if _effects(said) != _effects(last):
            break
        alike.insert(0, said)
    return alike


def _effects(said: Instruction) -> tuple[list[str], list[Region]]:
    """What a wish does, whichever way and however far, and where."""
    return sorted({step.task for step in said.plan.steps}), [step.region for step in said.plan.steps[:1]]
