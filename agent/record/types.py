"""The types of a record, from the whole of it down to one call of a tool, and what follows from them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from wordfuse.agent.critic import Check, Move
from wordfuse.agent.plan import Control, Plan, Step, Verdict
from wordfuse.agent.settings import Settings
from wordfuse.tools.store.same import Same
from wordfuse.tools.types import Strict

SCHEMA = 1
METRICS = ("AG", "EN", "SF", "SD", "MI", "SSIM", "VIF", "Qabf", "SCD", "CC", "Qcv")  # of fusion.metrics


def _complete(metrics: dict[str, float]) -> dict[str, float]:
    missing = [name for name in METRICS if name not in metrics]
    if missing:
        raise ValueError(f"these metrics are missing: {', '.join(missing)}")
    return metrics


Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
MaskFile = Annotated[str, StringConstraints(pattern=r"^masks/[a-z0-9_-]+\.png$")]
ImageFile = Annotated[str, StringConstraints(pattern=r"^images/[0-9]{3,}\.png$")]
Metrics = Annotated[
    dict[str, float],
    AfterValidator(_complete),
    WithJsonSchema({"type": "object", "required": list(METRICS), "additionalProperties": {"type": "number"}}),
]


class ToolCallMade(Strict):
    """A tool call of an attempt, also one that could not be made."""

    name: str
    args: dict[str, Any]
    seconds: Seconds
    error: str | None


class Tried(Strict):
    """An attempt as far as it is measured: what was called, and what changed inside the region.

    Attributes:
        tool_calls: every call of it, in order.
        epochs: of the edit.
        stopped: why the edit ended.
        saturated: a repeat would bring no more.
        seconds: that the edit took.
        before: ``fusion.measures`` of the picture before it.
        after: and of the picture that came out.
    """

    tool_calls: tuple[ToolCallMade, ...]
    epochs: Count
    stopped: str
    saturated: bool
    seconds: Seconds
    before: dict[str, float]
    after: dict[str, float]

    @property
    def edit(self) -> ToolCallMade | None:
        """The call that made the picture: the last that was told which picture to start from; None where none did."""
        return next((made for made in reversed(self.tool_calls) if "image" in made.args and made.error is None), None)

    @property
    def means(self) -> str:
        """What was tried, where a step has several means: tool, direction and strength or amount of the edit."""
        made = self.edit
        if made is None:
            return ""
        amount = made.args.get("amount")
        far = str(made.args.get("strength")) if amount is None else f"(by {100 * amount:.0f}%)"
        return " ".join([made.name, str(made.args.get("direction")), far])


class Attempt(Tried):
    """An attempt with its verdict.

    Attributes:
        verdict: what the language model said.
        reason: and why.
        checks: the lines of the measured goal.
        goal_met: whether every line holds.
        progress: how far the main line went, 1 is all the way; -1 where a guard line is broken.
        move: what was done next.
    """

    verdict: Verdict
    reason: str
    checks: tuple[Check, ...]
    goal_met: bool
    progress: float
    move: Move

    @property
    def main(self) -> Check:
        """The main line of the goal."""
        return next(check for check in self.checks if check.main)


Tries = TypeVar("Tries", bound=Attempt)


def kept_of(attempts: Sequence[Tries], *, satisfied: bool) -> Tries | None:
    """The attempt at a step that is kept, if any is: the accepted one, else the one that came farthest.

    A step that went on from an attempt that nobody saw may end with one that did harm: then the one before is meant.
    """
    if satisfied:
        whole = (made for made in reversed(attempts) if made.goal_met)
        return next(whole, next(reversed(attempts), None))
    return max(attempts, key=lambda made: made.progress, default=None)


class StepRecord(Step):
    """A step and what came of it.

    Attributes:
        found: the region was found, or is the whole image.
        missing: phrases that were not found.
        mask: file of the region's mask, relative to the run folder; None is the whole image.
        area: share of the picture that the region covers, in [0, 1].
        confidence: how much of the region is probably what is meant, in [0, 1]; not there where nobody can say.
        satisfied: the goal was reached, or there was nothing to gain.
        reason: ``already`` where there was nothing to gain: the picture is as it was, ``notice`` says why.
        output: file of the picture that was kept, relative to the run folder.
        attempts: in order.
        notice: why it ended without an attempt, without a change, or short of its goal.
        chosen: the agent chose it, for an open wish.
    """

    found: bool
    missing: tuple[str, ...]
    mask: MaskFile | None
    area: float = Field(ge=0, le=1)
    confidence: float | None = Field(None, ge=0, le=1, exclude_if=lambda confidence: confidence is None)
    satisfied: bool
    reason: Literal["already"] | None = Field(None, exclude_if=lambda reason: not reason)
    output: ImageFile | None
    attempts: tuple[Attempt, ...]
    notice: str | None
    chosen: bool = Field(False, exclude_if=lambda chosen: not chosen)

    @property
    def best(self) -> Attempt | None:
        """The attempt that is kept, if any is: the accepted one, else the one that came farthest."""
        return kept_of(self.attempts, satisfied=self.satisfied)


class Asked(Strict):
    """A question that the agent asked, and the answer.

    Attributes:
        kind: what was not clear.
        about: the words that it is about.
        question: as it was put.
        answer: what the person said.
        meant: the wish that the answer made clear.
        reading: the plan that was offered.
        mask: of the pieces of the picture that the answer named; ``about`` is what it is called from then on.
    """

    kind: Literal["effect", "region", "which"]
    about: str
    question: str
    answer: str
    meant: str = Field("", exclude_if=lambda meant: not meant)
    reading: Plan | None = Field(None, exclude_if=lambda reading: reading is None)
    mask: MaskFile | None = Field(None, exclude_if=lambda mask: mask is None)


class Marked(Strict):
    """What the person pointed at on the picture, where the words say "this".

    Attributes:
        name: what the mask is called, in the words and in the settings.
        file: of the mask, relative to the run folder.
        told: what was found there, or that it was painted over.
        words: the instruction with what it points at by its name.
    """

    name: str
    file: MaskFile
    told: str
    words: str


class Todo(Step):
    """A step that is to be carried out; ``chosen``: by the agent, for an open wish."""

    chosen: bool = Field(False, exclude_if=lambda chosen: not chosen)


class Answer(Strict):
    """The answer to a question.

    Attributes:
        text: for the person, in sentences; where it could not be answered, why.
        evidence: the calls whose results it rests on, by the name of the tool; ``picture`` is a file of the run folder
            on which places are numbered.
        known: it could be answered.
    """

    text: str
    evidence: dict[str, Any]
    known: bool = Field(True, exclude_if=lambda known: known)


class Instruction(Strict):
    """What was said, what was understood and what came of it.

    Attributes:
        text: what was said.
        plan: what was understood.
        steps: what was done, in order.
        refusal: why nothing was done.
        asked: what the person was asked.
        todo: what is to be done where the agent chose it for an open wish; empty: the steps of the plan.
        answer: where the instruction was a question.
        control: the control that was carried out.
        marked: what "this" is in it, where the person pointed at something.
        not_done: the parts of it, in the person's words, that no step of the plan carries out.
    """

    text: str
    plan: Plan
    steps: tuple[StepRecord, ...]
    refusal: str | None
    asked: tuple[Asked, ...] = Field((), exclude_if=lambda asked: not asked)
    todo: tuple[Todo, ...] = Field((), exclude_if=lambda todo: not todo)
    answer: Answer | None = Field(None, exclude_if=lambda answer: answer is None)
    control: Control | None = Field(None, exclude_if=lambda control: control is None)
    marked: Marked | None = Field(None, exclude_if=lambda marked: marked is None)
    not_done: tuple[str, ...] = Field((), exclude_if=lambda not_done: not not_done)

    @property
    def words(self) -> str:
        """What was said, with what was pointed at by its name."""
        return self.text if self.marked is None else self.marked.words

    @property
    def called(self) -> str:
        """What was said, or what was said instead where a question about it was answered by a wish of its own."""
        meant = next((one.meant for one in reversed(self.asked) if one.meant), "")
        return self.text if meant.startswith(self.words.rstrip(" .!?:")) or not meant else meant

    @property
    def planned(self) -> Sequence[Step]:
        """The steps that are to be carried out."""
        return self.todo or self.plan.steps

    @property
    def satisfied(self) -> bool:
        """All that was said was done: every step reached its goal, on all that it named.

        Of what the agent chose for an open wish, one step that did is enough.
        """
        if self.refusal or self.not_done:
            return False
        if self.answer is not None:
            return self.answer.known
        if self.control:
            return True
        done = [step.satisfied and not step.missing for step in self.steps if not step.chosen]
        chosen = [step.satisfied for step in self.steps if step.chosen]
        unfinished = len(self.steps) < len(self.planned)  # a question is not answered yet
        return bool(self.steps) and not unfinished and all(done) and (any(chosen) or not chosen)


class MetricTables(Strict):
    """The metrics of the fused picture and of the result."""

    fused: Metrics
    result: Metrics


class ModelUse(Strict):
    """What the language model was used for."""

    name: str
    calls: Count
    prompt_tokens: Count
    completion_tokens: Count
    seconds: Seconds


class ToolUse(Strict):
    """What the tools were used for."""

    calls: Count
    seconds: Seconds


class Source(BaseModel):
    """A source as it was stored; what else ``fusion.images`` notes of it is kept as it is."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    width: int
    height: int
    bits: int


class Sources(BaseModel):
    """Both sources, and what was done to them; what else ``fusion.images`` notes of the pair is kept as it is."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    infrared: Source
    visible: Source
    resampled: dict[str, Any] | None
    warnings: tuple[str, ...]


class RunSettings(Settings):
    """The settings of the run, without passwords, and the digest of its prompts."""

    prompts: str


class Record(Strict):
    """The whole record.

    Attributes:
        schema_version: ``schema`` in JSON.
        out: the run folder.
        ir: the infrared picture.
        vi: the visible picture.
        instructions: in order.
        metrics: over the whole picture.
        llm: the use of the language model.
        tools: the use of the tools.
        seconds: of the whole run.
        sources: what is known of the two pictures.
        settings: what was chosen.
        versions: of what can change a result.
    """

    # "schema" is a method of pydantic's own.
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_version: Literal[1] = Field(alias="schema")
    out: str
    ir: str
    vi: str
    instructions: tuple[Instruction, ...]
    metrics: MetricTables
    llm: ModelUse
    tools: ToolUse
    seconds: Seconds
    sources: Sources
    settings: RunSettings
    versions: dict[str, str]

    @property
    def steps(self) -> Iterator[StepRecord]:
        """The steps of all instructions, in order."""
        return (step for instruction in self.instructions for step in instruction.steps)

    def as_json(self) -> dict[str, Any]:
        """What is printed and written."""
        return self.model_dump(mode="json")


def instructions_in(records: Iterable[dict[str, Any]]) -> list[Instruction]:
    """The instructions of a state, which holds them as JSON; those that were read before are not read again."""
    return [_instruction(Same(record)) for record in records]


@lru_cache(maxsize=1024)
def _instruction(record: Same[dict[str, Any]]) -> Instruction:
    return Instruction.model_validate(_without_files_of_attempts(record.one))


def _without_files_of_attempts(record: dict[str, Any]) -> dict[str, Any]:
    """An instruction as checkpoints of earlier versions hold it: each attempt with its file in ``work/``."""
    steps = [
        step | {"attempts": [{key: one for key, one in made.items() if key != "output"} for made in step["attempts"]]}
        for step in record["steps"]
    ]
    return record | {"steps": steps}


def exit_code(record: Record) -> int:
    """0 if every instruction was satisfied, a question answered, else 3."""
    return 0 if all(instruction.satisfied for instruction in record.instructions) else 3
