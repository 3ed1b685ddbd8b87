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


class Source:
    """What frames are read from.

    Frames that are asked for in order are read in one go: a film is not read again from its beginning for each part.
    """

    def __init__(self, infrared: Film, visible: Film, settled: Settled, order: Order) -> None:
        """The two films, what holds for all of their frames, and which of them belong together."""
        self.infrared, self.visible, self.settled, self.order = infrared, visible, settled, order
        self._reading: Iterator[Moment] | None = None
        self._last: Moment | None = None

    def moments(self, wanted: range) -> Iterator[Moment]:
        """The frames of the result with these numbers, in order.

        Raises:
            InputError: one of them is not there any more.
        """
        if not wanted:
            return
        if self._last is None or self._last.number > wanted[0] or self._reading is None:
            self._reading, self._last = self._from(wanted[0]), None
        for number in wanted:
            while self._last is None or self._last.number < number:
                self._last = next(self._reading)
            yield self._last

    def pair(self, moment: Moment) -> Pair:
        """The frames of a moment as a pair."""
        return self.settled.pair(moment.infrared, moment.visible)

    def measured(self, moment: Moment) -> Pair:
        """The same with the temperatures of the infrared frame, where they are known."""
        return self.settled.with_temperatures(self.pair(moment), moment.infrared)

    def _from(self, first: int) -> Iterator[Moment]:
        order = self.order
        ours = self.infrared.frames(int(order.infrared[first]))
        theirs = self.visible.frames(int(order.visible[first]))
        thermal: Frame | None = None
        for number in range(first, len(order.seconds)):
            scene = _frame(theirs, int(order.visible[number]), None, self.visible.path)
            thermal = _frame(ours, int(order.infrared[number]), thermal, self.infrared.path)
            yield Moment(number, float(order.seconds[number]), thermal, scene)


def _frame(frames: Iterator[Frame], number: int, now: Frame | None, path: Path) -> Frame:
    """The frame of a number: the one at hand, or a later one of a film."""
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
