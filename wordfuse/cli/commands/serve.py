"""wordfuse serve: a language model behind a URL, by vLLM."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import serving as s
from wordfuse.cli.options.taking import everywhere
from wordfuse.fusion.errors import BackendUnreachable

if TYPE_CHECKING:
    from rich.console import Console


@everywhere
@guarded
def serve(
    context: typer.Context,
    model: s.ServedModel = None,
    host: s.Host = "127.0.0.1",
    port: s.Port = 8000,
    parser: s.Parser = None,
    log: s.ServerLog = Path("runs/serve.log"),
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Serve a language model with vLLM until Ctrl-C; what follows -- is handed to vLLM."""
    from wordfuse.agent.model.vllm.command import launch
    from wordfuse.agent.model.vllm.server import serving, tail
    from wordfuse.agent.terminal.console import downloading, messages, print_json

    console = messages(quiet)
    with downloading(console):
        start = launch(model, host, port, parser, tuple(context.args))
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if not asked.is_set():  # a second one must not break off the stopping of the server
            asked.set()
            raise KeyboardInterrupt

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with serving(start, log, waiting=lambda seconds: _patience(console, seconds, log)) as server:
            if as_json:
                print_json({"url": start.url, "model": start.model, "pid": server.pid, "log": str(log)})
            else:
                typer.echo(f"{start.model} is served at {start.url}; use it with\n  wordfuse run ... --llm {start.url}")
            server.wait()
            raise BackendUnreachable(f"the server ended with code {server.returncode}; {log}:\n{tail(log)}")
    except KeyboardInterrupt:
        if not asked.is_set():
            raise
        console.print("the server is stopped")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _patience(console: "Console", seconds: float, log: Path) -> None:
    """A word now and then while the server starts."""
    if int(seconds * 2) % 30 == 0:  # asked twice a second
        console.print(f"starting vLLM, {seconds:.0f} s; its output goes to {log}")
