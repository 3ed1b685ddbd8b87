"""What the language model understood: equation 1's region and task prompts, typed; ``wordfuse plan`` prints it."""

from collections.abc import Callable
from typing import Literal

from pydantic import Field, model_validator

from wordfuse.fusion.errors import InputError
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Direction, Region, Strength, Strict, Task

DIRECTIONS: dict[Task, tuple[Direction | None, ...]] = {task: tuple(effect.goals) for task, effect in EFFECTS.items()}


class Step(Strict):
    """One effect on one region."""

    task: Task
    direction: Direction | None
    region: Region
    strength: Strength

    @model_validator(mode="after")
    def _direction_fits_task(self) -> "Step":
        if self.direction not in DIRECTIONS[self.task]:
            raise ValueError(f"direction of {self.task} must be one of {DIRECTIONS[self.task]}, got {self.direction!r}")
        return self

    def __str__(self) -> str:
        """The step in words, for tables and prompts."""
        called = EFFECTS[self.task].called.format(direction=self.direction)
        amount = "" if self.strength == "normal" else f" ({self.strength})"
        return f"{called}{amount}: {self.region}"


class Plan(Strict):
    """Steps in order, or none and the reason why."""

    steps: list[Step] = Field(max_length=8)
    refusal: str | None = Field(max_length=200)

    @model_validator(mode="after")
    def _refusal_exactly_when_empty(self) -> "Plan":
        if bool(self.steps) == bool(self.refusal):
            raise ValueError("a plan has either steps or a refusal")
        return self

    def renamed(self, rename: Callable[[str], str]) -> "Plan":
        """The same plan with every phrase of its regions renamed."""
        steps = [
            step.model_copy(
                update={"region": step.region.model_copy(update={"phrases": [*map(rename, step.region.phrases)]})}
            )
            for step in self.steps
        ]
        return self.model_copy(update={"steps": steps})


Verdict = Literal["satisfied", "again", "adjust", "undo", "give_up"]


class Judgement(Strict):
    """The model's reading of one attempt."""

    verdict: Verdict
    reason: str = Field(min_length=1, max_length=160)


def check_words(*texts: str, option: str = "") -> None:
    """Refuse instructions that are empty or no text; ``option`` goes before an example of one."""
    for text in texts:
        if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
            raise InputError(f"the instruction {text!r} is not valid UTF-8", remedy="type it anew")
    if not all(text.strip() for text in texts):
        raise InputError(
            "an instruction is empty", remedy=f"say what is to be done, as in {option}'brighten the dark areas'"
        )
