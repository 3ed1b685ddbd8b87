"""``wordfuse web``: a page to steer from."""

from pathlib import Path
from typing import Annotated

import typer

from wordfuse.agent.settings import build_settings
from wordfuse.agent.telling.text import printable
from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options import serving as s
from wordfuse.cli.options.taking import everywhere
from wordfuse.fusion.errors import InputError, argument_named

HOME = "127.0.0.1"
LOCAL = (HOME, "localhost", "::1")  # that nobody else reaches
RUNS = "runs"
MAY_CHANGE = ("llm", "model", "device")  # of a run that is gone on with


@everywhere
@guarded
def web(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder with pairs; runs go into FOLDER/runs. Without it: files of yours, and ./runs."),
    ] = None,
    listen: s.Listen = HOME,
    port: s.PagePort = 8600,
    auth: s.Auth = None,
    quiet: o.Quiet = False,
    chosen: g.PageSettings,
) -> None:
    """Serve a page to steer from: open a pair, talk about it, point at things, compare, undo."""
    try:
        from wordfuse.web.serve import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("starlette", "uvicorn", "python_multipart"):
            raise
        raise InputError(
            "wordfuse web needs a web server", remedy="install it with: pip install 'wordfuse[web]'"
        ) from error
    from wordfuse.agent.terminal.console import messages
    from wordfuse.web.guard import Password
    from wordfuse.web.hall import Hall
    from wordfuse.web.offers import Offers

    password = _checked(auth, listen)
    settings = build_settings(**chosen.fields(), ask=True)
    offers = Offers(folder)
    overrides = {name: value for name, value in chosen.given.items() if name in MAY_CHANGE}
    hall = Hall((folder or Path()) / RUNS, settings, overrides, folder)
    console = messages(quiet)
    serve(
        hall, offers, listen, port, None if password is None else Password.of(password),
        lambda url: console.print(f"wordfuse web: {printable(url)} (Ctrl-C ends it)", markup=False, soft_wrap=True),
    )  # fmt: skip


def _checked(auth: str | None, listen: str) -> str | None:
    """User and password, which everybody needs who may come from elsewhere.

    Raises:
        InputError: they are missing, or not ``user:password``.
    """
    if auth is None:
        if listen not in LOCAL:
            raise InputError(
                "lets other machines in",
                argument="listen",
                subject=listen,
                remedy=f"give {argument_named('auth')} user:password as well, or put it into WORDFUSE_WEB_AUTH",
            )
        return None
    user, colon, password = auth.partition(":")
    if not (user and colon and len(password) >= 8):
        # The value is not told: it may be half a password.
        raise InputError("is not user:password with a password of at least 8 characters", argument="auth")
    return auth
