"""The command for films."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wordfuse.agent.plan import check_words
from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import INTERRUPTED, complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import films as f
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.cli.shared import warn
from wordfuse.fusion.errors import BackendUnreachable, InputError, StorageError

if TYPE_CHECKING:
    from wordfuse.agent.film.session import FilmSession


@everywhere
@guarded
def video(
    *,
    ir: f.InfraredFilm,
    vi: f.VisibleFilm,
    instruction: o.Instructions,
    out: f.FilmFolder = None,
    every: f.Every = 20,
    offset: f.Offset = "0",
    fps: f.Rate = None,
    record: f.Recorded = None,
    frames: f.WithFrames = False,
    fused_film: f.WithFused = False,
    codec: f.Codec = "mpeg4",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    chosen: g.FilmSettings,
) -> None:
    """Carry out instructions on a film: two films or two folders of frames."""
    from wordfuse.agent.film.session import FilmSession, Wanted
    from wordfuse.agent.terminal.console import downloading, messages

    settings = build_settings(**chosen.fields())
    check_words(*instruction, option="-i ")
    wanted = Wanted(every=every, offset_s=offset_of(offset), fps=fps, codec=codec, frames=frames, fused=fused_film)
    sources = Path(ir), Path(vi)
    folder = out or Path("runs") / (sources[1].stem or "film")
    with downloading(messages(quiet)) as progress:
        session = FilmSession.create(
            folder, *sources, instruction, settings, wanted, progress=progress, number=out is None
        )
    finish_film(session, as_json, quiet)


def offset_of(given: str) -> float | None:
    """What ``--offset`` says: seconds, or None for ``auto``.

    Raises:
        InputError: neither.
    """
    if given.strip().lower() == "auto":
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = float("nan")
    if not -86_400 <= seconds <= 86_400:
        raise InputError(
            "is no offset", argument="offset", subject=given, remedy="give seconds, as in 0.4 or -2, or auto"
        )
    return seconds


def finish_film(session: "FilmSession", as_json: bool, quiet: bool) -> None:
    """Run a session over a film to its end, show what came of it and leave with the run's exit code."""
    from wordfuse.agent.film.record import film_exit_code
    from wordfuse.agent.terminal.console import messages, print_json
    from wordfuse.agent.terminal.films import files_of_film, film_table, filming

    console = messages(quiet)
    try:
        with filming(console) as watch:
            record = session.run(watch)
    except KeyboardInterrupt:
        complain(f"interrupted; what is done is kept; go on with: wordfuse resume {session.folder}")
        raise typer.Exit(INTERRUPTED) from None
    except (BackendUnreachable, StorageError) as error:
        raise error.again(type(error), remark=f"go on later with: wordfuse resume {session.folder}") from error
    warn(record.film.warnings, quiet)
    if as_json:
        print_json(record.as_json())
    else:
        console.print(film_table(record))
        console.print(files_of_film(record), soft_wrap=True)
    raise typer.Exit(film_exit_code(record))
