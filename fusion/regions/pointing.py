"""From a point on the picture, or paint on it, to a region: the thing there, the area it lies in, or what looks alike.

What looks alike is a connected part around the point whose colour and warmth are near those of the point. How near is
chosen as for maximally stable extremal regions (Matas et al., "Robust wide baseline stereo from maximally stable
extremal regions", BMVC 2002): where the part hardly grows when a little more is let in, its border is an edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.regions.spots import spot_at
from wordfuse.fusion.regions.tones import filled, luma
from wordfuse.fusion.regions.types import Grounding, Mask, RegionBackend, Sources

#: What is looked for at a point, and what one of it is called.
THINGS = {
    "people": "a person", "cars": "a car", "bicycles": "a bicycle", "signs": "a sign", "poles": "a pole",
    "lights": "a light",
}  # fmt: skip
AREAS = ("sky", "road", "pavement", "buildings", "trees", "fences")
WORKING_PX = 512  # longer side at which a part is grown
NEAR = np.linspace(5.0, 40.0, 29)  # distances from the point in CIELAB with infrared that are tried
HEAT_WEIGHT = 80.0  # of infrared from black to white, in units of CIELAB
LEAST_SHARE, MOST_SHARE = 0.0015, 0.35  # of the picture that a grown part covers
TOO_MUCH = 0.2  # of the picture, for something that looks like the thing at a point
RADIUS_PX, SMOOTHNESS = 4, 1e-3  # of the guided filter that finds its edges at full size
MARGIN_PX = 32
HOLE = 0.02  # of a grown part: smaller holes in it are filled
NEAREST_PX = 3.0  # so near a point may lie beside what is cut out, for a picture of 480 rows
MOST_STROKES, MOST_POINTS = 400, 20_000
MOST_THICK = 32_767  # pixels: OpenCV refuses thicker lines

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Pointed:
    """A region that may be meant.

    Attributes:
        mask: (H, W) uint8, 255 inside, never empty.
        told: what it is, for the person.
        kind: a thing that was found, a small spot, an area that was found, or what looks alike.
    """

    mask: Mask
    told: str
    kind: str

    @property
    def area(self) -> float:
        """The share of the picture, in (0, 1]."""
        return float((self.mask > 127).mean())


def at_point(sources: Sources, point: Point, backend: RegionBackend) -> list[Pointed]:
    """What may be meant by a point, the likeliest first.

    Args:
        sources: the pictures.
        point: x and y in pixels, inside of them.
        backend: finds things and areas by their names; those that it does not know are not looked for.

    Returns:
        At least one, none twice: the smallest thing there, a small spot of its own, the area, and what looks alike
        around it.

    Raises:
        InputError: the point lies outside.
        BackendUnreachable: the backend cannot be reached.
    """
    height, width = sources.shape
    x, y = point
    if not (0 <= x < width and 0 <= y < height):
        raise InputError(
            "lies outside of the picture", subject=f"the point {x:g}, {y:g}", remedy=f"it has {width}x{height} pixels"
        )
    found = backend.ground(sources, [*THINGS, *AREAS])
    seen = [thing for thing in (_thing_at(sources, found[: len(THINGS)], point, backend),) if thing is not None]
    spot = spot_at(sources, point)
    if spot is not None and not any(_same(spot.mask, one.mask) for one in seen):
        seen.append(Pointed(spot.mask, spot.told, "spot"))
    seen += _areas_at(found[len(THINGS) :], point)
    alike = grown(sources, point)
    much = seen and seen[0].kind == "thing" and (alike > 127).mean() > TOO_MUCH
    if not much and not any(_same(alike, one.mask) for one in seen):
        seen.append(Pointed(alike, "what looks alike around the point", "alike"))
    return seen


def painted(shape: tuple[int, int], strokes: Sequence[Sequence[Point]], radius_px: float) -> Mask:
    """What was painted over.

    Args:
        shape: (H, W) of the picture.
        strokes: each the points that the brush went through, x and y in pixels; they may leave the picture.
        radius_px: of the round brush.

    Raises:
        InputError: nothing of the picture was painted over, it is more than anybody paints, or a number is none that
            can be drawn: a radius of 0 or less, or one that is not finite.
    """
    if not (np.isfinite(radius_px) and radius_px > 0):
        raise InputError("is no size of a brush", subject=f"{radius_px:g}", remedy="give a radius in pixels above 0")
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        raise InputError("has too many strokes", subject="what was painted", remedy="paint it with a larger brush")
    drawn = np.zeros(shape, np.uint8)
    reach = 4 * max(shape)
    radius_px = min(radius_px, reach)
    radius = max(1, round(radius_px))
    for stroke in strokes:
        given = np.array(stroke, np.float64).reshape(-1, 2)
        if np.isnan(given).any():
            raise InputError("is no place on the picture", subject="a point that is not a number")
        points = np.rint(np.clip(given, -reach, reach)).astype(np.int32)
        cv2.polylines(
            drawn, [points], isClosed=False, color=255, thickness=min(MOST_THICK, max(1, round(2 * radius_px)))
        )
        for px, py in (*points[:1], *points[-1:]):
            cv2.circle(drawn, (int(px), int(py)), radius, 255, cv2.FILLED)
    if not drawn.any():
        raise InputError("covers nothing of the picture", subject="what was painted", remedy="paint over a part of it")
    return drawn


def grown(sources: Sources, point: Point) -> Mask:
    """The connected part around a point that looks alike, (H, W) uint8 with 255 inside.

    Args:
        sources: the pictures.
        point: x and y in pixels, inside of them.
    """
    height, width = sources.shape
    scale = min(1.0, WORKING_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    looks = _looks(sources, size)
    column, row = min(size[0] - 1, int(point[0] * scale)), min(size[1] - 1, int(point[1] * scale))
    around = looks[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2].reshape(-1, 4)
    away = np.sqrt(((looks - np.median(around, axis=0)) ** 2).sum(axis=2))
    part = _most_stable([_part_within(away, near, row, column) for near in NEAR])
    part = cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
    part = filled(part, int(HOLE * part.sum()))
    return _at_full_size(sources, part, scale)


def _looks(sources: Sources, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Colour and warmth of every pixel, (h, w, 4): CIELAB of the visible picture, and infrared on a like scale."""
    visible = cv2.resize(sources.visible, size, interpolation=cv2.INTER_AREA)
    heat = cv2.resize(sources.infrared, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(np.clip(visible, 0, 1).astype(np.float32), cv2.COLOR_RGB2LAB)
    stack = np.dstack([lab, HEAT_WEIGHT * heat]).astype(np.float32)
    return np.dstack([cv2.medianBlur(np.ascontiguousarray(stack[..., i]), 3) for i in range(4)])


def _part_within(away: npt.NDArray[np.float32], near: float, row: int, column: int) -> npt.NDArray[np.bool_]:
    within = (away <= near).astype(np.uint8)
    within[row, column] = 1
    _, labels = cv2.connectedComponents(within, connectivity=4)
    part: npt.NDArray[np.bool_] = labels == labels[row, column]
    return part


def _most_stable(parts: Sequence[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """The part, of ever larger ones, that grows least: no speck, and not most of the picture, if others are neither."""
    areas = np.array([part.sum() for part in parts], np.float64)
    share = areas / parts[0].size
    usable = [i for i in range(1, len(parts) - 1) if LEAST_SHARE <= share[i] <= MOST_SHARE]
    if not usable:
        return parts[int(np.argmin(np.abs(share - 0.01)))]
    growth = [(areas[i + 1] - areas[i - 1]) / areas[i] for i in usable]
    return parts[usable[int(np.argmin(growth))]]


def _at_full_size(sources: Sources, part: npt.NDArray[np.bool_], scale: float) -> Mask:
    """A part of the reduced picture along the edges of the full one."""
    height, width = sources.shape
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    radius = max(2, round(RADIUS_PX / scale))
    margin = MARGIN_PX + 2 * radius
    top, bottom = max(0, int(rows[0] / scale) - margin), min(height, int((rows[-1] + 1) / scale) + margin)
    left, right = max(0, int(columns[0] / scale) - margin), min(width, int((columns[-1] + 1) / scale) + margin)
    full = cv2.resize(part.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    window = slice(top, bottom), slice(left, right)
    guide = np.dstack([sources.infrared[window], luma(sources.visible[window])])
    mask: Mask = np.zeros(sources.shape, np.uint8)
    coarse = full[window].astype(np.float32)
    mask[window][guided_filter(guide, coarse, radius, SMOOTHNESS) > 0.5] = 255
    if not mask.any():
        mask[full > 0.5 * float(full.max())] = 255
    return mask


def _thing_at(sources: Sources, found: Sequence[Grounding], point: Point, backend: RegionBackend) -> Pointed | None:
    """The smallest thing that is cut out at a point."""
    boxes = [one for grounding in found for one in grounding.detections if _within(one.box, point)]
    for one in sorted(boxes, key=lambda one: (one.box[2] - one.box[0]) * (one.box[3] - one.box[1])):
        mask = backend.segment(sources, [one])
        if _covers(mask, point):
            return Pointed(mask, f"{THINGS[one.phrase]} ({one.score:.0%} sure)", "thing")
    return None


def _areas_at(found: Sequence[Grounding], point: Point) -> list[Pointed]:
    """The areas that a point lies in: of each the part around the point, and all of it where that is more."""
    seen = []
    for grounding in found:
        if grounding.mask is None or grounding.mask[int(point[1]), int(point[0])] <= 127:
            continue
        _, labels = cv2.connectedComponents((grounding.mask > 127).astype(np.uint8), connectivity=4)
        here: Mask = np.where(labels == labels[int(point[1]), int(point[0])], np.uint8(255), np.uint8(0))
        if _same(here, grounding.mask):
            seen.append(Pointed(grounding.mask, f"the {grounding.phrase}", "area"))
        else:
            seen.append(Pointed(here, f"the {grounding.phrase} here", "area"))
            seen.append(Pointed(grounding.mask, f"all of the {grounding.phrase}", "area"))
    return seen


def _within(box: tuple[float, float, float, float], point: Point) -> bool:
    return box[0] <= point[0] < box[2] and box[1] <= point[1] < box[3]


def _covers(mask: Mask, point: Point) -> bool:
    """Whether a mask lies at a point, or so near that nobody would point at anything else."""
    reach = max(1, round(NEAREST_PX * mask.shape[0] / 480))
    x, y = int(point[0]), int(point[1])
    return bool(mask[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].any())


def _same(one: Mask, other: Mask) -> bool:
    """Whether two masks are one for all that anybody sees."""
    inside, also = one > 127, other > 127
    return bool((inside & also).sum() > 0.9 * (inside | also).sum())
