"""What a person sees of a run: progress on standard error, tables at the end."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status
from rich.table import Table

from wordfuse.agent.telling.marks import MARKS
from wordfuse.agent.telling.text import plainly, printable

if TYPE_CHECKING:
    from wordfuse.agent.batch.job import Job
    from wordfuse.agent.context import Event
    from wordfuse.agent.record import Instruction, Record, StepRecord
    from wordfuse.agent.state import Json
    from wordfuse.agent.talking.talk import Line


def messages(quiet: bool) -> Console:
    """The console for progress and messages: standard error."""
    return Console(stderr=True, quiet=quiet, highlight=False)


def print_json(value: Any) -> None:
    """The one JSON document of ``--json``, and nothing else, on standard output."""
    # ASCII: a file name that is no UTF-8, or a terminal that is not, must not break the document.
    sys.stdout.write(json.dumps(value, indent=1) + "\n")
    sys.stdout.flush()  # whether it got there is known while the command can tell


@contextmanager
def downloading(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show that the language model is loaded and, if it must be fetched first, how far that is.

    Yields:
        What the download calls with bytes done and in all. Where no terminal is, it writes one line.
    """
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with console.status("loading the language model") as status:

        def show(done: int, size: int) -> None:
            if not bars.tasks:
                what = "fetching the language model"
                bars.add_task(what, total=size)
                status.stop()  # one of the two at a time: rich 14.0 knows no live display inside another
                bars.start()
                if not console.is_terminal:
                    console.print(f"{what} ({size / 1e6:.0f} MB, once)", soft_wrap=True)
            bars.update(bars.task_ids[0], completed=done)
            if done >= size:
                bars.stop()
                status.start()

        try:
            yield show
        finally:
            bars.stop()


@contextmanager
def counting(console: Console) -> Iterator[Callable[[int, int, str], None]]:
    """Show how many pieces of a batch are done.

    Yields:
        What the batch calls with pieces done, pieces in all, and the name of the one at work.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("", total=None)
        yield lambda done, count, name: bars.update(
            bar, completed=done, total=count, description=escape(printable(name))
        )


@contextmanager
def watching(console: Console) -> "Iterator[Callable[[Event], None]]":
    """Show the events of a run as they come: a line each, and a bar for the epochs of the tool at work."""
    columns = (
        TextColumn("    {task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    bars: list[Progress] = []  # at most one, and only while epochs run: pictures must not meet a live display
    thinking: list[Status] = []  # likewise, while the language model is asked

    def stop() -> None:
        while bars:
            bars.pop().stop()
        while thinking:
            thinking.pop().stop()

    def show(event: "Event") -> None:
        done = event.progress
        if event.kind in ("thinking", "thought"):
            stop()
            if event.kind == "thinking" and console.is_terminal:
                thinking.append(console.status(f"[dim]thinking: {event.text}[/dim]"))
                thinking[0].start()
        elif done is None:
            stop()
            console.print(f"[dim]{MARKS[event.kind]:>10}[/dim]  {shown_text(event.text)}", soft_wrap=True)
        elif console.is_terminal:  # in a file or a pipe a bar is only an empty line
            if not bars or (bars[0].tasks[0].description, bars[0].tasks[0].total) != (done.tool, done.epochs):
                stop()
                bars.append(Progress(*columns, console=console, transient=True))
                bars[0].add_task(done.tool, total=done.epochs)
                bars[0].start()
            bars[0].update(bars[0].task_ids[0], completed=done.epoch)
            if done.epoch >= done.epochs:
                stop()  # a prompt may come next

    try:
        yield show
    finally:
        stop()


def step_table(instructions: "Iterable[Instruction]") -> Table:
    """One row per step of some instructions of a record."""
    table = Table(title=None, header_style="bold")
    for column in ("step", "region", "tries", "before -> after", "verdict"):
        table.add_column(column, overflow="fold")
    for instruction in instructions:
        if instruction.refusal:
            refused = f"[yellow]not done[/yellow]: {shown_text(instruction.refusal)}"
            table.add_row(shown_text(instruction.text), "", "0", "", refused)
        if instruction.answer:
            table.add_row(shown_text(instruction.text), "", "", "", shown_text(instruction.answer.text))
        elif instruction.control:
            table.add_row(shown_text(instruction.text), "", "", "", f"[green]{instruction.control}[/green]")
        for step in instruction.steps:
            table.add_row(*_row(step))
        for part in instruction.not_done:
            table.add_row(shown_text(f"'{part}'"), "", "0", "", "[yellow]not done[/yellow]: no step does that")
    return table


def job_began(console: Console, job: "Job", count: int) -> None:
    """Say that the work on a job of a script begins."""
    words = shown_text(" / ".join(job.say))
    console.print(f"[bold]{job.number}/{count}  {shown_text(job.name)}[/bold]  {words}", soft_wrap=True)


def job_ended(console: Console, line: "Json", done: int, count: int) -> None:
    """Say what came of a job of a script."""
    outcome = (
        f"{line['satisfied']} of {line['steps']} satisfied" if line["error"] is None else shown_text(line["error"])
    )
    console.print(
        f"[dim]{done} of {count} done[/dim]  {shown_text(line['name'])}: {outcome}, {line['seconds']:.1f} s",
        soft_wrap=True,
    )


def jobs_table(lines: "Iterable[Json]") -> Table:
    """The closing table of a script: one row per job."""
    table = Table(header_style="bold")
    for column in ("job", "words", "satisfied", "seconds", "exit", "remark"):
        table.add_column(column, overflow="fold", justify="right" if column in ("seconds", "exit") else "left")
    for line in lines:
        good = line["exit_code"] == 0
        remark = shown_text(line["error"] or "; ".join(line["notes"]))
        table.add_row(
            shown_text(line["name"]),
            shown_text(" / ".join(line["say"])),
            f"{line['satisfied']}/{line['steps']}",
            f"{line['seconds']:.1f}",
            "[green]0[/green]" if good else f"[yellow]{line['exit_code']}[/yellow]",
            remark if good else f"[yellow]{remark}[/yellow]",
        )
    return table


def list_table(lines: "Iterable[Line]") -> Table:
    """A list: what each line is about, what may follow that, and what there is to say."""
    table = Table.grid(padding=(0, 2))
    for about, takes, text in lines:
        name = f"[bold]{shown_text(about)}[/bold] {shown_text(takes)}" if about else ""
        table.add_row(name.rstrip(), shown_text(text))
    return table


def metric_table(columns: Mapping[str, Mapping[str, float]]) -> Table:
    """Metrics down, pictures across."""
    table = Table(header_style="bold")
    table.add_column("metric")
    for name in columns:
        table.add_column(shown_text(name), justify="right")
    for metric in next(iter(columns.values())):
        table.add_row(metric, *(f"{values[metric]:.4f}" for values in columns.values()))
    return table


def metric_rows(rows: dict[str, dict[str, float]]) -> Table:
    """Pictures down, metrics across, narrow enough for a terminal of eighty columns."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    table.add_column("picture", overflow="fold")
    for metric in next(iter(rows.values())):
        table.add_column(metric, justify="right", no_wrap=True)
    for name, values in rows.items():
        table.add_row(shown_text(name), *(f"{value:.3g}" for value in values.values()))
    return table


def files_of(record: "Record") -> str:
    """Where the results are, as markup."""
    files = (Path(record.out) / name for name in ("result.png", "fused.png", "report.html", "run.json"))
    return "\n".join(f"  {shown_text(str(file))}" for file in files)


def _row(step: "StepRecord") -> tuple[str, str, str, str, str]:
    named = step.task.replace("_", " "), step.direction, f"({step.how_far or step.strength})"
    title = " ".join(part for part in named if part)
    region = str(step.region)
    if step.missing:
        region += f" (not found: {', '.join(step.missing)})"
    numbers = ""
    if step.best is not None:
        main = step.best.main
        numbers = f"{plainly(main.name)} {main.before:.1f} -> {main.after:.1f} (goal {main.target:.1f})"
    short = f"[yellow]{shown_text(step.notice or 'goal not reached')}[/yellow]"
    if step.reason == "already":
        verdict = f"[green]satisfied[/green]: {shown_text(step.notice or '')}"
    else:
        verdict = "[green]satisfied[/green]" if step.satisfied else short
    return title, shown_text(region), str(len(step.attempts)), numbers, verdict


def shown_text(text: str, *, keep_indent: bool = False) -> str:
    """Text of others as it may stand in markup: no control characters, no tags."""
    indent = " " * (len(text) - len(text.lstrip(" "))) if keep_indent else ""
    return indent + escape(printable(text))
