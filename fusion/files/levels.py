"""What the values of a deep or thermal picture say of pixels that hold an end of its range.

Programs and sensors write certain values for "nothing", which are also where a sensor's range ends. Whether such pixels
were measured, their value alone does not tell; it only tells that somebody should look.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

# How far a value must stand apart to be unmistakable, beside the middle 98% of the rest.
FAR = 1.0
# What programs and sensors write for "nothing": ends of 8, 12, 14 and 16 bits, common nodata values, 0 K in Celsius.
_USUAL = {0, 255, 4095, 16383, 65535, -32768, -999, -9999, -99999, -273, -273.15}
_HUGE = 1e9  # and beyond it 1e20, the ends of 32 bits and of float, of either sign
_LEAST_LEVELS = 8  # a rest of fewer values is a drawing or a mask
_SAMPLES = 1_000_000  # percentiles of large pictures are taken of so many pixels
_LEAST_SHARE = 0.01  # from here on a percentile of the stretch falls on them
_RIM_PX = 2  # what lies beside them may be mixed with them
_LEAST_REST = 0.05  # of the picture, so that what is left without the rims can speak for the rest


def doubts(values: NDArray[Any], unmeasured: Mask | None, *, both_ends: bool = True) -> list[str]:
    """What to tell of pixels that hold an end of the range and may or may not have been measured.

    Args:
        values: (H, W) or (H, W, 3), any real numbers.
        unmeasured: (H, W), True where it is known that nothing was; None for nowhere.
        both_ends: look at the largest value too; not in photographs, whose skies are white.

    Returns:
        Remarks to be set behind the file's name; none where such values are few or go over into the others.
    """
    gray = values[..., 0] if values.ndim == 3 else values
    one = (values == values[..., :1]).all(axis=2) if values.ndim == 3 else np.ones(gray.shape, bool)
    measured = np.ones(gray.shape, bool) if unmeasured is None else ~unmeasured
    ends = float(gray[measured].min()), float(gray[measured].max())
    at_end = [(gray == end) & one & measured if is_usual(end) else np.zeros(gray.shape, bool) for end in ends]
    return list(_doubts(gray, ends[: 1 + both_ends], at_end, measured))


def _doubts(gray: NDArray[Any], ends: tuple[float, ...], at_end: list[Mask], measured: Mask) -> Iterator[str]:
    if all(exact.mean() < _LEAST_SHARE for exact in at_end):
        return
    rest = measured & ~at_end[0] & ~at_end[1]
    away = rest & ~grown(at_end[0] | at_end[1], _RIM_PX)
    others = gray[away if away.mean() >= _LEAST_REST else rest]
    for end, exact in zip(ends, at_end, strict=False):  # without the upper end where only the lower is asked for
        if exact.mean() < _LEAST_SHARE or not is_picture(others):
            continue
        edge, _, spread = edges_and_spread(others, end)
        if abs(edge - end) >= FAR * spread:
            yield (
                f"{exact.mean():.1%} of it hold exactly {end:g}, far from all other values, and leave these little "
                "contrast; taken as measured, at the end of the scale: if they were not, save them as NaN or "
                "with a nodata tag"
            )


def grown(mask: Mask, by_px: int) -> Mask:
    """A mask and so many pixels around it."""
    kernel = np.ones((2 * by_px + 1, 2 * by_px + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel)) > 0


def is_picture(rest: NDArray[Any]) -> bool:
    """Whether the remaining pixels are more than a drawing of a few values."""
    return rest.size > 0 and len(np.unique(_sampled(rest))) >= _LEAST_LEVELS


def edges_and_spread(rest: NDArray[Any], value: float) -> tuple[float, float, float]:
    """Where the remaining values begin, seen from the fill, where their middle 98% do, and how far these reach."""
    least, low, high, most = (float(x) for x in np.percentile(_sampled(rest).astype(np.float64), (0.1, 1, 99, 99.9)))
    return (least, low, high - low) if value < low else (most, high, high - low)


def _sampled(rest: NDArray[Any]) -> NDArray[Any]:
    return rest[:: max(1, rest.size // _SAMPLES)]


def is_usual(value: float) -> bool:
    """Whether programs write this value for "nothing"; values of white-is-zero pictures have the sign turned."""
    return abs(value) >= _HUGE or not {round(value, 2), -round(value, 2)}.isdisjoint(_USUAL)
