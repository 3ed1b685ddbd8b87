"""A small bright, dark, hot or cold thing at a point: a lamp, a sign, a lit window, a warm engine.

Such a thing has a scale of its own. Of the parts around the point that are at least so bright, from the brightest pixel
there downwards (a branch of the component tree: Salembier et al., "Antiextensive connected operators for image and
sequence processing", IEEE TIP 1998), it is the one with the sharpest rim: the halo of a lamp fades, its glass does not.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.regions.tones import filled, luma
from wordfuse.fusion.regions.types import Mask, Sources

Values = npt.NDArray[np.float32]
Part = npt.NDArray[np.bool_]

WORKING_PX = 1024  # longer side: larger pictures are reduced
WINDOW = 0.12  # of the longer side, to each side of the point
MOST_SHARE = 0.015  # of the picture
LEAST_PX = 6
REACH_PX = 2.5  # so near its brightest pixel is looked for, for a picture of 480 rows
LEVELS = 28
SEEN = 1.4  # weight of what the eye sees against what is warm: where both have a spot, the rim that is seen is meant
STEP = 0.10  # brightness that is lost across its rim, of black to white
CONTRAST = 0.2  # to what is around it
APART = 3.0  # the same, in units of how much that varies
SOLID = 0.72  # share of its convex hull that it fills


@dataclass(frozen=True, eq=False)
class Spot:
    """A small thing that stands out.

    Attributes:
        mask: (H, W) uint8, 255 inside.
        told: what it is, for the person.
    """

    mask: Mask
    told: str


def spot_at(sources: Sources, point: tuple[float, float]) -> Spot | None:
    """The small thing at a point that stands out most clearly; None where nothing does.

    Args:
        sources: the pictures.
        point: x and y in pixels, inside of them.
    """
    height, width = sources.shape
    scale = min(1.0, WORKING_PX / max(height, width))
    half = max(12, round(WINDOW * max(height, width)))
    x, y = int(point[0]), int(point[1])
    top, bottom, left, right = max(0, y - half), min(height, y + half + 1), max(0, x - half), min(width, x + half + 1)
    window = slice(top, bottom), slice(left, right)
    size = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
    at = min(size[1] - 1, int((y - top) * scale)), min(size[0] - 1, int((x - left) * scale))
    scene = np.clip(sources.visible[window], 0, 1)
    light, dim, heat = scene.max(axis=2), 1 - luma(scene), sources.infrared[window]
    looks = {"bright": (light, SEEN), "dark": (dim, SEEN), "hot": (heat, 1.0), "cold": (1 - heat, 1.0)}
    most = MOST_SHARE * height * width * scale * scale
    reach = max(1, round(REACH_PX * min(height, width) * scale / 480))
    best, clearest, told = None, 0.0, ""
    for look, (values, weight) in looks.items():
        small = np.clip(cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_AREA), 0, 1)
        part, step = _sharpest(small, _brightest(small, at, reach), most)
        if part is not None and weight * step > clearest and _stands_out(small, part):
            best, clearest, told = part, weight * step, look
    if best is None:
        return None
    mask: Mask = np.zeros(sources.shape, np.uint8)
    full = cv2.resize(best.astype(np.float32), (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    mask[window][full > 0.5] = 255
    return Spot(mask, f"the {told} spot")


def _brightest(values: Values, at: tuple[int, int], reach: int) -> tuple[int, int]:
    """Row and column of the brightest pixel near a place; of equals the nearest."""
    row, column = at
    top, left = max(0, row - reach), max(0, column - reach)
    near = values[top : row + reach + 1, left : column + reach + 1]
    rows, columns = np.nonzero(near >= near.max() - 1e-6)
    nearest = int(np.argmin((rows + top - row) ** 2 + (columns + left - column) ** 2))
    return int(rows[nearest]) + top, int(columns[nearest]) + left


def _sharpest(values: Values, seed: tuple[int, int], most: float) -> tuple[Part | None, float]:
    """Of the parts around a pixel that are at least so bright, the one with the sharpest rim, and how sharp that is."""
    best, sharpest = None, STEP
    peak = float(values[seed])
    for level in np.linspace(peak - 0.02, float(np.median(values)), LEVELS):
        if level >= peak:
            continue
        _, labels = cv2.connectedComponents((values >= level).astype(np.uint8), connectivity=4)
        part = labels == labels[seed]
        area = int(part.sum())
        if area > most or part[0].any() or part[-1].any() or part[:, 0].any() or part[:, -1].any():
            break
        if area < LEAST_PX:
            continue
        step = _step(values, part)
        if step > sharpest:
            best, sharpest = part, step
    return (None, 0.0) if best is None else (filled(best, int(best.sum())), sharpest)


def _step(values: Values, part: Part) -> float:
    """How much is lost across the rim of a part."""
    inside = part.astype(np.uint8)
    rim = part & (cv2.erode(inside, _CROSS, borderValue=0) == 0)
    around = cv2.dilate(inside, _CROSS)
    beyond = (cv2.dilate(around, _CROSS) > 0) & (around == 0)
    return float(values[rim].mean() - values[beyond].mean()) if beyond.any() else 0.0


def _stands_out(values: Values, part: Part) -> bool:
    """Whether a part is a thing of its own: in one piece, and not one of many as bright."""
    inside = part.astype(np.uint8)
    outlines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = np.zeros_like(inside)
    cv2.fillConvexPoly(hull, cv2.convexHull(np.concatenate(outlines)), 1)
    if part.sum() < SOLID * hull.sum():
        return False
    own = float(np.sqrt(part.sum() / np.pi))
    near, far = (
        cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1,) * 2) for r in (2 + int(own / 2), 6 + int(2 * own))
    )
    ring = (cv2.dilate(inside, far) > 0) & (cv2.dilate(inside, near) == 0)
    if not ring.any():
        return False
    around = values[ring]
    contrast = float(values[part].mean() - np.median(around))
    spread = float(np.percentile(around, 84) - np.percentile(around, 50))
    return contrast >= CONTRAST and contrast >= APART * spread


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
