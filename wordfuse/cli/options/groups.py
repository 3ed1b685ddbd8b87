"""Which settings go together in a command, in the order of its help."""

from typing import Annotated

from wordfuse.cli.options.build import Option, of_setting
from wordfuse.cli.options.common import (
    AmountOption,
    At,
    Fused,
    Infrared,
    MaskFile,
    PairFile,
    RegionWords,
    Strength,
    StrengthOption,
    Visible,
)
from wordfuse.cli.options.films import Offset, Rate
from wordfuse.cli.options.taking import Chosen, Group

_DETECTOR = ("grounding_model", "segmentation_model", "grounding_picture")
_REGIONS = ("regions", *_DETECTOR)
_NETWORK = ("device", "weights", "preset", "infrared")
_INSTEAD = "Instead of what the file says."

Pair = Annotated[
    Chosen,
    Group(
        *(Option("ir", Infrared, None), Option("vi", Visible, None), Option("pair", PairFile, None), "align"),
        *("temperature_scale", "emissivity", "reflected"),
    ),
]
AtAFrame = Annotated[Chosen, Group(Option("at", At, "0"), Option("offset", Offset, "0"), Option("fps", Rate, None))]
RunSettings = Annotated[
    Chosen,
    Group(
        *("mask", "llm", "model", "doubt", *_REGIONS, *_NETWORK, "seed"),
        *("attempts", "max_seconds", "max_model_calls", "max_tool_calls", "max_pixels"),
    ),
]
PageSettings = Annotated[
    Chosen,
    Group(
        *("temperature_scale", "emissivity", "reflected"),
        *("llm", "model", "doubt", *_REGIONS, *_NETWORK, "seed"),
        *("attempts", "max_seconds", "max_model_calls", "max_tool_calls", "max_pixels"),
    ),
]
FilmSettings = Annotated[
    Chosen,
    Group(
        *(
            "align",
            "temperature_scale",
            "emissivity",
            "reflected",
            "mask",
            "llm",
            "model",
            "doubt",
            *_REGIONS,
            *_NETWORK,
            "seed",
        ),
        *("attempts", "max_seconds", "max_model_calls", "max_tool_calls", "max_pixels"),
    ),
]
ResumeSettings = Annotated[
    Chosen,
    Group(
        of_setting("llm", help="Another language model than the run began with.", default=None),
        "model",
        of_setting("device", help="Another device than the run began with.", default=None),
    ),
]
ScriptSettings = Annotated[
    Chosen,
    Group(
        *(
            of_setting(name, help=_INSTEAD, default=None)
            for name in ("llm", "model", "doubt", "regions", "device", "weights", "preset", "infrared", "seed")
        )
    ),
]
DemoSettings = Annotated[Chosen, Group("llm", "model", "regions", "device", "seed")]
EvalSettings = Annotated[Chosen, Group("llm", "model", "doubt", "adapter", "regions", "device", "seed")]
LanguageSettings = Annotated[Chosen, Group("llm", "model", "device")]
PlanSettings = Annotated[Chosen, Group("llm", "model", "doubt", "device")]

FuseSettings = Annotated[Chosen, Group(*_NETWORK, "max_pixels")]
SegmentSettings = Annotated[Chosen, Group("mask", *_REGIONS, *_NETWORK, "max_pixels")]
EditSettings = Annotated[Chosen, Group(*_REGIONS, *_NETWORK, "seed", "max_pixels")]
Edited = Annotated[
    Chosen,
    Group(
        Option("strength", StrengthOption, Strength.normal),
        Option("amount", AmountOption, None),
        Option("fused", Fused, None),
        Option("mask", MaskFile, None),
        Option("region", RegionWords, None),
    ),
]
TemperatureSettings = Annotated[Chosen, Group("mask", *_REGIONS, *_NETWORK, "max_pixels")]
InspectSettings = Annotated[Chosen, Group(*_REGIONS, *_NETWORK, "max_pixels")]
MetricSettings = Annotated[Chosen, Group("max_pixels")]
ToolSettings = Annotated[Chosen, Group(*_REGIONS, *_NETWORK, "seed", "seconds_per_call", "max_pixels")]

BenchSettings = Annotated[Chosen, Group("device")]
BenchRegionSettings = Annotated[Chosen, Group(of_setting("regions", default="embedded"), *_DETECTOR, "device")]
BenchVideoSettings = Annotated[Chosen, Group("llm", "model", "regions", *_NETWORK, "seed")]
TrainSettings = Annotated[Chosen, Group("device", "seed")]
TrainLanguageSettings = Annotated[Chosen, Group(of_setting("seed", default=1))]
