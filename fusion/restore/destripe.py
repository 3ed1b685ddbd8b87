"""Take the fixed pattern of a sensor out of a picture: lines of rows or columns that are too bright or too dark.

What is known of a line is how it differs from those beside it. In clean pictures the median difference of two columns,
over a long way along them, is about nothing, and where it is not there is an edge, which is far from the usual. So the
offsets of all lines of all bands (``fusion.metrics.goals.stripes``) are those that explain the median differences at
several distances best, robustly: the minimum of

    sum of rho((median difference - difference of offsets) / its own deviation)
        + sum (offset / sigma)^2 + sum (difference to the next band / (BETWEEN_BANDS sigma))^2

with Cauchy's rho, found by reweighted least squares. Differences at several distances are those of a unidirectional
variational model (Bouali and Ladjal, "Toward Optimal Destriping of MODIS Data Using a Unidirectional Variational
Model", IEEE TGRS 49(8), 2011); the prior keeps the sum of many small errors from becoming a slope. Sigma is measured;
where it is not above that of clean pictures nothing is done.

A line need not be as strong everywhere: dark places clip it, and electronics break it. So the pattern is taken out in
the share in which it is there, found by a local fit.
"""

import itertools
import time
from dataclasses import replace
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import solveh_banded

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune.run import Control, Outcome, State
from wordfuse.fusion.images import luma_array, to_uint8
from wordfuse.fusion.look.parts import own_picture
from wordfuse.fusion.metrics.goals.stripes import cut_in_bands, estimate_stripes, line_median, stripes_by_axis
from wordfuse.fusion.restore.steer import Aim, Method, Part, Render, Told, cut_part, steer
from wordfuse.fusion.tensors import Batch, either_kind, to_array

Plane = NDArray[np.float32]
Axis = Literal["rows", "columns", "both"]

CONTEXT_PX = 24  # around a region: what the local fit sees
LEAST_STRIPES = 0.8  # gray values: fainter patterns are neither seen nor told from what clean pictures show
LAGS_PX = (1, 2, 4, 8)
# Deviation of the median difference of two lines of a clean picture: NATURAL lag^NATURAL_POWER gray values.
NATURAL, NATURAL_POWER = 0.8, 0.75
BETWEEN_BANDS = 0.1  # of sigma: how much a line changes from one band to the next
ROUNDS = 6  # of reweighting
OUTLIER = 1.5  # deviations from which a difference is an edge rather than a pattern
FIT_PX = 12  # half-width of the windows of the local fit
FINE_PX = 3  # half-width of the means above which a pattern is fine enough to be fitted
CLIP = 4.0  # times sigma: a larger difference to what is beside it is an edge
PRIOR = 0.025  # of sigma squared: where the pattern is fainter than that, it counts as there


@either_kind
def destripe(
    picture: Batch,
    *,
    amount: float,
    axis: Axis | None = None,
    mask: Batch | None = None,
    state: State | None = None,
    control: Control = Control(),
) -> Outcome:
    """Take a share of the pattern of rows and columns out of a region.

    Args:
        picture: (1, 3, H, W) float in [0, 1], RGB, or (1, 1, H, W), one source alone. All channels change alike.
        amount: share of the measured pattern (``fusion.metrics.goals.stripes``) to take away, in (0, 1].
        axis: the lines that may go; None: all that are measured, as with "both".
        mask: (1, 1, H, W), above 0.5 inside the region; None is the whole picture. The lines are found in the whole
            picture: the longer they are, the surer.
        state: of an earlier call on the same region.
        control: cancellation and time.

    Returns:
        The picture without that share, with as many channels; unchanged and ``saturated`` where there is no pattern.

    Raises:
        InputError: ``amount`` is out of range, or the state belongs to something else.
        RegionError: the mask is empty.
    """
    started = time.monotonic()
    if not 0 < amount <= 1:
        raise InputError("must be above 0 and at most 1", subject=f"amount {amount}")
    colour = np.repeat(picture, 3, axis=1) if picture.shape[1] == 1 else picture
    part = cut_part(colour, mask, CONTEXT_PX)

    def level(pixels: NDArray[np.uint8]) -> float:
        return estimate_stripes(pixels, part.mask)

    if level(to_uint8(part.picture)) < LEAST_STRIPES:
        nothing = State("destripe", 0, {}, {"strength": 0.0}) if state is None else state
        return Outcome(picture.copy(), nothing, 0, [], time.monotonic() - started, "converged", saturated=True)
    aim = Aim(level, lambda before: before * (1 - amount), rises=False, most=1.0)

    def look(part: Part) -> Told:
        return _told(part, to_array(colour), axis, None if mask is None else np.asarray(mask)[0, 0] > 0.5)

    outcome = steer("destripe", colour, part, replace(METHOD, look=look), aim, state=state, control=control)
    return replace(outcome, image=outcome.image[:, : picture.shape[1]])


def _told(part: Part, picture: Plane, axis: Axis | None = None, inside: NDArray[np.bool_] | None = None) -> Told:
    """The pattern in a part of a picture, (h, w), as shares of white: it lies on the sensor.

    It is looked for in all of the picture, but for a region that is a picture of its own: there it may end.
    """
    gray = luma_array(to_uint8(picture)).astype(np.float32)
    alone = None if inside is None else own_picture(picture, inside)
    pattern = np.zeros_like(gray)
    seen = (slice(None), slice(None)) if alone is None else (alone.rows, alone.columns)
    pattern[seen] = find_pattern(gray[seen], axis)
    return Told(fixed={"pattern": pattern[part.window.rows, part.window.columns] / np.float32(255)})


def _without(part: Part, told: Told) -> Render:
    """What takes a share of the pattern out of a part of a picture."""
    there = told.fixed["pattern"][..., None]
    return lambda strength: np.asarray(part.picture - np.float32(strength) * there, np.float32)


METHOD = Method("destripe", lambda part: _told(part, part.picture), _without, lambda side_px: CONTEXT_PX)


def find_pattern(gray: Plane, axis: Axis | None = None) -> Plane:
    """The pattern of rows and columns in a picture (H, W), both in gray values of 255; 0 along an axis without one.

    Of rows or columns alone where ``axis`` says so.
    """
    energies = stripes_by_axis(to_uint8(gray / 255))
    valid = (gray > 0) & (gray < 255)
    found = np.zeros_like(gray)
    if energies.columns >= LEAST_STRIPES and axis != "rows":
        found += lines_in(gray, valid, energies.columns)
    if energies.rows >= LEAST_STRIPES and axis != "columns":
        found += lines_in((gray - found).T, valid.T, energies.rows).T
    return found


def lines_in(gray: Plane, valid: NDArray[np.bool_], sigma: float) -> Plane:
    """The pattern of columns in (H, W), of which ``valid`` pixels are not clipped; ``sigma`` is its usual size."""
    offsets = find_offsets(gray, valid, sigma)
    bands = cut_in_bands(len(gray))
    centres = np.array([(band.start + band.stop - 1) / 2 for band in bands])
    place = np.interp(np.arange(len(gray)), centres, np.arange(len(bands)))
    low = np.minimum(place.astype(int), len(bands) - 2)
    share = (place - low).astype(np.float32)[:, None]
    lines = offsets[low] * (1 - share) + offsets[low + 1] * share
    return np.asarray(lines * share_present(gray, lines, sigma), np.float32)


def share_present(gray: Plane, lines: Plane, sigma: float) -> Plane:
    """Share in which a pattern is there at every pixel, in [0, 1]: the slope of a local fit of the picture by it."""
    fine = lines - _mean(lines, FINE_PX, 0)
    texture = (gray - _mean(gray, FINE_PX, 0)).clip(-CLIP * sigma, CLIP * sigma)
    ridge = PRIOR * sigma**2
    slope = (_mean(fine * texture, FIT_PX, FIT_PX) + ridge) / (_mean(fine * fine, FIT_PX, FIT_PX) + ridge)
    return np.clip(slope, 0, 1)


def find_offsets(gray: Plane, valid: NDArray[np.bool_], sigma: float) -> Plane:
    """Offset of every column in every band, (bands, W) gray values; arguments as for :func:`lines_in`."""
    bands, width = cut_in_bands(len(gray)), gray.shape[1]
    count, lags = len(bands), [lag for lag in LAGS_PX if lag < width]
    steps, wanted, variance = [], [], []
    columns = sparse.identity(width, format="csr")
    for (number, band), lag in itertools.product(enumerate(bands), lags):
        still_wanted()
        known = valid[band]
        median, spread, seen = line_median(gray[band, lag:] - gray[band, :-lag], known[:, lag:] & known[:, :-lag])
        use = np.flatnonzero(np.isfinite(median))
        # Unknown x * count + number is the offset of column x in this band: what belongs together is near.
        here = sparse.csr_matrix(([1.0], ([0], [number])), shape=(1, count))
        steps.append(sparse.kron((columns[lag:] - columns[:-lag])[use], here, format="csr"))
        wanted.append(median[use].astype(float))
        own = np.pi / 2 * spread[use].astype(float) ** 2 / seen[use]
        variance.append(own + (NATURAL * lag**NATURAL_POWER) ** 2)
    between = sparse.kron(columns, sparse.diags([-1.0, 1.0], [0, 1], shape=(count - 1, count)), format="csr")
    prior = sparse.identity(count * width) / sigma**2 + between.T @ between / (BETWEEN_BANDS * sigma) ** 2
    offsets = _robust_least_squares(
        sparse.vstack(steps).tocsr(), np.concatenate(wanted), np.concatenate(variance), prior, sigma, max(lags) * count
    )
    return offsets.reshape(width, count).T.astype(np.float32)


def _robust_least_squares(
    steps: Any, wanted: NDArray[np.float64], variance: NDArray[np.float64], prior: Any, sigma: float, bandwidth: int
) -> NDArray[np.float64]:
    """Minimum over x of sum rho((wanted - steps x) / deviation) + x prior x; its matrix has so many diagonals."""
    found = np.zeros(steps.shape[1])
    for turn in range(ROUNDS):
        still_wanted()
        # At first hardly anything counts as an outlier, or the pattern itself would.
        scale = np.maximum(OUTLIER * np.sqrt(variance), 2 * sigma / 2**turn)
        weight = 1 / variance / (1 + ((wanted - steps @ found) / scale) ** 2)
        normal = (steps.T @ sparse.diags(weight) @ steps + prior).tocsr()
        diagonals = np.zeros((bandwidth + 1, len(found)))
        for distance in range(bandwidth + 1):
            diagonals[distance, : len(found) - distance] = normal.diagonal(distance)
        found = solveh_banded(diagonals, steps.T @ (weight * wanted), lower=True)
    return found


def _mean(plane: Plane, across: int, down: int) -> Plane:
    """Mean over so many pixels to both sides."""
    size = (2 * across + 1, 2 * down + 1)
    return np.asarray(cv2.blur(np.ascontiguousarray(plane), size, borderType=cv2.BORDER_REFLECT), np.float32)
