"""The command of conversations: chat."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import INTERRUPTED, complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import Chosen, everywhere
from wordfuse.cli.shared import IR, PAIR, VI, files_of, offset_of
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    from wordfuse.agent.film.wanted import Wanted
    from wordfuse.agent.run.session import Fetching
    from wordfuse.agent.talking.film_talk import FilmTalk

MAY_CHANGE = ("llm", "model", "device")  # when a run is resumed


@everywhere
@guarded
def chat(
    *,
    out: o.OutFolder = None,
    resume: o.Resume = None,
    images: o.Images = True,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    pair: g.Pair,
    frame: g.AtAFrame,
    chosen: g.RunSettings,
) -> None:
    """Talk about one pair, or about a film at one of its frames: wishes turn by turn, with undo and pictures."""
    from rich.console import Console

    from wordfuse.agent.film.wanted import Wanted
    from wordfuse.agent.run.folders import taken_back
    from wordfuse.agent.run.names import LOCK
    from wordfuse.agent.run.session import Session
    from wordfuse.agent.terminal.chat import Chat
    from wordfuse.agent.terminal.console import downloading, messages, print_json

    overrides = {} if resume is None else _overrides(out, frame, pair, chosen)
    wanted = Wanted(offset_s=offset_of(frame.values["offset"]), fps=frame.values["fps"])
    with ExitStack() as stack:
        with downloading(messages(quiet)) as progress:
            film = _film_of(pair, chosen, out, wanted, resume, overrides, progress)
            if film is not None:
                stack.enter_context(film.alone())
                with taken_back(film.folder, LOCK):
                    session = film.first(frame.values["at"])
            elif resume is not None:
                session = Session.open(resume, overrides=overrides, progress=progress)
            else:
                ir, vi = files_of(pair)
                settings = build_settings(**pair.fields(), **chosen.fields(), ask=True)
                folder = out or Path("runs") / vi.stem
                session = Session.create(folder, ir, vi, [], settings, progress=progress, number=out is None)
        keyboard = sys.stdin is not None and sys.stdin.isatty()
        console = Console(stderr=as_json, highlight=False)
        said: list[str] = []
        while True:  # of a film, one frame after the other
            held = Chat(session, console, images=images, keyboard=keyboard, quiet=quiet, film=film)
            try:
                code = held.run(said)
            except KeyboardInterrupt:
                complain(f"left in the middle of a turn; go on with: wordfuse chat --resume {held.home}")
                raise typer.Exit(INTERRUPTED) from None
            following = None if film is None else film.session()
            if following is None:
                break
            session, said = following, held.said
    if as_json:
        print_json(held.record.as_json())
    raise typer.Exit(code)


def _film_of(
    pair: Chosen,
    chosen: Chosen,
    out: Path | None,
    wanted: "Wanted",
    resume: Path | None,
    overrides: dict[str, object],
    progress: "Fetching | None",
) -> "FilmTalk | None":
    """What is talked about where that is a film: a new one, or one of an earlier time."""
    from wordfuse.agent.talking.film_kept import is_film_folder

    if not (_is_film(pair) if resume is None else is_film_folder(resume)):
        return None
    from wordfuse.agent.batch.carrying import Models
    from wordfuse.agent.context import connect_model
    from wordfuse.agent.run.folders import new_folder
    from wordfuse.agent.talking.film_talk import FilmTalk

    models = Models(lambda settings: connect_model(settings, progress))
    if resume is not None:
        return FilmTalk.open(resume, overrides, models.of)
    ir, vi = files_of(pair)
    settings = build_settings(**pair.fields(), **chosen.fields(), ask=True)
    models.of(settings)  # reached before anything is made
    return FilmTalk.create(new_folder(out or Path("runs") / vi.stem), ir, vi, settings, models.of, wanted)


def _is_film(pair: Chosen) -> bool:
    from wordfuse.agent.film.wanted import is_film

    ir, vi = pair.values["ir"], pair.values["vi"]
    return ir is not None and vi is not None and is_film(ir) and is_film(vi)


def _overrides(out: Path | None, frame: Chosen, pair: Chosen, chosen: Chosen) -> dict[str, object]:
    """The settings that differ from those of a run that is resumed.

    Raises:
        InputError: something was given that may not change.
    """
    if out is not None or {"ir", "vi", "pair"} & set(pair.typed):
        raise InputError(
            "the folder knows its pair",
            argument="resume",
            remedy=f"leave {IR}, {VI}, {PAIR} and {argument_named('out')} out",
        )
    if "at" in frame.typed:
        raise InputError("the folder knows its frame", argument="at", remedy="leave it out, and say 'go to 0:12' there")
    kept = [name for name in (*frame.typed, *pair.typed, *chosen.typed) if name not in MAY_CHANGE]
    if kept:
        raise InputError(
            "the folder keeps its settings",
            argument="resume",
            remedy=f"leave {argument_named(kept[0])} out, or start anew with it",
        )
    return {"ask": True} | {name: value for name, value in chosen.given.items() if name in MAY_CHANGE}
