"""The options of ``wordfuse eval``; those that other commands share are in ``agent.options``."""

from pathlib import Path
from typing import Annotated

import typer

from agent.options import ENGINE, OUTPUT

SuiteName = Annotated[
    str,
    typer.Argument(
        help="plan, act, critique, run, or a JSONL or YAML file, or a folder of them, of your own.", show_default=False
    ),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="What to compare with; default: the one in the package, or SUITE.baseline.json beside a file.",
        envvar="WORDFUSE_BASELINE",
    ),
]
UpdateBaseline = Annotated[
    bool,
    typer.Option(
        "--update-baseline", help="Make these results the baseline instead.", envvar="WORDFUSE_UPDATE_BASELINE"
    ),
]
AtLeast = Annotated[
    float,
    typer.Option(
        "--at-least", min=0, max=1, help="Share of exact cases below which to fail.", envvar="WORDFUSE_AT_LEAST"
    ),
]
Repeat = Annotated[
    int,
    typer.Option(
        "--repeat", min=1, max=100, help="Ask each case so often; shows flaky ones.", envvar="WORDFUSE_REPEAT"
    ),
]
EveryCase = Annotated[
    int, typer.Option("--every", min=1, help="Take every how manyth case of a kind.", envvar="WORDFUSE_EVERY")
]
Junit = Annotated[
    Path | None,
    typer.Option(
        "--junit",
        metavar="FILE",
        help="Write the results as JUnit XML too.",
        envvar="WORDFUSE_JUNIT",
        rich_help_panel=OUTPUT,
    ),
]
EvalFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="For logs and reports; default: runs/eval-SUITE. An unfinished one is gone on with.",
        envvar="WORDFUSE_EVAL_OUT",
        rich_help_panel=OUTPUT,
    ),
]
AdapterFolder = Annotated[
    Path | None,
    typer.Option(
        "--adapter",
        metavar="DIR",
        help="Another adapter for the embedded model.",
        envvar="WORDFUSE_ADAPTER",
        rich_help_panel=ENGINE,
    ),
]
