"""Pixels of a deep or thermal picture that were never measured: what a warp left outside, dead lines, no data, NaN.

Such pixels hold one extreme value, and a handful of them takes the scale of all others: a frame of zeros around counts
near 29000 leaves a picture that is white. What a file declares (a nodata tag, NaN) is believed. What it does not
declare is only taken for fill if both its shape and its value say so, because a cold sky at the sensor's least count, a
saturated flame and plain black are measurements:

* a *frame* reaches in from the border and stands apart in value or ends in a step. It lies outside of the convex hull
  of the rest, as after every turn, shift and change of perspective, and touches all four sides; where it holds a value
  that programs write for "nothing" (0, the type's largest, -9999, ...), it may instead reach in at several corners.
  Such a value that stands apart along all four sides may also bulge inwards, as a lens correction leaves it;
* a *dead line* belongs to a thin band of whole rows or columns, which stands apart or ends in a step on either side.

One strip or one corner is not enough: a furnace and a clear sky have straight borders too. To take a measurement for
fill turns a scene around, while fill that was taken for a measurement is told (:mod:`fusion.files.levels`).

8-bit pictures are not searched: nothing is stretched there, black is common, and published pairs stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.files.levels import FAR, edges_and_spread, grown, is_picture, is_usual

Mask = NDArray[np.bool_]
Kind = Literal["not finite", "nodata", "frame", "rows", "columns"]

# With less than this measured, there is no picture to speak of.
LEAST_MEASURED = 0.1
# Dead bands may be this thick, of the side (or px): a thicker one may be a saturated pipe or a clear sky.
_THICKEST, _THICKEST_PX = 0.05, 8
# Of a frame, as much may lie in the convex hull of the rest: corners that a blurred object cut.
_DENT = 0.05
# A frame that bulges inwards covers so much of each side; seen from the centre, as little of the rest lies behind it.
_COVERED, _BEHIND = 0.5, 0.01
# How sharp a step is, beside the middle 98% of the rest.
_STEP, _LINE_STEP, _ODD = 0.15, 0.35, 0.1
_RIM_PX = 2  # interpolation mixes the fill into this many pixels beside it
_RELAXATIONS = 8  # a level of the pyramid; the coarser ones have done the rest


@dataclass(frozen=True)
class Part:
    """One kind of unmeasured pixels.

    Attributes:
        kind: what they are.
        pixels: how many.
        value: what stood there, None where it was no number.
        lines: how many rows or columns, where they are such.
    """

    kind: Kind
    pixels: int
    value: float | None = None
    lines: int | None = None

    def __str__(self) -> str:
        """For the user, as part of a sentence."""
        value = "" if self.value is None else f"{self.value:g}"
        if self.kind == "not finite":
            return f"{self.pixels} pixel{'s' * (self.pixels != 1)} NaN or infinite"
        if self.kind == "nodata":
            return f"no data by the file's own tag ({value or 'NaN'})"
        if self.kind == "frame":
            return f"a frame or wedge of {value}"
        return f"{self.lines} dead {self.kind if self.lines != 1 else self.kind[:-1]} of {value}"


@dataclass(frozen=True, eq=False)
class Fill:
    """The unmeasured pixels of a picture.

    Attributes:
        mask: (H, W), True where nothing was measured.
        parts: what they are, in the order in which they were found.
    """

    mask: Mask
    parts: list[Part]

    @property
    def share(self) -> float:
        """Of the picture."""
        return float(self.mask.mean())

    def remark(self) -> str:
        """For the user, to be set behind the file's name."""
        share = f"{self.share:.1%}" if self.share >= 0.0005 else f"{int(self.mask.sum())} px"
        what = ", ".join(str(part) for part in self.parts)
        return f"{share} of it hold no measurement ({what}); left out of the scale and filled in from around"

    def as_notes(self) -> dict[str, object]:
        """JSON-native, for the notes of a pair."""
        parts = [
            {"kind": part.kind, "pixels": part.pixels, "value": part.value}
            | ({"lines": part.lines} if part.lines is not None else {})
            for part in self.parts
        ]
        return {"share": round(self.share, 6), "parts": parts}


def find_fill(
    values: NDArray[Any],
    nodata: Mask | None = None,
    nodata_value: float | None = None,
    *,
    search: bool = True,
    both_ends: bool = True,
) -> Fill | None:
    """Find the pixels that were not measured.

    Args:
        values: (H, W) or (H, W, 3), any real numbers.
        nodata: (H, W), True where the file declares that there is nothing.
        nodata_value: the value that it declares, None where that is NaN.
        search: look for what is not declared.
        both_ends: look there at the largest value too; not in photographs, whose skies are white.

    Returns:
        None where every pixel was measured, as far as can be told.
    """
    colour = values.ndim == 3
    mask = ~(np.isfinite(values).all(axis=2) if colour else np.isfinite(values))
    parts = [Part("not finite", int(mask.sum()))] if mask.any() else []
    if nodata is not None and (declared := nodata & ~mask).any():
        parts.append(Part("nodata", int(declared.sum()), nodata_value))
        mask |= declared
    if not search:
        return Fill(mask, parts) if parts else None
    with np.errstate(all="ignore"):  # of NaN and float's ends
        gray = values.mean(axis=2, dtype=np.float64) if colour else values
        one = (values == values[..., :1]).all(axis=2) if colour else np.ones(values.shape, bool)
    # A frame of one value may lie around lines of another, so it is looked again once something is found.
    while mask.mean() < 1 - LEAST_MEASURED and (found := _undeclared(gray, one, mask, both_ends)) is not None:
        parts.append(found[0])
        mask = mask | found[1]
    return Fill(mask, parts) if parts else None


def fill_in(picture: NDArray[np.float32], mask: Mask) -> NDArray[np.float32]:
    """Fill pixels smoothly from those around them: no edge where the fill begins, no value beyond its surroundings.

    The surface of a membrane fastened to the known pixels (Laplace's equation), solved from coarse to fine.

    Args:
        picture: (H, W) or (H, W, 3); what stands under the mask is not looked at.
        mask: (H, W), True where to fill.
    """
    if picture.ndim == 3:
        return np.dstack([fill_in(np.ascontiguousarray(channel), mask) for channel in np.moveaxis(picture, 2, 0)])
    return _membrane(np.where(mask, np.float32(0), picture), ~mask)


def _membrane(values: NDArray[np.float32], known: Mask) -> NDArray[np.float32]:
    """Values where known, a smooth surface between them elsewhere."""
    height, width = values.shape
    if known.all():
        return values
    if max(height, width) <= 2:
        return np.where(known, values, values[known].mean() if known.any() else np.float32(0))
    size = (width + 1) // 2, (height + 1) // 2
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    total = cv2.resize(np.where(known, values, np.float32(0)), size, interpolation=cv2.INTER_AREA)
    coarse = _membrane(np.where(weight > 0, total / np.maximum(weight, 1e-6), 0).astype(np.float32), weight > 0)
    filled = np.where(known, values, cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR))
    cross = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], np.float32)
    for _ in range(_RELAXATIONS):
        filled = np.where(known, values, cv2.filter2D(filled, -1, cross, borderType=cv2.BORDER_REPLICATE))
    return filled


def _undeclared(gray: NDArray[Any], one: Mask, mask: Mask, both_ends: bool) -> tuple[Part, Mask] | None:
    """The first kind of fill that neither end of the measured values' range can be cleared of."""
    measured = ~mask
    values = gray[measured] if mask.any() else gray
    low, high = float(values.min()), float(values.max())
    if low == high:
        return None
    for value, other in ((low, high), (high, low))[: 1 + both_ends]:
        exact = (gray == value) & one & measured
        if exact.sum() < min(gray.shape) // 2:
            continue
        for part, found in (*_frames(gray, exact, mask, other), *_lines(gray, exact, mask, other)):
            return part, found
    return None


def _frames(gray: NDArray[Any], exact: Mask, mask: Mask, other: float) -> Iterator[tuple[Part, Mask]]:
    """What reaches in from the border, with the pixels beside it into which it was mixed."""
    inner = exact.copy()
    for axis in (0, 1):
        for first, last in _bands(exact, mask, axis):
            if first > 0 and last < exact.shape[axis]:
                inner[_band(axis, first, last)] = False  # dead lines run from border to border too
    # What is left may lie around dead lines of the other end of the range, which run through the frame as well.
    rest = ~(exact | mask | (gray == other))
    for frame, convex in ((_all_around(inner, rest), False), (_convexly_left(inner, rest), True)):
        if not frame.any():
            continue
        value = float(gray[frame][0])
        near = grown(frame, _RIM_PX)
        values = gray[~near & rest]
        if not is_picture(values):
            continue
        edge, usual, spread = edges_and_spread(values, value)
        four = all(side.any() for side in _sides(frame))
        beside = gray[grown(frame, 2 * _RIM_PX) & ~near & ~mask]
        step = float(np.median(np.abs(beside - value))) if beside.size else 0.0
        known = is_usual(value)
        away = abs(edge - value) >= FAR * spread
        enough = (four or (known and _at_several_corners(frame, rest))) if convex else known
        if (away and enough) or (convex and four and known and step >= _STEP * spread):
            odd = gray < usual - _ODD * spread if value < edge else gray > usual + _ODD * spread
            found = _with_rim(frame, odd & ~mask) if away else frame
            yield Part("frame", int(found.sum()), value), found


def _with_rim(frame: Mask, odd: Mask) -> Mask:
    """A frame with the pixels beside it into which it was mixed; of slivers at the border nothing else is left."""
    found = frame
    border = np.ones(frame.shape, bool)
    border[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX] = False
    for _ in range(2):  # beside the slivers too
        found = found | ((grown(found, _RIM_PX) | border) & odd)
    return found


def _lines(gray: NDArray[Any], exact: Mask, mask: Mask, other: float) -> Iterator[tuple[Part, Mask]]:
    """Thin bands of whole rows or columns."""
    rest = gray[~(mask | exact) & (gray != other)]
    if not is_picture(rest):
        return
    value = float(gray[exact][0])
    edge, _, spread = edges_and_spread(rest, value)
    away = abs(edge - value) >= FAR * spread
    kinds: tuple[tuple[int, Kind], ...] = ((0, "rows"), (1, "columns"))
    for axis, kind in kinds:
        found, lines = np.zeros(exact.shape, bool), 0
        for first, last in _bands(exact, mask, axis):
            at_border = first == 0 or last == exact.shape[axis]
            # What is saturated beside the border reaches on beyond it: how thick it is cannot be seen.
            share = 0 if at_border and value > edge else _THICKEST
            if last - first > max(_THICKEST_PX, share * exact.shape[axis]):
                continue
            sides = [line for line in (first - 1, last) if 0 <= line < exact.shape[axis]]
            steps = [np.median(np.abs(gray.take(line, axis)[~mask.take(line, axis)] - value)) for line in sides]
            if away or (is_usual(value) and min(steps) >= _LINE_STEP * spread):
                found[_band(axis, first, last)] = True
                lines += last - first
        if lines:
            found &= ~mask
            yield Part(kind, int(found.sum()), value, lines), found


def _bands(exact: Mask, mask: Mask, axis: int) -> Iterator[tuple[int, int]]:
    """First and one past the last of neighbouring rows (axis 0) or columns (1) that hold the value throughout."""
    across = 1 - axis
    whole = (exact | mask).all(axis=across) & (2 * mask.sum(axis=across) <= mask.shape[across])
    changes = np.flatnonzero(np.diff(np.concatenate([[False], whole, [False]]).astype(np.int8)))
    yield from ((int(first), int(last)) for first, last in changes.reshape(-1, 2))


def _band(axis: int, first: int, last: int) -> tuple[slice, slice]:
    return (slice(first, last), slice(None)) if axis == 0 else (slice(None), slice(first, last))


def _convexly_left(exact: Mask, rest: Mask) -> Mask:
    """Of the patches that touch the border, those that lie outside of the convex hull of the rest."""
    labels, sizes, border = _at_border(exact)
    # Eroded by a pixel: a slanting border is a staircase.
    hull = cv2.erode(_hull(rest), np.ones((3, 3), np.uint8), borderValue=1) > 0
    inside = np.bincount(labels[hull], minlength=len(sizes))
    return np.isin(labels, [label for label in border if inside[label] <= _DENT * sizes[label]])


def _all_around(exact: Mask, rest: Mask) -> Mask:
    """The patches that touch the border, if they cover much of every side and hide, from the centre, none of the rest.

    A lens correction moves pixels along lines through the centre, so that nothing lies behind what it left empty.
    """
    labels, _, border = _at_border(exact)
    frame = np.isin(labels, border)
    nothing = np.zeros_like(frame)
    if min(side.mean() for side in _sides(frame)) < _COVERED:
        return nothing
    height, width = frame.shape
    size, centre = (max(height, width), 2 * (height + width)), (width / 2, height / 2)
    flags = cv2.INTER_NEAREST | cv2.WARP_FILL_OUTLIERS  # beyond the border is nothing
    empty, seen = (
        cv2.warpPolar(part.astype(np.uint8), size, centre, float(np.hypot(*centre)), flags) > 0
        for part in (grown(frame, 1), rest & ~grown(frame, _RIM_PX))
    )
    hidden = seen & np.logical_or.accumulate(empty, axis=1)
    return frame if hidden.sum() <= _BEHIND * seen.sum() else nothing


def _at_border(exact: Mask) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    """The patches of a mask, numbered, their sizes, and which touch the border and are no specks."""
    count, labels = cv2.connectedComponents(exact.astype(np.uint8), connectivity=8)
    sizes = np.bincount(labels.ravel(), minlength=count)
    touching = np.unique(np.concatenate(_sides(labels)))
    return labels, sizes, [int(label) for label in touching if label and sizes[label] >= min(exact.shape) // 2]


def _at_several_corners(frame: Mask, rest: Mask) -> bool:
    """Whether a frame reaches in at more corners than a single strip or wedge does."""
    corners = frame[0, 0], frame[0, -1], frame[-1, -1], frame[-1, 0]
    if sum(corners) != 2:
        return sum(corners) > 2
    # Two that face each other, or two of one side with measurements between them.
    shared = [side for i, side in enumerate(_sides(rest)) if corners[i] and corners[(i + 1) % 4]]
    return all(side.any() for side in shared)


def _sides(picture: NDArray[Any]) -> list[NDArray[Any]]:
    """Top, right, bottom, left."""
    return [picture[0], picture[:, -1], picture[-1], picture[:, 0]]


def _hull(inside: Mask) -> NDArray[np.uint8]:
    """The convex hull of a mask, (H, W) of 0 and 1."""
    rows = np.flatnonzero(inside.any(axis=1))
    left, right = inside.argmax(axis=1)[rows], inside.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)[rows]
    points = np.concatenate([np.stack([left, rows], 1), np.stack([right, rows], 1)]).astype(np.int32)
    hull = np.zeros(inside.shape, np.uint8)
    if len(points):
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return hull
