"""The region backends by name.

To add one, write a module with a ``create(models)`` that returns a ``RegionBackend`` (``fusion.regions.types``), and
give it a line in `BACKENDS`.
"""

from collections.abc import Callable
from importlib import import_module

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.regions.types import Models, RegionBackend

Create = Callable[[Models], RegionBackend]


def _from(module: str) -> Create:
    """The ``create`` of a module that is imported when it is needed: masks, tones and positions never pay for torch."""

    def create(models: Models) -> RegionBackend:
        backend: RegionBackend = import_module(module).create(models)
        return backend

    return create


def _best(models: Models) -> RegionBackend:
    """GroundingDINO, which knows every noun, where its models were named; else the embedded network."""
    detector, segmenter = argument_named("grounding_model"), argument_named("segmentation_model")
    if (models.grounding_model is None) != (models.segmentation_model is None):
        raise InputError(f"{detector} and {segmenter} belong together: name both, or neither")
    if models.grounding_model is None and models.picture != "fused":
        raise InputError(
            f"{argument_named('grounding_picture')} is for GroundingDINO: "
            f"name its models with {detector} and {segmenter}, or leave it out"
        )
    return BACKENDS["grounding-dino" if models.grounding_model is not None else "embedded"](models)


BACKENDS: dict[str, Create] = {
    "auto": _best,
    "embedded": _from("wordfuse.fusion.regions.embedded.backend"),
    "seconded": _from("wordfuse.fusion.regions.seconded.backend"),
    "pixels": _from("wordfuse.fusion.regions.pixels"),
    "grounding-dino": _from("wordfuse.fusion.regions.grounding.grounding_dino"),
    "original": _from("wordfuse.fusion.regions.grounding.original"),
}


def create_backend(name: str, models: Models | None = None) -> RegionBackend:
    """Make the backend of that name.

    Args:
        name: a key of `BACKENDS`.
        models: what it is made with; None for defaults.

    Raises:
        InputError: no backend has that name.
    """
    if name not in BACKENDS:
        raise InputError(
            "unknown region backend",
            argument="regions",
            subject=name,
            remedy=f"use one of {', '.join(sorted(BACKENDS))}",
        )
    return BACKENDS[name](models or Models())
