"""Start a server, wait until it is ready, stop it cleanly."""

import http.client
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wordfuse.agent.model.vllm.command import Launch
from wordfuse.agent.telling.shown import without_secrets
from wordfuse.fusion.errors import BackendUnreachable, InputError, argument_named

READY_S = 900.0  # a large model is downloaded first
STOP_S = 10.0
POLL_S = 0.5
SHOWN_LINES = 12


@contextmanager
def serving(
    launch: Launch, log: Path, *, ready_s: float = READY_S, waiting: Callable[[float], None] = lambda seconds: None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that is ready; it is stopped at the end, with every process that it started.

    Args:
        launch: what to start.
        log: where its output goes.
        ready_s: seconds until it must be ready.
        waiting: called now and then with the seconds waited.

    Raises:
        InputError: something listens on the port already.
        BackendUnreachable: it ended or was not ready in time; the end of its output is in the message.
    """
    _port_is_free(launch)
    log.parent.mkdir(parents=True, exist_ok=True)
    process = None
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(
                launch.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | launch.environment,
                start_new_session=True,  # so that Ctrl-C here does not reach it before we stop it, and all of it stops
            )
        _wait(process, launch, log, ready_s, waiting)
        yield process
    finally:
        if process is not None:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and those it started: first asked, then made to."""
    for how, patience in ((signal.SIGTERM, STOP_S), (signal.SIGKILL, STOP_S)):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and _group_lives(process):
            time.sleep(0.1)


def tail(log: Path) -> str:
    """The last lines that a server wrote, without the keys that it was given."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    return without_secrets("\n".join([line for line in lines if line.strip()][-SHOWN_LINES:]))


def _wait(
    process: subprocess.Popen[bytes], launch: Launch, log: Path, ready_s: float, waiting: Callable[[float], None]
) -> None:
    begun = time.monotonic()
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # it is on this machine
    while (waited := time.monotonic() - begun) < ready_s:
        if process.poll() is not None:
            raise BackendUnreachable(
                f"the server ended with code {process.returncode} before it was ready",
                remedy=f"its output is in {log}:\n{tail(log)}",
            )
        try:
            with direct.open(launch.health, timeout=2):
                return
        except (OSError, http.client.HTTPException):
            waiting(waited)
            time.sleep(POLL_S)
    raise BackendUnreachable(f"the server was not ready after {ready_s:.0f} s", remedy=f"its output is in {log}")


def _port_is_free(launch: Launch) -> None:
    host, _, port = launch.url.removeprefix("http://").removesuffix("/v1").rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            raise InputError(
                f"{argument_named('host')} {host} {argument_named('port')} {port}: cannot be listened on "
                f"({error.strerror})"
            ) from error


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()  # a child that has ended is a zombie until it is asked for
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True
