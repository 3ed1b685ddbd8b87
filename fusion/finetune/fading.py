"""How much of an edit each pixel of a region takes: all of it, fading out where the region ends amid nothing.

Where a region ends at an edge of the picture, a change may end there too: nobody sees it. Where it ends in an even
place, a wall or the sky, a change that ends there is a new edge, however exact the mask. So the weight of the edit
spreads from its border inward as heat does in a plate that is cut along the picture's edges: it is 0 outside, and the
minimum of

    sum inside (weight - 1)^2 + reach^2 sum over neighbours conductance (difference of weights)^2

with a conductance of 1 in even places and almost none across edges (weighted least squares: Farbman, Fattal, Lischinski
and Szeliski, "Edge-Preserving Decompositions for Multi-Scale Tone and Detail Manipulation", SIGGRAPH 2008).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import luma
from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune.grid import Ties, solve
from wordfuse.fusion.finetune.lamps.bumps import Lamps
from wordfuse.fusion.finetune.lamps.glare import least_gains
from wordfuse.fusion.finetune.tone import Tone
from wordfuse.fusion.finetune.upsample import enlarge, guided_upsample, shrink
from wordfuse.fusion.look.parts import own_picture, part_box
from wordfuse.fusion.metrics.kept import Kept
from wordfuse.fusion.tensors import Batch, either_kind, to_array
from wordfuse.fusion.window import Window, part_ends

SIDE_PX = 200  # the maps are smooth but for edges of the picture, which the upsampling brings back
REACH = 0.05  # of the picture's shorter side: as far as the fade reaches into a large even region
PART_REACH, OF_PART = 0.5, 1.0  # of the picture's shorter side, and of a part of it: how far the fade reaches there
OF_HALF = 0.3  # and of half the width of the region nearby, where that is less: a person is small
OF_HALF_LIGHT = 1.5  # the same for a change of light, which is softer than things are
EDGE = 0.03  # difference of neighbouring lumas, of the small picture, that halves the conductance
OUTSIDE = 1e4  # of the weight of a pixel inside: what is outside stays as it is
GLARE = (0.55, 0.75)  # luma from which what is around a light may be its halo, and from which it is
GLARE_REACH = 0.5  # of the picture's shorter side: a light is one however large
BLOWN_OUT, AT_FOOT = 0.93, 0.35  # median luma of a sky without anything in it, and the share of a change at its foot
TOP_SHARE = 0.2  # of the upper border that a sky has at least
KEPT = 0.2  # of how much brighter than its end a bright area is
MOST_PARTS = 4  # corners, or sides
TEXTURE_PX = 8  # so far from a cut is looked for edges like that along it
CUT, WHOLLY = 0.04, 0.9  # of a side of the picture, that a piece is cut along; share of its pixels there that are
HALFWAY, AROUND = 0.5, 0.06  # to what is around a dark area, within this part of the picture's shorter side
FAR = 0.01  # share of what is nearby that lies outside the region, where it counts by half
DIMMEST = 0.06  # light below which no gain grows any further: there is nothing but noise
ENDS = 0.05  # of a region's pixels lie where it ends
EDGE_PX = 1  # an edge of the picture is so sharp


_FADINGS: Kept[Batch] = Kept(8)


@dataclass(frozen=True)
class Fade:
    """How an edit of the light ends, at every pixel of a picture; both (1, 1, H, W) in [0, 1].

    Attributes:
        weight: share of the edit that the pixel takes, 0 outside the region.
        least_gain: to this share a pixel is darkened at most (``lamps.glare``).
        light: of a dark area: its light as a share of what it may become, which brightening raises to a power.
        lamps: what shines by itself, which darkening turns down.
    """

    weight: Batch
    least_gain: Batch
    light: Batch | None = None
    lamps: Lamps | None = None

    def at(self, inside: NDArray[np.bool_]) -> "Fade":
        """At the chosen pixels (H, W) only: (1, 1, N, 1)."""
        return self._each(lambda x: x[:, :, inside][..., None])

    def cut(self, window: Window) -> "Fade":
        """Inside a window."""
        return self._each(window.cut)

    def with_lamps(self, lamps: Lamps, weight: Batch) -> "Fade":
        """With lamps that are turned down by a weight of their own."""
        return Fade(np.where(lamps.where > 0, weight, self.weight), self.least_gain, self.light, lamps)

    def everywhere(self) -> "Fade":
        """Without an end: what the middle of the region gets."""
        return Fade(np.ones_like(self.weight), np.zeros_like(self.least_gain), self.light, self.lamps)

    def unheld(self) -> "Fade":
        """What the region would get if no glare held anything."""
        return Fade(self.weight, np.zeros_like(self.least_gain), self.light, self.lamps)

    def _each(self, change: Callable[[Batch], Batch]) -> "Fade":
        light, lamps = self.light, self.lamps
        return Fade(
            change(self.weight),
            change(self.least_gain),
            None if light is None else change(light),
            None if lamps is None else lamps.each(change),
        )


@either_kind
def fade_of_light(picture: Batch, mask: Batch, tone: Tone | None = None) -> Fade:
    """How a change of the light of a region ends.

    A region of one tone ends where the light crosses a threshold, and beyond it lies what is hardly darker or brighter.
    So the order of lightness is kept: of what a bright area is brighter than its end, ``KEPT`` is left at least, or a
    sky would become darker than its rim. A dark area is made no brighter than its end, and where much brighter things
    are around it, no brighter than half-way to them.

    Args:
        picture: (1, 3, H, W) in [0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region.
        tone: of a region that is told by its light alone.
    """
    y = luma(picture)
    glare = y * _rising(y, *GLARE)
    far = np.full_like(y, GLARE_REACH * min(picture.shape[-2:]))
    halo = spread(picture, mask, far, glare, 0.0)
    # Texture of the light is not flattened: it is its smooth part that is held against the halo.
    small = shrink(y, SIDE_PX)
    smooth = guided_upsample(small, small, y, radius=2) if small.shape != y.shape else y
    least = least_gains(smooth, halo, mask)
    weight, inside = fading(picture, mask, OF_HALF_LIGHT), np.asarray(mask > 0.5)
    if _is_like_a_sky(inside) and np.median(smooth[inside]) > BLOWN_OUT:
        weight = weight * _graded(inside)
    if tone == "bright":
        end = np.float32(np.quantile(smooth[inside], ENDS))
        least = np.maximum(least, KEPT + (1 - KEPT) * np.clip(end / np.maximum(smooth, 1e-3), 0, 1))
    if tone == "dark":
        end = np.float32(np.quantile(smooth[inside], 1 - ENDS))
        brightest = end + HALFWAY * _brighter_around(y, inside.astype(np.float32), end)
        return Fade(weight, least, np.clip(smooth / brightest, DIMMEST, 1))
    return Fade(weight, least)


def _is_like_a_sky(inside: NDArray[np.bool_]) -> bool:
    """Whether a region has a good part of the upper border and nothing of the lower one: no half, no whole picture."""
    return float(inside[..., 0, :].mean()) >= TOP_SHARE and not inside[..., -1, :].any()


def _graded(inside: NDArray[np.bool_]) -> Batch:
    """Of a white sky, how much of the change each row takes, (1, 1, H, 1): all of it at the top, less toward its foot.

    A sky is darkest overhead. With nothing in it that could be brought back, an even change would make a gray slab.
    """
    rows = np.flatnonzero(np.asarray(inside.any(axis=-1))[0, 0])
    down = np.clip((np.arange(inside.shape[-2]) - rows[0]) / max(1, rows[-1] - rows[0]), 0, 1)
    return (1 - (1 - AT_FOOT) * down).astype(np.float32)[None, None, :, None]


def _brighter_around(y: Batch, inside: Batch, end: np.float32) -> Batch:
    """By how much what is near a region is brighter than its end, (1, 1, H, W); it counts less from farther away."""
    outside = 1 - inside
    small, left = shrink(np.maximum(y - end, 0) * outside, SIDE_PX), shrink(outside, SIDE_PX)
    sigma = AROUND * min(small.shape[-2:])
    seen, count = (cv2.GaussianBlur(x[0, 0], (0, 0), sigma) for x in (small, left))
    return enlarge((seen / (count + np.float32(FAR)))[None, None], *y.shape[-2:])


def _rising(x: Batch, low: float, high: float) -> Batch:
    """0 up to ``low``, 1 from ``high``."""
    return np.asarray(np.clip((x - low) / (high - low), 0, 1), np.float32)


@either_kind
def fading(picture: Batch, mask: Batch, of_half: float = OF_HALF) -> Batch:
    """Weight of an edit at every pixel.

    Args:
        picture: (1, 3, H, W) float in [0, 1], whose edges may end the edit.
        mask: (1, 1, H, W), above 0.5 inside the region.
        of_half: how far the fade reaches into a narrow region, as a share of half its width.

    Returns:
        (1, 1, H, W) float32 in [0, 1], 0 outside, at most a half at the border itself; 1 everywhere for a mask of
        everything.
    """
    return _FADINGS.of(lambda: _fading(picture, mask, of_half), picture, mask, told=of_half).copy()


def _fading(picture: Batch, mask: Batch, of_half: float) -> Batch:
    inside = (mask > 0.5).astype(np.float32)
    if inside.min() > 0:
        return inside
    part = _into_a_part(inside[0, 0], picture)
    if part is not None:
        return part[None, None]
    most = REACH * min(picture.shape[-2:])
    reach = np.clip(of_half * half_width(inside, most / of_half), 1, max(1.0, most))
    edge = feather((mask[0, 0] > 0.5).astype(np.uint8) * np.uint8(255), EDGE_PX)[None, None]
    ends = _where_cut(inside[0, 0] > 0, luma(picture)[0, 0])
    return np.minimum(edge, spread(picture, mask, reach, np.zeros_like(inside), 1.0)) * ends


def _into_a_part(inside: NDArray[np.float32], picture: Batch) -> NDArray[np.float32] | None:
    """The weight of parts of the picture, as "the right half" or "the corners" are, (H, W); None of any other region.

    Nothing ends where such a part ends, as a rule. Fading out at the edges of things that happen to lie there would
    leave a band between what was before and what is new; so it takes its time, whatever lies there. Where the part is a
    picture of its own (``fusion.look.parts``), the band would be of what was to be changed, and it ends there.
    """
    if part_box(inside) is not None and own_picture(to_array(picture), inside > 0) is not None:
        return inside
    within = inside > 0
    rows, columns = (np.flatnonzero(~within.all(axis=axis)) for axis in (1, 0))
    if not within[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].any() and len(rows) < len(inside):
        frame = (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)
        if _at_borders(frame, inside.shape) < 2:  # "the edges": all around
            return _around(frame, inside.shape)
    weight = np.zeros_like(inside)
    count, _, stats, _ = cv2.connectedComponentsWithStats(within.astype(np.uint8), connectivity=4)
    if count > MOST_PARTS + 1:
        return None
    for left, top, width, height, area in stats[1:].tolist():
        part = (top, top + height, left, left + width)
        if area < width * height or _at_borders(part, inside.shape) < 2:
            return None
        down, across = _ramps(part, inside.shape)
        weight[top : top + height, left : left + width] = down[:, None] * across
    return weight


def _at_borders(part: tuple[int, int, int, int], shape: tuple[int, ...]) -> int:
    """How many borders of a picture of (H, W) a rectangle touches: its top, bottom, left and right, ends exclusive."""
    top, bottom, left, right = part
    return (top == 0) + (bottom == shape[0]) + (left == 0) + (right == shape[1])


def _ramps(part: tuple[int, int, int, int], shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weight of a rectangle down its rows and across its columns."""
    (top, bottom, left, right), (height, width) = part, shape
    shorter = min(height, width)
    return _ramp(bottom - top, top > 0, bottom < height, shorter), _ramp(right - left, left > 0, right < width, shorter)


def _around(hole: tuple[int, int, int, int], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The weight of all but a rectangle, (H, W): rising from it to the borders, round its corners."""
    top, bottom, left, right = hole
    outside = np.ones(shape, np.uint8)
    outside[top:bottom, left:right] = 0
    away = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) - np.float32(0.5)
    widest = max(top, shape[0] - bottom, left, shape[1] - right)
    share = np.clip(away / max(2.0, min(PART_REACH * min(shape), widest)), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def _ramp(length: int, at_start: bool, at_end: bool, shorter: int) -> NDArray[np.float32]:
    """The weight along one side of a part of the picture: rising from an end amid the picture without a kink."""
    reach = max(2.0, min(PART_REACH * shorter, OF_PART * length / (at_start + at_end or 1)))
    place = np.arange(length, dtype=np.float32) + 0.5
    weight = np.ones(length, np.float32)
    for ends, away in ((at_start, place), (at_end, place[::-1])):
        if ends:
            share = np.clip(away / reach, 0, 1)
            weight = weight * share * share * (3 - 2 * share)
    return weight


def _where_cut(inside: NDArray[np.bool_], light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weight of pieces that end where a part of the picture does, (H, W): "the trees on the left" of one canopy.

    Nothing ends there either. It is 1 in all other pieces, where the picture has an edge all along, and everywhere in
    a rectangle: somebody drew that.
    """
    weight = np.ones(inside.shape, np.float32)
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all():
        return weight
    labels = np.asarray(cv2.connectedComponents(inside.astype(np.uint8), connectivity=8)[1], np.int32)
    for pieces, seen, share in ((labels, light, weight), (labels.T, light.T, weight.T)):
        for end in part_ends(len(pieces)):
            for last, beyond in ((end - 1, end), (end, end - 1)):
                if 0 < end < len(pieces):
                    _fade_cut(pieces, seen, share, last, beyond)
    return weight


def _fade_cut(
    pieces: NDArray[np.int32], light: NDArray[np.float32], share: NDArray[np.float32], last: int, beyond: int
) -> None:
    """Fade out the pieces that are cut behind a row of theirs, in place; all that lies beyond it is no such piece."""
    cut = (pieces[last] > 0) & (pieces[beyond] == 0)
    for piece in np.unique(pieces[last][cut]):
        own = pieces == piece
        along = cut & own[last]
        rows = np.flatnonzero(own.any(axis=1))
        if last not in (rows[0], rows[-1]) or along.sum() < max(CUT * own.shape[1], WHOLLY * own[last].sum()):
            continue
        inward = rows if last == rows[0] else rows[::-1]
        steps = np.median(np.abs(np.diff(light[inward[: TEXTURE_PX + 1]][:, along], axis=0)), axis=1)
        if np.median(np.abs(light[last] - light[beyond])[along]) > steps.max(initial=0) + EDGE:
            continue  # the picture has an edge there that its texture does not explain
        ramp = _ramp(len(rows), beyond < last, beyond > last, min(own.shape))
        share[rows[0] : rows[-1] + 1] *= np.where(own[rows[0] : rows[-1] + 1], ramp[:, None], np.float32(1))


def half_width(inside: Batch, most_px: float) -> Batch:
    """Half the width of a region at every pixel (1, 1, H, W), true up to ``most_px``; found on a small copy."""
    small = shrink(inside, SIDE_PX)
    scale = small.shape[-2] / inside.shape[-2]
    region = (small[0, 0] >= 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(region, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    nearby = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * math.ceil(most_px * scale) + 1,) * 2)
    widest = np.asarray(cv2.dilate(depth, nearby), np.float32) / np.float32(scale)
    rows, columns = (np.arange(n) * m // n for n, m in zip(inside.shape[-2:], widest.shape, strict=True))
    return np.ascontiguousarray(widest[rows][:, columns])[None, None]


def spread(picture: Batch, mask: Batch, reach_px: Batch, outside: Batch, inside: float) -> Batch:
    """A map that goes from what it is outside a region to a value inside it, fast across edges and slowly elsewhere.

    Args:
        picture: (1, 3, H, W) float in [0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region.
        reach_px: (1, 1, H, W), how far what is outside reaches into an even region.
        outside: (1, 1, H, W) float in [0, 1], of which what the mask leaves out counts.
        inside: in [0, 1].

    Returns:
        (1, 1, H, W) float32 in [0, 1].
    """
    region = (mask > 0.5).astype(np.float32)
    if region.min() > 0:
        return np.full_like(region, inside)
    small, share = shrink(luma(picture), SIDE_PX), shrink(region, SIDE_PX)
    given = shrink(outside * (1 - region), SIDE_PX) / np.maximum(1 - share, np.float32(1e-6))
    gray = small[0, 0].astype(np.float64)
    reach = shrink(reach_px, SIDE_PX)[0, 0].astype(np.float64) * small.shape[-2] / picture.shape[-2]
    across, down = (
        np.minimum(np.delete(reach, 0, axis), np.delete(reach, -1, axis)) ** 2
        / (1 + (np.diff(gray, axis=axis) / EDGE) ** 2)
        for axis in (1, 0)
    )
    # A small pixel belongs to where most of it lies.
    within = share[0, 0] >= 0.5
    values = np.where(within, inside, given[0, 0].astype(np.float64))
    found = solve(Ties(across, down), np.where(within, 1.0, OUTSIDE), values)
    spreading = found[None, None].astype(np.float32)
    if small.shape[-2:] != picture.shape[-2:]:
        spreading = guided_upsample(spreading, small, luma(picture), radius=2)
    return np.clip(spreading, 0, 1)
