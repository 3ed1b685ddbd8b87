"""All that can be measured of a pair, put together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.files.registration.shift import measure_shift
from wordfuse.fusion.images import to_float
from wordfuse.fusion.inspect.blur import REACH_PX, blur_width, edges_of
from wordfuse.fusion.inspect.cast import cast_of
from wordfuse.fusion.inspect.grain import grain, responses
from wordfuse.fusion.inspect.kinds import FAULTS, Kind, Where
from wordfuse.fusion.inspect.light import brightness, gray_range, solid_ends
from wordfuse.fusion.inspect.planes import Inside, Seen, luma_of
from wordfuse.fusion.inspect.polarity import black_hot
from wordfuse.fusion.inspect.sensor import dead_share, frame_of
from wordfuse.fusion.inspect.severity import scales
from wordfuse.fusion.look.parts import away_from_ends, part_box
from wordfuse.fusion.metrics.blotches import estimate_blotches
from wordfuse.fusion.metrics.goals.haze import estimate_haze
from wordfuse.fusion.metrics.goals.standout import difference, has_surroundings
from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.fusion.restore.expose import exposure

Mask = NDArray[np.uint8]
Picture = NDArray[np.uint8]

LEAST_REGION_PX = 400
# A region is told of where it is so bad, and so much worse than the whole picture: trees are dark by day too.
BAD, WORSE = 0.3, 0.15
SKY = "sky"


@dataclass(frozen=True)
class Found:
    """What was measured of one fault in one place.

    Attributes:
        kind: the fault.
        where: the picture.
        region: in words; None is the whole picture, or the mask that was given.
        severity: from 0, as clean pictures are, to 1, hardly anything is left.
        number: what was measured; ``FAULTS`` has its unit.
        box: (x0, y0, x1, y1) of the region, XYXY pixels; None for the whole picture.
    """

    kind: Kind
    where: Where
    region: str | None
    severity: float
    number: float
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, eq=False)
class Regions:
    """Where things are, as far as somebody knows.

    Attributes:
        areas: (H, W) uint8 by name, above 127 is inside; one may be "sky".
        people: each (H, W) uint8.
    """

    areas: Mapping[str, Mask]
    people: Sequence[Mask] = ()


NOTHING_KNOWN = Regions({})


def inspect_pair(
    infrared: Picture,
    visible: Picture,
    fused: Picture | None,
    *,
    mask: Mask | None = None,
    regions: Regions = NOTHING_KNOWN,
) -> list[Found]:
    """Measure every fault of a pair and of what was fused from it.

    Args:
        infrared: (H, W) uint8.
        visible: (H, W, 3) uint8 RGB; a gray one has three equal channels.
        fused: likewise; None: it is not looked at.
        mask: (H, W) uint8, above 127 is inside: only there is measured, and nothing by region.
        regions: where to look apart from the whole.

    Returns:
        Everything that could be measured, the worst first; severities below ``severity.ALARM`` are no faults. A
        region is told of only where it is worse than the whole.

    Raises:
        RegionError: the mask is empty.
    """
    if mask is not None and not (mask > 127).any():
        raise RegionError("the mask is empty: there is nothing to inspect", remedy="name or draw another region")
    pictures: dict[Where, Picture] = {"infrared": infrared, "visible": visible}
    if fused is not None:
        pictures["fused"] = fused
    found: list[Found] = []
    for where, picture in pictures.items():
        seen, frame = looked_at(picture, mask)
        whole = [*_measured(where, seen)]
        if mask is None:
            whole.append(graded("frame", where, frame_number(frame)))
        found += whole
        if mask is None:
            found += _by_region(where, seen, regions, {one.kind: one.severity for one in whole})
    if mask is None:
        shift = shift_number(infrared, visible)
        if shift is not None:
            found.append(graded("shift", "infrared", shift))
        polarity = polarity_number(infrared, regions)
        if polarity is not None:
            found.append(graded("black hot", "infrared", polarity))
    if mask is None and fused is not None:
        for index, number in people_numbers(fused, regions.people):
            box = _box(regions.people[index] > 127)
            found.append(graded("hard to see", "fused", number, f"person {index + 1}", box))
    return sorted(found, key=lambda one: -one.severity)


def looked_at(picture: Picture, mask: Mask | None = None) -> tuple[Seen, Inside]:
    """A picture as the measures take it, and its frame, which they leave out (unless there is nothing else)."""
    still_wanted()
    luma = luma_of(picture)
    frame = frame_of(luma)
    inside = ~frame if mask is None else (mask > 127) & ~frame
    if not inside.any():
        inside = np.ones(luma.shape, bool) if mask is None else mask > 127
    return Seen(picture, luma, inside), frame


def number_of(kind: Kind, seen: Seen) -> float | None:
    """One measure of one picture; None where it cannot be taken, or is none of a picture's own."""
    still_wanted()
    measure = _MEASURES.get(kind)
    return None if measure is None else measure(seen)


def frame_number(frame: Inside) -> float:
    """How much of a picture its frame takes, in percent."""
    return 100 * float(frame.mean())


def shift_number(infrared: Picture, visible: Picture) -> float | None:
    """How far the infrared picture, (H, W), is shifted against the visible one, in percent of the longer side.

    0 where that is not sure, None where the pictures are too small to tell.
    """
    shift = measure_shift(to_float(infrared), to_float(visible))
    if shift is None:
        return None
    return 100 * shift.distance_px / shift.side_px if shift.confident else 0.0


def graded(
    kind: Kind, where: Where, number: float, region: str | None = None, box: tuple[int, int, int, int] | None = None
) -> Found:
    """A number with its severity."""
    return Found(kind, where, region, round(scales()[f"{kind} {where}"].severity(number), 3), number, box)


def _grain(seen: Seen) -> float | None:
    return grain(seen.once(responses, seen.luma), seen.unclipped)


def _noise(seen: Seen) -> float:
    return _grain(seen) or 0.0


def _within_ends(inside: Inside) -> Inside:
    """Where edges are a place's own: where a half of a picture ends, another light or a frame may begin, sharply."""
    box = part_box(inside)
    return inside if box is None else away_from_ends(inside, box, REACH_PX)


_MEASURES: Mapping[Kind, Callable[[Seen], float | None]] = {
    "noise": _grain,
    "colour noise": lambda seen: estimate_blotches(seen.picture, seen.mask),
    "stripes": lambda seen: estimate_stripes(seen.picture, seen.mask),
    "blur": lambda seen: blur_width(seen.once(edges_of, seen.luma), _within_ends(seen.inside), _noise(seen)),
    "haze": lambda seen: estimate_haze(seen.picture, seen.mask),
    "underexposed": lambda seen: exposure(seen.picture, seen.inside),
    "dark": lambda seen: brightness(seen.luma, seen.inside),
    "clipped": lambda seen: 100 * float(seen.once(solid_ends, seen.picture)[seen.inside].mean()),
    "low contrast": lambda seen: gray_range(seen.luma, seen.inside),
    "cast": lambda seen: cast_of(seen.picture, seen.inside),
    "dead pixels": lambda seen: dead_share(seen.luma, seen.inside, _noise(seen)),
}


def _measured(where: Where, seen: Seen) -> Iterator[Found]:
    for kind, fault in FAULTS.items():
        if where in fault.where:
            number = number_of(kind, seen)
            if number is not None:
                yield graded(kind, where, number)


def _by_region(where: Where, seen: Seen, regions: Regions, whole: Mapping[Kind, float]) -> Iterator[Found]:
    for name, mask in regions.areas.items():
        inside = (mask > 127) & seen.inside
        if np.count_nonzero(inside) < LEAST_REGION_PX:
            continue
        part = seen.at(inside)
        for kind, fault in FAULTS.items():
            if not fault.by_region or where not in fault.where:
                continue
            number = number_of(kind, part)
            if number is None:
                continue
            one = graded(kind, where, number, name, _box(inside))
            if one.severity >= max(BAD, whole.get(kind, 0.0) + WORSE):
                yield one


def polarity_number(infrared: Picture, regions: Regions) -> float | None:
    """What speaks for black-hot, see :func:`fusion.inspect.polarity.black_hot`; infrared is (H, W)."""
    sky = regions.areas.get(SKY)
    return black_hot(luma_of(infrared), [one > 127 for one in regions.people], None if sky is None else sky > 127)


def people_numbers(picture: Picture, people: Sequence[Mask]) -> Iterator[tuple[int, float]]:
    """How much each person differs from what is around, CIEDE2000, by its place in the list; picture is (H, W, 3)."""
    for index, mask in enumerate(people):
        if has_surroundings(mask):
            yield index, difference(picture, mask)


def _box(inside: Inside) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
