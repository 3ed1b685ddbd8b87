"""Script files: what ``wordfuse script`` is given, read and checked as far as the file alone tells."""

import difflib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from wordfuse.agent.batch.yaml_lines import Placed, read_yaml
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.wanted import EVERY, Wanted
from wordfuse.fusion.regions import SeenPicture
from wordfuse.fusion.temperatures.reading import LEAST_EMISSIVITY

_TYPES = {
    str: "text",
    bool: "yes or no",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
    type(None): "nothing",
}
#: What pydantic finds, by its names for it, in our words; its own messages are not read.
_SHOULD = {
    "greater_than_equal": "should be greater than or equal to {ge:.0f}",
    "less_than_equal": "should be less than or equal to {le:.0f}",
    "literal_error": "should be {expected}",
    "int_type": "should be a valid integer",
    "float_type": "should be a valid number",
    "finite_number": "should be a finite number",
    "bool_type": "should be a valid boolean",
    "string_too_short": "should have at least {min_length} character",
    "string_too_long": "should have at most {max_length} characters",
}


class Choices(BaseModel):
    """What ``defaults`` and every job may set: the options of ``wordfuse run``, by their names."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    llm: str | None = None
    model: str | None = None
    doubt: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    regions: str | None = None
    grounding_model: str | None = None
    segmentation_model: str | None = None
    grounding_picture: SeenPicture | None = None
    masks: dict[str, str] | None = None
    device: str | None = None
    preset: str | None = None
    weights: str | None = None
    infrared: float | None = Field(None, ge=0, le=1, allow_inf_nan=False)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    attempts: int | None = Field(None, ge=1, le=20)
    max_seconds: float | None = Field(None, ge=1, allow_inf_nan=False)
    max_model_calls: int | None = Field(None, ge=1)
    max_tool_calls: int | None = Field(None, ge=1)
    max_pixels: int | None = Field(None, ge=256)
    align: bool | None = None
    temperature_scale: str | None = None
    emissivity: float | None = Field(None, ge=LEAST_EMISSIVITY, le=1, allow_inf_nan=False)
    reflected: float | None = Field(None, allow_inf_nan=False)


class Patterns(BaseModel):
    """Which files make pairs: those of the two patterns that have the same name but for its ending."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    ir: str
    vi: str


class FilmChoices(BaseModel):
    """What is wished of a film; ``offset`` in seconds, or "auto"."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    every: int = Field(EVERY, ge=2, le=10_000)
    offset: float | Literal["auto"] = 0.0
    fps: float | None = Field(None, gt=0, le=1000)
    codec: Literal["mpeg4", "vp9"] = "mpeg4"
    frames: bool = False
    masks: bool = False

    def wanted(self) -> Wanted:
        """As a run over a film takes it."""
        plain = self.model_dump(exclude={"offset"})
        return Wanted.model_validate(plain | {"offset_s": None if self.offset == "auto" else self.offset})


class Entry(Choices):
    """One entry of ``jobs``: a pair, or the patterns of many, or a film, and what is to be done with each."""

    name: str | None = Field(None, min_length=1, max_length=60)
    ir: str | None = None
    vi: str | None = None
    pair: str | None = None
    pairs: Patterns | None = None
    film: FilmChoices | None = None
    say: Annotated[
        list[str], BeforeValidator(lambda given: [given] if isinstance(given, str) else given), Field(min_length=1)
    ]

    def options(self) -> dict[str, Any]:
        """What it sets of :class:`Choices`."""
        return self.model_dump(include=set(Choices.model_fields), exclude_none=True)


class Content(BaseModel):
    """A whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    defaults: Choices = Choices()
    jobs: list[Entry] = Field(min_length=1)


class Script:
    """A script file that is as it should be."""

    def __init__(self, placed: Placed, content: Content) -> None:
        """Use :func:`read_script`."""
        self.placed, self.content = placed, content

    @property
    def file(self) -> Path:
        """The file."""
        return self.placed.file

    @cached_property  # asked for every picture of every job
    def folder(self) -> Path:
        """What its paths are relative to."""
        return self.file.resolve().parent


def read_script(file: Path) -> Script:
    """Read a script file.

    Raises:
        InputError: it cannot be read or is not as it should be; the message names line and column.
    """
    placed = read_yaml(file)
    try:
        content = Content.model_validate(placed.value)
    except ValidationError as error:
        # A key that is missing is told last: most often it is there, but misspelt.
        found = [
            (one["type"] == "missing", placed.mark(*one["loc"]), placed.place(*one["loc"]), *_found(one))
            for one in error.errors()
        ]
        _, _, place, problem, remedy = min(found)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        if remedy:
            raise InputError(problem, subject=place, remedy=remedy + more) from error
        raise InputError(problem + more, subject=place) from error
    for number, entry in enumerate(content.jobs):
        _check_sources(placed, number, entry)
    return Script(placed, content)


def _check_sources(placed: Placed, number: int, entry: Entry) -> None:
    """A job names its pictures in exactly one way."""
    place = placed.place("jobs", number)
    ways = [entry.ir is not None or entry.vi is not None, entry.pair is not None, entry.pairs is not None]
    if sum(ways) != 1:
        raise InputError(
            f"a job has either 'ir' and 'vi', or 'pairs', or 'pair'; this one has {sum(ways)}", subject=place
        )
    if ways[0] and (entry.ir is None or entry.vi is None):
        missing = "ir" if entry.ir is None else "vi"
        raise InputError(f"{missing!r} is missing", subject=place, remedy="name both pictures of the pair")


def _found(found: Any) -> tuple[str, str]:
    """What pydantic found, in our words, and what to do about it ("" where the problem says that)."""
    path, kind, given = found["loc"], found["type"], found["input"]
    key = str(path[-1]) if path else ""
    name = f"{path[-2]}, number {path[-1] + 1}" if path and isinstance(path[-1], int) else repr(key)
    if not path:
        return f"expected 'jobs:' with a list, as in docs/scripts.md; got {_TYPES[type(given)]}", ""
    if kind == "extra_forbidden":
        known = _fields(path)
        near = difflib.get_close_matches(key, known, 1)
        return f"unknown key {key!r}", f"did you mean {near[0]!r}?" if near else f"use {', '.join(known)}"
    if kind == "missing":
        return f"{key!r} is missing", "add it, as in docs/scripts.md"
    if kind == "string_type":
        return f"{name} is {_TYPES[type(given)]}, not text", "write one text, in quotes if need be"
    if kind in ("model_type", "dict_type"):
        return f"{name} is {_TYPES[type(given)]}", "write KEY: VALUE pairs"
    if kind == "list_type":
        return f"{name} is {_TYPES[type(given)]}", "write a list"
    if kind == "too_short":
        return f"{name} is empty", "write at least one"
    if kind in _SHOULD:
        return f"{name} {_SHOULD[kind].format(**found.get('ctx', {}))}", ""
    return f"{name}: {found['msg']}", ""


def _fields(path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    kind: type[BaseModel] = Content
    if path[0] == "defaults" and len(path) > 1:
        kind = Choices
    elif path[0] == "jobs" and len(path) > 1:
        kind = Patterns if "pairs" in path[:-1] else Entry
    return sorted(kind.model_fields)
