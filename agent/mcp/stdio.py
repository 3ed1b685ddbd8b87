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

from wordfuse.agent.mcp.messages import MOST_BYTES, problem_with, too_long
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

    A call that is running is cancelled, and ends where it is. A second signal ends the process at once.

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
    with os.fdopen(os.dup(writing), "w", encoding="utf-8") as out:
        answers = _Answers(anyio.wrap_file(out))
        lines = cast("anyio.AsyncFile[str]", _messages(reading, answers))
        async with stdio_server(lines, cast("anyio.AsyncFile[str]", answers)) as (received, sent):
            await server.run(received, sent, server.create_initialization_options())


class _Answers:
    """What goes out, whole lines: from the SDK, and from here to what the SDK would not answer."""

    def __init__(self, out: anyio.AsyncFile[str]) -> None:
        self._out, self._one_at_a_time = out, anyio.Lock()

    async def write(self, line: str) -> None:
        async with self._one_at_a_time:
            await self._out.write(line)
            await self._out.flush()

    async def flush(self) -> None:
        """Every line was flushed as it was written."""


async def _messages(descriptor: int, answers: _Answers) -> AsyncIterator[str]:
    """The messages that come in, until there are no more; what is none is answered with what is wrong with it."""
    async for line in _lines(descriptor):
        text = line.decode(errors="replace")
        problem = too_long(text) if len(line) > MOST_BYTES else problem_with(text)
        if problem is None:
            yield text
        else:
            await answers.write(problem.model_dump_json(by_alias=True, exclude_unset=True) + "\n")


async def _lines(descriptor: int) -> AsyncIterator[bytes]:
    """The lines that come in; of one that is too long, its beginning and more than ``MOST_BYTES``."""
    line = bytearray()
    while True:
        try:
            await anyio.wait_readable(descriptor)
        except PermissionError:
            pass  # a file, which is always ready
        chunk = os.read(descriptor, CHUNK_BYTES)
        if not chunk:
            break
        for number, part in enumerate(chunk.split(b"\n")):
            if number:  # a line ended before it
                yield bytes(line)
                line.clear()
            line += part[: MOST_BYTES + 1 - len(line)]
    if line:
        yield bytes(line)
