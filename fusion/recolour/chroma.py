"""More colour, less colour, or colour without a cast; the lightness stays, and but for a cast the hues stay.

All in OKLab, where hue does not turn with chroma. No colour leaves what a screen can show: chroma nears the largest of
its lightness and hue, and does not reach it (``fusion.colour.oklab.most_chroma``).
"""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour.oklab import Colours, from_linear, from_oklab, most_chroma, to_linear, to_oklab
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.filters import Plane, guided, step
from wordfuse.fusion.metrics.goals.chroma import cast_axes, light_colour, mean_chroma
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind

Direction = Literal["vivid", "muted", "neutral"]

CONTEXT_PX = 16
SMOOTH_PX, SMOOTH_VARIANCE = (
    4,
    4e-4,
)  # chroma is amplified as it is around a pixel, within its edges: grain is no colour
GRAY = (0.008, 0.03)  # OKLab chroma up to which a place is gray, and from which it is coloured
DARK = (0.12, 0.4)  # OKLab lightness up to which colour is the sensor's, and from which it is the thing's
DULL = 0.12  # OKLab chroma at which the gain is half of what it is for dull colours
FULL = 0.85  # of the largest chroma; from here on what is more nears it without reaching it
WHITE = 248 / 255  # brightest channel that is not yet clipped
MOST = {"vivid": 6.0, "muted": 1.0, "neutral": 2.0}  # strengths


@either_kind
def recolour(
    picture: Batch,
    *,
    direction: Direction,
    amount: float,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Change the chroma of a region, or take the colour of the light out of it.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; three equal channels have no colour and stay as they are.
        direction: ``vivid`` and ``muted`` multiply the mean chroma, ``neutral`` takes a cast away.
        amount: of vivid (above 1) and muted (below 1), wanted mean CIELAB chroma over that before; of neutral the share
            of the cast (``fusion.metrics.goals.chroma.cast``) that is to go, in (0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call on the same region, whose picture this is.
        control: cancellation and time.

    Returns:
        The picture with the region changed; the change fades out where the region ends, so it needs no feather.

    Raises:
        InputError: the amount does not fit the direction, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    fits = {"vivid": amount > 1 and math.isfinite(amount), "muted": 0 < amount < 1, "neutral": 0 < amount <= 1}
    if not fits[direction]:
        raise InputError(f"does not fit {direction}", subject=f"amount {amount}")
    part = cut_part(picture, mask, CONTEXT_PX)
    aim = Aim(
        level=_cast_left(part) if direction == "neutral" else lambda edited: mean_chroma(edited, part.mask),
        wanted=lambda before: before * (1 - amount if direction == "neutral" else amount),
        rises=direction == "vivid",
        most=MOST[direction],
    )
    return steer(f"recolour {direction}", picture, part, METHODS[direction], aim, state=state, control=control)


def _cast_left(part: Part) -> Callable[[NDArray[np.uint8]], float]:
    """Measures the cast along its direction before the edit: below 0 it has turned into its opposite."""
    before = np.array(cast_axes(to_uint8(part.picture), part.mask))
    direction = before / max(float(np.hypot(*before)), 1e-6)
    return lambda edited: float(direction @ np.array(cast_axes(edited, part.mask)))


def _vivid(part: Part, told: Told) -> Render:
    """Multiply every colour, dull ones by more; where the surroundings are gray, what colour there is is grain."""
    lab = to_oklab(part.picture)
    lightness, a, b = (np.ascontiguousarray(lab[..., index]) for index in range(3))
    smooth_a, smooth_b = (guided(lightness, plane, SMOOTH_PX, SMOOTH_VARIANCE) for plane in (a, b))
    before = np.hypot(a, b)
    gain = step(np.hypot(smooth_a, smooth_b), *GRAY) * step(lightness, *DARK) / (1 + (before / DULL) ** 2)

    def render(strength: float) -> Colours:
        more = (1 + strength * gain).astype(np.float32)
        return _shown(lightness, more * a, more * b, before)

    return render


def _muted(part: Part, told: Told) -> Render:
    """Take the same share of every colour away."""
    lab = to_oklab(part.picture)
    keep = np.array([0, 1, 1], np.float32)
    return lambda strength: np.clip(from_oklab(lab * (1 - np.float32(strength) * keep)), 0, 1)


def _light_told(part: Part) -> Told:
    return Told({"light": tuple(map(float, light_colour(to_uint8(part.picture), part.mask)))})


def _neutral(part: Part, told: Told) -> Render:
    """Divide by the colour of the light, and keep the lightness.

    There is more than one light, and what comes from the infrared picture is gray in any: so nothing loses more of the
    light's colour than it has, or what had none would take on the opposite.
    """
    colour = np.array(told.numbers["light"], np.float32)
    linear = to_linear(part.picture)
    lab = to_oklab(part.picture)
    lightness, a, b = (np.ascontiguousarray(lab[..., index]) for index in range(3))
    before = np.hypot(a, b)
    most = np.maximum(part.picture.max(axis=-1, keepdims=True), WHITE)
    smooth_a, smooth_b = (guided(lightness, plane, SMOOTH_PX, SMOOTH_VARIANCE) for plane in (a, b))

    def render(strength: float) -> Colours:
        balanced = to_oklab(from_linear(linear / colour ** np.float32(strength)))
        # Chroma follows lightness, as it does when a thing is seen in more or less light.
        share = (lightness / np.maximum(balanced[..., 0], 1e-4)).astype(np.float32)
        less_a, less_b = a - balanced[..., 1] * share, b - balanced[..., 2] * share
        taken = np.hypot(less_a, less_b)
        had = (smooth_a * less_a + smooth_b * less_b) / np.maximum(taken, 1e-6)
        kept = np.clip(had / np.maximum(taken, 1e-6), 0, 1).astype(np.float32)
        shown = _shown(lightness, a - kept * less_a, b - kept * less_b, before)
        # What was below white stays there: at its lightness, another colour may need more of a channel than there is.
        return shown * np.minimum(1, most / np.maximum(shown.max(axis=-1, keepdims=True), 1e-6))

    return render


METHODS: dict[Direction, Method] = {
    "vivid": Method("recolour vivid", lambda part: Told(), _vivid, lambda side_px: CONTEXT_PX),
    "muted": Method("recolour muted", lambda part: Told(), _muted, lambda side_px: CONTEXT_PX),
    "neutral": Method("recolour neutral", _light_told, _neutral, lambda side_px: CONTEXT_PX),
}


def _shown(lightness: Plane, a: Plane, b: Plane, before: Plane) -> Colours:
    """SRGB of OKLab, with chroma that nears the largest there is; a colour that was stronger before may be so still."""
    chroma, hue = np.hypot(a, b), np.arctan2(b, a)
    most = most_chroma(lightness, hue)
    knee = np.maximum(FULL * most, np.minimum(before, 0.999 * most))
    room = np.maximum(most - knee, 1e-6)
    over = np.maximum(chroma - knee, 0)
    limited = np.minimum(chroma, knee) + room * (1 - np.exp(-over / room))
    share = limited / np.maximum(chroma, 1e-9)
    return np.clip(from_oklab(np.stack([lightness, a * share, b * share], axis=-1)), 0, 1)
