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
from wordfuse.cli.shared import offset_of, warn_of_pair
from wordfuse.fusion.errors import BackendUnreachable, StorageError

if TYPE_CHECKING:
    from wordfuse.agent.film.session import FilmSession


@everywhere
@guarded
def video(
    *,
    ir: f.InfraredFilm,
    vi: f.VisibleFilm,
    instruction: o.Instructions = [],  # noqa: B006 (typer wants a list)
    out: o.OutFolder = None,
    every: f.Every = 20,
    offset: f.Offset = "0",
    fps: f.Rate = None,
    record: f.Recorded = None,
    frames: f.WithFrames = False,
    masks: f.WithMasks = False,
    fused_film: f.WithFused = False,
    codec: f.Codec = "mpeg4",
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    chosen: g.FilmSettings,
) -> None:
    """Carry out instructions on a film, two films or two folders of frames; without any it is fused, no more."""
    from wordfuse.agent.film.cameras import are_cameras
    from wordfuse.agent.film.session import FilmSession
    from wordfuse.agent.film.wanted import Wanted
    from wordfuse.agent.terminal.console import downloading, messages

    settings = build_settings(**chosen.fields())
    check_words(*instruction, option="-i ")
    output = {"codec": codec, "frames": frames, "masks": masks, "fused": fused_film}
    sources, offset_s = (Path(ir), Path(vi)), offset_of(offset)
    if are_cameras(ir, vi):
        sources, offset_s = _recorded(ir, vi, out or Path("runs/camera"), record, quiet)
    folder = out or Path("runs") / sources[1].stem
    wanted = Wanted.model_validate({"every": every, "offset_s": offset_s, "fps": fps} | output)
    with downloading(messages(quiet)) as progress:
        session = FilmSession.create(
            folder, *sources, instruction, settings, wanted, progress=progress, number=out is None
        )
    finish_film(session, as_json, quiet)


def _recorded(
    ir: str, vi: str, out: Path, seconds: float | None, quiet: bool
) -> tuple[tuple[Path, Path], float | None]:
    """Two cameras as films, and how much later the infrared one began; Ctrl-C ends the recording, not the command."""
    from wordfuse.agent.film.cameras import recorded
    from wordfuse.agent.interrupts import Interrupts

    if not quiet:
        complain("recording; Ctrl-C ends it" if seconds is None else f"recording for {seconds:g} s")
    with Interrupts(lambda text: None) as interrupts, interrupts.gently():
        made = recorded(ir, vi, out, seconds, lambda: not interrupts.asked())
    if not quiet:
        complain(f"recorded {made.infrared} and {made.visible}")
    return (made.infrared, made.visible), made.offset_s


def finish_film(session: "FilmSession", as_json: bool, quiet: bool) -> None:
    """Run a session over a film to its end, show what came of it and leave with the run's exit code."""
    from wordfuse.agent.film.record import film_exit_code
    from wordfuse.agent.terminal.console import messages, print_json
    from wordfuse.agent.terminal.films import filming, show_film

    console = messages(quiet)
    try:
        with filming(console) as watch:
            record = session.run(watch)
    except KeyboardInterrupt:
        complain(f"interrupted; what is done is kept; go on with: wordfuse resume {session.folder}")
        raise typer.Exit(INTERRUPTED) from None
    except (BackendUnreachable, StorageError) as error:
        raise error.again(type(error), remark=f"go on later with: wordfuse resume {session.folder}") from error
    notes = {"warnings": record.film.warnings, "temperatures": record.film.temperatures}
    warn_of_pair(notes, quiet, "; ".join(said.text for said in record.instructions))
    if as_json:
        print_json(record.as_json())
    else:
        show_film(record, console)
    raise typer.Exit(film_exit_code(record))
