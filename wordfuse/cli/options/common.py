"""Options that are no settings and belong to no family of commands: pictures, output, words, serving."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from wordfuse.cli.options.build import OUTPUT, PICTURES, env, one_a_line


class Strength(StrEnum):
    """How far an edit goes."""

    slight = "slight"
    normal = "normal"
    strong = "strong"


Infrared = Annotated[
    Path | None,
    typer.Option(
        "--ir",
        help="Infrared picture: gray (8-bit, 16-bit, float), FLIR JPEG, or in a known palette.",
        envvar=env("IR"),
        rich_help_panel=PICTURES,
    ),
]
Visible = Annotated[
    Path | None,
    typer.Option(
        "--vi", help="Visible picture; the result has its size and colour.", envvar=env("VI"), rich_help_panel=PICTURES
    ),
]
PairFile = Annotated[
    Path | None,
    typer.Option(
        "--pair",
        metavar="FILE",
        help="A FLIR radiometric JPEG that holds both pictures, instead of --ir and --vi.",
        envvar=env("PAIR"),
        rich_help_panel=PICTURES,
    ),
]
Fused = Annotated[
    Path | None,
    typer.Option(
        "--fused",
        help="The picture to edit; default: fuse the pair first.",
        envvar=env("FUSED"),
        rich_help_panel=PICTURES,
    ),
]
Measured = Annotated[
    Path,
    typer.Option(
        "--fused", help="The fused picture to measure, or a folder.", envvar=env("FUSED"), rich_help_panel=PICTURES
    ),
]
Inspected = Annotated[
    Path | None,
    typer.Option(
        "--fused",
        help="The fused picture to inspect too; default: fuse the pair first.",
        envvar=env("FUSED"),
        rich_help_panel=PICTURES,
    ),
]
MaskFile = Annotated[
    Path | None,
    typer.Option(
        "--mask",
        metavar="FILE",
        help="Work inside this mask only (white is inside).",
        envvar=env("MASK_FILE"),
        rich_help_panel=PICTURES,
    ),
]
Source = Annotated[
    Literal["infrared", "visible"],
    typer.Option("--direction", help="The source to resemble.", envvar=env("INCLINE_DIRECTION")),
]
Light = Annotated[
    Literal["brighter", "darker"],
    typer.Option("--direction", help="Which way the light goes.", envvar=env("RELIGHT_DIRECTION")),
]
ContrastWay = Annotated[
    Literal["more", "less"],
    typer.Option("--direction", help="Which way the contrast goes.", envvar=env("CONTRAST_DIRECTION")),
]
Colours = Annotated[
    Literal["vivid", "muted", "neutral", "heat"],
    typer.Option(
        "--direction",
        help="What becomes of the colours; heat: false colours by the infrared picture.",
        envvar=env("RECOLOUR_DIRECTION"),
    ),
]
Lines = Annotated[
    Literal["rows", "columns", "both"] | None,
    typer.Option("--axis", help="Which lines to take out; default: found by measuring.", envvar=env("AXIS")),
]
RegionWords = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="TEXT",
        help="Work inside this region only, named in words; instead of --mask.",
        envvar=env("REGION"),
        rich_help_panel=PICTURES,
    ),
]
UnitOption = Annotated[
    Literal["C", "F", "K"], typer.Option("--unit", help="Degrees Celsius, Fahrenheit or kelvin.", envvar=env("UNIT"))
]
Isotherms = Annotated[
    str | None,
    typer.Option(
        "--isotherms",
        metavar="T,T,...",
        help="Draw lines of these temperatures into --out: on the fused picture, or with no --vi on the map of heat.",
        envvar=env("ISOTHERMS"),
        rich_help_panel=OUTPUT,
    ),
]
HeatMapFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Draw the temperatures in the colours of heat, with their scale beside them (PNG).",
        envvar=env("HEAT_MAP"),
        rich_help_panel=OUTPUT,
    ),
]
CsvFile = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE",
        help="Write every temperature of the region, a row of the picture a line; empty where unknown or outside.",
        envvar=env("CSV"),
        rich_help_panel=OUTPUT,
    ),
]
AmountOption = Annotated[
    float | None,
    typer.Option("--amount", help="How far to go instead, as a share: 0.2 is by 20%.", envvar=env("AMOUNT")),
]
StrengthOption = Annotated[Strength, typer.Option("--strength", help="How far to go.", envvar=env("STRENGTH"))]
Instructions = Annotated[
    list[str],
    typer.Option(
        "-i",
        "--instruction",
        metavar="TEXT",
        help="What to do; repeat it for more, in order. The variable holds one a line.",
        envvar=env("INSTRUCTION"),
        callback=one_a_line,
    ),
]
After = Annotated[
    Path | None,
    typer.Option("--after", metavar="PLAN.json", help="The plan of the turn before.", envvar=env("AFTER")),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="One JSON document on standard output.", envvar=env("JSON"), rich_help_panel=OUTPUT),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress on standard error.", envvar=env("QUIET"), rich_help_panel=OUTPUT),
]
OutFile = Annotated[
    Path,
    typer.Option(
        "--out", metavar="FILE", help="The file to write (PNG).", envvar=env("OUT_FILE"), rich_help_panel=OUTPUT
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Run folder; default: runs/NAME.", envvar=env("OUT"), rich_help_panel=OUTPUT
    ),
]
At = Annotated[
    str,
    typer.Option(
        "--at",
        metavar="TIME",
        help="Of a film, the frame to talk about: seconds, or minutes and seconds as in 1:30.",
        envvar=env("AT"),
        rich_help_panel=PICTURES,
    ),
]
DemoFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Run folder; a number is added if it exists.",
        envvar=env("OUT"),
        rich_help_panel=OUTPUT,
    ),
]
EveryTool = Annotated[
    bool,
    typer.Option(
        "--tools",
        help="Run every tool on its region of a picture with faults instead, without a language model.",
        envvar=env("TOOLS"),
    ),
]
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
