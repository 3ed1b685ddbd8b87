"""How strong a fixed pattern of rows or columns is in a picture, without a clean one to compare.

Lines of a sensor that are too bright or too dark run through the whole picture, whatever it shows; a fence, a blind or
a facade ends somewhere, leans, or changes its tone on the way. So a picture is cut across its lines into bands, the
offset of every line is measured in every band alone, and what the bands have in common is the pattern: noise and
structure of one band are not in the others.
"""

import itertools
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.metrics.gray import to_gray

Plane = NDArray[np.float32]

BANDS = 6
LEAST_BAND_PX = 12  # lines of a band: fewer give no median to trust
MOST_LINES = 96  # of a band that are looked at: the median of more is hardly better
REACHES_PX = (0, 1, 3, 7, 15)  # half-widths of the means whose differences are the scales of a pattern
# What the lines of clean pictures have in common at these scales, gray values: steps of roofs, kerbs, poles.
NATURAL = (0.3, 0.6, 0.5, 1.2)
LONG_PX = 3  # scales from which scenes have edges as long as the lines of a pattern
MEDIAN_OF_SQUARE = 0.4549  # of a standard normal variable
SPARSE = 3.0  # times the usual offset of a line: a pole is darker than any, and alone
LEAST_CLIP = 3.0


class Stripes(NamedTuple):
    """Standard deviation of the offsets of lines, gray values of 255, above what clean pictures show."""

    columns: float
    rows: float


def estimate_stripes(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> float:
    """Energy of the fixed pattern of a picture along both axes together, gray values of 255.

    Args:
        picture: (H, W) or (H, W, 3) uint8; colour is reduced to its BT.601 luma.
        mask: (H, W) uint8, above 127 is inside; lines are followed inside it only.

    Returns:
        Root of the sum of squares of :func:`stripes_by_axis`; 0 where there is no pattern, or nothing long enough to
        tell it from structure.

    Raises:
        InputError: a type or shape does not fit.
        RegionError: the mask is empty.
    """
    return float(np.hypot(*stripes_by_axis(picture, mask)))


def stripes_by_axis(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None) -> Stripes:
    """Energy of the pattern of columns and of rows; see :func:`estimate_stripes`."""
    if picture.dtype != np.uint8:
        raise InputError(f"stripes are measured on uint8 pictures, got {picture.dtype}")
    gray = to_gray(picture).astype(np.float32)
    if mask is not None and mask.shape != gray.shape:
        raise InputError(f"a mask for this picture must have shape {gray.shape}, got {mask.shape}")
    inside = np.ones(gray.shape, bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the region is empty: there are no stripes to measure", remedy="name or draw another region")
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    gray, inside = gray[box], inside[box]
    return Stripes(_pattern(gray, inside), _pattern(gray.T, inside.T))


def _pattern(gray: Plane, inside: NDArray[np.bool_]) -> float:
    """Energy of the pattern of columns."""
    bands = cut_in_bands(len(gray))
    if len(bands) < 2:
        return 0.0
    valid = inside & (gray > 0) & (gray < 255)
    smooth = [_mean_across(gray, inside, reach) for reach in REACHES_PX]
    energy = 0.0
    for (fine, coarse), reach, natural in zip(itertools.pairwise(smooth), REACHES_PX[:-1], NATURAL, strict=True):
        offsets = np.stack([line_median(fine[band] - coarse[band], valid[band])[0] for band in bands])
        energy += max(0.0, _in_common(offsets, everywhere=reach >= LONG_PX) - natural**2)
    return float(np.sqrt(energy))


def _in_common(offsets: Plane, *, everywhere: bool) -> float:
    """Mean product of the offset of a line in a band and that in most other bands, (bands, lines), NaN where unknown.

    What half of the bands show, or less, is a thing. So is what few lines show, at scales at which scenes have long
    edges: there a pattern has to be ``everywhere``, and the median stands for the mean.
    """
    known = np.isfinite(offsets)
    if not known.any():
        return 0.0
    most = SPARSE * float(np.median(np.abs(offsets[known]))) / 0.6745 + LEAST_CLIP
    clipped = offsets.clip(-most, most)
    products = []
    for number, here in enumerate(clipped):
        others = np.delete(clipped, number, axis=0)
        product = here * _median(others)
        products.append(product[np.isfinite(product)])
    joined = np.concatenate(products)
    if not joined.size:
        return 0.0
    return float(np.median(joined)) / MEDIAN_OF_SQUARE if everywhere else float(joined.mean())


def _median(values: Plane) -> Plane:
    """Median of the known values of each column of (N, W); NaN where none is known."""
    ordered = np.sort(values, axis=0)  # what is unknown comes last
    count = np.isfinite(values).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(values) - 1)
    below, above = (np.take_along_axis(ordered, at[None], axis=0)[0] for at in (low, high))
    return np.asarray((below + above) / 2, np.float32)


def cut_in_bands(length: int) -> list[slice]:
    """The bands across the lines of a picture, at most ``BANDS``, every n-th line of them where they are wide."""
    count = min(BANDS, length // LEAST_BAND_PX)
    edges = np.linspace(0, length, count + 1).round().astype(int) if count else np.zeros(1, int)
    return [
        slice(int(start), int(stop), max(1, int(stop - start) // MOST_LINES))
        for start, stop in itertools.pairwise(edges)
    ]


def line_median(values: NDArray[Any], valid: NDArray[np.bool_]) -> tuple[Plane, Plane, NDArray[np.intp]]:
    """Median, spread and number of the valid values of each column.

    Args:
        values: (N, W).
        valid: the same; the others are left out.

    Returns:
        (W,) each: the median, NaN where fewer than ``LEAST_BAND_PX`` are valid; the standard deviation by the
        quartiles; and how many there were.
    """
    count = valid.sum(axis=0)
    # Along memory, where sorting is several times as fast.
    ordered = np.sort(np.ascontiguousarray(np.where(valid, values, np.inf).T, np.float32), axis=1)
    enough = count >= LEAST_BAND_PX

    def quantile(q: float) -> Plane:
        place = np.where(enough, q * (count - 1), 0)
        low = place.astype(np.intp)
        high = np.minimum(low + 1, len(values) - 1)
        below, above = (np.take_along_axis(ordered, at[:, None], axis=1)[:, 0] for at in (low, high))
        between = below + (place - low) * (np.where(np.isfinite(above), above, below) - below)
        return np.where(enough, between, np.nan).astype(np.float32)

    with np.errstate(invalid="ignore"):
        return quantile(0.5), (quantile(0.75) - quantile(0.25)) / 1.349, count


def _mean_across(gray: Plane, inside: NDArray[np.bool_], reach: int) -> Plane:
    """Mean over ``reach`` columns to both sides, of those inside."""
    if reach == 0:
        return gray
    weight = inside.astype(np.float32)
    size = (2 * reach + 1, 1)
    total = cv2.blur(np.ascontiguousarray(gray * weight), size, borderType=cv2.BORDER_REFLECT)
    share = cv2.blur(np.ascontiguousarray(weight), size, borderType=cv2.BORDER_REFLECT)
    return np.where(inside, total / np.maximum(share, 1e-6), gray).astype(np.float32)
