"""A job: one pair, what is to be done with it and what is told of it. Light: whoever hands jobs out needs no more."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from wordfuse.agent.dialogue.why import parts_told
from wordfuse.agent.errors import InputError
from wordfuse.agent.film.record import FilmRecord, film_exit_code, read_film_record
from wordfuse.agent.film.wanted import Wanted, is_film_run
from wordfuse.agent.record import Record, exit_code, read_record
from wordfuse.agent.run.names import RECORD, SESSION
from wordfuse.agent.settings import Settings
from wordfuse.agent.state import Json
from wordfuse.agent.telling.text import printable

_WORST_LAST = (0, 3, 2, 4, 1)
ELSEWHERE = {"llm", "model", "adapter", "device"}  # where a job is carried out may change until it is done
_MOST_CHARACTERS = 300


class Job(BaseModel):
    """One pair and what is to be done with it.

    Attributes:
        number: from 1.
        name: unique in its batch, and the name of its run folder.
        line: of the script, where it stands.
        out: its run folder.
        film: how a film is made; None: it is a pair of pictures.
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
    film: Wanted | None = Field(None, exclude_if=lambda film: film is None)

    @property
    def begun(self) -> bool:
        """Whether there is something to go on with."""
        return (self.out / SESSION).exists() or is_film_run(self.out)

    def asked(self) -> Json:
        """All that the result depends on, and nothing else."""
        return self.model_dump(mode="json", exclude={"line": True, "out": True, "settings": ELSEWHERE})


def finished_line(job: Job) -> Json | None:
    """The line of a job that is done already; a record that cannot be read is looked at when it is its turn."""
    try:
        if job.film is not None:
            film = read_film_record(job.out / RECORD)
            return film_line_of(job, film, film.seconds, resumed=True)
        record = read_record(job.out)
    except InputError:
        return None
    return line_of(job, record, record.seconds, resumed=True)


def line_of(job: Job, record: Record, seconds: float, *, resumed: bool) -> Json:
    """What is told about a job that was carried out."""
    steps = list(record.steps)
    notes = [instruction.refusal for instruction in record.instructions if instruction.refusal]
    notes += [told for instruction in record.instructions for told in parts_told(instruction.not_done)]
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


def film_line_of(job: Job, record: FilmRecord, seconds: float, *, resumed: bool) -> Json:
    """The same of a film."""
    notes = [said.refusal for said in record.instructions if said.refusal]
    short = [step for step in record.steps if step.notice or not step.satisfied]
    notes += [step.notice or f"{step.task}: goal not reached" for step in short]
    return _line(job, film_exit_code(record), None, seconds, resumed) | {
        "steps": len(record.steps),
        "satisfied": sum(step.satisfied for step in record.steps),
        "notes": list(dict.fromkeys(notes)),
        "warnings": list(record.film.warnings),
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
