"""``wordfuse mcp`` as a process that a test writes lines to and reads lines from."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.mcp.client import ENVIRONMENT, Json


@contextmanager
def raw(
    folder: Path, *options: str, code: str | None = None, log: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], Callable[..., Json]]]:
    """A server, and a function that sends a request (or, without an id, a notification) and waits for the answer."""
    program = ["-m", "wordfuse"] if code is None else ["-c", code]
    process = subprocess.Popen(
        [sys.executable, *program, "mcp", str(folder), *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT | ({} if log is None else {"WORDFUSE_DEBUG_LOG": str(log)}),
        # A test run in the background of a shell ignores interrupts, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    sending, receiving = process.stdin, process.stdout

    def send(method: str, params: Json, number: int | None = None) -> Json:
        message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
        sending.write(json.dumps(message) + "\n")
        sending.flush()
        answer: Json = {} if number is None else json.loads(receiving.readline())
        return answer

    try:
        about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
        assert send("initialize", about, 0)["result"]["serverInfo"]["name"] == "wordfuse"
        send("notifications/initialized", {})
        yield process, send
    finally:
        process.kill()
        process.communicate()


def open_and_fuse(send: Callable[..., Json]) -> None:
    pair = {"name": "open_pair", "arguments": {"ir": "pair/ir.png", "vi": "pair/vi.png"}}
    assert not send("tools/call", pair, 1)["result"].get("isError")
    assert not send("tools/call", {"name": "fuse", "arguments": {}}, 2)["result"].get("isError")
