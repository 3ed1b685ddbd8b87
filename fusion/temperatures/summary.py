"""What a region's temperatures come to: least, mean, median and most, where, and of how many pixels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.temperatures.maps import Selection, Temperatures

_SAMPLES = 4_000_000  # of larger regions the median is that of every second, third, ... pixel


@dataclass(frozen=True)
class Summary:
    """Temperatures of a region, degrees Celsius.

    Attributes:
        pixels: of the region.
        known: of them, those with a temperature.
        over: of them, those that are hotter than the sensor could tell.
        limit: at least so hot are these; None where there are none.
        least: the lowest temperature.
        mean: of those that are known.
        median: likewise.
        most: the highest; where something is over the limit, of the rest.
        coldest_at: (x, y) of the lowest, in pixels from the upper left corner.
        hottest_at: (x, y) of the highest; where something is over the limit, of the middle of that.
    """

    pixels: int
    known: int
    over: int
    limit: float | None
    least: float
    mean: float
    median: float
    most: float
    coldest_at: tuple[int, int]
    hottest_at: tuple[int, int]


def summarise(temperatures: Temperatures, mask: NDArray[np.uint8] | None = None) -> Summary:
    """Summarise a region.

    Args:
        temperatures: of the picture.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Raises:
        RegionError: the mask is empty, or no temperature is known inside.
    """
    inside = np.ones(temperatures.shape, np.bool_) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: there is nothing to measure", remedy="name or draw another region")
    known = inside & np.isfinite(temperatures.celsius)
    over = None if temperatures.over is None else temperatures.over & inside
    if not known.any():
        at_least = "" if over is None or not over.any() else f", but that it is at least {temperatures.limit:.1f} C"
        raise RegionError(
            f"no temperature is known in the region{at_least}: nothing was measured there",
            remedy="name or draw a larger one",
        )
    values = temperatures.celsius[known].astype(np.float64)
    coldest, hottest = _at(-temperatures.celsius, known), _hottest(temperatures, known, over)
    saturated = 0 if over is None else int(over.sum())
    return Summary(
        pixels=int(inside.sum()),
        known=int(values.size) + saturated,
        over=saturated,
        limit=temperatures.limit if saturated else None,
        least=float(values.min()),
        mean=float(values.mean()),
        median=float(np.median(values[:: 1 + values.size // _SAMPLES])),
        most=float(values.max()),
        coldest_at=coldest,
        hottest_at=hottest,
    )


def _hottest(temperatures: Temperatures, known: Selection, over: Selection | None) -> tuple[int, int]:
    if over is None or not over.any():
        return _at(temperatures.celsius, known)
    rows, columns = np.nonzero(over)
    middle = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
    return int(columns[middle]), int(rows[middle])


def _at(values: NDArray[np.float32], known: Selection) -> tuple[int, int]:
    """(x, y) of the highest of the known values."""
    place = int(np.argmax(np.where(known, values, np.float32(-np.inf))))
    row, column = divmod(place, values.shape[1])
    return column, row
