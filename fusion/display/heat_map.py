"""Temperatures for the eye: a map in the colours of heat with its scale beside it, and isotherms on any picture."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.metrics.goals.heat import scale_bar
from wordfuse.fusion.recolour.legend import Values, legend
from wordfuse.fusion.temperatures.isotherms import Line
from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.fusion.temperatures.units import Unit, from_celsius

_ENDS = (0.2, 99.8)  # percentiles of the region that the scale begins and ends with
_LEAST_SPAN = 1.0  # degrees: a region of one temperature is not all noise
_UNKNOWN, _OUTSIDE = (96, 96, 96), 0.25  # gray where nothing is known; light of what lies outside of the region
_LEAST_HEIGHT_PX = 160  # of the scale
_PLACES = 60  # along a line, where its temperature may be written
_FONT = cv2.FONT_HERSHEY_SIMPLEX

Drawn = NDArray[np.uint8]


def heat_map(temperatures: Temperatures, mask: NDArray[np.uint8] | None = None, unit: Unit = "C") -> Drawn:
    """Draw a map of temperatures with its scale on the right.

    The scale spans the region. What lies outside of it is dark, what is not known gray, what is over the limit of the
    sensor white.

    Args:
        temperatures: of the picture, (H, W).
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.
        unit: of the scale.

    Returns:
        (H or more, W + scale, 3) uint8 RGB.

    Raises:
        RegionError: no temperature is known inside.
    """
    drawn, (low, high) = coloured(temperatures, mask)
    ends = from_celsius(low, unit), from_celsius(high, unit)
    height = max(_LEAST_HEIGHT_PX, drawn.shape[0])
    scale = legend(0.0, 1.0, Values(ends, (0.0, 1.0), unit), height)
    if drawn.shape[0] < height:
        drawn = np.pad(drawn, ((0, height - drawn.shape[0]), (0, 0), (0, 0)), constant_values=255)
    return np.hstack([drawn, scale])


def coloured(temperatures: Temperatures, mask: NDArray[np.uint8] | None = None) -> tuple[Drawn, tuple[float, float]]:
    """The map alone, (H, W, 3) uint8, and the degrees Celsius that its scale begins and ends with; as above."""
    inside = np.ones(temperatures.shape, np.bool_) if mask is None else mask > 127
    known = inside & np.isfinite(temperatures.celsius)
    if not known.any():
        raise RegionError("no temperature is known in the region", remedy="name or draw another region")
    low, high = (float(value) for value in np.percentile(temperatures.celsius[known], _ENDS))
    missing = max(0.0, _LEAST_SPAN - (high - low)) / 2
    low, high = low - missing, high + missing
    colours = scale_bar(256)
    with np.errstate(invalid="ignore"):
        place = np.nan_to_num((temperatures.celsius - low) / (high - low)) * 255
    drawn = colours[np.clip(np.rint(place), 0, 255).astype(np.uint8)]
    drawn[~np.isfinite(temperatures.celsius)] = _UNKNOWN
    if temperatures.over is not None:
        drawn[temperatures.over] = 255
    drawn[~inside] = np.rint(drawn[~inside] * _OUTSIDE).astype(np.uint8)
    return drawn, (low, high)


def draw_isotherms(picture: Drawn, lines: Mapping[float, Sequence[Line]], unit: Unit = "C") -> Drawn:
    """Draw isotherms on a picture, each with its temperature.

    Args:
        picture: (H, W, 3) uint8 RGB, of the size of the map that they were found on; it is not changed.
        lines: by degrees Celsius, as :func:`wordfuse.fusion.temperatures.isotherms.isotherms` finds them.
        unit: of what is written.
    """
    drawn = np.ascontiguousarray(picture.copy())
    values = sorted(lines)
    # From the middle of the scale on: its dark end would not be seen on a night.
    colours = scale_bar(2 * len(values) + 1)[len(values) + 1 :]
    thick = max(1, round(min(picture.shape[:2]) / 400))
    for value, colour in zip(values, colours, strict=True):
        paths = [np.rint(line * 16).astype(np.int32).reshape(-1, 1, 2) for line in lines[value]]
        for width, paint in ((thick + 2, (0, 0, 0)), (thick, tuple(int(one) for one in colour))):
            cv2.polylines(drawn, paths, False, paint, width, cv2.LINE_AA, shift=4)
    written: list[tuple[int, int, int, int]] = []
    for value, colour in zip(values, colours, strict=True):
        if lines[value]:
            text = f"{from_celsius(value, unit):.4g} {unit}"
            written.append(_label(drawn, text, lines[value][0], tuple(int(one) for one in colour), written))
    return drawn


def _label(
    drawn: Drawn, text: str, line: Line, colour: tuple[int, ...], written: Sequence[tuple[int, int, int, int]]
) -> tuple[int, int, int, int]:
    """Write a temperature at the upmost point of a line where nothing is written yet; returns the box that it takes."""
    size = max(0.35, min(drawn.shape[:2]) / 900)
    (wide, high), _ = cv2.getTextSize(text, _FONT, size, 1)
    some = line[:: max(1, len(line) // _PLACES)]
    boxes = []
    for x, y in some[np.argsort(some[:, 1])]:
        left = int(np.clip(x - wide / 2, 1, max(1, drawn.shape[1] - wide - 1)))
        bottom = int(np.clip(y - 3, high + 2, drawn.shape[0] - 2))
        boxes.append((left - 2, bottom - high - 2, left + wide + 2, bottom + 2))
    free = [box for box in boxes if not any(_overlap(box, other) for other in written)]
    box = (free or boxes)[0]
    for paint, thick in (((0, 0, 0), 3), (colour, 1)):
        cv2.putText(drawn, text, (box[0] + 2, box[3] - 2), _FONT, size, paint, thick, cv2.LINE_AA)
    return box


def _overlap(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
