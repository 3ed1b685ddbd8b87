"""What a person sees of a run over a film: how far it is, what the agent decides, and what held."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from wordfuse.agent.telling.marks import MARKS
from wordfuse.agent.terminal.console import shown_text

if TYPE_CHECKING:
    from wordfuse.agent.context import Event
    from wordfuse.agent.film.record import FilmRecord
    from wordfuse.agent.film.work import Doing, Watch

SETTLED_S = 0.5  # after which a pace says something
UNITS = {"deciding": "key frames", "looking again": "key frames"}


@contextmanager
def filming(console: Console) -> "Iterator[Watch]":
    """Show a bar with frames a second and the time that is left, and a line for what the agent does.

    In a file or a pipe a bar is only an empty line: there it is a line a stage.
    """
    from wordfuse.agent.film.work import Watch

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} {task.fields[unit]}"),
        TextColumn("{task.fields[pace]}"),
        TimeRemainingColumn(),
    )
    began: dict[str, tuple[float, int]] = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("", total=None, pace="", unit="")

        def doing(now: "Doing") -> None:
            unit = UNITS.get(now.stage, "frames")
            if now.stage not in began:
                began[now.stage] = time.monotonic(), now.done
                bars.reset(bar, total=now.total, description=now.stage, unit=unit, pace="")
                console.print(f"[dim]{now.stage:>10}[/dim]  {now.total or '?'} {unit}", soft_wrap=True)
            started, first = began[now.stage]
            seconds, count = time.monotonic() - started, now.done - first
            pace = f"{count / seconds:.1f}/s" if count and seconds > SETTLED_S else ""
            bars.update(bar, completed=now.done, total=now.total, pace=pace)

        def notify(event: "Event") -> None:
            if event.kind in MARKS:
                console.print(f"[dim]{MARKS[event.kind]:>10}[/dim]  {shown_text(event.text)}", soft_wrap=True)

        yield Watch(doing, notify)


def show_film(record: "FilmRecord", console: Console) -> None:
    """Print what came of a film, where something was asked for, and where it is."""
    if record.instructions:
        console.print(_table(record))
    console.print(_files(record), soft_wrap=True)


def _table(record: "FilmRecord") -> Table:
    """One row per step: in how many of the frames that were measured it held, and when it did not."""
    table = Table(title=None, header_style="bold")
    for column in ("step", "held", "verdict"):
        table.add_column(column, overflow="fold")
    for said in record.instructions:
        if said.refusal:
            table.add_row(shown_text(said.text), "", f"[yellow]not done[/yellow]: {shown_text(said.refusal)}")
        if said.answer:
            table.add_row(shown_text(said.text), "", shown_text(said.answer.text))
        for step in said.steps:
            held = f"{sum(one.met for one in step.checked)}/{len(step.checked)}" if step.checked else ""
            colour = "green" if step.satisfied else "yellow"
            word = "satisfied" if step.satisfied else "not all the time" if step.calls else "not done"
            notice = f": {shown_text(step.notice)}" if step.notice else ""
            table.add_row(shown_text(str(step)), held, f"[{colour}]{word}[/{colour}]{notice}")
    return table


def _files(record: "FilmRecord") -> str:
    """Where the results are, a path a line, as they can be copied."""
    made = record.files
    named = (made.film, made.fused, made.frames, made.masks, made.report, "run.json")
    return "\n".join(f"  {shown_text(record.out)}/{name}" for name in named if name)
