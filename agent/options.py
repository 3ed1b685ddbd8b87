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


def _env(name: str) -> str:
    """The environment variable of an option: that of ``--max-pixels`` is ``WORDFUSE_MAX_PIXELS``.

    An option that means something else in another command (``--out``, ``--mask``, ``--direction``) has another there.
    """
    return f"WORDFUSE_{name}"


def _one_a_line(context: typer.Context, param: typer.CallbackParam, values: list[str]) -> list[str]:
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
        help="A mask of your own, by the name your words will use. The variable holds one a line.",
        envvar=_env("MASK"),
        callback=_one_a_line,
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
ServedModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Hub id or folder of a LLaMA; default: the embedded model with its adapter.",
        envvar=_env("SERVED_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.", envvar=_env("HOST"))]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.", envvar=_env("PORT"))]
Parser = Annotated[
    str | None,
    typer.Option("--parser", help="vLLM's tool-call parser; default: by the model's name.", envvar=_env("PARSER")),
]
ServerLog = Annotated[Path, typer.Option("--log", help="Where the server's output goes.", envvar=_env("LOG"))]
OtherLlm = Annotated[
    str | None,
    typer.Option(
        "--llm", help="Another language model than the run began with.", envvar=_env("LLM"), rich_help_panel=ENGINE
    ),
]
OtherDevice = Annotated[
    str | None,
    typer.Option(
        "--device", help="Another device than the run began with.", envvar=_env("DEVICE"), rich_help_panel=ENGINE
    ),
]
Regions = Annotated[
    str,
    typer.Option(
        "--regions",
        metavar="BACKEND",
        help="auto, embedded, pixels, grounding-dino or original.",
        envvar=_env("REGIONS"),
        rich_help_panel=ENGINE,
    ),
]
GroundingModel = Annotated[
    str | None,
    typer.Option(
        "--grounding-model",
        help="GroundingDINO: directory or hub id; original: its checkpoint.",
        envvar=_env("GROUNDING_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
SegmentationModel = Annotated[
    str | None,
    typer.Option(
        "--segmentation-model",
        help="SAM: directory, hub id or sam_vit_*.pth.",
        envvar=_env("SEGMENTATION_MODEL"),
        rich_help_panel=ENGINE,
    ),
]
GroundingPicture = Annotated[
    Literal["fused", "visible", "infrared", "union"],
    typer.Option(
        "--grounding-picture",
        help="What GroundingDINO looks at; union: all three.",
        envvar=_env("GROUNDING_PICTURE"),
        rich_help_panel=ENGINE,
    ),
]
Device = Annotated[
    str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.", envvar=_env("DEVICE"), rich_help_panel=ENGINE)
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        min=0,
        max=2**32 - 1,
        help="Same seed, same result on one machine.",
        envvar=_env("SEED"),
        rich_help_panel=ENGINE,
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(
        "--weights", help="Fusion weights of your own (safetensors).", envvar=_env("WEIGHTS"), rich_help_panel=ENGINE
    ),
]
Preset = Annotated[
    str,
    typer.Option(
        "--preset",
        help="Fusion network: default, or terf (the paper's).",
        envvar=_env("PRESET"),
        rich_help_panel=ENGINE,
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
OutFile = Annotated[
    Path,
    typer.Option(
        "--out", metavar="FILE", help="The file to write (PNG).", envvar=_env("OUT_FILE"), rich_help_panel=OUTPUT
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Run folder; default: runs/NAME.", envvar=_env("OUT"), rich_help_panel=OUTPUT
    ),
]
DemoFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Run folder; a number is added if it exists.",
        envvar=_env("OUT"),
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
        envvar=_env("INSTRUCTION"),
        callback=_one_a_line,
    ),
]
After = Annotated[
    Path | None,
    typer.Option("--after", metavar="PLAN.json", help="The plan of the turn before.", envvar=_env("AFTER")),
]
Fused = Annotated[
    Path | None,
    typer.Option(
        "--fused",
        help="The picture to edit; default: fuse the pair first.",
        envvar=_env("FUSED"),
        rich_help_panel=PICTURES,
    ),
]
Measured = Annotated[
    Path,
    typer.Option("--fused", help="The fused picture to measure.", envvar=_env("FUSED"), rich_help_panel=PICTURES),
]
MaskFile = Annotated[
    Path | None,
    typer.Option(
        "--mask",
        metavar="FILE",
        help="Work inside this mask only (white is inside).",
        envvar=_env("MASK_FILE"),
        rich_help_panel=PICTURES,
    ),
]
Source = Annotated[
    Literal["infrared", "visible"],
    typer.Option("--direction", help="The source to resemble.", envvar=_env("INCLINE_DIRECTION")),
]
Light = Annotated[
    Literal["brighter", "darker"],
    typer.Option("--direction", help="Which way the light goes.", envvar=_env("RELIGHT_DIRECTION")),
]
StrengthOption = Annotated[Strength, typer.Option("--strength", help="How far to go.", envvar=_env("STRENGTH"))]
TrainData = Annotated[
    Path, typer.Option("--data", help="Folder of pairs, in any published layout.", envvar=_env("DATA"))
]
TrainFolder = Annotated[
    Path,
    typer.Option(
        "--out", metavar="DIR", help="Training folder; an existing one is gone on with.", envvar=_env("TRAIN_OUT")
    ),
]
Base = Annotated[
    str | None,
    typer.Option("--base", help="Folder or hub id of the base; default: ours, fetched once.", envvar=_env("BASE")),
]
LanguageMinutes = Annotated[
    float, typer.Option("--minutes", min=0, help="How long; the learning rate ends with it.", envvar=_env("MINUTES"))
]
Threads = Annotated[int, typer.Option("--threads", min=1, help="CPU threads.", envvar=_env("THREADS"))]
Exclude = Annotated[
    Path | None,
    typer.Option("--exclude", help="JSON lines whose instructions must not be trained on.", envvar=_env("EXCLUDE")),
]
TrainPreset = Annotated[str, typer.Option("--preset", help="Which network.", envvar=_env("PRESET"))]
Terms = Annotated[
    list[str],
    typer.Option(
        "--term",
        metavar="NAME=WEIGHT",
        help="Another weight of a term of the loss.",
        envvar=_env("TERM"),
        callback=_one_a_line,
    ),
]
Steps = Annotated[int, typer.Option("--steps", min=1, help="Optimiser steps.", envvar=_env("STEPS"))]
Minutes = Annotated[
    float | None, typer.Option("--minutes", min=0, help="Stop after so long, annealed.", envvar=_env("MINUTES"))
]
Batch = Annotated[int, typer.Option("--batch", min=1, help="Crops a step.", envvar=_env("BATCH"))]
Crop = Annotated[int, typer.Option("--crop", min=32, help="Side of a crop, pixels.", envvar=_env("CROP"))]
LearningRate = Annotated[
    float,
    typer.Option("--learning-rate", min=0, help="Peak of the learning rate.", envvar=_env("LEARNING_RATE")),
]

BenchData = Annotated[
    Path, typer.Option("--data", help="Folder with RoadScene, MSRS and TNO, as published.", envvar=_env("DATA"))
]
BenchFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="For the tables.", envvar=_env("BENCH_OUT"))]
BenchPresets = Annotated[
    list[str],
    typer.Option("--preset", help="Our networks; may be repeated.", envvar=_env("BENCH_PRESET"), callback=_one_a_line),
]
BenchWeights = Annotated[
    list[str],
    typer.Option(
        "--weights",
        metavar="NAME=FILE",
        help="Weights of your own for the default preset.",
        envvar=_env("BENCH_WEIGHTS"),
        callback=_one_a_line,
    ),
]
BenchMethods = Annotated[
    list[str],
    typer.Option(
        "--method",
        metavar="NAME=DIR",
        help="Fused pictures of another method, in DIR/RoadScene, ...",
        envvar=_env("METHOD"),
        callback=_one_a_line,
    ),
]
BenchSizes = Annotated[
    list[str],
    typer.Option(
        "--size",
        metavar="WxH",
        help="Size to measure time and memory at; may be repeated.",
        envvar=_env("SIZE"),
        callback=_one_a_line,
    ),
]
BenchSide = Annotated[
    int,
    typer.Option(
        "--side", min=64, help="Longer side of the pictures to compare losses on, pixels.", envvar=_env("SIDE")
    ),
]
BenchTasks = Annotated[
    list[str],
    typer.Option("--task", help="Measure incline, relight or denoise. Repeat for several.", envvar=_env("TASK")),
]
BenchRecipe = Annotated[
    Literal["fast", "paper"],
    typer.Option("--recipe", help="Ours, or the paper's (hours on a CPU).", envvar=_env("RECIPE")),
]
Every = Annotated[int, typer.Option("--every", min=1, help="Take every how manyth pair.", envvar=_env("EVERY"))]
BenchCost = Annotated[
    bool,
    typer.Option("--cost/--no-cost", help="Whether to measure time and memory by size.", envvar=_env("COST")),
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
