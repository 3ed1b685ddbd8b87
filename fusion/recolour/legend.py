"""The scale of heat with numbers beside it: temperatures where the camera told them, else values as they are stored."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import Pair
from wordfuse.fusion.metrics.goals.heat import heat_range, scale_bar

TICKS = 5  # numbers beside the scale, about as many
LEAST_APART = 0.08  # of the scale, between two numbers
BAR_PX, MARGIN_PX, HEIGHT_PX = 18, 8, 320
UNITS = {"celsius": "C"}  # OpenCV's font has ASCII alone


@dataclass(frozen=True)
class Values:
    """What infrared levels in [0, 1] stand for: a rising piecewise linear curve.

    Attributes:
        values: at the knots of the curve, rising.
        levels: likewise, of [0, 1].
        unit: of the values.
    """

    values: tuple[float, ...]
    levels: tuple[float, ...]
    unit: str

    def of(self, level: float) -> float:
        """The value of a level."""
        return float(np.interp(level, self.levels, self.values))

    def level(self, value: float) -> float:
        """The level of a value."""
        return float(np.interp(value, self.values, self.levels))


def values_of(notes: Mapping[str, Any]) -> Values:
    """What the levels of an infrared picture stand for, from the notes of its pair (``fusion.images.Pair``).

    Degrees Celsius where the temperatures are known, counts of a file deeper than 8 bits, and of any other percent of
    its range.
    """
    infrared = notes.get("infrared", {})
    scale, line = infrared.get("scale"), notes.get("temperatures", {}).get("scale")
    unit = str(infrared.get("unit", ""))
    if scale is None and line is not None:  # of 8 bits: 0 to 255
        scale = {"values": (0.0, 255.0), "levels": (0.0, 1.0)}
    if scale is None or len(scale["values"]) < 2:
        return Values((0.0, 100.0), (0.0, 1.0), "%")
    values = tuple(scale["values"])
    if line is not None and not unit:  # the picture was made of the file's numbers
        values, unit = tuple(line[0] * value + line[1] for value in values), "celsius"
    return Values(values, tuple(scale["levels"]), UNITS.get(unit, unit))


def heat_legend(pair: Pair, mask: NDArray[np.uint8] | None, height_px: int = HEIGHT_PX) -> NDArray[np.uint8]:
    """The legend of what :func:`wordfuse.fusion.recolour.heat.heat` makes of a region: its scale and its values.

    Args:
        pair: its infrared picture and what is known of the file.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.
        height_px: of the legend, at least 80.

    Returns:
        (height_px, W, 3) uint8 RGB, hot on top.

    Raises:
        RegionError: the mask is empty.
        InputError: the height is too small.
    """
    inside = np.ones(pair.infrared.shape, bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: there is no scale")
    low, high = heat_range(pair.infrared, inside)
    # The scale of a region of one heat is widened, and may leave the range of the picture.
    return legend(max(low, 0.0), min(high, 1.0), values_of(pair.notes), height_px)


def legend(low: float, high: float, values: Values, height_px: int = HEIGHT_PX) -> NDArray[np.uint8]:
    """Draw the scale with round numbers beside it, hot on top.

    Args:
        low: infrared level at which the scale begins.
        high: level at which it ends, above ``low``.
        values: what levels stand for.
        height_px: of the picture, at least 80.

    Returns:
        (height_px, W, 3) uint8 RGB, dark numbers on white.

    Raises:
        InputError: the levels are not finite or not in order, or the height is too small.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise InputError("must be finite and in order", subject=f"legend from {low} to {high}")
    if height_px < 80:
        raise InputError("must be at least 80", subject=f"height_px {height_px}")
    marks = _marks(low, high, values)
    apart = min((after - before for before, after in pairwise(marks)), default=0.1)
    digits = max(0, -math.floor(math.log10(apart) + 1e-9))
    texts = [f"{mark:.{digits}f}" for mark in marks]
    texts[-1] += f" {values.unit}" if values.unit else ""
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.45
    sizes = [cv2.getTextSize(text, font, size, 1)[0] for text in texts]
    width = 3 * MARGIN_PX + BAR_PX + 6 + max(width for width, _ in sizes)
    drawn = np.full((height_px, width, 3), 255, np.uint8)
    top, bottom = MARGIN_PX, height_px - MARGIN_PX
    drawn[top:bottom, MARGIN_PX : MARGIN_PX + BAR_PX] = scale_bar(bottom - top)[::-1, None]
    right = MARGIN_PX + BAR_PX
    for mark, text, (_, tall) in zip(marks, texts, sizes, strict=True):
        # The curve from levels to values has knees: equal steps of a value are no equal steps of the scale.
        row = round(bottom - 1 - (values.level(mark) - low) / (high - low) * (bottom - 1 - top))
        cv2.line(drawn, (right, row), (right + 4, row), (0, 0, 0), 1)
        line = min(max(row + tall // 2, tall + 1), height_px - 2)
        cv2.putText(drawn, text, (right + MARGIN_PX, line), font, size, (0, 0, 0), 1, cv2.LINE_AA)
    return drawn


def _marks(low: float, high: float, values: Values) -> list[float]:
    """Round values with room between them on the scale from one level to another."""
    even = round_values(values.of(low), values.of(high), TICKS)
    places = [values.level(mark) for mark in even]
    if all(after - before >= LEAST_APART * (high - low) for before, after in pairwise(places)):
        return even
    # A few hot pixels take most of the values on a little of the scale: one mark in each part of it.
    step = (high - low) / TICKS
    starts = [low + step * number for number in range(TICKS)]
    return [_roundest(values.of(start + 0.2 * step), values.of(start + 0.8 * step)) for start in starts]


def _roundest(low: float, high: float) -> float:
    """The roundest value from ``low`` to ``high``."""
    for power in range(math.ceil(math.log10(max(abs(low), abs(high), 1e-9))), -9, -1):
        for factor in (5, 2, 1):
            step = factor * 10.0**power
            if math.ceil(low / step) * step <= high:
                return math.ceil(low / step) * step
    return (low + high) / 2


def round_values(low: float, high: float, about: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten within [low, high], about so many of them; at least the middle."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)] or [(low + high) / 2]
