"""``wordfuse mcp``: the typed tools for agents of others, over the Model Context Protocol."""

from pathlib import Path
from typing import Annotated

import typer

from wordfuse.agent.settings import build_settings
from wordfuse.agent.telling.text import printable
from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.fusion.errors import InputError


@everywhere
@guarded
def mcp(
    *,
    folder: Annotated[
        Path, typer.Argument(help="The folder with the pictures; nothing outside it can be named.", show_default=False)
    ],
    chosen: g.ToolSettings,
    quiet: o.Quiet = False,
) -> None:
    """Serve the tools to an MCP client on standard input and output, for pictures of one folder."""
    try:
        from wordfuse.agent.mcp.server import build_server
        from wordfuse.agent.mcp.stdio import serve, wire
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise InputError(
            "wordfuse mcp needs the MCP SDK", remedy="install it with: pip install 'wordfuse[mcp]'"
        ) from error
    from wordfuse.agent.mcp.confined import Confined
    from wordfuse.agent.mcp.workbench import Workbench
    from wordfuse.agent.terminal.console import messages

    confined = Confined(folder)
    with wire() as ends:
        settings = build_settings(**chosen.fields())
        where = printable(str(confined.folder))
        told = f"wordfuse serves {where} to the MCP client that started it; Ctrl-C ends it"
        messages(quiet).print(told, markup=False, soft_wrap=True)
        serve(build_server(Workbench(confined, settings)), ends)
