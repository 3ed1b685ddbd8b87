"""The options of ``wordfuse mcp``; those that other commands share are in ``agent.options``."""

from typing import Annotated

import typer

from agent.options import ENGINE

SecondsPerCall = Annotated[
    float,
    typer.Option(
        "--seconds-per-call",
        min=1,
        help="An edit that takes longer ends with what it reached.",
        envvar="WORDFUSE_SECONDS_PER_CALL",
        rich_help_panel=ENGINE,
    ),
]
