"""A map of temperatures, and how it goes where its picture goes: enlarged, shrunk, turned and warped.

What is not known stays not known: no value is mixed with a pixel that has none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Celsius = NDArray[np.float32]
Selection = NDArray[np.bool_]

# Of what a pixel is mixed from, as much must be known for its temperature to be.
_LEAST_KNOWN = 0.5


@dataclass(frozen=True, eq=False)
class Temperatures:
    """Temperatures of a picture.

    Attributes:
        celsius: (H, W) float32 degrees; NaN where it is not known: never measured, dead, impossible or saturated.
        over: (H, W), True where the sensor could tell no more than that it is at least ``limit``; None: nowhere.
        limit: that temperature, degrees Celsius; None where nothing is over it.
    """

    celsius: Celsius
    over: Selection | None = None
    limit: float | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        height, width = self.celsius.shape
        return height, width

    @property
    def known(self) -> Selection:
        """Where a temperature is known, if only that it is over the limit: (H, W)."""
        known = np.isfinite(self.celsius)
        return known if self.over is None else known | self.over

    @property
    def up_to_limit(self) -> Celsius:
        """Degrees where what is over the limit counts as at the limit: (H, W), NaN where nothing is known."""
        return self.celsius if self.over is None else np.where(self.over, np.float32(self.limit or 0), self.celsius)

    @property
    def levels(self) -> Celsius:
        """From 0, the coldest, to 1, the hottest, along a line: (H, W) float32; 0 where nothing is known.

        The infrared picture's own levels are bent at their ends, where most of what is hottest lies.
        """
        celsius = self.up_to_limit
        low, high = (float(value) for value in (np.nanmin(celsius), np.nanmax(celsius)))
        return np.nan_to_num((celsius - np.float32(low)) / np.float32(max(high - low, 1e-6))).astype(np.float32)

    def within(self, low: float | None, high: float | None) -> Selection:
        """The pixels from one temperature to another, (H, W); None: without an end on that side.

        What is over the limit is in, where there is no upper end and the lower one is not above the limit.
        """
        inside = np.isfinite(self.celsius)
        with np.errstate(invalid="ignore"):
            if low is not None:
                inside &= self.celsius >= np.float32(low)
            if high is not None:
                inside &= self.celsius <= np.float32(high)
        if self.over is not None and high is None and (low is None or self.limit is None or low <= self.limit):
            inside |= self.over
        return inside

    def within_any(self, ranges: Sequence[tuple[float | None, float | None]]) -> Selection:
        """The pixels of which one of some ranges holds, as :meth:`within` tells it; (H, W)."""
        return np.asarray(np.logical_or.reduce([self.within(low, high) for low, high in ranges]), np.bool_)

    def resized(self, size: tuple[int, int]) -> "Temperatures":
        """At another (width, height): means where it shrinks, straight lines between pixels where it grows."""
        height, width = self.shape
        method = cv2.INTER_AREA if size[0] <= width and size[1] <= height else cv2.INTER_LINEAR
        return self._moved(lambda plane: cv2.resize(plane, size, interpolation=method))

    def warped(self, matrix: NDArray[np.float64]) -> "Temperatures":
        """As a picture of the same size that shows at x what this one shows at matrix(x), (2, 3).

        What comes from outside is not known.
        """
        height, width = self.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        small = matrix.astype(np.float32)
        return self._moved(
            lambda plane: cv2.warpAffine(
                plane, small, (width, height), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0
            )
        )

    def rearranged(self, move: Callable[[NDArray[np.generic]], NDArray[np.generic]]) -> "Temperatures":
        """With its pixels in other places, as ``move`` puts those of any array: mirrored, turned, cut."""
        over = None if self.over is None else np.ascontiguousarray(np.asarray(move(self.over), np.bool_))
        return Temperatures(np.ascontiguousarray(np.asarray(move(self.celsius), np.float32)), over, self.limit)

    def _moved(self, move: Callable[[Celsius], NDArray[np.generic]]) -> "Temperatures":
        known = np.isfinite(self.celsius)
        # Near zero a float32 is finer, and what is outside counts as it.
        middle = np.float32(np.median(self.celsius[known])) if known.any() else np.float32(0)
        weight = np.asarray(move(known.astype(np.float32)), np.float32)
        total = np.asarray(move(np.where(known, self.celsius - middle, np.float32(0))), np.float32)
        enough = weight >= _LEAST_KNOWN
        celsius = np.where(enough, total / np.maximum(weight, np.float32(1e-6)) + middle, np.float32(np.nan))
        over = None
        if self.over is not None:
            over = np.asarray(move(self.over.astype(np.float32)), np.float32) > _LEAST_KNOWN
            celsius[over] = np.nan
        return Temperatures(celsius.astype(np.float32), over, self.limit)
