"""The options of ``wordfuse script``; those that other commands share are in ``agent.options``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.options import ENGINE, OUTPUT

ScriptFile = Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The script file.", show_default=False)]
BatchOut = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Batch folder; default: runs/SCRIPT. An unfinished one is gone on with.",
        envvar="WORDFUSE_SCRIPT_OUT",
        rich_help_panel=OUTPUT,
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, max=1024, help="How many at a time.", envvar="WORDFUSE_JOBS")]
EngineName = Annotated[
    Literal["local", "ray"],
    typer.Option("--engine", help="Processes of this machine, or a Ray cluster.", envvar="WORDFUSE_ENGINE"),
]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="ADDRESS",
        help="Of the Ray cluster; default: RAY_ADDRESS, or one is started on this machine.",
        envvar="WORDFUSE_RAY_ADDRESS",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Only print what would be done; no picture is touched.", envvar="WORDFUSE_DRY_RUN"),
]
LinesAsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        help="No table at the end. One JSON line per job is on standard output either way.",
        envvar="WORDFUSE_JSON",
        rich_help_panel=OUTPUT,
    ),
]
_INSTEAD = "Instead of what the file says."
ScriptLlm = Annotated[str | None, typer.Option("--llm", help=_INSTEAD, envvar="WORDFUSE_LLM", rich_help_panel=ENGINE)]
ScriptModel = Annotated[
    str | None, typer.Option("--model", help=_INSTEAD, envvar="WORDFUSE_MODEL", rich_help_panel=ENGINE)
]
ScriptRegions = Annotated[
    str | None,
    typer.Option("--regions", metavar="BACKEND", help=_INSTEAD, envvar="WORDFUSE_REGIONS", rich_help_panel=ENGINE),
]
ScriptDevice = Annotated[
    str | None, typer.Option("--device", help=_INSTEAD, envvar="WORDFUSE_DEVICE", rich_help_panel=ENGINE)
]
ScriptSeed = Annotated[
    int | None,
    typer.Option("--seed", min=0, max=2**32 - 1, help=_INSTEAD, envvar="WORDFUSE_SEED", rich_help_panel=ENGINE),
]
ScriptPreset = Annotated[
    str | None, typer.Option("--preset", help=_INSTEAD, envvar="WORDFUSE_PRESET", rich_help_panel=ENGINE)
]
ScriptWeights = Annotated[
    Path | None, typer.Option("--weights", help=_INSTEAD, envvar="WORDFUSE_WEIGHTS", rich_help_panel=ENGINE)
]
