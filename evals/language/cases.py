"""Cases of prompt-eval suites: what the language model is given, and what it is to make of it.

A suite is a folder or a file of JSON lines or YAML; the keys of a case say which task it belongs to:

========  ==========================================  ====================================================
task      given                                       wanted
========  ==========================================  ====================================================
plan      ``instruction``, ``before`` (a plan)        ``plan``: a plan, or ``refuse``; ``or``: others as good
act       ``step``, ``image``, ``mask``, ``last``,    ``call``: name and arguments of the next tool call
          ``heard`` (calls and answers so far)
critique  ``table`` (measurements)                    ``verdict``
run       ``say`` (instructions), ``pair``            ``exit`` (exit code), ``tasks`` (in order)
agent     ``wish`` (instructions), ``on`` (pictures)  a better picture; ``beside``: what others make of it
trap      ``trap`` (instructions), ``on`` (pictures)  ``ends``: how it may end
========  ==========================================  ====================================================

Each may have ``tags``, which tables go by beside the name of the file, and an ``id``.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from wordfuse.agent.batch.yaml_lines import read_yaml
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Plan, Step, Verdict
from wordfuse.evals.deciding.setting import Beside, Ending, Setting
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.json_file import parse_json
from wordfuse.fusion.files.pairs import is_hidden
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.types import Task

SUITES = Path(__file__).resolve().parents[1] / "suites"
_EXAMPLE = SUITES.parents[1] / "examples" / "street"
STREET = (_EXAMPLE / "ir.png", _EXAMPLE / "vi.png")
ENDINGS = (".jsonl", ".yaml", ".yml")

_LATER: dict[str, Any] = {"means": None, "amount": None, "except": [], "schema": 2, "question": None, "control": None}

EvalTask = Literal["plan", "act", "critique", "run", "agent", "trap"]


class Case(BaseModel):
    """What all cases have."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)
    task: ClassVar[EvalTask]
    wanted: ClassVar[frozenset[str]]
    """The fields that are no input: changing them makes no other case."""

    id: str = ""
    tags: tuple[str, ...] = ()
    writer: str = ""
    """Who wrote a hand-written case."""

    @property
    def name(self) -> str:
        """The case's id: its own, or one that depends on nothing but what is asked."""
        if self.id:
            return self.id
        asked = self.model_dump(mode="json", exclude={"id", "tags", "writer", *self.wanted})
        asked = _without_later(asked)
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def words(self) -> str:
        """What is asked, for people."""
        raise NotImplementedError


def _without_later(asked: Any) -> Any:
    """What is asked without the fields that came later and say nothing: so that other cases keep their ids."""
    if isinstance(asked, dict):
        return {k: _without_later(v) for k, v in asked.items() if not (k in _LATER and v == _LATER[k])}
    return [_without_later(one) for one in asked] if isinstance(asked, list) else asked


class PlanCase(Case):
    """An instruction, the plan before it if it follows one, and the plan it means; ``or``: plans that are as good.

    A plan may be written as a line (``agent.model.words.lines``): "stand out: people", "? count: cars", "- edit".
    """

    task = "plan"
    wanted = frozenset({"plan", "alternatives"})

    instruction: str
    before: Plan | None = None
    plan: Plan
    alternatives: tuple[Plan, ...] = Field((), alias="or")

    @field_validator("alternatives", mode="before")
    @classmethod
    def _each(cls, given: Any) -> Any:
        return tuple(cls._shorthand(one) for one in given) if isinstance(given, list | tuple) else given

    @field_validator("before", "plan", mode="before")
    @classmethod
    def _shorthand(cls, given: Any) -> Any:
        """A line, ``refuse`` for a refusal; what a step leaves out has its usual value."""
        if given == "refuse":
            return {"steps": [], "refusal": "refused"}
        if isinstance(given, str):
            return lines.read(given)
        if isinstance(given, dict) and isinstance(given.get("steps"), list):
            usual: dict[str, Any] = {"direction": None, "region": {}, "strength": "normal"}
            steps = [usual | step if isinstance(step, dict) else step for step in given["steps"]]
            return {"refusal": None} | given | {"steps": steps}
        return given

    @property
    def words(self) -> str:
        """The instruction, after the plan before it."""
        return self.instruction if self.before is None else f"[{spelt(self.before)}] {self.instruction}"


class Call(BaseModel):
    """A tool call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    arguments: dict[str, Any]


class Heard(BaseModel):
    """A call that was made, and what the tool said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: Call
    answer: str


class ActCase(Case):
    """A step in work and the tool call that comes next."""

    task = "act"
    wanted = frozenset({"call"})

    step: Step
    image: str
    mask: str | None = None
    last: str | None = None
    means: str | None = None
    heard: tuple[Heard, ...] = ()
    call: Call

    @property
    def words(self) -> str:
        """The step, and what was called so far."""
        asked = f"{self.step} | image {self.image}, mask {self.mask or 'none'}, last {self.last or 'none'}"
        asked += f", means {self.means} | " if self.means else " | "
        return asked + (", ".join(f"{one.call.name}: {one.answer}" for one in self.heard) or "nothing called yet")


class CritiqueCase(Case):
    """The measurements of an attempt and the verdict on it."""

    task = "critique"
    wanted = frozenset({"verdict", "reason"})

    table: str
    verdict: Verdict
    reason: str = ""
    """Taught, not marked."""

    @property
    def words(self) -> str:
        """The measurements in one line."""
        return "; ".join(self.table.splitlines())


class PairFiles(BaseModel):
    """Two pictures; paths are relative to the file of the case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ir: str
    vi: str


class RunCase(Case):
    """A whole run of the graph on a pair."""

    task = "run"
    wanted = frozenset({"exit", "tasks"})

    say: tuple[str, ...] = Field(min_length=1)
    pair: PairFiles | Literal["street"] = "street"
    """Two files, or the bundled example."""
    exit: Literal[0, 3] = 0
    tasks: tuple[Task, ...] | None = None

    @property
    def words(self) -> str:
        """The instructions."""
        return " / ".join(self.say)


class StagedCase(Case):
    """A task for the whole agent: wishes, and pictures that are made for it."""

    on: Setting

    @property
    def wishes(self) -> tuple[str, ...]:
        """What is said."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """The wishes, and on what."""
        return f"{' / '.join(self.wishes)} [{self.on}]"


class AgentCase(StagedCase):
    """A task with a score that no wording can fool."""

    task = "agent"
    wanted = frozenset({"beside"})

    wish: tuple[str, ...] = Field(min_length=1)
    beside: Beside

    @property
    def wishes(self) -> tuple[str, ...]:
        """What is said."""
        return self.wish


class TrapCase(StagedCase):
    """A task with nothing to be gained, or with something that goes wrong: how may it end?"""

    task = "trap"
    wanted = frozenset({"ends"})

    trap: tuple[str, ...] = Field(min_length=1)
    ends: tuple[Ending, ...] = Field(min_length=1)

    @property
    def wishes(self) -> tuple[str, ...]:
        """What is said."""
        return self.trap


_KEYS: dict[str, type[Case]] = {
    "instruction": PlanCase,
    "step": ActCase,
    "table": CritiqueCase,
    "say": RunCase,
    "wish": AgentCase,
    "trap": TrapCase,
}


@dataclass(frozen=True)
class Listed:
    """A case where it stands.

    Attributes:
        case: the case.
        tags: the name of its file first, then its own.
        folder: what its paths are relative to.
    """

    case: Case
    tags: tuple[str, ...]
    folder: Path


@dataclass(frozen=True)
class Suite:
    """The cases of a file or folder.

    Attributes:
        name: of the file or folder.
        source: where it is.
        listed: its cases, in order; no two have one id.
    """

    name: str
    source: Path
    listed: tuple[Listed, ...]

    def of(self, task: EvalTask) -> list[Listed]:
        """The cases of a task."""
        return [one for one in self.listed if one.case.task == task]

    @property
    def runs(self) -> bool:
        """Whether there are cases that are whole runs of the graph."""
        return any(isinstance(one.case, RunCase | StagedCase) for one in self.listed)

    def without_real_pairs(self) -> "Suite":
        """The cases that need no pictures from elsewhere."""
        left = (one for one in self.listed if not (isinstance(one.case, StagedCase) and one.case.on.real))
        return Suite(self.name, self.source, tuple(left))

    def every(self, step: int) -> "Suite":
        """Every so manyth case of each first tag: a smaller suite of the same mixture."""
        counts: dict[str, int] = {}
        kept = []
        for one in self.listed:
            number = counts.get(one.tags[0], 0)
            counts[one.tags[0]] = number + 1
            if number % step == 0:
                kept.append(one)
        return Suite(self.name, self.source, tuple(kept))


def read_suite(wanted: str) -> Suite:
    """Read one of our suites by its name, or any other by its path.

    Raises:
        InputError: there is none, it has no cases, or a case is not as it should be; the message names the line.
    """
    ours = sorted(folder.name for folder in SUITES.iterdir() if folder.is_dir())
    source = SUITES / wanted if wanted in ours else Path(wanted).resolve()
    if not wanted or not source.exists():
        raise InputError(
            "no such suite", subject=wanted, remedy=f"name one of {', '.join(ours)}, or a file or folder of your own"
        )
    files = [source]
    if source.is_dir():
        files = sorted(one for one in source.iterdir() if one.suffix in ENDINGS and not is_hidden(Path(one.name)))
    listed: dict[str, Listed] = {}
    for file in files:
        for place, raw in _raw_cases(file):
            case = _case(place, raw)
            if isinstance(case, RunCase):
                for picture in pair_of(case, file.parent):
                    if not picture.is_file():
                        raise InputError(
                            f"{picture}: no such file", subject=place, remedy="paths are relative to the suite"
                        )
            if case.name in listed:
                raise InputError(
                    "the same case or id as one before", subject=place, remedy="remove it or give it an id of its own"
                )
            listed[case.name] = Listed(case, (file.stem, *case.tags), file.parent)
    if not listed:
        raise InputError("no cases", subject=source, remedy="give JSON lines or YAML, as the README shows")
    return Suite(source.name if source.is_dir() else source.stem, source, tuple(listed.values()))


def pair_of(case: RunCase, folder: Path) -> tuple[Path, Path]:
    """The infrared and the visible picture of a case whose paths are relative to a folder."""
    if case.pair == "street":
        return STREET
    return folder / case.pair.ir, folder / case.pair.vi


def spelt(plan: Plan) -> str:
    """A plan in words."""
    return "refused" if plan.refusal else str(plan)


def _raw_cases(file: Path) -> Iterator[tuple[str, Any]]:
    """Each case of a file, unchecked, and where it stands."""
    if file.suffix == ".jsonl":
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read ({error})", subject=file, remedy="give a text file in UTF-8") from error
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield f"{file}:{number}", parse_json(line)
                except ValueError as error:
                    raise InputError(str(error), subject=f"{file}:{number}", remedy="write one case a line") from error
        return
    placed = read_yaml(file)
    cases = placed.value.get("cases") if isinstance(placed.value, dict) and set(placed.value) == {"cases"} else None
    if not isinstance(cases, list):
        raise InputError("expected one list, 'cases:'", subject=file, remedy="see the README for an example")
    for number, raw in enumerate(cases):
        yield placed.place("cases", number), raw


def _case(place: str, raw: Any) -> Case:
    kinds = [_KEYS[key] for key in _KEYS if isinstance(raw, dict) and key in raw]
    if len(kinds) != 1:
        raise InputError(f"a case has exactly one of {', '.join(_KEYS)}; that says what it is about", subject=place)
    try:
        json.dumps(raw)  # numbers of more digits than Python writes are YAML, but no case
        return kinds[0].model_validate(raw)
    except ValidationError as error:
        raise InputError(
            what_is_wrong(error, whole="case", most=1), subject=place, remedy="see the README for an example"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(str(error), subject=place, remedy="write it out") from error
