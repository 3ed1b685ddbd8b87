"""Temperatures as a table of numbers, for other programs."""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.fusion.temperatures.units import Unit, from_celsius


def as_csv(temperatures: Temperatures, mask: NDArray[np.uint8] | None = None, unit: Unit = "C") -> bytes:
    """Every temperature as comma-separated values.

    Args:
        temperatures: of the picture, (H, W).
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.
        unit: of the numbers.

    Returns:
        H lines of W numbers with two decimals, in ASCII; nothing between the commas where a temperature is not known,
        is over the limit of the sensor, or lies outside of the mask.
    """
    factor, offset = from_celsius(1.0, unit) - from_celsius(0.0, unit), from_celsius(0.0, unit)
    degrees = temperatures.celsius.astype(np.float64) * factor + offset
    told = np.isfinite(degrees) if mask is None else np.isfinite(degrees) & (mask > 127)
    lines = []
    for row, known in zip(np.where(told, degrees, 0.0), told, strict=True):
        cells = np.where(known, np.char.mod("%.2f", row), "")
        lines.append(",".join(cells.tolist()))
    return ("\n".join(lines) + "\n").encode("ascii")
