"""What the measures of a picture share: its luma as float, which pixels tell anything, and tiles."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Inside = NDArray[np.bool_]

CLIPPED_LOW, CLIPPED_HIGH = 1, 254
# Of a tile's pixels so many must be usable for it to count as whole.
WHOLE = 0.98
T = TypeVar("T")


def luma_of(picture: NDArray[np.uint8]) -> Plane:
    """BT.601 luma of (H, W) or (H, W, 3) uint8, as (H, W) float32 in [0, 255]."""
    plane = picture.astype(np.float32)
    gray: Any = plane if plane.ndim == 2 else cv2.cvtColor(plane, cv2.COLOR_RGB2GRAY)
    return np.asarray(gray, np.float32)


def tile_means(plane: Plane, side_px: int) -> Plane:
    """Means of the whole tiles of a plane: (H, W) -> (H // side, W // side)."""
    rows, columns = plane.shape[0] // side_px, plane.shape[1] // side_px
    size = columns, rows
    cut = np.ascontiguousarray(plane[: rows * side_px, : columns * side_px])
    if not (rows and columns):
        return np.zeros((rows, columns), np.float32)
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)


def whole_tiles(inside: Inside, side_px: int) -> Inside:
    """Which of these tiles lie inside: (H // side, W // side) bool."""
    return tile_means(inside.astype(np.float32), side_px) >= WHOLE


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture as the measures take it.

    Attributes:
        picture: (H, W) or (H, W, 3) uint8.
        luma: (H, W) float32, 0-255.
        inside: (H, W) bool, where to look: no frame, no other region.
        reckoned: what was reckoned of the whole picture already, by the function that did it.
    """

    picture: NDArray[np.uint8]
    luma: Plane
    inside: Inside
    reckoned: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def at(self, inside: Inside) -> "Seen":
        """The same picture, looked at elsewhere; what was reckoned of all of it stays."""
        return Seen(self.picture, self.luma, inside, self.reckoned)

    def once(self, reckon: Callable[[NDArray[Any]], T], of: NDArray[Any]) -> T:
        """What a function makes of the picture or its luma, reckoned once however many regions are looked at."""
        if reckon not in self.reckoned:
            self.reckoned[reckon] = reckon(of)
        found: T = self.reckoned[reckon]
        return found

    @cached_property
    def unclipped(self) -> Inside:
        """Where to look for what is not at the end of the range, with the pixels beside it."""
        clipped = ((self.luma <= CLIPPED_LOW) | (self.luma >= CLIPPED_HIGH)).astype(np.uint8)
        return self.inside & (cv2.dilate(clipped, np.ones((3, 3), np.uint8)) == 0)

    @cached_property
    def mask(self) -> NDArray[np.uint8] | None:
        """Where to look, as a mask; None is everywhere."""
        return None if self.inside.all() else np.where(self.inside, np.uint8(255), np.uint8(0))
