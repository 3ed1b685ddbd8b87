"""Blur a region until no face and no letter in it can be read.

A Gaussian inside the region alone: no colour of what is around it leaks in, and none of its own leaks out. Where the
region ends amid nothing, what is seen there passes over into a smooth picture of what is *around* the region, never
into what was to be hidden: nothing readable is left, up to the very border.
"""

import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import LEAST_WEIGHT, WEIGHT, Applied
from wordfuse.fusion.compose import feather
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.fading import REACH, fading
from wordfuse.fusion.finetune.run import Control, Outcome, State, follow_gray, smallest
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.filters import blurred, shrink, spread
from wordfuse.fusion.metrics.goals.readable import readable
from wordfuse.fusion.tensors import Batch, either_kind, to_array, to_batch
from wordfuse.fusion.window import Window, check_mask, region_window, weight_window

LEAST_SIGMA_PX = 0.5
OF_REGION = 0.5  # of the longer side of the region: the widest Gaussian makes it one smooth patch
CELL_PX = 4.0  # wider Gaussians are found on a smaller picture, where they have this standard deviation
EDGE_PX = 1  # partly edited pixels along edges of the picture
OUTSIDE_REACH = 0.35  # of the fade's reach: standard deviation of the smooth picture of what is around
FAINT = 1e-3  # share of the surroundings in that picture from which they decide what it shows
HALVINGS = 8

Pixels = NDArray[np.float32]


@either_kind
def blur(picture: Batch, *, amount: float, mask: Batch | None = None, control: Control = Control()) -> Outcome:
    """Blur a region by the Gaussian that brings ``fusion.metrics.goals.readable`` down by a share.

    Called on its own outcome, it goes on from there.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        amount: share by which what can be read is to fall, in (0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        control: asked once, before the work, whether to stop.

    Returns:
        The picture with the region blurred, soft toward its border; ``state.meta["sigma_px"]`` is the standard
        deviation. ``saturated``: the widest Gaussian does not reach the amount.

    Raises:
        InputError: ``amount`` is out of range.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not 0 < amount <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"amount {amount}")
    picture = np.array(picture, np.float32)
    region = check_mask(mask, picture)
    # What fades into the surroundings has to see them.
    reach = REACH * min(picture.shape[-2:])
    window = region_window(region, math.ceil(reach))
    if control.cancelled is not None and control.cancelled():
        state = State("blur", 0, {}, {"sigma_px": 0.0})
        return Outcome(picture, state, 0, [], time.monotonic() - started, "cancelled")
    box, inside = to_array(window.cut(picture)), to_array(window.cut(region))
    share = _share(picture, region, window)
    around = _around(box, inside, OUTSIDE_REACH * reach)
    whole, drawn = to_uint8(to_array(picture)), to_uint8(to_array(region))
    cut = slice(window.top, window.bottom), slice(window.left, window.right)

    def left(exponent: float) -> float:
        seen = whole.copy()
        seen[cut] = to_uint8(_inside(box, inside, 2.0**exponent))
        return readable(seen, drawn)

    # The way into the surroundings is left out here: its own slope is nothing that can be read, nor blurred away.
    wanted = (1 - amount) * readable(whole, drawn)
    low, high = math.log2(LEAST_SIGMA_PX), math.log2(max(1.0, OF_REGION * max(_sides(inside))))
    reached = left(high) <= wanted
    exponent = smallest(lambda one: left(one) <= wanted, low, high, HALVINGS) if reached else high
    smooth, view = _inside(box, inside, 2.0**exponent), window.cut(picture)
    edited = follow_gray(to_batch(around(smooth) * (1 - share) + smooth * share), view)
    view[...] = np.where(window.cut(region) > 0.5, edited, view)

    def applied() -> Applied:
        weight = window.placed(share[..., 0] * inside, picture.shape[-2:])
        return Applied("blur", exponent, {}, {WEIGHT: weight})

    state = State("blur", 0, {}, {"sigma_px": round(2.0**exponent, 4)})
    return Outcome(picture, state, 0, [], time.monotonic() - started, "converged", not reached, applied)


def apply_blur(applied: Applied, picture: Pixels) -> Pixels:
    """Blur what was blurred before, (H, W, 3) float32 in [0, 1], wherever the edit has any weight."""
    reach = REACH * min(picture.shape[:2])
    window = weight_window(applied.weight, math.ceil(reach))
    if window is None:
        return picture
    box, share = picture[window.rows, window.columns], applied.weight[window.rows, window.columns]
    inside = (share > LEAST_WEIGHT).astype(np.float32)
    smooth = _inside(box, inside, 2.0**applied.amount)
    shown = _around(box, inside, OUTSIDE_REACH * reach)(smooth) * (1 - share[..., None]) + smooth * share[..., None]
    gray = bool((box == box[..., :1]).all())
    edited = np.repeat(shown[..., :1], 3, axis=2) if gray else shown
    result = picture.copy()
    result[window.rows, window.columns] = np.where(inside[..., None] > 0, edited, box).clip(0, 1)
    return result


def _sides(inside: Pixels) -> tuple[int, int]:
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def _share(picture: Batch, region: Batch, window: Window) -> Pixels:
    """How much of a pixel is the blurred region, (h, w, 1); the rest of it is what is around."""
    edge = feather(to_uint8(to_array(region)), EDGE_PX)
    weight = np.minimum(fading(picture, region), edge)
    return to_array(window.cut(weight))[..., None]


def _inside(box: Pixels, inside: Pixels, sigma_px: float) -> Pixels:
    """A Gaussian mean of (h, w, 3) over the region alone (normalised convolution)."""
    total, share = _wide(box * inside[..., None], sigma_px), _wide(inside, sigma_px)
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32)


def _around(box: Pixels, inside: Pixels, sigma_px: float) -> Callable[[Pixels], Pixels]:
    """A smooth picture of what is around the region; far from it, of the region itself, which the caller gives."""
    outside = 1 - inside
    total, share = _wide(box * outside[..., None], sigma_px), _wide(outside, sigma_px)[..., None]

    def mixed(smooth: Pixels) -> Pixels:
        return np.asarray((total + FAINT * smooth) / (share + FAINT), np.float32)

    return mixed


def _wide(values: Pixels, sigma_px: float) -> Pixels:
    factor = max(1.0, sigma_px / CELL_PX)
    small = blurred(shrink(values, factor), sigma_px / factor)
    return small if factor == 1 else spread(small, *values.shape[:2])
