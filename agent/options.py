"""The options that several commands share, spelled once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ENGINE, PICTURES, OUTPUT = "Model and machine", "Pictures", "Output"


def _env(name: str) -> str:
    return f"WORDFUSE_{name}"


class Strength(StrEnum):
    """How far an edit goes."""

    slight = "slight"
    normal = "normal"
    strong = "strong"


Infrared = Annotated[
    Path,
    typer.Option(
        "--ir", help="Infrared picture: gray, 8-bit, 16-bit or float.", envvar=_env("IR"), rich_help_panel=PICTURES
    ),
]
Visible = Annotated[
    Path,
    typer.Option(
        "--vi", help="Visible picture; the result has its size and colour.", envvar=_env("VI"), rich_help_panel=PICTURES
    ),
]
MaxPixels = Annotated[
    int,
    typer.Option(
        "--max-pixels", min=256, help="Refuse larger pictures.", envvar=_env("MAX_PIXELS"), rich_help_panel=PICTURES
    ),
]
Masks = Annotated[
    list[str],
    typer.Option(
        "--mask",
        metavar="NAME=FILE",
        help="A mask of your own, by the name your words will use.",
        envvar=_env("MASK"),
        rich_help_panel=PICTURES,
    ),
]
Llm = Annotated[
    str,
    typer.Option(
        "--llm",
        help="'embedded', or the URL of an OpenAI-compatible server.",
        envvar=_env("LLM"),
        rich_help_panel=ENGINE,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Embedded: directory or hub id of a LLaMA. Server: the name it serves.",
        envvar=_env("MODEL"),
        rich_help_panel=ENGINE,
    ),
]
Regions = Annotated[
    str,
    typer.Option(
        "--regions",
        metavar="BACKEND",
        help="auto, pixels or grounding-dino.",
        envvar=_env("REGIONS"),
        rich_help_panel=ENGINE,
    ),
]
GroundingModel = Annotated[
    str | None,
    typer.Option(
        "--grounding-model",
        help="GroundingDINO: directory or hub id.",
        envvar=_env("GROUNDING_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
SegmentationModel = Annotated[
    str | None,
    typer.Option(
        "--segmentation-model",
        help="SAM: directory or hub id.",
        envvar=_env("SEGMENTATION_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
Device = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.", envvar=_env("DEVICE"), rich_help_panel=ENGINE)
]
Seed = Annotated[
    int,
    typer.Option("--seed", help="Same seed, same result on one machine.", envvar=_env("SEED"), rich_help_panel=ENGINE),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        "--weights", help="Fusion weights of your own (safetensors).", envvar=_env("WEIGHTS"), rich_help_panel=ENGINE
    ),
]
Attempts = Annotated[
    int,
    typer.Option(
        "--attempts", min=1, max=20, help="Attempts per step.", envvar=_env("ATTEMPTS"), rich_help_panel=ENGINE
    ),
]
MaxSeconds = Annotated[
    float,
    typer.Option(
        "--max-seconds", min=1, help="Budget of the whole run.", envvar=_env("MAX_SECONDS"), rich_help_panel=ENGINE
    ),
]
MaxModelCalls = Annotated[
    int,
    typer.Option(
        "--max-model-calls",
        min=1,
        help="Budget of the whole run.",
        envvar=_env("MAX_MODEL_CALLS"),
        rich_help_panel=ENGINE,
    ),
]
MaxToolCalls = Annotated[
    int,
    typer.Option(
        "--max-tool-calls",
        min=1,
        help="Budget of the whole run.",
        envvar=_env("MAX_TOOL_CALLS"),
        rich_help_panel=ENGINE,
    ),
]
AsJson = Annotated[
    bool,
    typer.Option("--json", help="One JSON document on standard output.", envvar=_env("JSON"), rich_help_panel=OUTPUT),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress on standard error.", envvar=_env("QUIET"), rich_help_panel=OUTPUT),
]
OutFile = Annotated[Path, typer.Option("--out", help="The file to write (PNG).", rich_help_panel=OUTPUT)]
Fused = Annotated[
    Path | None,
    typer.Option("--fused", help="The picture to edit; default: fuse the pair first.", rich_help_panel=PICTURES),
]
MaskFile = Annotated[
    Path | None,
    typer.Option(
        "--mask", metavar="FILE", help="Edit inside this mask only (white is inside).", rich_help_panel=PICTURES
    ),
]
StrengthOption = Annotated[Strength, typer.Option("--strength", help="How far to go.")]
