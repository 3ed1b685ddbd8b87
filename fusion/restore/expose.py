"""Give an underexposed picture the light that it lacks: all of it times one factor, as a longer exposure would have.

Where nothing in a picture comes near white, its light was too short, and every pixel has the same share of what it
should have. A night is another thing: its lamps are white. So how much is missing is told by the brightest there is,
which in well exposed pictures by day lies at 0.93 of white, give or take a seventh, and above 0.72 in fog, which is
white itself; of a part that is a picture of its own (``fusion.look.parts``), by what lies beyond its ends.
"""

import math

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.look.parts import light_beyond, own_picture
from wordfuse.fusion.measures import mean_luma
from wordfuse.fusion.metrics.goals.haze import estimate_haze
from wordfuse.fusion.metrics.gray import brightest
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind

BRIGHTEST = 0.995  # share of the pixels that are no brighter than what is called the brightest: a spark is no light
UNDER = 0.62  # of white: where the brightest is below, light is missing
USUAL = 0.9  # of white, the brightest of a well exposed picture, a little less than the mean of them
HAZY, VEILED = 0.3, 0.86  # share of the light that is the haze's, from which the brightest is fog and counts for less
WHITE = 0.98  # of white: no part is exposed beyond
LEAST, MOST = 1.25, 4.0  # factors: a smaller one is none, from a larger one mostly noise would come

CONTEXT_PX = 8


@either_kind
def expose(
    picture: Batch,
    *,
    factor: float,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Multiply the light of a region.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB.
        factor: above 1.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call on the same region.
        control: cancellation and time.

    Raises:
        InputError: ``factor`` is not above 1, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    if not (factor > 1 and math.isfinite(factor)):
        raise InputError("must be above 1", subject=f"factor {factor}")
    part = cut_part(picture, mask, CONTEXT_PX)
    aim = Aim(
        level=lambda edited: mean_luma(edited, part.mask),
        wanted=lambda before: factor * before,
        rises=True,
        most=factor - 1,
    )
    return steer("expose", picture, part, METHOD, aim, state=state, control=control)


def _longer(part: Part, told: Told) -> Render:
    return lambda strength: np.asarray(part.picture * np.float32(1 + strength), np.float32)


METHOD = Method("expose", lambda part: Told(), _longer, lambda side_px: CONTEXT_PX)


def exposure(picture: NDArray[np.uint8], inside: NDArray[np.bool_] | None = None) -> float:
    """The brightest light as of clear air, gray values of 255; what is below ``UNDER`` of white was exposed too little.

    Args:
        picture: (H, W, 3) uint8.
        inside: (H, W), where it is looked for; None: everywhere.
    """
    light = brightest_light(picture, inside)
    # What is this bright is well exposed in fog as well, which takes a network to be told.
    return light * VEILED if light < 255 * UNDER / VEILED and estimate_haze(picture) > HAZY else light


def brightest_light(picture: NDArray[np.uint8], inside: NDArray[np.bool_] | None = None) -> float:
    """The brightest channel of all but the brightest pixels of (H, W) or (H, W, 3), gray values of 255."""
    most = picture if picture.ndim == 2 else brightest(picture)
    return float(np.quantile(most if inside is None else most[inside], BRIGHTEST))


def missing_exposure(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """The factor that a picture was exposed too little by, from 1 (not at all) to ``MOST``.

    Args:
        picture: (H, W, 3) uint8.
        mask: (H, W) uint8, above 127 inside a region: of one that is no picture of its own nothing is known, so 1.
    """
    if mask is None:
        light, seen = (max(of(picture), 1.0) / 255 for of in (brightest_light, exposure))
        factor = USUAL / light if seen < UNDER else 1.0
    else:
        alone = own_picture(picture, mask > 127)
        if alone is None:
            return 1.0
        light = max(brightest_light(picture, mask > 127), 1.0) / 255
        factor = min(light_beyond(picture, alone), WHITE / light)
    return min(factor, MOST) if factor >= LEAST else 1.0
