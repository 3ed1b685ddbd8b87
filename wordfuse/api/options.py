"""The optional arguments that several functions take, and how they become settings."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict

from wordfuse.agent.context import Event
from wordfuse.agent.errors import InputError
from wordfuse.agent.settings import Settings, build_settings
from wordfuse.api.door import check_called, mapping_of, path_of
from wordfuse.api.pictures import File, Given, Pair, as_mask, check_pair, is_file
from wordfuse.fusion.choices import SeenPicture
from wordfuse.tools.store.workspace import Progress as Epoch

Strength = Literal["slight", "normal", "strong"]
OF_DEGREES = ("temperature_scale", "emissivity", "reflected")
Masks = Mapping[str, Given]
Progress = Callable[[str, int, int], None]
"""Called with what is done, how far it is, and of how many; 0 of 0 where nothing is counted."""


class NetworkOptions(TypedDict, total=False):
    """Which fusion network, and where.

    Attributes:
        preset: ``default``, a picture that a person would choose; or a network: ``metric``, ``terf`` (the
            paper's), ``ldfusion``, ``mgfusion`` (docs/papers.md).
        weights: weights of your own for that network (safetensors).
        infrared: share of infrared, from 0 (visible) to 1 (infrared); default: chosen from the pair.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
    """

    preset: str
    weights: File
    infrared: float
    device: str


class RegionOptions(NetworkOptions, total=False):
    """Who finds regions.

    Attributes:
        regions: ``auto``, ``embedded``, ``pixels``, ``grounding-dino`` or ``original``.
        grounding_model: GroundingDINO: directory or hub id; ``original``: its checkpoint.
        segmentation_model: SAM: directory, hub id or ``sam_vit_*.pth``.
        grounding_picture: what GroundingDINO looks at: ``fused``, ``visible``, ``infrared`` or ``union`` (all three).
    """

    regions: str
    grounding_model: str
    segmentation_model: str
    grounding_picture: SeenPicture


class RunOptions(RegionOptions, total=False):
    """What a run may use and how far it may go.

    Attributes:
        model: embedded: directory or hub id of another LLaMA. Server: the name that it serves.
        adapter: another adapter for the embedded model.
        seed: same seed, same result on one machine.
        limits: ``attempts`` per step; ``model_calls``, ``tool_calls`` and ``seconds`` of the whole run;
            ``seconds_per_call``.
    """

    model: str
    adapter: File
    seed: int
    limits: Mapping[str, float]


def settings_for(pair: Pair, options: Mapping[str, Any], taken: type, **more: Any) -> Settings:
    """Settings for work on a pair, every one of them checked.

    Args:
        pair: what is worked on.
        options: what the caller chose.
        taken: the options that there are: one of the types above.
        **more: settings that are no options.

    Raises:
        InputError: an option that is not taken, a value that is unknown or out of range, or weights that cannot be
            loaded.
    """
    check_pair(pair)
    known = taken.__annotations__
    for name in options:
        if name in ("align", "max_pixels", *OF_DEGREES):
            raise InputError(
                "belongs to the pair", argument=name, remedy=f"give it to read_pair: read_pair(..., {name}=...)"
            )
        if name not in known:
            raise InputError("is no option here", argument=name, remedy=f"choose of {', '.join(known)}")
    chosen = {name: value for name, value in options.items() if value is not None} | more
    for name in ("weights", "adapter"):
        if name in chosen:
            chosen[name] = path_of(chosen[name], name)
    for name in ("model", "grounding_model", "segmentation_model"):
        if isinstance(chosen.get(name), str | os.PathLike):  # a directory, or the name of something elsewhere
            chosen[name] = str(path_of(chosen[name], name)) if _at_home(chosen[name]) else os.fspath(chosen[name])
    degrees = {name: getattr(pair.degrees, name) for name in OF_DEGREES}
    return build_settings(**chosen, **degrees, align=pair.align, max_pixels=pair.max_pixels)


def _at_home(given: File) -> bool:
    return os.fspath(given).startswith("~")


def files_of_masks(masks: Masks | None, pair: Pair, folder: Path) -> tuple[dict[str, Path], dict[Path, bytes]]:
    """Masks as files, by name; of those that are none, the files below ``folder`` that will hold them, and contents.

    Raises:
        InputError: one is no mask of the pair.
        RegionError: one is empty.
    """
    from wordfuse.fusion.files.arrays import as_file

    check_pair(pair)
    paths, contents = dict[str, Path](), dict[Path, bytes]()
    for number, (name, mask) in enumerate(mapping_of(masks, "masks").items(), start=1):
        if is_file(mask):
            paths[name] = path_of(mask, "masks")
        else:
            ending, content = as_file(as_mask(mask, pair, f"masks[{name!r}]"))
            paths[name] = folder / f"mask-{number}{ending}"
            contents[paths[name]] = content
    return paths, contents


def epochs_to(progress: Progress | None) -> Callable[[Epoch], None] | None:
    """What a single tool calls."""
    check_called(progress, "progress")
    return None if progress is None else lambda done: progress(done.tool, done.epoch, done.epochs)


def events_to(progress: Progress | None) -> Callable[[Event], None] | None:
    """What a run calls."""
    check_called(progress, "progress")
    if progress is None:
        return None

    def notify(event: Event) -> None:
        done = event.progress
        if done is None:
            progress(f"{event.kind} {event.text}", 0, 0)
        else:
            progress(done.tool, done.epoch, done.epochs)

    return notify
