"""The record of a run over a film, as ``run.json`` holds it and ``wordfuse video --json`` prints it.

``python -m wordfuse.agent.film`` prints its JSON schema, which ``tests/contract/film_record.schema.json`` holds.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from wordfuse.agent.critic import Check
from wordfuse.agent.errors import InputError
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Answer, ModelUse, RunSettings, schema_of
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.film.types import Call, Why
from wordfuse.tools.types import Strict

SCHEMA = 1
Seconds = float


class Checked(Strict):
    """A step held against its goal in one frame.

    Attributes:
        number: the frame's place in the film.
        seconds: its time.
        key: it is a key frame.
        checks: the lines of the goal.
        met: all of them hold, or there was nothing to gain here.
    """

    number: int = Field(ge=0)
    seconds: Seconds
    key: bool
    checks: tuple[Check, ...]
    met: bool


class Span(Strict):
    """From a time to another, both in the film."""

    from_s: Seconds
    to_s: Seconds


class FilmStep(Step):
    """A step and what came of it over the film.

    Attributes:
        found: its region was found at one key frame at least.
        there: when its region is there.
        area: mean share of the picture that it covers while it is there.
        decided: the key frame at which it was decided how it is carried out; None: nowhere.
        calls: what carries it out.
        satisfied: its goal was reached wherever it was measured, or there was nothing to gain anywhere.
        reason: ``already`` where nothing was to be gained.
        checked: where it was measured.
        fails: when it does not hold.
        notice: what else there is to say: why it was not carried out, or when it does not hold.
        chosen: the agent chose it, for an open wish.
    """

    found: bool
    there: tuple[Span, ...]
    area: float = Field(ge=0, le=1)
    decided: int | None
    calls: tuple[Call, ...]
    satisfied: bool
    reason: Literal["already"] | None = Field(None, exclude_if=lambda reason: not reason)
    checked: tuple[Checked, ...]
    fails: tuple[Span, ...]
    notice: str | None
    chosen: bool = Field(False, exclude_if=lambda chosen: not chosen)


class FilmInstruction(Strict):
    """What was said, what was understood and what came of it; ``not_done``: the parts that no step carries out."""

    text: str
    plan: Plan
    steps: tuple[FilmStep, ...]
    refusal: str | None
    answer: Answer | None = Field(None, exclude_if=lambda answer: answer is None)
    not_done: tuple[str, ...] = Field((), exclude_if=lambda not_done: not not_done)

    @property
    def satisfied(self) -> bool:
        """All that was said was done; of what the agent chose for an open wish, one step that did is enough."""
        if self.refusal or self.plan.control or self.not_done:
            return False
        if self.answer is not None:
            return self.answer.known
        done = [step.satisfied for step in self.steps if not step.chosen]
        chosen = [step.satisfied for step in self.steps if step.chosen]
        return bool(self.steps) and all(done) and (any(chosen) or not chosen)


class FilmFacts(Strict):
    """The film that came out, and how its sources were matched.

    Attributes:
        frames: how many.
        seconds: that it lasts.
        fps: frames a second, on average.
        width: in pixels.
        height: in pixels.
        gray: it has no colour.
        offset_s: that was added to infrared times.
        offset_found: it was found from the pictures; None: it was given.
        skipped: frames that could not be read, of the infrared and of the visible film.
        unmatched: visible frames without an infrared one.
        moved: how infrared frames were moved onto visible ones; None: not at all.
        sound: that of the visible film is in it.
        scenes: how many.
        warnings: about the sources.
        temperatures: how the numbers of infrared frames are read as degrees and what their files tell of that, or the
            ``reason`` why they are not.
    """

    frames: int
    seconds: Seconds
    fps: float
    width: int
    height: int
    gray: bool
    offset_s: Seconds
    offset_found: bool | None
    skipped: tuple[int, int]
    unmatched: int
    moved: dict[str, float] | None
    sound: bool
    scenes: int
    warnings: tuple[str, ...]
    temperatures: dict[str, Any] = Field(default_factory=dict)


class KeyFrame(Strict):
    """A key frame.

    Attributes:
        number: its place in the film.
        seconds: its time.
        why: it is one.
        decided: folder of the agent's run on it, relative to the run folder; None: nothing was decided here.
        areas: of each step the share of the picture that its region covers; None: it was not found.
        notices: of each step why it was not carried out here; None: it was.
    """

    number: int
    seconds: Seconds
    why: Why
    decided: str | None
    areas: tuple[float | None, ...]
    notices: tuple[str | None, ...]


class Curve(Strict):
    """A step over time, a value a frame.

    Attributes:
        areas: share of the picture that its region covers.
        amounts: how far its first edit goes; None: it does nothing.
    """

    areas: tuple[float, ...]
    amounts: tuple[float | None, ...]


class Files(Strict):
    """What the run left, relative to its folder."""

    film: str
    fused: str | None
    frames: str | None
    masks: str | None
    report: str


class FilmRecord(Strict):
    """The whole record.

    Attributes:
        schema_version: ``schema`` in JSON.
        kind: tells it from the record of a pair.
        out: the run folder.
        ir: the infrared film or folder.
        vi: the visible one.
        instructions: in order.
        film: what came out.
        keys: the key frames.
        curves: each step over time, in the order of the steps.
        files: what there is.
        llm: the use of the language model.
        seconds: of the whole run, of all its sessions.
        settings: what was chosen.
        versions: of what can change a result.
    """

    # "schema" is a method of pydantic's own.
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["film"] = "film"
    out: str
    ir: str
    vi: str
    instructions: tuple[FilmInstruction, ...]
    film: FilmFacts
    keys: tuple[KeyFrame, ...]
    curves: tuple[Curve, ...]
    files: Files
    llm: ModelUse
    seconds: Seconds
    settings: RunSettings
    versions: dict[str, str]

    @property
    def steps(self) -> list[FilmStep]:
        """The steps of all instructions, in order."""
        return [step for instruction in self.instructions for step in instruction.steps]

    def as_json(self) -> dict[str, Any]:
        """What is printed and written."""
        return self.model_dump(mode="json")


def read_film_record(path: Path) -> FilmRecord:
    """The record of a finished run over a film.

    Raises:
        InputError: it cannot be read, or is none.
    """
    try:
        return FilmRecord.model_validate(read_json(path))
    except ValidationError as error:
        what = what_is_wrong(error, most=1)
        remedy = f"remove it, and 'wordfuse resume {path.parent}' writes it anew"
        raise InputError(f"not the record of a film ({what})", subject=path, remedy=remedy) from error


def film_record_schema() -> dict[str, Any]:
    """The JSON schema of the record of a film."""
    title = "The record of a film: what `wordfuse video --json` prints and run.json holds"
    return schema_of(FilmRecord, title, ("Step", "FilmStep"))


def film_exit_code(record: FilmRecord) -> int:
    """0 if every instruction was satisfied over the whole film, else 3."""
    return 0 if all(instruction.satisfied for instruction in record.instructions) else 3
