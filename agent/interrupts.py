"""Ctrl-C: in the middle of an edit, once stops after the epoch and keeps what was reached, twice stops at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """While it is entered, Ctrl-C waits for the end of an epoch. Never entered, it changes nothing."""

    def __init__(self, tell: Callable[[str], None] = lambda text: None) -> None:
        """``tell`` is called with a line for the person at the keyboard."""
        self._tell = tell
        self._gentle = False
        self._pressed = 0

    def asked(self) -> bool:
        """Whether Ctrl-C was pressed during an edit: stop as soon as it can be done in good order."""
        return self._pressed > 0

    def request(self) -> None:
        """Do as if Ctrl-C had been pressed during an edit: for stops that come another way."""
        self._pressed = max(1, self._pressed)

    def insist(self) -> None:
        """Do as if it had been pressed again: what is at work is left as it is, to be finished another time."""
        self._pressed = 2

    def insisted(self) -> bool:
        """Whether it was pressed again since."""
        return self._pressed > 1

    def forget(self) -> None:
        """Do as if it had not been pressed: what it asked for is done."""
        self._pressed = 0

    @contextmanager
    def gently(self) -> Iterator[None]:
        """Inside, the first Ctrl-C is only remembered: for work that asks between epochs whether to stop."""
        self._gentle = True
        try:
            yield
        finally:
            self._gentle = False

    def __enter__(self) -> "Interrupts":
        """Listen, unless this process ignores Ctrl-C, as one in the background of a script does."""
        self._pressed = 0
        self._listening = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._listening:
            signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        if self._listening:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._pressed += 1
        if self._pressed > 1 or not self._gentle:
            raise KeyboardInterrupt
        self._tell("stopping after this epoch; press Ctrl-C again to stop at once")


class Unheard(Interrupts):
    """Stops come another way than by Ctrl-C: no handler is set, which only the main thread may do."""

    def __enter__(self) -> "Unheard":
        """Leave the signals alone."""
        self.forget()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave them alone."""
