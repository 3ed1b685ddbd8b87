"""Where things moved from one frame to the next, and how sure that is.

Dense inverse search (Kroeger, Timofte, Dai and Van Gool, ECCV 2016; in OpenCV) on a small gray picture of both sources:
at night the visible one shows nothing of who walks there, by day the infrared one nothing of a car that has cooled. It
is found both ways; where the way there and back does not end where it began (Sundaram, Brox and Keutzer, ECCV 2010,
equation 5), or what lies at its ends does not look alike, something is hidden, is new or was not found.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Guide = NDArray[np.uint8]

WORKING_PX = 384  # longest side on which motion is found
# Who walks is warm; the visible picture is there for what is as warm as its surroundings. Of five mixtures on a
# rendered street at night this one carried people best.
OF_INFRARED = 0.7
ENDS, LEAST_RANGE = (1.0, 99.7), 0.15  # percentiles of infrared that are stretched to the full range, and the least
# A way back may miss by so much: of the squared lengths of both ways, and so much besides, in squared pixels.
OF_LENGTH, BESIDES = 0.01, 0.5
# What lies at both ends of a way may differ by so many gray values in squares of so many pixels, and by so many times
# what is usual between the two frames, which noise and a change of light bring.
UNLIKE, UNUSUAL, NEAR_PX = 10.0, 3.0, 5


@dataclass(frozen=True, eq=False)
class Motion:
    """From a frame to the next, on the grid of :func:`guide_of`, in its pixels.

    Attributes:
        back: (h, w, 2) float32, from a pixel of the later frame to its place in the earlier one (x, y).
        ahead: (h, w, 2) float32, from a pixel of the earlier frame to its place in the later one.
        sure_back: (h, w) float32, 1 where the way back is sure, else 0.
        sure_ahead: the same of the way ahead.
    """

    back: Plane
    ahead: Plane
    sure_back: Plane
    sure_ahead: Plane


def guide_of(infrared: Plane, visible: Plane) -> Guide:
    """What motion is found on: a mixture of both sources, (h, w) uint8, at most ``WORKING_PX`` long.

    Args:
        infrared: (H, W) float32 in [0, 1]; what of its range is used is stretched.
        visible: (H, W, 3) float32 in [0, 1].
    """
    height, width = infrared.shape
    factor = max(1.0, max(height, width) / WORKING_PX)
    size = max(1, round(width / factor)), max(1, round(height / factor))
    heat, luma = (
        np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)
        for plane in (infrared, cv2.cvtColor(visible, cv2.COLOR_RGB2GRAY))
    )
    low, high = (float(value) for value in np.percentile(heat[::2, ::2], ENDS))
    warm = np.clip((heat - low) / max(high - low, LEAST_RANGE), 0, 1)
    mixed = np.float32(255) * (OF_INFRARED * warm + (1 - OF_INFRARED) * luma) + np.float32(0.5)
    guide: Guide = mixed.clip(0, 255).astype(np.uint8)
    return guide


class Flow:
    """Finds the motion between frames."""

    def __init__(self) -> None:
        """Nothing is kept from one call to the next: the same frames give the same motion."""
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        # Half the size of the picture, not a quarter, and no smoothing afterwards: people are narrow.
        self._search.setFinestScale(1)
        self._search.setVariationalRefinementIterations(0)

    def between(self, earlier: Guide, later: Guide) -> Motion:
        """The motion from a frame to the next, both (h, w) uint8."""
        ahead, back = self._one_way(earlier, later), self._one_way(later, earlier)
        sure_back = _returns(back, ahead) * _alike(later, earlier, back)
        sure_ahead = _returns(ahead, back) * _alike(earlier, later, ahead)
        return Motion(back, ahead, sure_back, sure_ahead)

    def _one_way(self, start: Guide, end: Guide) -> Plane:
        # A field that is given is what the search begins with, so it has to be given as nothing.
        found = self._search.calc(start, end, np.zeros((*start.shape, 2), np.float32))
        return np.asarray(found, np.float32)


def _alike(start: Guide, end: Guide, way: Plane) -> Plane:
    """1 where what lies at the end of the way looks as what lies at its start: something new leads somewhere, too."""
    found = sampled(end.astype(np.float32), grid_of(way.shape) + way)
    other = np.asarray(cv2.blur(np.abs(found - start), (NEAR_PX, NEAR_PX)), np.float32)
    return (other <= UNLIKE + UNUSUAL * float(np.median(other[::2, ::2]))).astype(np.float32)


def _returns(there: Plane, back: Plane) -> Plane:
    """1 where the way there and back ends where it began."""
    returned = sampled(back, grid_of(there.shape) + there)
    missed, lengths = _squared(there + returned), _squared(there) + _squared(returned)
    return (missed <= OF_LENGTH * lengths + BESIDES).astype(np.float32)


def _squared(way: Plane) -> Plane:
    """The squared length of a way at every pixel."""
    across, down = way[..., 0], way[..., 1]
    return across * across + down * down


def grid_of(shape: tuple[int, ...]) -> Plane:
    """The place of every pixel, (h, w, 2) float32, x first; not to be written to."""
    return _grid(*shape[:2])


@lru_cache(maxsize=4)  # of the frames, and of what motion is found on
def _grid(height: int, width: int) -> Plane:
    rows, columns = np.indices((height, width), dtype=np.float32)
    grid = np.dstack([columns, rows])
    grid.setflags(write=False)
    return grid


def sampled(plane: Plane, at: Plane) -> Plane:
    """A plane, (h, w) or (h, w, C), at the places (h, w, 2); beyond its border, its border."""
    # Both coordinates are in one map, which OpenCV's types do not know of.
    found = cv2.remap(plane, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(found, np.float32)


@dataclass(frozen=True, eq=False)
class Track:
    """Where every pixel of a frame is in another frame of its scene.

    Attributes:
        at: (h, w, 2) float32, on the grid of :func:`guide_of`.
        sure: (h, w) float32 in [0, 1], how far it was followed without doubt.
    """

    at: Plane
    sure: Plane
    _known: dict[tuple[int, int], Plane] = field(default_factory=dict, repr=False)  # places, once they were asked for

    @classmethod
    def begin(cls, shape: tuple[int, ...]) -> Self:
        """In the frame itself."""
        return cls(grid_of(shape), np.ones(shape[:2], np.float32))

    def continued(self, way: Plane, sure: Plane) -> "Track":
        """Of the frame that is one step further from the other one, whose ``way`` leads to this frame."""
        step = grid_of(way.shape) + way
        return Track(sampled(self.at, step), sampled(self.sure, step) * sure)

    def followed(self, way: Plane, sure: Plane) -> "Track":
        """Of the same frame, to where the other frame is one step further."""
        return Track(self.at + sampled(way, self.at), self.sure * sampled(sure, self.at))

    def carried(self, plane: Plane) -> Plane:
        """A plane of the other frame, (H, W) or (H, W, C) of any size, as it lies in this one."""
        height, width = plane.shape[:2]
        return sampled(plane, self._grown(height, width))

    def sure_at(self, height: int, width: int) -> Plane:
        """``sure`` at the pixels of a picture of (height, width)."""
        return np.asarray(cv2.resize(self.sure, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    def moved_px(self, height: int, width: int) -> Plane:
        """How far what is at a pixel has moved since the other frame, in pixels of a picture of (height, width)."""
        rows, columns = self.at.shape[:2]
        way = (self.at - grid_of(self.at.shape)) * np.array([width / columns, height / rows], np.float32)
        return np.asarray(cv2.resize(np.hypot(way[..., 0], way[..., 1]), (width, height)), np.float32)

    def _grown(self, height: int, width: int) -> Plane:
        """The places in the pixels of a picture of (height, width)."""
        if (height, width) not in self._known:
            self._known[height, width] = self._resized(height, width)
        return self._known[height, width]

    def _resized(self, height: int, width: int) -> Plane:
        rows, columns = self.at.shape[:2]
        if (rows, columns) == (height, width):
            return self.at
        # What is added to a pixel's own place is smooth; places themselves, resized, would be off at the border.
        moved = (self.at - grid_of(self.at.shape)) * np.array([width / columns, height / rows], np.float32)
        grown = cv2.resize(moved, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.add(grid_of((height, width)), grown), np.float32)
