"""One run at work at a time: two would only slow each other, and the networks and the language model are shared."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class GivenUp(Exception):
    """Whoever waited does not want to any more."""


class Turns:
    """A queue of threads; the first works."""

    def __init__(self) -> None:
        """Nobody is there."""
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def mine(self, wait: Callable[[int], None], given_up: Callable[[], bool]) -> Iterator[None]:
        """Work when it is one's turn.

        Args:
            wait: told how many are before, whenever that changes.
            given_up: whether to wait no longer; asked every now and then.

        Raises:
            GivenUp: it said so.
        """
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                before = -1
                while self._waiting[0] is not ticket:
                    place = self._waiting.index(ticket)
                    if place != before:
                        wait(place)
                        before = place
                    if given_up():
                        raise GivenUp
                    self._changed.wait(0.1)
            except BaseException:
                self._leave(ticket)
                raise
        try:
            yield
        finally:
            with self._changed:
                self._leave(ticket)

    def _leave(self, ticket: object) -> None:
        self._waiting.remove(ticket)
        self._changed.notify_all()
