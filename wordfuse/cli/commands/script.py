"""``wordfuse script``: many pairs and many turns from a file."""

import json
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from wordfuse.agent.telling.shown import shown_url
from wordfuse.cli.guard import INTERRUPTED, complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options import scripts as s
from wordfuse.cli.options.taking import everywhere
from wordfuse.fusion.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from wordfuse.agent.batch.carrying import Connect
    from wordfuse.agent.batch.engines import Engine, Watch
    from wordfuse.agent.batch.folder import BatchFolder
    from wordfuse.agent.batch.job import Job
    from wordfuse.agent.model.protocol import LanguageModel
    from wordfuse.agent.settings import Settings
    from wordfuse.agent.state import Json

SATISFIED, NOT_SATISFIED = 0, 3
ADDRESSES = ("llm", "ray_address")


@everywhere
@guarded
def script(
    *,
    file: s.ScriptFile,
    out: s.BatchOut = None,
    jobs: s.Jobs = 1,
    engine: s.EngineName = "local",
    ray_address: s.RayAddress = None,
    dry_run: s.DryRun = False,
    chosen: g.ScriptSettings,
    as_json: s.LinesAsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Carry out a script file: many pairs, many turns. One JSON line per job on standard output as it ends."""
    from wordfuse.agent.batch.expand import jobs_of
    from wordfuse.agent.batch.folder import BatchFolder
    from wordfuse.agent.batch.job import worst
    from wordfuse.agent.batch.script import read_script
    from wordfuse.agent.terminal.console import messages

    given = {name: value for name, value in chosen.values.items() if value is not None}
    workers = _engine(engine, jobs, ray_address)
    folder = out or Path("runs") / file.stem
    listed = jobs_of(read_script(file), folder, given, complain)
    console = messages(quiet)
    if dry_run:
        raise typer.Exit(_dry_run(listed, console))
    where = {"engine": engine if engine != "local" else None, "ray_address": ray_address}
    with BatchFolder.opened(folder, file, listed, number=out is None) as batch:
        again = _command(file, {"out": batch.folder} | where | {"jobs": jobs if jobs > 1 else None} | given)
        try:
            _carry_out(batch, workers, console)
        except KeyboardInterrupt:
            complain(f"interrupted; go on with: {again}")
            raise typer.Exit(INTERRUPTED) from None
        lines = [batch.lines[job.number] for job in batch.jobs]
        _close(batch, lines, console, table=not as_json)
    failed = sum(line["error"] is not None for line in lines)
    if failed:
        complain(f"{failed} of {len(lines)} jobs failed; try these again with: {again}")
    raise typer.Exit(worst(lines))


def _command(file: Path, options: Mapping[str, object]) -> str:
    """The command that continues a batch, without passwords and keys in addresses."""
    words = [
        (f"--{name.replace('_', '-')}", shown_url(str(value)) if name in ADDRESSES else str(value))
        for name, value in options.items()
        if value is not None
    ]
    return shlex.join(["wordfuse", "script", str(file), *(part for word in words for part in word)])


def _engine(name: str, jobs: int, ray_address: str | None) -> "Engine":
    from wordfuse.agent.batch.engines.local import Here, Processes

    if name == "ray":
        from importlib.util import find_spec

        if find_spec("ray") is None:
            raise InputError(
                "needs Ray", argument="engine", subject="ray", remedy="install it with: pip install 'wordfuse[ray]'"
            )
        from wordfuse.agent.batch.engines.ray import RayCluster

        return RayCluster(jobs, ray_address)
    if ray_address is not None and name == "local":
        complain("--ray-address has no meaning without --engine ray")
    return Here() if jobs == 1 else Processes(jobs)


def _carry_out(batch: "BatchFolder", engine: "Engine", console: "Console") -> None:
    """Carry out what is not done yet; print the line of every job and keep it."""
    from wordfuse.agent.terminal.console import job_ended

    stdout = sys.stdout
    before = {line["job"]: line for line in batch.finished()}
    for line in before.values():
        _print_line(line, stdout)
    left = [job for job in batch.jobs if job.number not in before]
    if before:
        console.print(f"  {len(before)} of {len(batch.jobs)} jobs were done before", soft_wrap=True)
    with _watch(batch, console) as watch:
        for line in engine.run(left, watch):
            batch.keep(line)
            _print_line(line, stdout)
            job_ended(console, line, len(batch.lines), len(batch.jobs))
            for warning in line["warnings"]:
                console.print(f"  warning: {warning}", soft_wrap=True, markup=False)


@contextmanager
def _watch(batch: "BatchFolder", console: "Console") -> "Iterator[Watch]":
    """What the person sees of the work, and how they stop it."""
    from wordfuse.agent.batch.engines import Watch
    from wordfuse.agent.interrupts import Interrupts
    from wordfuse.agent.terminal.console import job_began, watching

    def began(job: "Job") -> None:
        job_began(console, job, len(batch.jobs))

    with Interrupts(complain) as interrupts:
        yield Watch(began, _connecting(console), lambda: watching(console), interrupts, complain)


def _close(batch: "BatchFolder", lines: Sequence["Json"], console: "Console", *, table: bool) -> None:
    """The pictures of the whole batch and the table."""
    from wordfuse.agent.terminal.console import jobs_table

    pages = [batch.write_index(), *batch.write_sheet()]
    if table:
        console.print(jobs_table(lines))
        for path in (*pages, batch.results):
            console.print(f"  {path}", soft_wrap=True, markup=False)


def _dry_run(jobs: "Sequence[Job]", console: "Console") -> int:
    """Print the plans of what the jobs say; the exit code."""
    from wordfuse.agent.batch.carrying import Models
    from wordfuse.agent.batch.dry_run import dry_run

    refused = False
    for line in dry_run(jobs, Models(_connecting(console))):
        _print_line(line, sys.stdout)
        refused |= any(plan["refusal"] for plan in line["plans"])
    return NOT_SATISFIED if refused else SATISFIED


def _connecting(console: "Console") -> "Connect":
    """Load a language model, and show that."""
    from wordfuse.agent.context import connect_model
    from wordfuse.agent.terminal.console import downloading

    def connect(settings: "Settings") -> "LanguageModel":
        with downloading(console) as progress:
            return connect_model(settings, progress)

    return connect


def _print_line(line: "Json", stdout: TextIO) -> None:
    stdout.write(json.dumps(line) + "\n")
    stdout.flush()
