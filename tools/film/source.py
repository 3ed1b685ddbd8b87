"""The two films of a run as one stream of pairs, from any frame on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.film.pace import Moment
from wordfuse.fusion.film.pairs import Settled
from wordfuse.fusion.film.reader import Film, Frame
from wordfuse.fusion.images import Pair


@dataclass(frozen=True, eq=False)
class Order:
    """Which frames belong together, one of the result a row.

    Attributes:
        infrared: numbers of the infrared frames.
        visible: numbers of the visible frames.
        seconds: times of the result.
    """

    infrared: NDArray[np.int32]
    visible: NDArray[np.int32]
    seconds: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Source:
    """What frames are read from.

    Attributes:
        infrared: the infrared film.
        visible: the visible film.
        settled: what holds for all frames.
        order: which belong together.
    """

    infrared: Film
    visible: Film
    settled: Settled
    order: Order

    def moments(self, wanted: range) -> Iterator[Moment]:
        """The frames of the result with these numbers, in order.

        Raises:
            InputError: one of them is not there any more.
        """
        if not wanted:
            return
        ours = self.infrared.frames(int(self.order.infrared[wanted[0]]))
        theirs = self.visible.frames(int(self.order.visible[wanted[0]]))
        thermal: Frame | None = None
        for number in wanted:
            scene = _frame(theirs, int(self.order.visible[number]), None, self.visible.path)
            thermal = _frame(ours, int(self.order.infrared[number]), thermal, self.infrared.path)
            yield Moment(number, float(self.order.seconds[number]), thermal, scene)

    def pair(self, moment: Moment) -> Pair:
        """The frames of a moment as a pair."""
        return self.settled.pair(moment.infrared, moment.visible)


def _frame(frames: Iterator[Frame], number: int, now: Frame | None, path: Path) -> Frame:
    while now is None or now.number < number:
        now = next(frames, None)
        if now is None:
            break
    if now is None or now.number != number:
        raise InputError(
            f"frame {number} could be read before and cannot be read now",
            subject=path,
            remedy="put the film back as it was, or start a new run",
        )
    return now
