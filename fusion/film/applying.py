"""Make an edit on a frame as it was made on another: the function of every kind of edit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import LEAST_WEIGHT, Applied

if TYPE_CHECKING:
    from wordfuse.fusion.restore.steer import Method

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Scene:
    """A frame that edits are made on; all float32 in [0, 1].

    Attributes:
        infrared: (H, W).
        visible: (H, W, 3).
        fused: (H, W, 3), before any edit.
        fuse: fuses a changed pair as this one was fused, for edits of a source.
        device: where a network runs, by its name; None: the CPU.
    """

    infrared: Plane
    visible: Colours
    fused: Colours
    fuse: Callable[[Plane, Colours], Colours]
    device: str | None = None


@cache
def _methods() -> "dict[str, Method]":
    """The methods whose strength is steered, by their kind; imported late, as they import torch."""
    from wordfuse.fusion.recolour import chroma, heat
    from wordfuse.fusion.restore import contrast, dehaze, destripe, expose, sharpen

    methods = (
        *(contrast.MORE, contrast.LESS, sharpen.METHOD, dehaze.METHOD, destripe.METHOD, expose.METHOD, heat.METHOD),
        *chroma.METHODS.values(),
    )
    return {method.kind: method for method in methods}


def apply(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    """Make an edit on a frame.

    Args:
        applied: what was done at other frames, carried to this one.
        picture: (H, W, 3) float32 in [0, 1], the frame after the edits before this one.
        scene: the frame.

    Returns:
        (H, W, 3) float32 in [0, 1]; where the edit's weight is 0, the pixels of ``picture``.
    """
    if not applied.amount or applied.weight.max() <= LEAST_WEIGHT:
        return picture
    if applied.kind in _methods():
        from wordfuse.fusion.restore.steer import apply_steered

        return apply_steered(_methods()[applied.kind], applied, picture, scene.infrared)
    return _FUNCTIONS[applied.kind](applied, picture, scene)


def _relight(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.finetune.relight import apply_relight

    return apply_relight(applied, picture)


def _incline(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.finetune.incline import apply_incline

    return apply_incline(applied, picture, scene.infrared, scene.visible, scene.fused)


def _whole(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.finetune.whole import apply_whole

    return apply_whole(applied, picture, scene.infrared, scene.visible)


def _blur(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.restore.blur import apply_blur

    return apply_blur(applied, picture)


def _denoise(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.finetune.denoise import apply_denoise, noise_in

    if applied.within is None:
        return apply_denoise(applied, picture, noise_in(picture, applied.weight, scene.device))
    source = _source(applied, scene)
    noise = noise_in(source, applied.within.weight, scene.device)
    return apply_denoise(applied, picture, _seen_in_fused(applied, source - noise, scene))


def _through(applied: Applied, picture: Colours, scene: Scene) -> Colours:
    from wordfuse.fusion.restore.through import apply_through

    if applied.within is None:  # the source had nothing of the fault
        return picture
    of_source = replace(scene, fused=_source(applied, scene))
    clean = apply(applied.within, of_source.fused, of_source)
    return apply_through(applied, picture, _seen_in_fused(applied, clean, scene))


_FUNCTIONS: dict[str, Callable[[Applied, Colours, Scene], Colours]] = {
    "relight": _relight,
    "relight lamps": _relight,
    "incline": _incline,
    "incline whole": _whole,
    "blur": _blur,
    "denoise": _denoise,
    "through a source": _through,
}


def _source(applied: Applied, scene: Scene) -> Colours:
    """The source that a fault was found in, (H, W, 3) whichever it is."""
    return scene.visible if applied.where == "visible" else np.repeat(scene.infrared[..., None], 3, axis=2)


def _seen_in_fused(applied: Applied, clean: Colours, scene: Scene) -> Colours:
    """What a fault of a source does to the fused picture, (H, W, 3) float32."""
    from wordfuse.fusion.look.filters import luma_of

    within = np.clip(clean, 0, 1).astype(np.float32)
    pair = (scene.infrared, within) if applied.where == "visible" else (luma_of(within), scene.visible)
    return np.asarray(scene.fused - scene.fuse(*pair), np.float32)
