"""More or less contrast in a region, without halos, without clipping, and without lifting the noise.

The fast local Laplacian filter (Aubry, Paris, Hasinoff, Kautz and Durand, "Fast Local Laplacian Filters: Theory and
Applications", ACM TOG 33(5), 2014): every coefficient of a Laplacian pyramid is taken from a remapped picture in which
what differs little from the place's own luma differs more, and what differs much (an edge) by as much as before. An
edge therefore gains nothing on one side that it would have to lose on the other: no halo. With their remapping
r(i) = i + s d exp(-d^2 / 2 sigma^2), d = i - g, all is linear in the strength s: one pass serves every strength.

Ours: each band of the pyramid takes the change only where its local energy stands above that of the noise, and the
finest only where the picture is not flat but for grain, which is no white noise once it is compressed or enlarged.

Less contrast is another thing: an eye expects lights and shades to come nearer to each other, not texture to be wiped.
All lumas move toward the region's mean.
"""

import math
from functools import cache
from itertools import pairwise

import cv2
import numpy as np

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.filters import Plane, blurred
from wordfuse.fusion.look.specks import flatness
from wordfuse.fusion.metrics.goals.contrast import SURROUNDINGS, local_contrast
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.restore.light import luma_of, with_luma, within
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind

SIGMA = 0.16  # of luma: differences well above are edges, which stay
REFERENCES = 11  # lumas for which the picture is remapped; their distance is below SIGMA
NOISE_ENERGY = 4.0  # times that of the noise, below which a band is noise
FAINT = 0.8  # gray values: what is fainter is compression and fixed pattern, even where the noise is estimated lower
CONTEXT = 3  # sigmas of the surroundings
GRAIN_LEVELS = 3  # of the pyramid that hold what grain compression and enlarging leave: up to some eight pixels
MOST_MORE, MOST_LESS = 3.0, 0.9  # strengths; less by 1 is one even gray


@either_kind
def contrast(
    picture: Batch,
    *,
    amount: float,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Multiply the local contrast of a region.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB; if its channels are equal, so are those of the result.
        amount: wanted local contrast (``fusion.metrics.goals.contrast``) over that before; above 1 is more, below 1
            less.
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture.
        state: of an earlier call on the same region, whose picture this is.
        control: cancellation and time.

    Returns:
        The picture with the region changed; the change fades out where the region ends, so it needs no feather.

    Raises:
        InputError: ``amount`` is not above 0, or is 1, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    if not (amount > 0 and amount != 1 and math.isfinite(amount)):
        raise InputError("must be above 0 and not 1", subject=f"amount {amount}")
    part = cut_part(picture, mask, _context_px(min(picture.shape[-2:])))
    aim = Aim(
        level=lambda edited: local_contrast(edited, part.mask, part.side_px),
        wanted=lambda before: amount * before,
        rises=amount > 1,
        most=MOST_MORE if amount > 1 else MOST_LESS,
    )
    return steer("contrast", picture, part, MORE if amount > 1 else LESS, aim, state=state, control=control)


def _context_px(side_px: int) -> int:
    return math.ceil(CONTEXT * SURROUNDINGS * side_px)


def noise_told(part: Part) -> Told:
    """The noise of a part, as a share of white."""
    return Told({"noise": (max(estimate_noise(to_uint8(luma_of(part.picture)), part.mask), FAINT) / 255,)})


def more(part: Part, told: Told) -> Render:
    """Add the differences that are no edges and no noise, times the strength."""
    y, (noise,) = luma_of(part.picture), told.numbers["noise"]
    levels = max(2, round(math.log2(max(4.0, SURROUNDINGS * part.side_px))) + 1)
    change = local_differences(y, levels, noise)
    return lambda strength: with_luma(part.picture, within(y, strength * change))


def mean_told(part: Part) -> Told:
    """The mean luma of a region."""
    return Told({"mean": (float(luma_of(part.picture)[part.mask > 127].mean()),)})


def less(part: Part, told: Told) -> Render:
    """Move all lumas toward the region's mean, by the strength as a share of the way."""
    y = luma_of(part.picture)
    away = y - np.float32(told.numbers["mean"][0])
    return lambda strength: with_luma(part.picture, y - strength * away)


MORE = Method("contrast more", noise_told, more, _context_px)
LESS = Method("contrast less", mean_told, less, _context_px)


def local_differences(y: Plane, levels: int, noise: float) -> Plane:
    """What the remapping adds to a picture at strength 1.

    Args:
        y: (H, W) float32 in [0, 1].
        levels: of the pyramid that take part; the finest has a pixel's scale, each other twice that of the one before.
        noise: standard deviation of white noise in ``y``.

    Returns:
        (H, W) float32, the detail that stands above the noise, with the large differences left out.
    """
    levels = min(levels, int(math.log2(max(2, min(y.shape)))))
    places = _gaussian_pyramid(y, levels)
    low, high = float(y.min()), float(y.max())
    spacing = max((high - low) / (REFERENCES - 1), 1e-3)
    bands = [np.zeros_like(place) for place in places]
    for reference in np.linspace(low, low + spacing * (REFERENCES - 1), REFERENCES, dtype=np.float32):
        still_wanted()
        away = y - reference
        remapped = away * np.exp(away**2 / np.float32(-2 * SIGMA**2))
        for band, place, detail in zip(bands, places, _laplacian_pyramid(remapped, levels), strict=True):
            band += np.maximum(0, 1 - np.abs(place - reference) / np.float32(spacing)) * detail
    change: Plane = np.zeros_like(places[levels])
    uneven = _gaussian_pyramid(1 - flatness(255 * y), min(levels, GRAIN_LEVELS))
    for level in reversed(range(levels)):
        band = bands[level]
        # White noise has this energy in the band; what has no more is noise, whatever it looks like.
        least = NOISE_ENERGY * (_noise_gains(levels)[level] * noise) ** 2
        energy = blurred(band**2, 2.0)
        kept = np.maximum(0, 1 - np.float32(least) / np.maximum(energy, 1e-12))
        if level < GRAIN_LEVELS:
            kept = kept * uneven[level]
        change = _up(change, band) + (kept * band).astype(np.float32)
    return change


def _gaussian_pyramid(plane: Plane, levels: int) -> list[Plane]:
    pyramid = [plane]
    for _ in range(levels):
        pyramid.append(np.asarray(cv2.pyrDown(pyramid[-1]), np.float32))
    return pyramid


def _laplacian_pyramid(plane: Plane, levels: int) -> list[Plane]:
    """Bands from fine to coarse, and last the rest."""
    means = _gaussian_pyramid(plane, levels)
    return [fine - _up(coarse, fine) for fine, coarse in pairwise(means)] + [means[-1]]


def _up(coarse: Plane, like: Plane) -> Plane:
    return np.asarray(cv2.pyrUp(coarse, dstsize=like.shape[::-1]), np.float32)


@cache
def _noise_gains(levels: int) -> tuple[float, ...]:
    """Standard deviation of white noise of 1 in every band: the norm of what the band makes of a single pixel."""
    side = 8 << levels
    point = np.zeros((side, side), np.float32)
    point[side // 2, side // 2] = 1
    # A pixel of a coarse band answers to many, and meets one of 4^level of those that it could meet here.
    return tuple(
        float(np.linalg.norm(band)) * 2**level for level, band in enumerate(_laplacian_pyramid(point, levels)[:-1])
    )
