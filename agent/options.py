"""The options that several commands share, spelled once."""

import copy
import functools
import inspect
import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

import typer

R = TypeVar("R")

ENGINE, PICTURES, OUTPUT = "Model and machine", "Pictures", "Output"


def env(name: str) -> str:
    """The environment variable of an option: that of ``--max-pixels`` is ``WORDFUSE_MAX_PIXELS``.

    An option that means something else in another command (``--out``, ``--mask``, ``--direction``) has another there.
    """
    return f"WORDFUSE_{name}"


def one_a_line(context: typer.Context, param: typer.CallbackParam, values: list[str]) -> list[str]:
    """Read a repeatable option's variable as one value a line; Typer would cut sentences and file names at spaces."""
    source = context.get_parameter_source(param.name or "")
    if source is None or source.name != "ENVIRONMENT":
        return values
    lines = os.environ[str(param.envvar)].splitlines()
    return [line.strip() for line in lines if line.strip()]


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
Align = Annotated[
    bool,
    typer.Option(
        "--align",
        help="Move, turn and scale the infrared picture onto the visible one first.",
        envvar=env("ALIGN"),
        rich_help_panel=PICTURES,
    ),
]
MaxPixels = Annotated[
    int,
    typer.Option(
        "--max-pixels", min=256, help="Refuse larger pictures.", envvar=env("MAX_PIXELS"), rich_help_panel=PICTURES
    ),
]
Masks = Annotated[
    list[str],
    typer.Option(
        "--mask",
        metavar="NAME=FILE",
        help="A mask of your own, by the name your words will use. The variable holds one a line.",
        envvar=env("MASK"),
        callback=one_a_line,
        rich_help_panel=PICTURES,
    ),
]
Llm = Annotated[
    str,
    typer.Option(
        "--llm",
        help="'embedded', or the URL of an OpenAI-compatible server.",
        envvar=env("LLM"),
        rich_help_panel=ENGINE,
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Embedded: directory or hub id of a LLaMA. Server: the name it serves.",
        envvar=env("MODEL"),
        rich_help_panel=ENGINE,
    ),
]
ServedModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Hub id or folder of a LLaMA; default: the embedded model with its adapter.",
        envvar=env("SERVED_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.", envvar=env("HOST"))]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.", envvar=env("PORT"))]
Parser = Annotated[
    str | None,
    typer.Option("--parser", help="vLLM's tool-call parser; default: by the model's name.", envvar=env("PARSER")),
]
ServerLog = Annotated[Path, typer.Option("--log", help="Where the server's output goes.", envvar=env("LOG"))]
OtherLlm = Annotated[
    str | None,
    typer.Option(
        "--llm", help="Another language model than the run began with.", envvar=env("LLM"), rich_help_panel=ENGINE
    ),
]
OtherDevice = Annotated[
    str | None,
    typer.Option(
        "--device", help="Another device than the run began with.", envvar=env("DEVICE"), rich_help_panel=ENGINE
    ),
]
Regions = Annotated[
    str,
    typer.Option(
        "--regions",
        metavar="BACKEND",
        help="auto, embedded, pixels, grounding-dino or original.",
        envvar=env("REGIONS"),
        rich_help_panel=ENGINE,
    ),
]
GroundingModel = Annotated[
    str | None,
    typer.Option(
        "--grounding-model",
        help="GroundingDINO: directory or hub id; original: its checkpoint.",
        envvar=env("GROUNDING_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
SegmentationModel = Annotated[
    str | None,
    typer.Option(
        "--segmentation-model",
        help="SAM: directory, hub id or sam_vit_*.pth.",
        envvar=env("SEGMENTATION_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
GroundingPicture = Annotated[
    Literal["fused", "visible", "infrared", "union"],
    typer.Option(
        "--grounding-picture",
        help="What GroundingDINO looks at; union: all three.",
        envvar=env("GROUNDING_PICTURE"),
        rich_help_panel=ENGINE,
    ),
]
Device = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.", envvar=env("DEVICE"), rich_help_panel=ENGINE)
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        min=0,
        max=2**32 - 1,
        help="Same seed, same result on one machine.",
        envvar=env("SEED"),
        rich_help_panel=ENGINE,
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        "--weights", help="Fusion weights of your own (safetensors).", envvar=env("WEIGHTS"), rich_help_panel=ENGINE
    ),
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        help="Fusion network: default, or terf (the paper's).",
        envvar=env("PRESET"),
        rich_help_panel=ENGINE,
    ),
]
Attempts = Annotated[
    int,
    typer.Option(
        "--attempts", min=1, max=20, help="Attempts per step.", envvar=env("ATTEMPTS"), rich_help_panel=ENGINE
    ),
]
MaxSeconds = Annotated[
    float,
    typer.Option(
        "--max-seconds", min=1, help="Budget of the whole run.", envvar=env("MAX_SECONDS"), rich_help_panel=ENGINE
    ),
]
MaxModelCalls = Annotated[
    int,
    typer.Option(
        "--max-model-calls",
        min=1,
        help="Budget of the whole run.",
        envvar=env("MAX_MODEL_CALLS"),
        rich_help_panel=ENGINE,
    ),
]
MaxToolCalls = Annotated[
    int,
    typer.Option(
        "--max-tool-calls",
        min=1,
        help="Budget of the whole run.",
        envvar=env("MAX_TOOL_CALLS"),
        rich_help_panel=ENGINE,
    ),
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
    typer.Option("--fused", help="The fused picture to measure.", envvar=env("FUSED"), rich_help_panel=PICTURES),
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
StrengthOption = Annotated[Strength, typer.Option("--strength", help="How far to go.", envvar=env("STRENGTH"))]
TrainData = Annotated[
    Path, typer.Option("--data", help="Folder of pairs, in any published layout.", envvar=env("DATA"))
]
TrainFolder = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="Training folder; an existing one is gone on with.", envvar=env("TRAIN_OUT")
    ),
]
Base = Annotated[
    str | None,
    typer.Option("--base", help="Folder or hub id of the base; default: ours, fetched once.", envvar=env("BASE")),
]
LanguageMinutes = Annotated[
    float, typer.Option("--minutes", min=0, help="How long; the learning rate ends with it.", envvar=env("MINUTES"))
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="CPU threads.", envvar=env("THREADS"))]
Exclude = Annotated[
    Path | None,
    typer.Option("--exclude", help="JSON lines whose instructions must not be trained on.", envvar=env("EXCLUDE")),
]
TrainPreset = Annotated[str, typer.Option("--preset", help="Which network.", envvar=env("PRESET"))]
Terms = Annotated[
    list[str],
    typer.Option(
        "--term",
        metavar="NAME=WEIGHT",
        help="Another weight of a term of the loss.",
        envvar=env("TERM"),
        callback=one_a_line,
    ),
]
Steps = Annotated[int, typer.Option("--steps", min=1, help="Optimiser steps.", envvar=env("STEPS"))]
Minutes = Annotated[
    float | None, typer.Option("--minutes", min=0, help="Stop after so long, annealed.", envvar=env("MINUTES"))
]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Crops a step.", envvar=env("BATCH"))]
Crop = Annotated[int, typer.Option("--crop", min=32, help="Side of a crop, pixels.", envvar=env("CROP"))]
LearningRate = Annotated[
    float,
    typer.Option("--learning-rate", min=0, help="Peak of the learning rate.", envvar=env("LEARNING_RATE")),
]

_EVERYWHERE: dict[str, tuple[Any, Any]] = {
    "as_json": (AsJson, False),
    "llm": (Llm, "embedded"),
    "model": (Model, None),
    "regions": (Regions, "auto"),
    "device": (Device, "auto"),
    "seed": (Seed, 0),
    "quiet": (Quiet, False),
}


def everywhere(command: Callable[..., R]) -> Callable[..., R]:
    """Let a command accept the options that hold everywhere; those without a meaning in it do not show in its help."""
    signature = inspect.signature(command)
    ignored = {name: option for name, option in _EVERYWHERE.items() if name not in signature.parameters}

    @functools.wraps(command)
    def run(**given: Any) -> R:
        return command(**{name: value for name, value in given.items() if name not in ignored})

    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_hidden(option))
        for name, (option, default) in ignored.items()
    ]
    # What Typer reads.
    run.__dict__["__signature__"] = signature.replace(parameters=[*signature.parameters.values(), *more])
    return run


def _hidden(option: Any) -> Any:
    """The same option, left out of the help."""
    kind, shown = get_args(option)
    hidden = copy.copy(shown)
    hidden.hidden = True
    return Annotated[kind, hidden]
