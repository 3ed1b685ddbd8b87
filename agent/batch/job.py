"""A job: one pair and what is to be done with it, carried out in a run folder of its own."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock

from pydantic import BaseModel, ConfigDict

from wordfuse.agent.context import connect_model
from wordfuse.agent.errors import InputError
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.record import Record, exit_code, read_record
from wordfuse.agent.run.session import SESSION, Notify, Session
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.explain import explained
from wordfuse.agent.telling.text import printable

Connect = Callable[[Settings], LanguageModel]
Watching = Callable[[], AbstractContextManager[Notify]]

_WORST_LAST = (0, 3, 2, 4, 1)
_ELSEWHERE = {"llm", "model", "adapter", "device"}  # where a job is carried out may change until it is done
_MOST_CHARACTERS = 300


class Job(BaseModel):
    """One pair and what is to be done with it.

    Attributes:
        number: from 1.
        name: unique in its batch, and the name of its run folder.
        line: of the script, where it stands.
        out: its run folder.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    name: str
    line: int
    ir: Path
    vi: Path
    say: tuple[str, ...]
    out: Path
    settings: Settings

    def asked(self) -> Json:
        """All that the result depends on, and nothing else."""
        return self.model_dump(mode="json", exclude={"line": True, "out": True, "settings": _ELSEWHERE})


class Models:
    """The language models of a process, each loaded once."""

    def __init__(self, connect: Connect = connect_model) -> None:
        """``connect`` loads one."""
        self._connect, self._known = connect, dict[str, LanguageModel]()
        self._loading = Lock()

    def of(self, settings: Settings) -> LanguageModel:
        """The model that settings name.

        Raises:
            InputError: there is no such model.
            BackendUnreachable: it cannot be reached; the next job asks again.
        """
        key = settings.model_dump_json(include=_ELSEWHERE)
        with self._loading:  # threads that want the same wait for the one that loads it
            if key not in self._known:
                self._known[key] = self._connect(settings)
            return self._known[key]


def carry_out(job: Job, connect: Connect, watching: Watching, interrupts: Interrupts | None = None) -> Json:
    """Carry a job out, or go on where it was left; whatever goes wrong is in the line that is returned.

    Raises:
        KeyboardInterrupt: ``interrupts`` said so; the same call goes on.
    """
    started = time.monotonic()
    resumed = (job.out / SESSION).exists()
    try:
        session = _session(job, connect)
        with watching() as notify:
            record = session.run(notify, interrupts)
        return line_of(job, record, time.monotonic() - started, resumed=resumed)
    except Exception as error:
        text, code = explained(error)
        return failed_line(job, text, code, time.monotonic() - started, resumed=resumed)


def finished_line(job: Job) -> Json | None:
    """The line of a job that is done already; a record that cannot be read is looked at when it is its turn."""
    try:
        record = read_record(job.out)
    except InputError:
        return None
    return line_of(job, record, record.seconds, resumed=True)


def line_of(job: Job, record: Record, seconds: float, *, resumed: bool) -> Json:
    """What is told about a job that was carried out."""
    steps = list(record.steps)
    notes = [instruction.refusal for instruction in record.instructions if instruction.refusal]
    for step in steps:
        if step.notice or not step.satisfied:
            notes.append(step.notice or f"{step.task}: goal not reached")
        if step.missing:
            notes.append(f"not found: {', '.join(step.missing)}")
    return _line(job, exit_code(record), None, seconds, resumed) | {
        "steps": len(steps),
        "satisfied": sum(step.satisfied for step in steps),
        "notes": list(dict.fromkeys(notes)),
        "warnings": list(record.sources.warnings),
    }


def failed_line(job: Job, error: str, code: int, seconds: float, *, resumed: bool) -> Json:
    """What is told about a job that could not be carried out."""
    return _line(job, code, printable(error)[:_MOST_CHARACTERS], seconds, resumed)


def worst(lines: list[Json]) -> int:
    """The worst exit code; from best to worst 0, 3, 2, 4, 1."""
    return max((line["exit_code"] for line in lines), key=_WORST_LAST.index, default=0)


def _line(job: Job, code: int, error: str | None, seconds: float, resumed: bool) -> Json:
    return {
        "job": job.number,
        "name": job.name,
        "line": job.line,
        "ir": str(job.ir),
        "vi": str(job.vi),
        "say": list(job.say),
        "out": str(job.out),
        "exit_code": code,
        "error": error,
        "seconds": round(seconds, 3),
        "steps": 0,
        "satisfied": 0,
        "notes": [],
        "warnings": [],
        "resumed": resumed,
    }


def _session(job: Job, connect: Connect) -> Session:
    """The session of a job: a new one, or the one that was begun."""
    model = connect(job.settings)
    if (job.out / SESSION).exists():
        return Session.open(job.out, model, job.settings.model_dump(include={"llm", "model", "device"}))
    return Session.create(job.out, job.ir, job.vi, list(job.say), job.settings, model)
