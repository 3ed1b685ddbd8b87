"""How deep values, as thermal cameras have them, become a picture in [0, 1]."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Where the minimum, 1st percentile, 99th percentile and maximum of a deep picture come to lie in [0, 1].
LEVELS = (0.0, 0.02, 0.98, 1.0)


@dataclass(frozen=True)
class Scale:
    """The curve that brings a deep picture to [0, 1]: rising, and linear between its knots.

    Attributes:
        values: of the picture, rising.
        levels: where they come to lie in [0, 1].
    """

    values: tuple[float, ...]
    levels: tuple[float, ...]

    @classmethod
    def of(cls, values: NDArray[Any]) -> "Scale":
        """The curve of a picture: its minimum, 1st percentile, 99th percentile and maximum come to ``LEVELS``."""
        if values.dtype == np.float16:
            values = values.astype(np.float32)  # percentiles of half precision are of half precision
        return cls.at(np.percentile(values, (0, 1, 99, 100)))

    @classmethod
    def at(cls, knots: NDArray[Any]) -> "Scale":
        """The curve of four rising values, some of which may be equal."""
        places = np.unique(knots)
        levels = [
            float(np.mean([level for knot, level in zip(knots, LEVELS, strict=True) if knot == x])) for x in places
        ]
        if len(places) > 1:
            # Where a percentile falls on an end of the range, the end wins, so that [0, 1] is always filled.
            levels[0], levels[-1] = LEVELS[0], LEVELS[-1]
        return cls(tuple(float(x) for x in places), tuple(levels))

    def to_unit(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """A picture by this curve; what lies beyond its ends comes to them."""
        if values.dtype == np.float16:
            values = values.astype(np.float32)
        return np.interp(values, self.values, self.levels).astype(np.float32)
