"""The false-colour scale of heat, and how far the colours of a picture follow it: the measure that ``heat`` aims at."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour.oklab import Colours, most_chroma, to_oklab
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.files.palettes import curve
from wordfuse.fusion.images import to_float
from wordfuse.fusion.look.filters import Plane, guided

# From black over violet, red and orange to a light yellow, its lightness rising evenly (van der Walt and Smith, maps of
# matplotlib 2.0): what is hotter is lighter, for those who see no hues too.
SCALE = "inferno"
FIRST, LAST = 0.14, 0.97  # of the scale: what comes before is black, what comes after white, and neither has a hue
ENDS = (1.0, 99.5)  # percentiles of a region's infrared values that the scale begins and ends with
LEAST_RANGE = 0.04  # of the infrared picture's: a region of one heat has one colour
CLEAN_PX, CLEAN_VARIANCE = 2, 4e-4  # infrared grain would be coloured grain


def heat_range(infrared: Plane, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Infrared values of a region, (H, W) float32 in [0, 1], that the scale begins and ends with."""
    low, high = (float(value) for value in np.percentile(infrared[inside], ENDS))
    missing = max(0.0, LEAST_RANGE - (high - low)) / 2
    return low - missing, high + missing


def scale_colours(infrared: Plane, low: float, high: float) -> Colours:
    """OKLab of the scale at infrared values, from ``low`` to ``high``: (H, W) -> (H, W, 3) float32."""
    clean = guided(infrared, infrared, CLEAN_PX, CLEAN_VARIANCE)
    place = np.clip((clean - low) / (high - low), 0, 1)
    table = _table()
    where = place * (len(table) - 1)
    # Linear between entries, or an even warm wall would have steps.
    first = np.minimum(where.astype(np.intp), len(table) - 2)
    rest = (where - first).astype(np.float32)[..., None]
    colours: Colours = table[first] * (1 - rest) + table[first + 1] * rest
    return colours


def at_lightness(colours: Colours, lightness: Plane) -> tuple[Plane, Plane]:
    """The two axes of colour of OKLab colours (H, W, 3) at another lightness (H, W), as far as a screen has them."""
    a, b = colours[..., 1], colours[..., 2]
    chroma = np.hypot(a, b)
    share = np.minimum(1, 0.98 * most_chroma(lightness, np.arctan2(b, a)) / np.maximum(chroma, 1e-6))
    return a * share, b * share


def heat_share(picture: NDArray[np.uint8], infrared: Plane, mask: NDArray[np.uint8] | None) -> float:
    """How far the colours of a region follow the scale.

    One less the distance of its colours, in OKLab's two axes, to those of the scale at the same lightness, over the
    distance of the latter to gray: 0 for a gray picture and for one whose colours have nothing to do with the scale,
    1 where they are the scale's.

    Args:
        picture: (H, W, 3) uint8.
        infrared: (H, W) float32 in [0, 1], hot is bright.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Returns:
        A share in [0, 1].

    Raises:
        RegionError: the mask is empty.
    """
    inside = np.ones(infrared.shape, bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: no pixel to measure")
    return heat_share_of(picture, scale_colours(infrared, *heat_range(infrared, inside)), inside)


def heat_share_of(picture: NDArray[np.uint8], scale: Colours, inside: NDArray[np.bool_]) -> float:
    """What :func:`heat_share` does, where the scale's colours (H, W, 3) are known."""
    seen = to_oklab(to_float(picture))
    a, b = at_lightness(scale, seen[..., 0])
    distance = np.hypot(seen[..., 1] - a, seen[..., 2] - b)[inside].sum(dtype=np.float64)
    return float(np.clip(1 - distance / max(np.hypot(a, b)[inside].sum(dtype=np.float64), 1e-6), 0, 1))


@cache
def _table() -> Colours:
    """The scale in OKLab, (N, 3)."""
    entries = curve(SCALE)
    first, last = (round(share * (len(entries) - 1)) for share in (FIRST, LAST))
    return to_oklab(entries[first : last + 1] / np.float32(255))


def scale_bar(length: int) -> NDArray[np.uint8]:
    """The scale as (length, 3) uint8 RGB, from cold to hot."""
    entries = curve(SCALE)
    where = np.linspace(FIRST, LAST, length) * (len(entries) - 1)
    bar = np.stack([np.interp(where, np.arange(len(entries)), channel) for channel in entries.T], axis=1)
    return np.rint(bar).astype(np.uint8)
