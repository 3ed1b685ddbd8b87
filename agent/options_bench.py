"""The options of ``wordfuse bench``; those that other commands share are in ``agent.options``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.options import env, one_a_line

BenchData = Annotated[
    Path, typer.Option("--data", help="Folder with RoadScene, MSRS and TNO, as published.", envvar=env("DATA"))
]
BenchFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="For the tables.", envvar=env("BENCH_OUT"))]
BenchPresets = Annotated[
    list[str],
    typer.Option("--preset", help="Our networks; may be repeated.", envvar=env("BENCH_PRESET"), callback=one_a_line),
]
BenchWeights = Annotated[
    list[str],
    typer.Option(
        "--weights",
        metavar="NAME=FILE",
        help="Weights of your own for the default preset.",
        envvar=env("BENCH_WEIGHTS"),
        callback=one_a_line,
    ),
]
BenchMethods = Annotated[
    list[str],
    typer.Option(
        "--method",
        metavar="NAME=DIR",
        help="Fused pictures of another method, in DIR/RoadScene, ...",
        envvar=env("METHOD"),
        callback=one_a_line,
    ),
]
BenchSizes = Annotated[
    list[str],
    typer.Option(
        "--size",
        metavar="WxH",
        help="Size to measure time and memory at; may be repeated.",
        envvar=env("SIZE"),
        callback=one_a_line,
    ),
]
BenchSide = Annotated[
    int,
    typer.Option(
        "--side", min=64, help="Longer side of the pictures to compare losses on, pixels.", envvar=env("SIDE")
    ),
]
BenchTasks = Annotated[
    list[str],
    typer.Option("--task", help="Measure incline, relight or denoise. Repeat for several.", envvar=env("TASK")),
]
BenchRecipe = Annotated[
    Literal["fast", "paper"],
    typer.Option("--recipe", help="Ours, or the paper's (hours on a CPU).", envvar=env("RECIPE")),
]
Every = Annotated[int, typer.Option("--every", min=1, help="Take every how manyth pair.", envvar=env("EVERY"))]
BenchCost = Annotated[
    bool,
    typer.Option("--cost/--no-cost", help="Whether to measure time and memory by size.", envvar=env("COST")),
]
