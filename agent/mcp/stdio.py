"""A server of the Model Context Protocol on standard input and output: nothing but the protocol, and a clean end."""

import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, cast

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from wordfuse.fusion.errors import storage_error

INTERRUPTED = 130
CHUNK_BYTES = 1 << 16


@contextmanager
def wire() -> Iterator[tuple[int, int]]:
    """Keep standard input and output for the protocol; whoever prints meanwhile, C libraries too, prints to stderr.

    Yields:
        The descriptors to read from and to write to.
    """
    kept = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    try:
        yield kept
    finally:
        sys.stdout.flush()
        ctypes.CDLL(None).fflush(None)
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, number)
            os.close(descriptor)


def serve(server: Server[Any], ends: tuple[int, int]) -> None:
    """Serve until the client closes its end, or until SIGINT, SIGTERM or SIGHUP.

    A call that is running is cancelled: an edit ends with its epoch. A second signal ends the process at once.

    Raises:
        StorageError: there is no client: standard input or output is something else, which takes or gives nothing.
    """
    anyio.run(_serve, server, *ends)


async def _serve(server: Server[Any], reading: int, writing: int) -> None:
    lost: list[OSError] = []
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as signals:
        async with anyio.create_task_group() as tasks:
            serving = anyio.CancelScope()

            async def stop_on_signals() -> None:
                async for _ in signals:
                    if serving.cancel_called:
                        os._exit(INTERRUPTED)  # files appear whole or not at all, so nothing is left half written
                    serving.cancel()

            tasks.start_soon(stop_on_signals)
            try:
                with serving:
                    await _exchange(server, reading, writing)
            except* BrokenPipeError:
                pass  # the client listens no more, which is as good as having left
            except* OSError as failed:
                lost += _leaves(failed)
            tasks.cancel_scope.cancel()
    if lost:
        streams = "standard input or output"
        raise storage_error(lost[0], streams, verb="used", instead="let an MCP client start it") from lost[0]


def _leaves(group: BaseExceptionGroup[OSError]) -> Iterator[OSError]:
    """The errors in a group, and in the groups in it."""
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


async def _exchange(server: Server[Any], reading: int, writing: int) -> None:
    """Read requests and write answers until the client closes its end."""
    # The SDK's own reader waits in a thread, which no signal ends.
    lines = cast("anyio.AsyncFile[str]", _lines(reading))
    with os.fdopen(os.dup(writing), "w", encoding="utf-8") as out:
        async with stdio_server(lines, anyio.wrap_file(out)) as (received, sent):
            await server.run(received, sent, server.create_initialization_options())


async def _lines(descriptor: int) -> AsyncIterator[str]:
    """The lines that come in, until there are no more."""
    rest = b""
    while True:
        try:
            await anyio.wait_readable(descriptor)
        except PermissionError:
            pass  # a file, which is always ready
        chunk = os.read(descriptor, CHUNK_BYTES)
        if not chunk:
            break
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")
