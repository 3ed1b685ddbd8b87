"""Commands that work with the agent: run, resume, demo, plan, doctor."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wordfuse.agent.plan import check_words
from wordfuse.agent.settings import Settings, build_settings
from wordfuse.agent.telling.shown import brief
from wordfuse.agent.telling.text import printable
from wordfuse.cli.guard import INTERRUPTED, complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.cli.shared import files_of, tell, warn
from wordfuse.fusion.errors import BackendUnreachable, InputError, StorageError

if TYPE_CHECKING:
    from wordfuse.agent.record import Record


@everywhere
@guarded
def run(
    *,
    instruction: o.Instructions,
    out: o.OutFolder = None,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    pair: g.Pair,
    chosen: g.RunSettings,
) -> None:
    """Carry out instructions on one pair: the main job."""
    ir, vi = files_of(pair)
    settings = build_settings(**pair.fields(), **chosen.fields())
    _run(out or Path("runs") / vi.stem, ir, vi, instruction, settings, as_json, quiet, number=out is None)


@everywhere
@guarded
def resume(
    *,
    run_dir: Annotated[Path, typer.Argument(help="The folder of the interrupted run.", show_default=False)],
    chosen: g.ResumeSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Go on with an interrupted run; of a finished one, make results again that were deleted."""
    from wordfuse.agent.film.session import FilmSession
    from wordfuse.agent.film.wanted import is_film_run
    from wordfuse.agent.run.session import Session
    from wordfuse.agent.terminal.console import downloading, messages
    from wordfuse.cli.commands.video import finish_film

    overrides: dict[str, object] = {name: value for name, value in chosen.values.items() if value is not None}
    if is_film_run(run_dir):
        with downloading(messages(quiet)) as progress:
            film = FilmSession.open(run_dir, overrides=overrides, progress=progress)
        finish_film(film, as_json, quiet)
        return
    with downloading(messages(quiet)) as progress:
        session = Session.open(run_dir, overrides=overrides, progress=progress, to_run=True)
    _finish(session, as_json, quiet)


@everywhere
@guarded
def demo(
    *,
    out: o.DemoFolder = None,
    tools: o.EveryTool = False,
    chosen: g.DemoSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Do the main job on the bundled example, or try every tool on a picture with faults."""
    from wordfuse.agent.report.strip import write_strip

    examples = Path(__file__).resolve().parents[2] / "examples"
    settings = build_settings(**chosen.fields())
    if tools:
        _every_tool(examples / "faulty", out or Path("runs/tools"), settings, as_json, quiet)
        return
    words = ["make the people stand out, then brighten the dark areas"]
    ir, vi = examples / "street" / "ir.png", examples / "street" / "vi.png"
    _run(out or Path("runs/demo"), ir, vi, words, settings, as_json, quiet, number=True, then=write_strip)


@everywhere
@guarded
def plan(
    *,
    text: Annotated[str, typer.Argument(help="An instruction.", show_default=False)],
    after: o.After = None,
    chosen: g.PlanSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Show what the language model understands; no picture is touched. Exit code 3: it refuses."""
    from pydantic import ValidationError

    from wordfuse.agent.model.connect import connect
    from wordfuse.agent.model.planning import held_to_words
    from wordfuse.agent.plan import Plan
    from wordfuse.agent.terminal.console import downloading, messages, print_json
    from wordfuse.fusion.files.json_file import read_json

    settings = chosen.settings()
    check_words(text, option="-i ")
    before = None
    if after is not None:
        try:
            before = Plan.model_validate(read_json(after))
        except (InputError, ValidationError) as error:
            what = error.problem if isinstance(error, InputError) else brief(error)
            raise InputError(
                f"not a plan as 'wordfuse plan --json' prints it ({what})", argument="after", subject=after
            ) from error
    with downloading(messages(quiet)) as progress:
        connected = connect(settings.llm, model=settings.model, device=settings.device, progress=progress)
    understood = held_to_words(connected.plan(text, before), connected, text, before, settings.doubt)
    if as_json:
        print_json(understood.model_dump())
    else:
        for number, step in enumerate(understood.steps, start=1):
            typer.echo(printable(f"{number}. {step}"))
        if understood.refusal:
            typer.echo(printable(f"not done: {understood.refusal}"))
        elif not understood.steps:
            typer.echo(printable(str(understood)))
    if understood.refusal:
        raise typer.Exit(3)


@everywhere
@guarded
def doctor(
    *,
    chosen: g.LanguageSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Check this machine and try the language model on one instruction."""
    from wordfuse.agent.model.doctor import examine
    from wordfuse.agent.terminal.console import downloading, messages, print_json

    settings = chosen.settings()
    with downloading(messages(quiet)) as progress:
        findings = examine(settings.llm, settings.model, settings.device, progress)
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        for finding in findings:
            typer.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.name}: {printable(finding.text)}")
    worst = max(finding.exit_code for finding in findings)
    if worst:
        raise typer.Exit(worst)


def _every_tool(example: Path, out: Path, settings: Settings, as_json: bool, quiet: bool) -> None:
    """Every tool on its region of a pair, and the sheet that shows them."""
    from wordfuse.agent.run.every_tool import SHEET, draw, every_tool
    from wordfuse.agent.run.folders import new_folder
    from wordfuse.agent.terminal.console import messages

    folder, ir, vi = new_folder(out), example / "ir.png", example / "vi.png"
    masks = {path.stem: path for path in sorted((example / "masks").glob("*.png"))}
    console, done = messages(quiet), []
    for one in every_tool(ir, vi, masks, folder, settings):
        console.print(printable(f"{one.words}: {', '.join(one.measured)}"), markup=False, soft_wrap=True)
        done.append(one)
    draw(done, ir, vi, folder / SHEET)
    told = {"out": str(folder), "sheet": str(folder / SHEET), "tools": [one.as_json() for one in done]}
    tell(told, as_json, quiet, f"wrote {folder / SHEET}")


def _run(
    folder: Path,
    ir: Path,
    vi: Path,
    instructions: list[str],
    settings: Settings,
    as_json: bool,
    quiet: bool,
    *,
    number: bool,
    then: "Callable[[Record], None] | None" = None,
) -> None:
    from wordfuse.agent.run.session import Session
    from wordfuse.agent.terminal.console import downloading, messages

    check_words(*instructions, option="-i ")
    with downloading(messages(quiet)) as progress:
        session = Session.create(folder, ir, vi, instructions, settings, progress=progress, number=number)
    warn(session.warnings, quiet)
    _finish(session, as_json, quiet, then)


def _finish(session: Any, as_json: bool, quiet: bool, then: "Callable[[Record], None] | None" = None) -> None:
    """Run a session to its end, show what came of it and leave with the run's exit code."""
    from wordfuse.agent.interrupts import Interrupts
    from wordfuse.agent.record import exit_code
    from wordfuse.agent.terminal.console import files_of, messages, print_json, step_table, watching

    console = messages(quiet)
    try:
        with watching(console) as notify, Interrupts(complain) as interrupts:
            record = session.run(notify, interrupts)
    except KeyboardInterrupt:
        complain(f"interrupted; go on with: wordfuse resume {session.folder}")
        raise typer.Exit(INTERRUPTED) from None
    except (BackendUnreachable, StorageError) as error:
        raise error.again(type(error), remark=f"go on later with: wordfuse resume {session.folder}") from error
    if then is not None:
        then(record)
    if as_json:
        print_json(record.as_json())
    else:
        console.print(step_table(record.instructions))
        console.print(files_of(record), soft_wrap=True)
    raise typer.Exit(exit_code(record))
