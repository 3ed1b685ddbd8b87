"""The options that decide how a run is carried out, for every command that carries one out."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from agent import options as o
from agent.commands.shared import MAX_PIXELS, build_settings, named_files, pair_of
from fusion.errors import InputError

if TYPE_CHECKING:
    from agent.settings import Settings

R = TypeVar("R")
MAY_CHANGE = ("llm", "model", "device")  # of a run that is gone on with


def _run_options(
    ir: o.Infrared = None,
    vi: o.Visible = None,
    pair: o.PairFile = None,
    align: o.Align = False,
    mask: o.Masks = [],  # noqa: B006 (typer wants a list)
    llm: o.Llm = "embedded",
    model: o.Model = None,
    regions: o.Regions = "auto",
    grounding_model: o.GroundingModel = None,
    segmentation_model: o.SegmentationModel = None,
    grounding_picture: o.GroundingPicture = "fused",
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "default",
    seed: o.Seed = 0,
    attempts: o.Attempts = 3,
    max_seconds: o.MaxSeconds = 3600,
    max_model_calls: o.MaxModelCalls = 120,
    max_tool_calls: o.MaxToolCalls = 120,
    max_pixels: o.MaxPixels = MAX_PIXELS,
) -> None:
    """Only its signature is used."""


class RunOptions:
    """What was chosen of these options."""

    def __init__(self, given: dict[str, Any], sources: dict[str, str]) -> None:
        """Nothing is checked yet.

        Args:
            given: values by name.
            sources: where each comes from: COMMANDLINE, ENVIRONMENT or DEFAULT.
        """
        self._given, self._sources = given, sources

    @property
    def names_pictures(self) -> bool:
        """Whether any picture was named on the command line."""
        return any(self._sources[name] == "COMMANDLINE" for name in ("ir", "vi", "pair"))

    def pair(self) -> tuple[Path, Path]:
        """The infrared and the visible picture.

        Raises:
            InputError: they were not named, or named twice.
        """
        return pair_of(self._given["ir"], self._given["vi"], self._given["pair"])

    def overrides(self) -> dict[str, object]:
        """What was given of the options that may change when a run is gone on with.

        Raises:
            InputError: one was typed that may not.
        """
        kept = [name for name, source in self._sources.items() if source == "COMMANDLINE" and name not in MAY_CHANGE]
        if kept:
            option = f"--{kept[0].replace('_', '-')}"
            raise InputError(f"--resume: the folder keeps its settings; leave {option} out, or start anew with it")
        return {name: self._given[name] for name in MAY_CHANGE if self._sources[name] in ("COMMANDLINE", "ENVIRONMENT")}

    def settings(self, **more: Any) -> "Settings":
        """The settings they make.

        Args:
            more: settings that are no options.

        Raises:
            InputError: a value that is unknown or out of range, or weights that cannot be loaded.
        """
        from agent.chosen import LIMITS

        given = {name: value for name, value in self._given.items() if name not in ("ir", "vi", "pair")}
        limits = {limit: given.pop(option) for option, limit in LIMITS.items()}
        return build_settings(masks=named_files(given.pop("mask")), limits=limits, **given, **more)


def run_options(command: Callable[..., R]) -> Callable[..., R]:
    """Let a command take these options, in place of its parameter ``options``, which gets them."""
    signature, taken = inspect.signature(command), inspect.signature(_run_options).parameters

    @functools.wraps(command)
    def run(context: typer.Context, **given: Any) -> R:
        found = {name: context.get_parameter_source(name) for name in taken}
        sources = {name: source.name if source is not None else "DEFAULT" for name, source in found.items()}
        return command(options=RunOptions({name: given.pop(name) for name in taken}, sources), **given)

    own = [parameter for name, parameter in signature.parameters.items() if name != "options"]
    required = [parameter for parameter in own if parameter.default is parameter.empty]
    optional = [parameter for parameter in own if parameter.default is not parameter.empty]
    of_typer = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    # What Typer reads.
    keywords = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*required, *optional)]
    more = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in taken.values()]
    run.__dict__["__signature__"] = signature.replace(parameters=[of_typer, *keywords, *more])
    return run
