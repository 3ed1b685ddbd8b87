"""What the language model understood: equation 1's region and task prompts, typed; ``wordfuse plan`` prints it."""

from collections.abc import Callable
from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from wordfuse.fusion.errors import InputError
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.types import Amount, Direction, Region, Strength, Strict, Task

QuestionKind = Literal["count", "find", "describe", "measure", "hottest", "coldest", "why", "help"]
Control = Literal["undo", "redo", "reset", "compare", "show", "save"]

DIRECTIONS: dict[Task, tuple[Direction | None, ...]] = {task: tuple(effect.goals) for task, effect in EFFECTS.items()}


def called(task: Task, direction: Direction | None) -> str:
    """What an effect is called for people."""
    effect = EFFECTS[task]
    return effect.spoken.get(direction) or effect.called.format(direction=direction)


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
        amount = f" ({self.how_far})" if self.how_far else ""
        return f"{called(self.task, self.direction)}{amount}: {self.region}"

    @property
    def how_far(self) -> str:
        """How far it goes, in words; nothing where nothing was said of it."""
        if self.amount is not None:
            return f"by {self.amount:.3g}" if self.amount < 0.01 else f"by {100 * self.amount:.4g}%"
        return "" if self.strength == "normal" else self.strength


class Query(Strict):
    """Something the person wants to know; nothing is changed for it.

    Attributes:
        kind: what is asked.
        region: about what; no phrases: about the whole picture.
    """

    kind: QuestionKind
    region: Region = Region()

    def __str__(self) -> str:
        """The question in words, for tables."""
        return f"{self.kind}: {self.region}"


class Plan(Strict):
    """What an instruction asks for: exactly one of steps, a question, a control and a refusal.

    Attributes:
        schema_version: ``schema`` in JSON. Plans of version 1 have none, and are read as what they mean in this one.
        steps: in the order in which they are to happen.
        question: what is to be answered.
        control: what is to happen to the conversation.
        refusal: why there is none of these, and the nearest thing that can be done.
    """

    # "schema" is a method of pydantic's own.
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_version: Literal[2] = Field(2, alias="schema")
    steps: list[Step] = Field(default_factory=list, max_length=8)
    question: Query | None = None
    control: Control | None = None
    refusal: str | None = Field(None, max_length=300)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Plan":
        if sum(map(bool, (self.steps, self.question, self.control, self.refusal))) != 1:
            raise ValueError("a plan has exactly one of steps, question, control and refusal")
        return self

    def __str__(self) -> str:
        """The plan in words, for tables and for the person who watches."""
        if self.steps:
            return "; then ".join(map(str, self.steps))
        return f"question: {self.question}" if self.question else self.control or f"refused: {self.refusal}"

    @property
    def regions(self) -> list[Region]:
        """The regions that it speaks of: of each step, or of the question."""
        return [*(step.region for step in self.steps), *([self.question.region] if self.question is not None else [])]

    def renamed(self, rename: Callable[[str], str]) -> "Plan":
        """The same plan with every phrase of its regions renamed."""

        def elsewhere(region: Region) -> Region:
            phrases, exceptions = ([*map(rename, named)] for named in (region.phrases, region.exceptions))
            return region.model_copy(update={"phrases": phrases, "exceptions": exceptions})

        steps = [step.model_copy(update={"region": elsewhere(step.region)}) for step in self.steps]
        asked = self.question and self.question.model_copy(update={"region": elsewhere(self.question.region)})
        return self.model_copy(update={"steps": steps, "question": asked})


class Doubted(Plan):
    """A refusal because too little was sure of a reading, which a person may still be asked about.

    Attributes:
        reading: what may be meant.
        agreement: how far two readings agree on it, 0 to 1; 0 where nobody knows.
    """

    reading: Plan = Field(exclude=True)
    agreement: float = Field(default=0.0, exclude=True)


class Unknown(Plan):
    """A refusal because the words speak of nothing that can be done, nor of what a model made of them."""


class Undecided(Plan):
    """A refusal because the words lead to two different edits, of which a person may still choose one.

    Attributes:
        wishes: what may be meant, each as a wish.
    """

    wishes: tuple[str, str] = Field(exclude=True)


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
