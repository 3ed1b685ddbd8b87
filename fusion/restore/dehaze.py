"""Take haze out of a picture: the light that it adds is subtracted, what it swallowed is given back.

With the airlight ``A`` and the share ``t`` of the scene's light that arrives (``fusion.metrics.goals.haze``: a network
tells both), the scene is ``J = (I - A) / t + A``. Three things make that safe. The share is smooth but for the edges of
the picture (He, Sun and Tang's guided filter). It is no smaller than it can be: no pixel becomes darker than black or
brighter than white (the boundary constraint of Meng, Wang, Duan, Xiang and Pan, "Efficient Image Dehazing with Boundary
Constraint and Contextual Regularization", ICCV 2013, equation 7), and none that is all but the airlight, as the sky is,
moves far from it (the tolerance of Jiang and others, 2013). And grain is not lifted with the scene: of what is finer
than a base, only so much as is not noise (a local Wiener filter, Lee, TPAMI 2(2), 1980).
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.parts import own_picture
from wordfuse.fusion.metrics.goals.haze import Colours, estimate_haze, find_veil
from wordfuse.fusion.metrics.gray import brightest, darkest
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind, to_array
from wordfuse.fusion.window import Window

CONTEXT_PX = 32  # around a region: what guided filters and the base see
LEAST_HAZE = 0.12  # of the light: less is clear air
FAINT_HAZE = 0.06  # of the light: less is none, whoever asks; clear pictures have 0.00 to 0.02
MOST_REMOVED = 0.95  # of the haze: without any, far things look pasted on
LEAST_FALL = 0.25  # of what was asked for: where the measured haze falls less, it was something else
LEAST_SHARE = 0.1  # of the scene's light: what is behind denser haze cannot be had
SKY = 0.02  # difference to the airlight below which a pixel is held back
REFINED = 1 / 16  # of the shorter side: radius of the guided filter of the share
SMOOTHNESS = 1e-3
GRAIN = 0.8  # times the noise's variance, which leaves and gravel add to
BASE_PX = 2.0
BLACK = 0.04  # no pixel becomes darker than this, unless it was: below it nothing can be told apart
WHITE = 0.96  # and none brighter


@either_kind
def dehaze(
    picture: Batch,
    *,
    amount: float,
    mask: Batch | None = None,
    infrared: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Take a share of the haze out of a region.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        amount: share of the measured haze (``fusion.metrics.goals.haze.estimate_haze``) to take away, in (0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture. The airlight is looked for in all
            of the picture, unless the region is a picture of its own.
        infrared: (1, 1, H, W) float in [0, 1], whose edges the haze may follow too: it sees them where the visible
            picture sees none.
        state: of an earlier call on the same region.
        control: cancellation and time.

    Returns:
        The picture with less haze; unchanged and ``saturated`` where there is none to speak of.

    Raises:
        InputError: ``amount`` is out of range, sizes do not fit, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not 0 < amount <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"amount {amount}")
    if infrared is not None and infrared.shape[-2:] != picture.shape[-2:]:
        raise InputError(
            f"its shape is {tuple(infrared.shape)}, that of the picture {tuple(picture.shape)}", subject="infrared"
        )
    part = cut_part(picture, mask, CONTEXT_PX, infrared)
    whole = to_uint8(to_array(picture))
    region = None if mask is None else to_uint8(to_array((mask > 0.5).astype(np.float32)))
    alone = None if region is None else own_picture(whole, region > 127)
    around = slice(part.window.top, part.window.bottom), slice(part.window.left, part.window.right)

    def level(pixels: NDArray[np.uint8]) -> float:
        whole[around] = pixels
        return estimate_haze(whole, region, alone=alone)

    before = level(np.ascontiguousarray(whole[around]))
    unchanged = Outcome(
        picture.copy(),
        State("dehaze", 0, {}, {"strength": 0.0}) if state is None else state,
        epochs=0,
        losses=[],
        seconds=time.monotonic() - started,
        stopped="converged",
        saturated=True,
    )
    if before < FAINT_HAZE:
        return unchanged
    aim = Aim(level, lambda before: before * (1 - amount), rises=False, most=1.0)

    def look(part: Part) -> Told:
        return _told(part, to_array(picture), alone)

    outcome = steer("dehaze", picture, part, replace(METHOD, look=look), aim, state=state, control=control)
    fall = before - level(to_uint8(to_array(part.window.cut(outcome.image))))
    if outcome.stopped == "converged" and fall < LEAST_FALL * amount * before:
        return replace(unchanged, seconds=outcome.seconds)
    return outcome


def _told(part: Part, picture: Colours, alone: Window | None = None) -> Told:
    """The haze in a part of a picture: its airlight, and along its edges its share of the light, (h, w).

    ``alone`` is the box of a region that is a picture of its own.
    """
    box = alone or Window(0, picture.shape[0], 0, picture.shape[1])
    veil = find_veil(np.ascontiguousarray(picture[box.rows, box.columns]))
    seen = np.asarray(cv2.resize(veil.share, (box.width, box.height), interpolation=cv2.INTER_LINEAR), np.float32)
    coarse = np.asarray(np.pad(seen, _around(box, picture.shape), mode="edge"), np.float32)
    coarse = np.ascontiguousarray(coarse[part.window.rows, part.window.columns])
    guide = part.picture if part.infrared is None else np.dstack([part.picture, part.infrared])
    refined = guided_filter(guide, coarse, max(2, round(part.side_px * REFINED)), SMOOTHNESS)
    noise = GRAIN * (estimate_noise(to_uint8(part.picture)) / 255) ** 2
    share = np.asarray(refined.clip(0, 1), np.float32)
    return Told({"airlight": tuple(map(float, veil.airlight)), "noise": (noise,)}, {"share": share})


def _around(box: Window, size: Sequence[int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """The rows and columns of a picture of (H, W) that lie around a box."""
    return (box.top, size[0] - box.bottom), (box.left, size[1] - box.right)


def _clearer(part: Part, told: Told) -> Render:
    """What takes a share of the haze out of a part of a picture."""
    airlight, share = np.array(told.numbers["airlight"], np.float32), told.planes["share"]
    base = np.asarray(cv2.GaussianBlur(part.picture, (0, 0), BASE_PX), np.float32)
    apart = brightest(np.abs(base - airlight))
    # Black and white are the ends: with more haze than this taken out, a channel would be beyond them.
    floor = np.minimum(darkest(base), BLACK)[..., None]
    to_black = (base - floor) / np.maximum(airlight - floor, 1e-3)
    grain = _grain(part.picture, base, told.numbers["noise"][0])
    bright = np.maximum(base, part.picture - grain)  # paint and lamps are smaller than a base
    top = np.maximum(brightest(bright), WHITE)[..., None]
    to_white = np.where(bright > airlight, (top - bright) / np.maximum(top - airlight, 1e-3), 1)
    ceiling = darkest(np.minimum(to_black, to_white))

    def render(strength: float) -> Colours:
        light = 1 - MOST_REMOVED * strength * np.minimum(share, ceiling.clip(0, 1))
        light = np.maximum(light, LEAST_SHARE)
        held = np.minimum(np.maximum(SKY / np.maximum(apart, 1e-3), 1) * light, 1)[..., None]
        return np.asarray((part.picture - grain - airlight) / held + airlight + grain, np.float32)

    return render


METHOD = Method("dehaze", lambda part: _told(part, part.picture), _clearer, lambda side_px: CONTEXT_PX)


def _grain(picture: Colours, base: Colours, noise: float) -> Colours:
    """What of a picture, (h, w, 3), is as fine and as weak as its noise, of this variance."""
    fine = picture - base
    energy = cv2.GaussianBlur(fine * fine, (0, 0), BASE_PX).mean(axis=2, keepdims=True)
    return np.asarray(fine * np.minimum(noise / np.maximum(energy, 1e-9), 1), np.float32)
