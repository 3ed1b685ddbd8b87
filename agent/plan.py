"""What the language model understood: equation 1's region and task prompts, typed; ``wordfuse plan`` prints it."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from wordfuse.fusion.errors import InputError
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Amount, Direction, Region, Strength, Strict, Task

DIRECTIONS: dict[Task, tuple[Direction | None, ...]] = {task: tuple(effect.goals) for task, effect in EFFECTS.items()}


class Step(Strict):
    """One effect on one region.

    Attributes:
        task: the effect.
        direction: which way, where it has several.
        region: where.
        strength: how far.
        amount: how far where a number was named, which then counts instead: 0.2 for "by 20%".
    """

    task: Task
    direction: Direction | None
    region: Region
    strength: Strength
    amount: Amount | None = None

    @model_validator(mode="after")
    def _direction_fits_task(self) -> "Step":
        if self.direction not in DIRECTIONS[self.task]:
            raise ValueError(f"direction of {self.task} must be one of {DIRECTIONS[self.task]}, got {self.direction!r}")
        return self

    def __str__(self) -> str:
        """The step in words, for tables and prompts."""
        called = EFFECTS[self.task].called.format(direction=self.direction)
        amount = f" ({self.how_far})" if self.how_far else ""
        return f"{called}{amount}: {self.region}"

    @property
    def how_far(self) -> str:
        """How far it goes, in words; nothing where nothing was said of it."""
        if self.amount is not None:
            return f"by {self.amount:.3g}" if self.amount < 0.01 else f"by {100 * self.amount:.4g}%"
        return "" if self.strength == "normal" else self.strength


class Plan(Strict):
    """Steps in order, or none and the reason why.

    Attributes:
        schema_version: ``schema`` in JSON. Plans of version 1 have none, and are read as what they mean in this one.
        steps: in the order in which they are to happen.
        refusal: why there are none.
    """

    # "schema" is a method of pydantic's own.
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_version: Literal[2] = Field(2, alias="schema")
    steps: list[Step] = Field(max_length=8)
    refusal: str | None = Field(max_length=200)

    @model_validator(mode="after")
    def _refusal_exactly_when_empty(self) -> "Plan":
        if bool(self.steps) == bool(self.refusal):
            raise ValueError("a plan has either steps or a refusal")
        return self

    def renamed(self, rename: Callable[[str], str]) -> "Plan":
        """The same plan with every phrase of its regions renamed."""

        def elsewhere(region: Region) -> Region:
            phrases, exceptions = ([*map(rename, named)] for named in (region.phrases, region.exceptions))
            return region.model_copy(update={"phrases": phrases, "exceptions": exceptions})

        steps = [step.model_copy(update={"region": elsewhere(step.region)}) for step in self.steps]
        return self.model_copy(update={"steps": steps})


def first_version(told: Step | Plan) -> dict[str, Any]:
    """A step or a plan as version 1 has it, which knows neither amounts nor exceptions."""
    if isinstance(told, Plan):
        return {"steps": [first_version(step) for step in told.steps], "refusal": told.refusal}
    return told.model_dump(exclude={"amount": True, "region": {"exceptions"}})


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
