"""What tests of ``wordfuse mcp`` share: another agent, by the client of the protocol's own SDK."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent, Tool

Json = dict[str, Any]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("WORDFUSE_")}


class Agent:
    """Another agent: a client, and the process that serves it."""

    def __init__(self, client: Client, portal: anyio.from_thread.BlockingPortal, folder: Path) -> None:
        self.client, self.portal, self.folder = client, portal, folder
        self.run = folder  # that of the open pair

    def open(self, ir: str = "pair/ir.png", vi: str = "pair/vi.png") -> Json:
        pair = self.call("open_pair", ir=ir, vi=vi)
        self.run = self.folder / pair["folder"]
        return pair

    def tools(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in self.portal.call(self.client.list_tools).tools}

    def ask(self, name: str, args: Json, **more: Any) -> CallToolResult:
        return self.portal.call(partial(self.client.call_tool, name, args, **more))

    def call(self, name: str, **args: Any) -> Json:
        """A call that works; its structured result, which the text repeats."""
        result = self.ask(name, args)
        assert not result.is_error, result.content
        [text] = result.content
        assert isinstance(text, TextContent)
        assert json.loads(text.text) == result.structured_content
        told: Json = result.structured_content
        return told

    def complaint(self, name: str, **args: Any) -> str:
        """A call that cannot work; what it says."""
        result = self.ask(name, args)
        assert result.is_error
        assert result.structured_content is None
        [text] = result.content
        assert isinstance(text, TextContent)
        assert "Traceback" not in text.text
        return text.text


@contextmanager
def connected(folder: Path, *options: str, mode: str = "auto") -> Iterator[Agent]:
    command = ["-m", "wordfuse", "mcp", str(folder), "--quiet", *options]
    process = stdio_client(StdioServerParameters(command=sys.executable, args=command, env=ENVIRONMENT))
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(process, mode=mode)) as client,
    ):
        yield Agent(client, portal, folder)


INCLINE = {"image": "fused", "mask": None, "direction": "infrared", "strength": "strong"}
