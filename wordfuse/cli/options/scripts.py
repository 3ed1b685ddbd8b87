"""The options of ``wordfuse script`` that are no settings of a run."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from wordfuse.cli.options.build import OUTPUT, env

ScriptFile = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The script file.", show_default=False)]
BatchOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Batch folder; default: runs/SCRIPT. An unfinished one is gone on with.",
        envvar=env("SCRIPT_OUT"),
        rich_help_panel=OUTPUT,
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, max=1024, help="How many at a time.", envvar=env("JOBS"))]
EngineName = Annotated[
    Literal["local", "ray"],
    typer.Option("--engine", help="Processes of this machine, or a Ray cluster.", envvar=env("ENGINE")),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="ADDRESS",
        help="Of the Ray cluster; default: RAY_ADDRESS, or one is started on this machine.",
        envvar=env("RAY_ADDRESS"),
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Only print what would be done; no picture is touched.", envvar=env("DRY_RUN")),
]
LinesAsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        help="No table at the end. One JSON line per job is on standard output either way.",
        envvar=env("JSON"),
        rich_help_panel=OUTPUT,
    ),
]
