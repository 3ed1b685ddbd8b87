"""The options of ``wordfuse chat`` alone."""

from pathlib import Path
from typing import Annotated

import typer

from agent.options import OUTPUT, PICTURES

ChatInfrared = Annotated[
    Path | None, typer.Option("--ir", help="Infrared picture.", envvar="WORDFUSE_IR", rich_help_panel=PICTURES)
]
ChatVisible = Annotated[
    Path | None, typer.Option("--vi", help="Visible picture.", envvar="WORDFUSE_VI", rich_help_panel=PICTURES)
]
Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume", metavar="DIR", help="Go on with a conversation, or talk about a run.", envvar="WORDFUSE_RESUME"
    ),
]
Images = Annotated[
    bool,
    typer.Option(
        "--images/--no-images",
        help="Whether pictures are shown in the terminal.",
        envvar="WORDFUSE_IMAGES",
        rich_help_panel=OUTPUT,
    ),
]
