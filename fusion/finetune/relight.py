"""Brighten or darken a region by its illumination map (TeRF section 2.4.2, equations 14-17; after RRDNet).

The region is decomposed into reflectance R, illumination S and noise N with I = R * S + N; the new picture is
S^gamma * (I - N) / S. Gamma is not a constant as in the paper: it is the one that brings the mean luma of the region
to the wanted multiple. Two things differ from the paper: darkening takes light away evenly (``apply_light``), and the
change fades out where the region ends without an edge (``fusion.finetune.fading``).
"""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import WEIGHT, Applied
from wordfuse.fusion.colour import LUMA, luma
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune.colours.lifted import lifted
from wordfuse.fusion.finetune.fading import DIMMEST, Fade, fade_of_light
from wordfuse.fusion.finetune.illumination import DARKEST, EPSILON, SMOOTHNESS_WEIGHT, illumination_map
from wordfuse.fusion.finetune.lamps.bumps import LAMP_MAPS, Lamps, lamps_in
from wordfuse.fusion.finetune.run import (
    UNFINISHED,
    Control,
    Outcome,
    Recipe,
    State,
    Stopped,
    check_repeat,
    follow_gray,
    smallest,
)
from wordfuse.fusion.finetune.tone import Tone, tone_of
from wordfuse.fusion.finetune.upsample import guided_upsample, shrink
from wordfuse.fusion.tensors import Batch, either_kind, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window, weight_window

if TYPE_CHECKING:
    import torch

Colours = NDArray[np.float32]
ORDERED = "ordered"  # of what was done: the order of lightness was kept
MOST_LEFT = "most_left"  # and how far its lamps may still be turned down

# "paper": section 3.1.2, three units trained at full resolution. "fast": no training at all; illumination is smooth, so
# a small copy of the region shows it, and there it has a closed form (``fusion.finetune.illumination``).
RECIPES = {
    "fast": Recipe(epochs=0, learning_rate=0.0, side_px=160),
    "paper": Recipe(epochs=500, learning_rate=5e-4, side_px=None),
}
EVEN = 0.5  # an exponent of 1 darkens by so much
GAMMA_RANGE = (0.1, 6.0)
FLATTEST = 0.3  # the least gamma where the order of lightness is kept: below, the dark becomes fog
BEYOND = 3.0  # power of the wanted ratio, for the middle of a region that is all soft border
BESIDE_GLARE = 1.5  # and for what is beside glare, which goes hardly any way itself
WHITE = 250 / 255  # brightest channel of a pixel without visible texture
WHITE_SHARE = 0.003  # of the region may become so by brightening, in one call: dots, not blobs
LEAST_SHARE = 0.1  # of the wanted change: a call that brings no more is at the end of what can be had
CONTEXT_PX = 16


@either_kind
def relight(
    picture: Batch,
    *,
    luma_ratio: float,
    mask: Batch | None = None,
    tone: Tone | None = None,
    state: State | None = None,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    control: Control = Control(),
    device: "torch.device | str | None" = None,
) -> Outcome:
    """Decompose a region and change its illumination until its mean luma is ``luma_ratio`` times what it was.

    A repeat (section 2.4.4) keeps the illumination and only transforms it once more: it takes no epochs and the
    picture as it is now. The ratio is reached unless that would drive more than
    ``WHITE_SHARE`` of the region into white, or gamma out of ``GAMMA_RANGE``; then the nearest possible is taken.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        luma_ratio: wanted mean luma inside the mask over the present one; above 1 brightens, below 1 darkens.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        tone: of a region that is told by its light alone, as dark areas are: the order of lightness is kept in it.
            None: it is found out by looking (``fusion.finetune.tone``), and kept in the state.
        state: of an earlier call on the same region, in either direction.
        recipe: see ``RECIPES``.
        seed: of the initial weights.
        control: progress, cancellation and time.
        device: where units are trained, if the recipe has epochs; default: CPU.

    Returns:
        The picture with the region's bounding box relit; ``state.meta["gamma"]`` is the exponent so far. A repeat has
        no epochs and is ``converged``. ``saturated``: the ratio was not reached and a repeat would not bring it nearer.

    Raises:
        InputError: ``luma_ratio`` is not a positive number, or the state belongs to something else.
        RegionError: the mask is empty, or the region is black or of one colour.
    """
    started = time.monotonic()
    if not 0 < luma_ratio < float("inf"):
        raise InputError("must be a positive number", subject=f"luma_ratio {luma_ratio}")
    picture = np.array(picture, np.float32)
    mask = check_mask(mask, picture)
    window = region_window(mask, CONTEXT_PX)
    box, inside = window.cut(picture), window.cut(mask)[0, 0] > 0.5
    facts = {"size": list(picture.shape[-2:]), "window": [window.top, window.bottom, window.left, window.right]}
    _check_light(box, inside)
    losses: list[float] = []
    stopped: Stopped = "converged"
    if state is None and not recipe.epochs:
        gamma, done, illumination, clean = 1.0, 0, find_light(box, recipe), box
    elif state is None:
        from wordfuse.fusion.finetune.trained.decomposition import decompose

        illumination, noise, losses, stopped = decompose(box, recipe, seed, control, started, device)
        gamma, done, clean = 1.0, len(losses), np.maximum(box - noise, 0)
    else:
        check_repeat(state, "relight", facts)
        illumination, gamma, done = state.tensors["illumination"], float(state.meta["gamma"]), state.epochs
        clean = box
    light = illumination.astype(np.float32)
    tone = tone or (tone_of(picture, mask) if state is None else state.meta.get("tone"))
    fade = fade_of_light(picture, mask, tone).cut(window)
    if luma_ratio < 1:
        found = _kept_lamps(state, box) if state is not None else lamps_in(picture, mask, window)
        fade = fade if found is None else fade.with_lamps(*found)
    limits = (GAMMA_RANGE[0] if tone is None else FLATTEST, GAMMA_RANGE[1])
    limits = (limits[0] - gamma, limits[1] - gamma)
    if fade.lamps is not None:  # what is beside them goes no further than they do
        limits = (min(limits[0], 0.0), min(limits[1], fade.lamps.most))
    change = find_gamma(clean, light, fade, inside, luma_ratio, limits, box)
    relit = follow_gray(apply_light(clean, light, fade, change), box)
    reached = float(luma(relit)[0, 0][inside].mean() / max(luma(box)[0, 0][inside].mean(), 1e-6))
    # Where the order is kept, what is left of the way is left for good.
    enough = LEAST_SHARE if tone is None else 1 - LEAST_SHARE
    saturated = abs(reached - 1) < enough * abs(luma_ratio - 1) and stopped not in UNFINISHED
    maps, told = {"illumination": illumination}, facts | {"gamma": gamma + change, "tone": tone}
    if fade.lamps is not None:
        left = replace(fade.lamps, beyond=fade.lamps.after(clean, change)).maps() | {WEIGHT: fade.weight}
        maps |= {name: plane.astype(np.float16) for name, plane in left.items()}
        told[MOST_LEFT] = max(0.0, fade.lamps.most - change)
    box[...] = relit

    def applied() -> Applied:
        return _applied(fade, light, change, window, picture.shape[-2:])

    result = State("relight", done, maps, told)
    return Outcome(picture, result, len(losses), losses, time.monotonic() - started, stopped, saturated, applied)


def _kept_lamps(state: State, box: Batch) -> tuple[Lamps, Batch] | None:
    """The lamps that an earlier call turned down, and the weight of that."""
    if MOST_LEFT not in state.meta:
        return None
    where, ground, beyond, weight = (state.tensors[name].astype(np.float32) for name in (*LAMP_MAPS, WEIGHT))
    return Lamps.shown_in(box, where, ground, beyond, float(state.meta[MOST_LEFT])), weight


def _applied(fade: Fade, light: Batch, exponent: float, window: Window, size: Sequence[int]) -> Applied:
    """What was done to the light of a window, for the whole picture of (H, W)."""
    planes = {WEIGHT: fade.weight, "least_gain": fade.least_gain, "light": light if fade.light is None else fade.light}
    numbers: dict[str, tuple[float, ...]] = {ORDERED: (float(fade.light is not None),)}
    placed = {
        name: window.placed(to_array(plane), size, 0.0 if name == WEIGHT else float(plane.mean()))
        for name, plane in planes.items()
    }
    if fade.lamps is None:
        return Applied("relight", exponent, numbers, placed)
    placed |= {name: window.placed(to_array(plane), size) for name, plane in fade.lamps.maps().items()}
    return Applied("relight lamps", exponent, numbers | {MOST_LEFT: (fade.lamps.most,)}, placed)


def apply_relight(applied: Applied, picture: Colours) -> Colours:
    """Change the light of a picture as it was changed before.

    Args:
        applied: what was done.
        picture: (H, W, 3) float32 in [0, 1].

    Returns:
        (H, W, 3) float32 in [0, 1].
    """
    window = weight_window(applied.weight, 0)
    if window is None or not applied.amount:
        return picture
    weight, least, light = (
        to_batch(applied.planes[name][window.rows, window.columns]) for name in (WEIGHT, "least_gain", "light")
    )
    light = np.clip(light, DIMMEST, 1)
    box = to_batch(picture[window.rows, window.columns])
    lamps = None
    if MOST_LEFT in applied.numbers:
        where, ground, beyond = (to_batch(applied.planes[name][window.rows, window.columns]) for name in LAMP_MAPS)
        lamps = Lamps.shown_in(box, where, ground, beyond, applied.numbers[MOST_LEFT][0])
    fade = Fade(weight, least, light if applied.numbers[ORDERED][0] >= 0.5 else None, lamps)
    result = picture.copy()
    result[window.rows, window.columns] = to_array(follow_gray(apply_light(box, light, fade, applied.amount), box))
    return result


def _check_light(box: Batch, inside: NDArray[np.bool_]) -> None:
    pixels = box[0][:, inside]
    if pixels.max() < 1.5 / 255:
        raise RegionError(
            "the region is black, there is no light in it to change", subject="mask", remedy="choose another region"
        )
    if (pixels.max(axis=1) - pixels.min(axis=1)).max() < 0.5 / 255:
        raise RegionError(
            "the region has one colour, there is nothing to learn from", subject="mask", remedy="choose a larger region"
        )


@either_kind
def find_light(box: Batch, recipe: Recipe) -> NDArray[np.float16]:
    """Illumination of (1, 3, h, w), without training: (1, 1, h, w) float16 in [DARKEST, 1]."""
    small = shrink(box, recipe.side_px)
    illumination = illumination_map(small, SMOOTHNESS_WEIGHT, EPSILON)
    if small.shape != box.shape:
        illumination = guided_upsample(illumination, luma(small), luma(box))
    return np.clip(illumination, DARKEST, 1).astype(np.float16)


def apply_light(clean: Batch, light: Batch, fade: Fade, exponent: float) -> Batch:
    """Change the light by an exponent, clipped to [0, 1].

    Brightening (a negative exponent) is the paper's S^gamma / S. No surface reflects more light than falls on it, so
    where the smooth map passes below a highlight, the highlight is taken for the light: it becomes I^gamma, stays below
    white and keeps its texture. The colours of the dark do not grow as its light does (``finetune.colours.lifted``).

    Darkening takes the same share of the light away everywhere. S^gamma would not: what is brightest (S = 1) would stay
    as it was, and for a bright region to become darker all else in it would have to turn black. Lamps are turned down
    instead (``finetune.lamps``): a share of what is burnt out is a gray disc.

    Args:
        clean: (1, 3, H, W) in [0, 1].
        light: (1, 1, H, W) in (0, 1].
        fade: how the change ends; its weights are shares of the exponent.
        exponent: negative brightens, positive darkens.
    """
    bright = _bright(clean, light, fade)
    if exponent < 0:
        return np.clip(lifted(clean, _gain(bright, fade, exponent)), 0, 1)
    return _lit(clean, bright, fade, exponent)


def _bright(clean: Batch, light: Batch, fade: Fade) -> Batch:
    """Logarithm of what brightening raises to a power."""
    bright = np.maximum(light, _brightest(clean)) if fade.light is None else fade.light
    return np.log(np.maximum(bright, DIMMEST))


def _brightest(x: Batch) -> Batch:
    """The brightest channel, (1, 1, H, W) of (1, 3, H, W); several times as fast as a maximum along the axis."""
    return np.maximum(np.maximum(x[:, 0:1], x[:, 1:2]), x[:, 2:3])


def _gain(bright: Batch, fade: Fade, exponent: float) -> Batch:
    """By how much :func:`apply_light` multiplies the light, where ``bright`` is known; powers by their logarithms."""
    if exponent < 0:
        return np.exp(bright * (exponent * fade.weight))
    weight = fade.weight if fade.lamps is None else fade.weight * (1 - fade.lamps.where)
    return np.maximum(np.exp(math.log(EVEN) * exponent * weight), fade.least_gain)


def _lit(clean: Batch, bright: Batch, fade: Fade, exponent: float) -> Batch:
    """What :func:`apply_light` gives, as far as its luma goes."""
    lit = clean * _gain(bright, fade, exponent)
    if fade.lamps is not None and exponent > 0:
        lit = fade.lamps.turned_down(lit, fade.weight, exponent)
    return np.clip(lit, 0, 1)


def find_gamma(
    clean: Batch,
    light: Batch,
    fade: Fade,
    inside: NDArray[np.bool_],
    luma_ratio: float,
    limits: tuple[float, float],
    before: Batch,
) -> float:
    """Exponent of the illumination that brings the region to the wanted luma, by bisection.

    Args:
        clean: (1, 3, H, W) picture without its noise.
        light: (1, 1, H, W) illumination in (0, 1].
        fade: (1, 1, H, W) maps, see ``apply_light``.
        inside: (H, W) bool, the region.
        luma_ratio: wanted mean luma over that of ``before``.
        limits: smallest and largest exponent.
        before: (1, 3, H, W) picture that the ratio and the white share refer to.

    Returns:
        The smallest exponent e at which the picture is not too bright: neither above the wanted luma, nor with more
        than ``WHITE_SHARE`` of newly white pixels. Where the change fades out, its middle goes beyond the ratio to
        make up for it, but no further than to ``BEYOND``.
    """

    def white_share(x: Batch) -> float:
        return float((_brightest(x) >= WHITE).mean())

    pixels, gain = (x[:, :, inside][..., None] for x in (clean, light))
    here = fade.at(inside)
    middle, unheld = here.everywhere(), here.unheld()
    bright = _bright(pixels, gain, here)
    original = before[:, :, inside][..., None]
    present = float(luma(original).mean())
    target, furthest = luma_ratio * present, luma_ratio**BEYOND * present
    # What keeps its order of lightness is held as a whole.
    held, beside = (
        luma_ratio < 1 and here.light is None and bool(here.least_gain.any()),
        luma_ratio**BESIDE_GLARE * present,
    )
    allowed = white_share(original) + WHITE_SHARE
    # Where nothing fades, the middle is all there is.
    all_middle = bool((here.weight == 1).all()) and (luma_ratio >= 1 or not here.least_gain.any())

    def too_bright(exponent: float) -> bool:
        relit = _lit(pixels, bright, here, exponent)
        mean = float(luma(relit).mean())
        most = mean if all_middle else float(luma(_lit(pixels, bright, middle, exponent)).mean())
        if luma_ratio >= 1 and most > furthest:
            return True
        if luma_ratio < 1 and most <= furthest:
            return False
        if held and float(luma(_lit(pixels, bright, unheld, exponent)).mean()) <= beside:
            return False
        return mean > target or white_share(relit) > allowed

    low, high = limits
    return low if not too_bright(low) else smallest(lambda exponent: not too_bright(exponent), low, high, 20)


def forecast_gain(pixels: Colours, shares: Colours, luma_ratio: float) -> NDArray[np.float32]:
    """By how much brightening will multiply each pixel of a region, by and large: each counts as its own light.

    Args:
        pixels: (N, 3) in [0, 255].
        shares: (N,) of the change that each takes, in [0, 1].
        luma_ratio: wanted mean luma over the present one, above 1; reached as far as :func:`relight` would.

    Returns:
        (N,), what is bright already the least.
    """
    y = pixels @ np.array(LUMA, np.float32)
    light = np.clip(pixels.max(axis=1) / 255, DIMMEST, 1)
    allowed, present = float((light >= WHITE).mean()) + WHITE_SHARE, max(float(y.mean()), 1e-6)

    def too_bright(exponent: float) -> bool:
        gain = light ** (exponent * shares)
        ratio, middle = (float((y * one).mean()) / present for one in (gain, light**exponent))
        white = float((light * gain >= WHITE).mean())
        return ratio > luma_ratio or middle > luma_ratio**BEYOND or white > allowed

    low = GAMMA_RANGE[0] - 1
    exponent = smallest(lambda one: not too_bright(one), low, 0.0, 12) if too_bright(low) else low
    return np.asarray(light ** (exponent * shares), np.float32)
