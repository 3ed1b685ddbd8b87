"""Which infrared frame belongs to which visible one: by their times, whatever their rates, lengths and starts.

Where the clocks of two cameras differ, the pictures tell: what moves moves in both films at the same moment. So the
change from frame to frame, as one number a frame, is compared at every shift of one film against the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.film.reader import Frame

RATE_HZ = 50.0  # at which the changes of both films are compared
LONGEST_S = 20.0  # offset that is looked for
LEAST_OVERLAP_S = 1.5  # of both films, for their changes to tell anything
SURE = 0.35  # correlation of the changes from which an offset is believed
APART_S = 0.5  # from the best offset, from where on another one counts as another
CLEARLY = 1.15  # times the correlation of any other
SMALL = (64, 48)
STILL = 1e-3  # change, in gray values, of a film in which nothing moves


@dataclass(frozen=True, eq=False)
class Moment:
    """A frame of the result.

    Attributes:
        number: its place in the result, from 0.
        seconds: since the first one.
        infrared: the nearest infrared frame.
        visible: the visible frame.
    """

    number: int
    seconds: float
    infrared: Frame
    visible: Frame


def paced(infrared: Iterable[Frame], visible: Iterable[Frame], offset_s: float = 0.0) -> Iterator[Moment]:
    """Each visible frame with the infrared one that is nearest in time, where both films run.

    Args:
        infrared: in the order of their times.
        visible: likewise.
        offset_s: what is to be added to the times of the infrared frames for them to be those of the visible film.
    """
    upcoming = iter(infrared)
    now = next(upcoming, None)
    if now is None:
        return
    after = next(upcoming, None)
    first = now.seconds
    step = after.seconds - now.seconds if after is not None else 1.0
    start: float | None = None
    number = 0
    for frame in visible:
        wanted = frame.seconds - offset_s
        if wanted < first - step / 2 - 1e-6:
            continue
        while after is not None and abs(after.seconds - wanted) <= abs(now.seconds - wanted):
            step = max(after.seconds - now.seconds, 1e-3)
            now, after = after, next(upcoming, None)
        if after is None and wanted > now.seconds + step / 2 + 1e-6:
            return
        if start is None:
            start = frame.seconds
        yield Moment(number, frame.seconds - start, now, frame)
        number += 1


@dataclass(frozen=True)
class Changes:
    """How much a film changes from frame to frame.

    Attributes:
        seconds: of every frame but the first.
        amounts: mean difference to the frame before, a second, in gray values.
    """

    seconds: NDArray[np.float64]
    amounts: NDArray[np.float64]

    @classmethod
    def of(cls, frames: Iterable[Frame], most_s: float) -> "Changes":
        """Measure a film up to so many seconds."""
        seconds, amounts, before, last = [], [], None, 0.0
        for frame in frames:
            if frame.seconds > most_s:
                break
            small = _small(frame)
            if before is not None:
                seconds.append(frame.seconds)
                amounts.append(float(np.abs(small - before).mean()) / max(frame.seconds - last, 1e-3))
            before, last = small, frame.seconds
        return cls(np.array(seconds), np.array(amounts))


@dataclass(frozen=True)
class Offset:
    """What is to be added to the infrared times.

    Attributes:
        seconds: the offset; 0 where it could not be told.
        correlation: of the changes of both films there, [-1, 1].
        sure: whether it is to be believed.
    """

    seconds: float
    correlation: float
    sure: bool


def find_offset(infrared: Changes, visible: Changes) -> Offset:
    """The offset at which both films change together."""
    unknown = Offset(0.0, 0.0, sure=False)
    if min(len(infrared.seconds), len(visible.seconds)) < 8:
        return unknown
    ours, theirs = (_on_grid(one) for one in (infrared, visible))
    if ours is None or theirs is None:
        return unknown
    shortest = round(LEAST_OVERLAP_S * RATE_HZ)
    most = min(round(LONGEST_S * RATE_HZ), max(len(ours), len(theirs)) - shortest)
    if most < 0:  # at no shift do they overlap by enough to tell anything
        return unknown
    shifts = np.arange(-most, most + 1)
    found = np.array([_correlation(ours, theirs, int(shift), shortest) for shift in shifts])
    best = int(found.argmax())
    others = found[np.abs(shifts - shifts[best]) > APART_S * RATE_HZ]
    sure = bool(found[best] >= SURE and (not len(others) or found[best] >= CLEARLY * others.max()))
    place = shifts[best] + (_vertex(found[best - 1 : best + 2]) if 0 < best < len(found) - 1 else 0.0)
    start = visible.seconds[0] - infrared.seconds[0]
    seconds = float(place / RATE_HZ + start)
    return Offset(round(seconds, 3) if sure else 0.0, round(float(found[best]), 3), sure)


def _small(frame: Frame) -> NDArray[np.float32]:
    values = frame.values if frame.values.ndim == 2 else frame.values[..., 1]
    small = np.asarray(cv2.resize(values.astype(np.float32), SMALL, interpolation=cv2.INTER_AREA), np.float32)
    if frame.bits > 8:  # whatever their unit, deep values are compared by how much they vary
        small = (small - small.mean()) * np.float32(40.0 / max(float(small.std()), 1e-6))
    return small


def _on_grid(changes: Changes) -> NDArray[np.float64] | None:
    """The changes at even times, without their slow part; None where nothing moves."""
    if changes.amounts.max() - changes.amounts.min() < STILL:
        return None
    times = np.arange(changes.seconds[0], changes.seconds[-1], 1 / RATE_HZ)
    # A root, so that one cut does not outweigh everything that moves.
    even = np.sqrt(np.interp(times, changes.seconds, changes.amounts))
    slow = cv2.GaussianBlur(even[None], (0, 0), RATE_HZ)[0]
    fine = cv2.GaussianBlur(even[None], (0, 0), 0.03 * RATE_HZ)[0]
    return np.asarray(fine - slow, np.float64)


def _correlation(ours: NDArray[np.float64], theirs: NDArray[np.float64], shift: int, shortest: int) -> float:
    """Correlation of both where they overlap, with ``ours`` moved by so many steps."""
    one = ours[max(0, -shift) :]
    two = theirs[max(0, shift) :]
    length = min(len(one), len(two))
    if length < shortest:
        return -1.0
    one, two = one[:length] - one[:length].mean(), two[:length] - two[:length].mean()
    spread = float(np.sqrt((one @ one) * (two @ two)))
    # A short overlap correlates by chance.
    return float(one @ two) / spread * min(1.0, length / (2 * shortest)) ** 0.5 if spread > 1e-9 else -1.0


def _vertex(three: Sequence[float] | NDArray[np.float64]) -> float:
    """Where the parabola through three values at -1, 0 and 1 is highest."""
    left, middle, right = (float(value) for value in three)
    bend = left - 2 * middle + right
    return 0.0 if bend >= 0 else float(np.clip((left - right) / (2 * bend), -0.5, 0.5))
