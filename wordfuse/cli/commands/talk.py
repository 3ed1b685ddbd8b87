"""The command of conversations: chat."""

import sys
from pathlib import Path

import typer

from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import INTERRUPTED, complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import Chosen, everywhere
from wordfuse.cli.shared import IR, PAIR, VI, files_of
from wordfuse.fusion.errors import InputError, argument_named

MAY_CHANGE = ("llm", "model", "device")  # when a run is resumed


@everywhere
@guarded
def chat(
    *,
    out: o.OutFolder = None,
    resume: o.Resume = None,
    at: o.At = "0",
    images: o.Images = True,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
    pair: g.Pair,
    chosen: g.RunSettings,
) -> None:
    """Talk about one pair, or about a film at one of its frames: wishes turn by turn, with undo and pictures."""
    from rich.console import Console

    from wordfuse.agent.run.session import Session
    from wordfuse.agent.terminal.chat import Chat
    from wordfuse.agent.terminal.console import downloading, messages, print_json

    if resume is not None and (out is not None or {"ir", "vi", "pair"} & set(pair.typed)):
        raise InputError(
            "the folder knows its pair",
            argument="resume",
            remedy=f"leave {IR}, {VI}, {PAIR} and {argument_named('out')} out",
        )
    if resume is None and _is_film(pair):
        raise typer.Exit(_film_chat(pair, chosen, out, at, images=images, as_json=as_json, quiet=quiet))
    overrides = _overrides(pair, chosen) if resume is not None else {}
    with downloading(messages(quiet)) as progress:
        if resume is not None:
            session = Session.open(resume, overrides=overrides | {"ask": True}, progress=progress)
        else:
            ir, vi = files_of(pair)
            folder = out or Path("runs") / vi.stem
            settings = build_settings(**pair.fields(), **chosen.fields(), ask=True)
            session = Session.create(folder, ir, vi, [], settings, progress=progress, number=out is None)
    try:
        keyboard = sys.stdin is not None and sys.stdin.isatty()
        held = Chat(session, Console(stderr=as_json, highlight=False), images=images, keyboard=keyboard, quiet=quiet)
        code = held.run()
    except KeyboardInterrupt:
        complain(f"left in the middle of a turn; go on with: wordfuse chat --resume {session.folder}")
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(held.record.as_json())
    raise typer.Exit(code)


def _is_film(pair: Chosen) -> bool:
    from wordfuse.agent.film.wanted import is_film

    ir, vi = pair.values["ir"], pair.values["vi"]
    return ir is not None and vi is not None and is_film(ir) and is_film(vi)


def _film_chat(
    pair: Chosen, chosen: Chosen, out: Path | None, at: str, *, images: bool, as_json: bool, quiet: bool
) -> int:
    """Conversations about frames of a film, one after the other; the exit code of the last."""
    from rich.console import Console

    from wordfuse.agent.context import connect_model
    from wordfuse.agent.run.folders import new_folder
    from wordfuse.agent.talking.film_talk import FilmTalk, seconds_of
    from wordfuse.agent.terminal.chat import Chat
    from wordfuse.agent.terminal.console import downloading, messages, print_json

    ir, vi = files_of(pair)
    settings = build_settings(**pair.fields(), **chosen.fields(), ask=True)
    with downloading(messages(quiet)) as progress:
        model = connect_model(settings, progress)
    film = FilmTalk(ir, vi, new_folder(out or Path("runs") / vi.stem), settings, model)
    film.go(seconds_of(at))
    console = Console(stderr=as_json, highlight=False)
    keyboard = sys.stdin is not None and sys.stdin.isatty()
    said: list[str] = []
    code = 0
    while (session := film.session()) is not None:
        held = Chat(session, console, images=images, keyboard=keyboard, quiet=quiet, film=film)
        code = held.run(said)
        said = held.said
        if as_json and film.next is None:
            print_json(held.record.as_json())
    return code


def _overrides(pair: Chosen, chosen: Chosen) -> dict[str, object]:
    """What was given of the options that may change when a run is resumed.

    Raises:
        InputError: one was typed that may not.
    """
    kept = [name for name in (*pair.typed, *chosen.typed) if name not in MAY_CHANGE]
    if kept:
        raise InputError(
            "the folder keeps its settings",
            argument="resume",
            remedy=f"leave {argument_named(kept[0])} out, or start anew with it",
        )
    return {name: value for name, value in chosen.given.items() if name in MAY_CHANGE}
