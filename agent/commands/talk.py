"""The command of conversations: chat."""

import sys
from pathlib import Path

import typer

from agent import options as o
from agent import options_chat as c
from agent.commands.guard import INTERRUPTED, complain, guarded
from agent.commands.run_options import RunOptions, run_options
from fusion.errors import InputError


@o.everywhere
@run_options
@guarded
def chat(
    options: RunOptions,
    out: o.OutFolder = None,
    resume: c.Resume = None,
    images: c.Images = True,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Talk about one pair: wishes turn by turn, with undo, questions and pictures."""
    from rich.console import Console

    from agent.chat import Chat
    from agent.console import downloading, messages, print_json
    from agent.session import Session, free_folder

    if resume is not None and (options.names_pictures or out is not None):
        raise InputError("--resume: the folder knows its pair; leave --ir, --vi, --pair and --out out")
    overrides = options.overrides() if resume is not None else {}
    with downloading(messages(quiet)) as progress:
        if resume is not None:
            session = Session.open(resume, overrides=overrides | {"ask": True}, progress=progress)
        else:
            ir, vi = options.pair()
            folder = out or free_folder(Path("runs") / vi.stem)
            session = Session.create(folder, ir, vi, [], options.settings(ask=True), progress=progress)
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
