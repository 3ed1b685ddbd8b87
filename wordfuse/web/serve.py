"""The page's server: listens, says where, and goes on until Ctrl-C."""

import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from wordfuse.agent.errors import InputError
from wordfuse.fusion.errors import storage_error
from wordfuse.web.app import build_app
from wordfuse.web.guard import Password
from wordfuse.web.hall import Hall
from wordfuse.web.offers import Offers

GRACE_S = 2  # for connections that are open when it ends
BACKLOG = 64


def serve(
    hall: Hall, offers: Offers, listen: str, port: int, password: Password | None, told: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C.

    Args:
        hall: the runs.
        offers: the pairs.
        listen: the address to listen on.
        port: 0 is any that is free.
        password: asked of everybody; None: only this machine is let in.
        told: called with the address of the page, once it is there.

    Raises:
        InputError: the address cannot be listened on.
    """
    listening = _listening(listen, port)
    try:
        port = listening.getsockname()[1]
        app = build_app(hall, offers, port, password)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S, lifespan="on",
        )  # fmt: skip
        host = f"[{listen}]" if ":" in listen else listen
        told(f"http://{host}:{port}/")
        with suppress(KeyboardInterrupt):  # it is the way to end it
            uvicorn.Server(config).run([listening])
    finally:
        listening.close()


def _listening(listen: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((listen, port))
        made.listen(BACKLOG)
    except OSError as error:
        if isinstance(error, socket.gaierror):
            raise InputError(
                "no such address", argument="listen", subject=listen, remedy="give an IP address"
            ) from error
        raise storage_error(
            error, f"{listen}:{port}", argument="port", verb="listened on", instead="choose another port"
        ) from error
    made.set_inheritable(False)
    return made
