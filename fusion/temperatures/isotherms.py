"""Lines of equal temperature: where a surface through the pixels has a value, between the pixels too."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.temperatures.maps import Celsius, Temperatures

MOST = 12  # lines of more temperatures are no longer told apart
_SMOOTHED_PX = 1.0  # sigma: through the noise of a sensor runs no line
_LEAST_PX = 12.0  # length: shorter ones are specks

Line = NDArray[np.float64]


def isotherms(temperatures: Temperatures, values: Sequence[float]) -> dict[float, list[Line]]:
    """The lines along which a picture has certain temperatures.

    Found by marching squares (Lorensen and Cline 1987, in two dimensions) on the map, smoothed by a pixel. What is over
    the limit of the sensor counts as at the limit; where nothing is known, there is no line.

    Args:
        temperatures: of the picture.
        values: degrees Celsius, finite, at most 12.

    Returns:
        For each value its lines, the longest first, (N, 2) of x and y in pixels, where (0, 0) is the middle of the
        first pixel; none where the picture does not have that temperature.

    Raises:
        InputError: no value, too many, or one that is no number.
    """
    if not values or len(values) > MOST or not np.isfinite(values).all():
        raise InputError(
            f"{len(values)} temperatures", argument="isotherms", remedy=f"give 1 to {MOST} numbers, such as 30,40"
        )
    from skimage.measure import find_contours  # takes half a second to load

    surface = _surface(temperatures)
    found: dict[float, list[Line]] = {}
    for value in dict.fromkeys(float(value) for value in values):
        lines = [line[:, ::-1] for line in find_contours(surface, value)]
        lengths = [float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines]
        ranked = sorted(zip(lengths, range(len(lines)), strict=True), reverse=True)
        found[value] = [lines[at] for length, at in ranked if length >= _LEAST_PX]
    return found


def _surface(temperatures: Temperatures) -> Celsius:
    celsius = temperatures.up_to_limit
    known = np.isfinite(celsius)
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), _SMOOTHED_PX)
    total = cv2.GaussianBlur(np.where(known, celsius, np.float32(0)), (0, 0), _SMOOTHED_PX)
    return np.where(known, total / np.maximum(weight, np.float32(1e-6)), np.float32(np.nan)).astype(np.float32)
