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
        self._gentle = self._asked = False

    def asked(self) -> bool:
        """Whether Ctrl-C was pressed during an edit: stop as soon as it can be done in good order."""
        return self._asked

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
        self._listening = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._listening:
            signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        if self._listening:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._asked or not self._gentle:
            raise KeyboardInterrupt
        self._asked = True
        self._tell("stopping after this epoch; press Ctrl-C again to stop at once")
