"""The options of ``wordfuse chat`` alone."""

from pathlib import Path
from typing import Annotated

import typer

from agent.options import OUTPUT, env

Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume", metavar="DIR", help="Go on with a conversation, or talk about a run.", envvar=env("RESUME")
    ),
]
Images = Annotated[
    bool,
    typer.Option(
        "--images/--no-images",
        help="Whether pictures are shown in the terminal.",
        envvar=env("IMAGES"),
        rich_help_panel=OUTPUT,
    ),
]
