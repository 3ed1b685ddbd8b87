"""denoise: take noise out of a region (equations 18-20), where it is best taken out."""

from dataclasses import replace
from typing import Literal

from torch import Tensor

from wordfuse.fusion.device import resolve_device
from wordfuse.fusion.finetune import Origin, Outcome, State
from wordfuse.fusion.finetune import denoise as run
from wordfuse.fusion.finetune.run import follow_gray
from wordfuse.fusion.measures import edges_left
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.tensors import to_tensor
from wordfuse.fusion.window import Window
from wordfuse.tools.edits.editing import (
    EditArgs,
    EditResult,
    Picture,
    Start,
    control,
    finish,
    mask_tensor,
    pixels,
    start,
)
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Amount, Strength

Where = Literal["fused", "visible"]
TOLERANCE = 1.05  # of the wanted noise level: rounding to 8 bits moves the estimate


class DenoiseArgs(EditArgs):
    """How much of the noise is to go."""

    strength: Strength
    amount: Amount | None = None


class DenoiseResult(EditResult):
    """The denoised picture."""

    where: Where  # whether the noise was learned in the picture or in the visible source


def denoise(args: DenoiseArgs, work: Workspace) -> DenoiseResult:
    """Remove noise from a region.

    Noise of the visible source is best removed there, before it is fused (TeRF, Table 2, VI and VII); noise that came
    in otherwise cannot be. Both are tried, and the one that keeps more of the edges at the wanted noise is taken.
    """
    begun = start(work, "denoise", None, args, args.strength, args.amount)
    mask, picture = work.mask(args.mask), work.image(begun.picture)
    effect = EFFECTS["denoise"]
    drop = effect.amount(None, args.strength, args.amount)
    if begun.further:
        first = estimate_noise(work.image(args.image), mask)
        drop = effect.way(None).left(drop, first, estimate_noise(picture, mask))
    options = _options(begun.state)
    tried = {where: _denoised(where, drop, begun, picture, args.mask, work) for where in options}
    wanted = (1 - drop) * estimate_noise(picture, mask) * TOLERANCE

    def rank(where: Where) -> tuple[bool, float]:
        edited = pixels(tried[where])
        level = estimate_noise(edited, mask)
        return (True, edges_left(picture, edited, mask)) if level <= wanted else (False, -level)

    best = max(options, key=rank)
    outcome = replace(tried[best], epochs=sum(outcome.epochs for outcome in tried.values()))
    result = finish(work, begun, args, outcome, before=picture, edited=pixels(outcome))
    return DenoiseResult(**result.model_dump(), where=best)


def _options(state: State | None) -> tuple[Where, ...]:
    if state is None:
        return "fused", "visible"
    return ("fused",) if state.meta["origin"] == "picture" else ("visible",)


def _denoised(where: Where, drop: float, begun: Start, picture: Picture, mask: str | None, work: Workspace) -> Outcome:
    infrared, visible = to_tensor(work.pair.infrared), to_tensor(work.pair.visible)

    def render(source: Tensor, window: Window) -> Tensor:
        return follow_gray(work.fuser.fuse_window(infrared, source, window), visible)

    return run(
        to_tensor(picture),
        origin=Origin(visible, render) if where == "visible" else None,
        noise_drop=drop,
        mask=mask_tensor(work, mask),
        state=begun.state,
        seed=work.seed(),
        control=control(work, "denoise"),
        device=resolve_device(work.settings.device),
    )
