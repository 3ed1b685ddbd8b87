"""Lamps in a region: a light is a bump that lies on what is around it, and more of it than the camera could show.

Multiplied, a lamp becomes a gray disc in a ring: its core is burnt out and flat, and its glow goes at another pace.
Turned down, a lamp sends less light everywhere: its glow sinks evenly into its surroundings, and less of its core is
beyond white. So the ground is found that the light lies on (``lamps.ground``); what is brighter is the light; and where
it is burnt out, what the camera could not show is taken to rise toward the middle of the core.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.colour import luma
from wordfuse.fusion.compose import feather
from wordfuse.fusion.finetune.lamps.ground import ground_of
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.tensors import Batch
from wordfuse.fusion.window import Window, region_window

Plane = NDArray[np.float32]
Selection = NDArray[np.bool_]

BURNT, WHITE = 0.9, 0.965  # luma from which pixels are burnt out that hang together with white ones, and of these
LEAST_CORE_PX, LEAST_CORE = 5, 0.08  # pixels, and share of its piece of a region, of a light's core
RISES = 0.15  # luma by which a light is brighter than its ground
LARGEST, OPEN = 0.15, 0.1  # share of the picture, and of a piece's outline on its border: what has more is sky or wall
NIGHT = 0.32  # median luma up to which what is burnt out shines by itself, be its glow small
GLOWS = (0.2, 0.8)  # of a light's height: there its glow is
SOFT, SOFTER = (2.7, 3.6), 5.0  # width of the glow, in pixels of 480 rows: of a light by night; and by day
PLATE, PLATEAU = 0.78, 3.0  # luma of what is nearly burnt out, and area of that over what is: what has more is a board
DISC, DISC_PX = (1.2, 1.4), 8  # area of a core over that of the largest disc in it, and its half width in pixels of 480
# rows: a small one that is round is a lamp, whatever its glow
RISE, PEAK = 0.8, 1.08  # how fast what is missing rises toward the middle of a core, and where it would have no end
ROUNDED = 0.3  # of the half width of a core: the ridge of what rises there is rounded off
EDGE, EDGE_PX = 0.1, (2, 12)  # of the half width of a piece: so far the change takes to begin; and in pixels
TEXTURE, TEXTURE_PX = 0.045, 5  # contrast up to which what is in a light is texture, within so many pixels
FASTER = 3.3  # than its mean luma a light goes: its ground stays
MOST = 0.93  # exponent that leaves an eighth of a light: it is turned down, not off
LAMP_MAPS = ("lamps", "ground", "beyond")  # what the maps are called where they are kept


@dataclass(frozen=True)
class Lamps:
    """The lights of a window of a picture.

    Attributes:
        where: (1, 1, H, W), 1 in a light, 0 where there is none.
        ground: (1, 3, H, W) in [0, 1], what the light lies on.
        beyond: (1, 3, H, W), how much brighter than the picture shows the light is.
        texture: (1, 1, H, W), by how much what is lit is brighter there than around: its ground has that as well.
        most: exponent to which they may still be turned down: down, not off.
    """

    where: Batch
    ground: Batch
    beyond: Batch
    texture: Batch
    most: float = MOST

    @classmethod
    def shown_in(cls, picture: Batch, where: Batch, ground: Batch, beyond: Batch, most: float = MOST) -> "Lamps":
        """With the texture that a picture, (1, 3, H, W) in [0, 1], shows."""
        y = luma(picture + beyond)[0, 0]
        smooth = guided_filter(y[..., None], y, TEXTURE_PX, TEXTURE**2)
        texture = np.clip(y / np.maximum(smooth, np.float32(1e-3)), 0, 2)
        return cls(where, ground, beyond, np.asarray(texture, np.float32)[None, None], most)

    def maps(self) -> dict[str, Batch]:
        """What is kept of them, by its name."""
        return dict(zip(LAMP_MAPS, (self.where, self.ground, self.beyond), strict=True))

    def each(self, change: Callable[[Batch], Batch]) -> "Lamps":
        """With another of each map."""
        where, ground, beyond, texture = (change(x) for x in (self.where, self.ground, self.beyond, self.texture))
        return Lamps(where, ground, beyond, texture, self.most)

    def turned_down(self, picture: Batch, weight: Batch, exponent: float) -> Batch:
        """The picture with less of their light, (1, 3, H, W): in the mean, nearly a half to the power of the exponent.

        Args:
            picture: (1, 3, H, W) in [0, 1].
            weight: (1, 1, H, W), how much of the change each pixel takes.
            exponent: 0 or more.
        """
        less = np.minimum(self._left(picture, exponent) - picture, 0)
        changed: Batch = picture + (self.where * weight) * less
        return changed

    def after(self, picture: Batch, exponent: float) -> Batch:
        """What is beyond white once they are turned down; ``picture`` is the one before."""
        return np.maximum(self._left(picture, exponent) - 1, 0)

    def _left(self, picture: Batch, exponent: float) -> Batch:
        gain = np.float32(0.5 ** (FASTER * min(exponent, self.most)))
        left: Batch = gain * (picture + self.beyond) + (1 - gain) * self.texture * self.ground
        return left


def lamps_in(picture: Batch, mask: Batch, within: Window) -> tuple[Lamps, Batch] | None:
    """The lights of a region, each with its glow as far as the region holds it, and how their change begins there.

    Args:
        picture: (1, 3, H, W) float in [0, 1].
        mask: (1, 1, H, W), above 0.5 inside the region.
        within: the window of the picture that is wanted.

    Returns:
        The lights and a weight, (1, 1, h, w) in [0, 1]; None where there is no light.
    """
    inside = np.asarray(mask[0, 0] > 0.5)
    y: Plane = luma(picture)[0, 0]
    burnt = _burnt(y, inside)
    if not burnt.any():
        return None
    dark, unit = float(np.median(y)) <= NIGHT, len(y) / 480
    where, begins = np.zeros_like(mask), np.zeros_like(mask)
    ground, beyond = np.zeros_like(picture), np.zeros_like(picture)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    for piece in np.unique(pieces[burnt]):
        still_wanted()
        own = np.asarray(pieces == piece)
        if stats[piece, cv2.CC_STAT_AREA] > LARGEST * y.size or _open(own) > OPEN:
            continue
        window = region_window(own[None, None], round(EDGE_PX[1] * unit))
        box, here = window.cut(picture), own[window.rows, window.columns]
        core = here & burnt[window.rows, window.columns]
        nearly = int((here & (y[window.rows, window.columns] >= PLATE)).sum())
        if core.sum() < max(LEAST_CORE_PX, LEAST_CORE * here.sum()) or nearly > PLATEAU * core.sum():
            continue
        under = ground_of(box, inside[window.rows, window.columns])
        soft = _softness(luma(box - under)[0, 0], here, core, unit)
        like = _rising(soft, *SOFT) if dark else float(soft >= SOFTER)
        missing = _missing(core, like, DISC_PX * unit if dark and soft > 0 else 0.0)
        if not missing.any():
            continue
        window.cut(where)[0, 0][here] = 1
        window.cut(begins)[0, 0][here] = _beginning(here, unit)[here]
        window.cut(ground)[0][:, here] = under[0][:, here]
        window.cut(beyond)[0][:, here] = missing[here] * _colour((box - under)[0], here & ~core)
    if not where.any():
        return None
    lamps = Lamps.shown_in(within.cut(picture), within.cut(where), within.cut(ground), within.cut(beyond))
    return lamps, within.cut(begins)


def _burnt(y: Plane, inside: Selection) -> Selection:
    """What is burnt out: as bright pixels as hang together with white ones."""
    labels = np.asarray(cv2.connectedComponents((inside & (y >= BURNT)).astype(np.uint8), connectivity=8)[1])
    kept = np.zeros(int(labels.max()) + 1, np.bool_)
    kept[labels[inside & (y >= WHITE)]] = True
    return np.asarray(kept[labels], np.bool_)


def _open(own: Selection) -> float:
    """Share of the outline of a piece that is on the border of the picture."""
    outline = own & ~cv2.erode(own.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0).astype(bool)
    at_border = sum(int(side.sum()) for side in (own[0], own[-1], own[:, 0], own[:, -1]))
    return at_border / max(1, int(outline.sum()))


def _softness(height: Plane, own: Selection, core: Selection, unit: float) -> float:
    """How wide the glow of a piece is, in pixels of 480 rows: a window ends at once; 0 where nothing rises.

    Args:
        height: (H, W), luma above the ground.
        own: (H, W) bool, the piece.
        core: (H, W) bool, what of it is burnt out.
        unit: rows of the picture over 480.
    """
    rises = float(np.median(height[core]))
    if rises < RISES:
        return 0.0
    outline = core & (cv2.erode(core.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    bump = height[own] / rises
    return float(((bump > GLOWS[0]) & (bump < GLOWS[1])).sum()) / float(outline.sum()) / unit


def _rising(x: float, low: float, high: float) -> float:
    """0 up to ``low``, 1 from ``high``."""
    return min(1.0, max(0.0, (x - low) / (high - low)))


def _beginning(own: Selection, unit: float) -> Plane:
    """How the change begins at the border of a piece, (H, W): what crosses it is not cut off there."""
    width = float(np.clip(EDGE * _depth(own).max(), EDGE_PX[0], max(EDGE_PX[0], EDGE_PX[1] * unit)))
    return feather(own.astype(np.uint8) * np.uint8(255), round(width))


def _depth(own: Selection) -> Plane:
    """How far inside each pixel is, (H, W)."""
    away = cv2.distanceTransform(np.pad(own, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(away[1:-1, 1:-1], np.float32)


def _missing(core: Selection, like: float, disc_px: float) -> Plane:
    """How much brighter than white the cores are, (H, W): nothing at their ends, more and more toward the middle.

    Args:
        core: (H, W) bool, what is burnt out.
        like: how far all of it is like a lamp, [0, 1].
        disc_px: half width up to which what is round is a lamp.
    """
    depth, missing = _depth(core), np.zeros(core.shape, np.float32)
    _, cores, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    for one, area in enumerate(stats[1:, cv2.CC_STAT_AREA].tolist(), start=1):
        own = np.asarray(cores == one)
        deep = np.where(own, depth, np.float32(0))
        half = float(deep.max())
        round_ = 1 - _rising(area / (math.pi * half * half), *DISC) if half <= disc_px else 0.0
        inward = np.where(own, cv2.GaussianBlur(deep, (0, 0), max(0.5, ROUNDED * half)), np.float32(0))
        inward /= inward.max()
        missing += max(like, round_) * RISE * inward / (PEAK - inward)
    return missing


def _colour(light: Plane, glow: Selection) -> Plane:
    """The colour of a light, (3, 1), 1 in its strongest channel, as its glow shows it; white where nothing glows."""
    seen = np.maximum(light[:, glow], 0).sum(axis=1)
    most = float(seen.max()) if glow.any() else 0.0
    return np.asarray(seen[:, None] / most if most > 0 else np.ones((3, 1)), np.float32)
