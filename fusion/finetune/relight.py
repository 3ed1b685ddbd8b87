"""Brighten or darken a region by its illumination map (TeRF section 2.4.2, equations 14-17; after RRDNet).

The region is decomposed into reflectance R, illumination S and noise N with I = R * S + N; the new picture is
S^gamma * (I - N) / S. Gamma is not a constant as in the paper: it is the one that brings the mean luma of the region
to the wanted multiple. Two things differ from the paper: darkening takes light away evenly (``apply_light``), and the
change fades out where the region ends without an edge (``fusion.finetune.fading``).
"""

import time

import torch
from torch import Tensor, nn

from wordfuse.fusion.colour import luma
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune.fading import DIMMEST, Fade, Tone, fade_of_light
from wordfuse.fusion.finetune.illumination import illumination_map
from wordfuse.fusion.finetune.run import (
    UNFINISHED,
    Control,
    Descent,
    Outcome,
    Recipe,
    State,
    Stopped,
    check_repeat,
    follow_gray,
    smallest,
)
from wordfuse.fusion.finetune.unit import FineTuningUnit, apply_in_strips
from wordfuse.fusion.finetune.upsample import guided_upsample, shrink
from wordfuse.fusion.losses import gaussian_blur, sobel
from wordfuse.fusion.window import check_mask, region_window

# "paper": section 3.1.2, three units trained at full resolution. "fast": no training at all; illumination is smooth, so
# a small copy of the region shows it, and there it has a closed form (``fusion.finetune.illumination``).
RECIPES = {
    "fast": Recipe(epochs=0, learning_rate=0.0, side_px=160),
    "paper": Recipe(epochs=500, learning_rate=5e-4, side_px=None),
}
SMOOTHNESS_WEIGHT = 1.0  # lambda_t
# lambda_n = 5000 weighs a Frobenius norm, which grows with the square root of the number of values, against l1 norms,
# which grow with the number itself. We take means and a root mean square instead, so that the balance does not depend
# on the size of the region, and fix it where the paper has it: on a colour picture of RoadScene's 512x307 pixels.
NOISE_WEIGHT = 5000 / (3 * 512 * 307) ** 0.5
EPSILON = 1e-4  # against division by zero in flat places; RRDNet's value
DARKEST = 0.01  # illumination below this amplifies nothing but noise
EVEN = 0.5  # an exponent of 1 darkens by so much
GAMMA_RANGE = (0.1, 6.0)
FLATTEST = 0.4  # the least gamma where the order of lightness is kept: below, the dark becomes fog
BEYOND = 3.0  # power of the wanted ratio, for the middle of a region that is all soft border
WHITE = 250 / 255  # brightest channel of a pixel without visible texture
WHITE_SHARE = 0.003  # of the region may become so by brightening, in one call: dots, not blobs
LEAST_SHARE = 0.1  # of the wanted change: a call that brings no more is at the end of what can be had
CONTEXT_PX = 16
# From an unlucky start the illumination saturates at 1 everywhere and learns no more: then another start is tried.
SATURATED, STARTS, SEED_STRIDE = 0.99, 3, 7919


class Decomposition(nn.Module):
    """The three fine-tuning units of the task; 0.128 M parameters."""

    def __init__(self) -> None:
        """Initialise the units from the global random state."""
        super().__init__()
        self.illumination = FineTuningUnit(1, nn.Sigmoid())
        self.reflectance = FineTuningUnit(3, nn.Sigmoid())
        self.noise = FineTuningUnit(3, nn.Tanh())

    def loss(self, picture: Tensor) -> Tensor:
        """Equation 17 of what the units make of a picture, (1, 3, H, W)."""
        with mixed_precision(picture.device):
            maps = [unit(picture) for unit in (self.illumination, self.reflectance, self.noise)]
        illumination, reflectance, noise = (values.float() for values in maps)
        return decomposition_loss(picture, illumination, reflectance, without_mean(noise))


def decomposition_loss(picture: Tensor, illumination: Tensor, reflectance: Tensor, noise: Tensor) -> Tensor:
    """Equation 17; norms are means over pixels (see ``NOISE_WEIGHT``).

    Args:
        picture: (1, 3, H, W) in [0, 1].
        illumination: (1, 1, H, W) in [0, 1].
        reflectance: (1, 3, H, W) in [0, 1].
        noise: (1, 3, H, W).
    """
    brightest = picture.amax(dim=1, keepdim=True)
    retinex = (
        (picture - (reflectance * illumination + noise)).abs().mean()
        + (illumination - brightest).abs().mean()
        + (reflectance - picture / illumination.detach().clamp_min(DARKEST)).abs().mean()
    )
    smoothness = torch.zeros(())
    for slope, edge in zip(sobel(illumination), sobel(luma(picture)), strict=True):
        smoothness = smoothness + (slope**2 / (gaussian_blur(edge**2) + EPSILON)).mean()
    slopes = [slope**2 for slope in sobel(reflectance)]
    flat = 1 / (picture * slopes[0] * slopes[1] + EPSILON).detach()
    flat = (flat - flat.amin()) / (flat.amax() - flat.amin()).clamp_min(EPSILON)
    # Equation 16 divides the second term by lambda_n, which equation 17 multiplies again.
    residue = NOISE_WEIGHT * ((picture * noise) ** 2).mean().add(1e-12).sqrt()
    residue = residue + sum((flat * slope).mean() for slope in slopes)
    return retinex + SMOOTHNESS_WEIGHT * smoothness + residue


def relight(
    picture: Tensor,
    *,
    luma_ratio: float,
    mask: Tensor | None = None,
    tone: Tone | None = None,
    state: State | None = None,
    recipe: Recipe = RECIPES["fast"],
    seed: int = 0,
    control: Control = Control(),
    device: torch.device | None = None,
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
        state: of an earlier call on the same region, in either direction.
        recipe: see ``RECIPES``.
        seed: of the initial weights.
        control: progress, cancellation and time.
        device: where to work; default: CPU.

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
    picture = picture.detach().to("cpu", torch.float32, copy=True)
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
        for start in range(STARTS):
            units, losses, stopped = _decompose(
                box, recipe, seed + start * SEED_STRIDE, control, started, device or torch.device("cpu")
            )
            illumination, noise = _maps(units, box)
            if stopped != "epochs" or illumination.amin() < SATURATED:
                break
        gamma, done, clean = 1.0, len(losses), (box - noise).clamp_min(0)
    else:
        check_repeat(state, "relight", facts)
        illumination, gamma, done = state.tensors["illumination"], float(state.meta["gamma"]), state.epochs
        clean = box
    light = illumination.float()
    fade = fade_of_light(picture, mask, tone).cut(window)
    limits = (GAMMA_RANGE[0] if tone is None else FLATTEST, GAMMA_RANGE[1])
    limits = (limits[0] - gamma, limits[1] - gamma)
    change = find_gamma(clean, light, fade, inside, luma_ratio, limits, box)
    relit = follow_gray(apply_light(clean, light, fade, change), box)
    reached = float(luma(relit)[0, 0][inside].mean() / luma(box)[0, 0][inside].mean().clamp_min(1e-6))
    # Where the order is kept, what is left of the way is left for good.
    enough = LEAST_SHARE if tone is None else 1 - LEAST_SHARE
    saturated = abs(reached - 1) < enough * abs(luma_ratio - 1) and stopped not in UNFINISHED
    box.copy_(relit)
    result = State("relight", done, {"illumination": illumination}, facts | {"gamma": gamma + change})
    return Outcome(picture, result, len(losses), losses, time.monotonic() - started, stopped, saturated)


def _check_light(box: Tensor, inside: Tensor) -> None:
    pixels = box[0][:, inside]
    if pixels.amax() < 1.5 / 255:
        raise RegionError(
            "the region is black, there is no light in it to change", subject="mask", remedy="choose another region"
        )
    if (pixels.amax(dim=1) - pixels.amin(dim=1)).amax() < 0.5 / 255:
        raise RegionError(
            "the region has one colour, there is nothing to learn from", subject="mask", remedy="choose a larger region"
        )


def _decompose(
    box: Tensor, recipe: Recipe, seed: int, control: Control, started: float, device: torch.device
) -> tuple[Decomposition, list[float], Stopped]:
    """Train the three units on a picture, (1, 3, h, w): the units, their loss in every epoch, and what ended it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        units = Decomposition().to(device)
    units.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
    seen = box.to(device, memory_format=torch.channels_last)
    descent = Descent(units, recipe, recipe.epochs)
    return units, *control.run(lambda: descent.step(units.loss(seen)), recipe.epochs, started)


def find_light(box: Tensor, recipe: Recipe) -> Tensor:
    """Illumination of (1, 3, h, w), without training: (1, 1, h, w) float16 in [DARKEST, 1]."""
    small = shrink(box, recipe.side_px)
    illumination = illumination_map(small, SMOOTHNESS_WEIGHT, EPSILON)
    if small.shape != box.shape:
        illumination = guided_upsample(illumination, luma(small), luma(box))
    return illumination.clamp(DARKEST, 1).half()


@torch.no_grad()
def _maps(units: Decomposition, box: Tensor) -> tuple[Tensor, Tensor]:
    """Illumination (float16, in [DARKEST, 1]) and noise of the whole box, as the units have them."""
    device = next(units.parameters()).device
    illumination = apply_in_strips(units.illumination, box.to(device)).cpu()
    noise = without_mean(apply_in_strips(units.noise, box.to(device))).cpu()
    return illumination.clamp(DARKEST, 1).half(), noise


def without_mean(noise: Tensor) -> Tensor:
    """Subtract the local mean: noise has none. Left in, it would take the light and the colour of dark places along."""
    return noise - gaussian_blur(noise)


def apply_light(clean: Tensor, light: Tensor, fade: Fade, exponent: float) -> Tensor:
    """Change the light by an exponent, clipped to [0, 1].

    Brightening (a negative exponent) is the paper's S^gamma / S. No surface reflects more light than falls on it, so
    where the smooth map passes below a highlight, the highlight is taken for the light: it becomes I^gamma, stays below
    white and keeps its texture.

    Darkening takes the same share of the light away everywhere. S^gamma would not: what is brightest (S = 1) would stay
    as it was, and for a bright region to become darker all else in it would have to turn black.

    Args:
        clean: (1, 3, H, W) in [0, 1].
        light: (1, 1, H, W) in (0, 1].
        fade: how the change ends; its weights are shares of the exponent.
        exponent: negative brightens, positive darkens.
    """
    if exponent < 0:
        bright = torch.maximum(light, clean.amax(dim=1, keepdim=True)) if fade.light is None else fade.light
        gain = bright.clamp_min(DIMMEST) ** (exponent * fade.weight)
    else:
        gain = torch.maximum(EVEN ** (exponent * fade.weight), fade.least_gain)
    return (clean * gain).clamp(0, 1)


def find_gamma(
    clean: Tensor,
    light: Tensor,
    fade: Fade,
    inside: Tensor,
    luma_ratio: float,
    limits: tuple[float, float],
    before: Tensor,
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

    def white_share(x: Tensor) -> Tensor:
        return (x.amax(dim=1) >= WHITE).float().mean()

    pixels, gain = (x[:, :, inside].unsqueeze(-1) for x in (clean, light))
    here = fade.at(inside)
    middle = here.everywhere()
    original = before[:, :, inside].unsqueeze(-1)
    present = luma(original).mean()
    target, furthest = luma_ratio * present, luma_ratio**BEYOND * present
    allowed = white_share(original) + WHITE_SHARE

    def too_bright(exponent: float) -> bool:
        relit = apply_light(pixels, gain, here, exponent)
        if luma_ratio >= 1 and luma(apply_light(pixels, gain, middle, exponent)).mean() > furthest:
            return True
        if luma_ratio < 1 and luma(apply_light(pixels, gain, middle, exponent)).mean() <= furthest:
            return False
        return bool(luma(relit).mean() > target or white_share(relit) > allowed)

    low, high = limits
    return low if not too_bright(low) else smallest(lambda exponent: not too_bright(exponent), low, high, 20)
