"""Make a region sharper: take its blur away where there is one, else lift its fine detail; no halo, no grain."""

import math

import cv2
import numpy as np

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.filters import Plane, blurred
from wordfuse.fusion.metrics.goals.sharpness import sharpness
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.restore.contrast import local_differences
from wordfuse.fusion.restore.deconvolve import deconvolve
from wordfuse.fusion.restore.kernel import Blur, find_blur
from wordfuse.fusion.restore.light import Colours, luma_of, with_luma, within
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind

CONTEXT_PX = 48  # as far as a kernel reaches, and what the deconvolution of its surroundings needs
FINE_LEVELS = 2  # of the pyramid
MOST = 2.0  # up to 1 the blur is taken away, from there on detail is lifted
LIFTED = 1.5  # times the detail, at the most: more draws outlines
# So far an edge may go beyond the lumas nearby, of their range: a blur flattened peaks, which are to come back; what
# is only lifted has all its range already.
FLATTENED, OVERSHOOT = 0.05, 0.05
DARKER, LEAST_DARKER = 0.2, 1 / 255  # and of the darkest luma: beside a lamp at night a fall of 10 is a black ring
LITTLE = 4 / 255  # and so far whatever their range: no eye sees a halo in that, and fine texture needs it
FAINT = 1.5  # gray values: what is fainter is compression and fixed pattern, even where the noise is estimated lower
FAINT_CHANGE, AROUND_PX = 1.6, 3.0  # times that, and sigma of the neighbourhood, of a change by taking blur away


@either_kind
def sharpen(
    picture: Batch,
    *,
    amount: float,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Multiply the strength of a region's fine gradients.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        amount: wanted sharpness (``fusion.metrics.goals.sharpness``) over that before, above 1.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call on the same region, whose picture this is.
        control: cancellation and time.

    Returns:
        The picture with the region sharpened; the change fades out where the region ends, so it needs no feather.

    Raises:
        InputError: ``amount`` is not above 1, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    if not (amount > 1 and math.isfinite(amount)):
        raise InputError("must be above 1", subject=f"amount {amount}")
    part = cut_part(picture, mask, CONTEXT_PX)
    aim = Aim(
        level=lambda edited: sharpness(edited, part.mask),
        wanted=lambda before: amount * before,
        rises=True,
        most=MOST,
    )
    return steer("sharpen", picture, part, METHOD, aim, state=state, control=control)


def _look(part: Part) -> Told:
    y = luma_of(part.picture)
    blur = find_blur(y, part.mask > 127) or Blur(0.0)
    noise = estimate_noise(to_uint8(y), part.mask)
    return Told({"noise": (noise,), "blur": (blur.sigma_px, blur.length_px, blur.angle)})


def _render(part: Part, told: Told) -> Render:
    y, (noise,) = luma_of(part.picture), told.numbers["noise"]
    blur = Blur(*told.numbers["blur"])
    soft = blur.sigma_px > 0 or blur.length_px > 0
    clear = np.zeros_like(y)
    if soft:
        nearby = _range_nearby(y, math.ceil(blur.radius_px / 2), FLATTENED)
        clear = _bounded(deconvolve(y, blur, noise), y, *nearby) - y
        # Where it changes no more than noise would, it has made structure of noise.
        least = (FAINT_CHANGE * max(noise, FAINT) / 255) ** 2
        clear *= np.maximum(0, 1 - np.float32(least) / np.maximum(blurred(clear**2, AROUND_PX), 1e-12))
    detail = local_differences(np.clip(y + clear, 0, 1), FINE_LEVELS, max(noise, FAINT) / 255)
    bounds = _range_nearby(y + clear, 1, OVERSHOOT)

    def render(strength: float) -> Colours:
        # Where there is no blur to take away, the first half lifts detail too: no strength does nothing.
        share = min(strength, 1.0) if soft else 1.0
        lifted = LIFTED * (max(0.0, strength - 1) if soft else strength / MOST)
        base = y + share * clear
        return with_luma(part.picture, within(y, _bounded(base + lifted * detail, base, *bounds) - y))

    return render


METHOD = Method("sharpen", _look, _render, lambda side_px: CONTEXT_PX)


def _range_nearby(y: Plane, radius_px: int, beyond: float) -> tuple[Plane, Plane]:
    """Darkest and brightest luma within a radius, and a share of their range more."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * max(1, radius_px) + 1,) * 2)
    low, high = (np.asarray(function(y, kernel), np.float32) for function in (cv2.erode, cv2.dilate))
    more = beyond * (high - low) + LITTLE
    return low - np.minimum(more, DARKER * low + LEAST_DARKER), high + more


def _bounded(new: Plane, old: Plane, low: Plane, high: Plane) -> Plane:
    """Keep a luma within a range that holds the old one, softly: a bound that cuts would leave plateaus."""
    change = new - old
    room = np.maximum(np.where(change > 0, high - old, old - low), 1e-6)
    bounded: Plane = old + room * np.tanh(change / room)
    return bounded
