"""The workbench as a server of the Model Context Protocol: what it tells a client, and how a call is made and answered.

``agent.mcp.stdio`` connects it to a client.
"""

import asyncio
import base64
import concurrent.futures
import inspect
import json
from contextlib import suppress
from importlib.metadata import version
from typing import Any, get_type_hints

import anyio
import anyio.from_thread
import anyio.to_thread
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server

from wordfuse.agent.mcp.workbench import BEGIN_AND_END, Watch, Workbench, call, on_the_pair
from wordfuse.tools.registry import EDITS, TOOLS, Tool, ToolAnswer
from wordfuse.tools.store.workspace import Progress

MAKE = f"{', '.join(EDITS[:-1])} and {EDITS[-1]}"
INSTRUCTIONS = f"""\
wordfuse fuses a registered pair of an infrared and a visible picture, and edits the fused picture region by region.

1. open_pair names the two files. One pair is open at a time; ids belong to the pair that is open.
2. fuse gives the picture with the id "fused".
3. ground finds what phrases name ("people", "the car on the left", "dark areas"); segment draws its mask, or with
   invert the mask of everything else. A mask of null, or none, is the whole picture.
4. {MAKE} make a new picture with a new id; no pixel outside the mask changes. Called again on
   their own result they go further; "saturated" says that there is no further to go.
5. evaluate_metrics measures two pictures inside a mask: whether an edit did what was wanted.
6. show lets you look at a picture, or at a mask on it; save writes a picture to a file of your choice.
"""


def build_server(bench: Workbench) -> Server[dict[str, Any]]:
    """A server for one client, who works on one workbench."""
    one_at_a_time = anyio.Lock()

    async def list_tools(
        context: ServerRequestContext[dict[str, Any]], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listing())

    async def call_tool(
        context: ServerRequestContext[dict[str, Any]], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        async def report(done: Progress) -> None:
            await context.session.report_progress(done.epoch, done.epochs, done.tool)

        def progress(done: Progress) -> None:
            with suppress(concurrent.futures.CancelledError):  # cancelled() will tell
                anyio.from_thread.run(report, done)

        async with one_at_a_time:
            answer = await anyio.to_thread.run_sync(
                call, params.name, params.arguments or {}, bench, Watch(_cancelled, progress)
            )
        return told(answer)

    return Server(
        "wordfuse",
        version=version("wordfuse"),
        title="wordfuse: infrared and visible image fusion",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def listing() -> list[types.Tool]:
    """What a client's model reads of the tools."""
    beginning, *rest = BEGIN_AND_END.values()
    return [
        _listed(beginning, inspect.getdoc(beginning.run)),
        *(_listed(on_the_pair(tool), tool.description) for tool in TOOLS.values()),
        *(_listed(tool, inspect.getdoc(tool.run)) for tool in rest),
    ]


def told(answer: ToolAnswer) -> types.CallToolResult:
    """An answer as the protocol puts it: structured and as text, a picture as such, or an error."""
    if answer.result is None:
        return types.CallToolResult(content=[types.TextContent(text=answer.error or "no result")], is_error=True)
    result = dict(answer.result)
    picture = result.pop("jpeg", None)
    text = types.TextContent(text=json.dumps(result))
    if picture is None:
        return types.CallToolResult(content=[text], structured_content=result)
    # No structured content: clients that get some show their model nothing else.
    data = base64.b64encode(picture).decode()
    return types.CallToolResult(content=[types.ImageContent(data=data, mime_type="image/jpeg"), text])


def _listed(tool: Tool, description: str | None) -> types.Tool:
    result = get_type_hints(tool.run)["return"]
    return types.Tool(
        name=tool.name,
        description=description,
        input_schema=tool.args.model_json_schema(),
        output_schema=None if tool.name == "show" else result.model_json_schema(),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.looks_only,
            destructive_hint=False,
            idempotent_hint=tool.repeatable or tool.looks_only,
            open_world_hint=False,
        ),
    )


def _cancelled() -> bool:
    """Asked in the thread of a call: whether its client cancelled it, or left."""
    try:
        anyio.from_thread.check_cancelled()
    except asyncio.CancelledError:
        return True
    return False
