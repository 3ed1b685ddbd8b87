"""What was made last, kept until it is wanted again."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """What was made last, by what it was made of; for several threads, each thing is made once."""

    def __init__(self, most: int, size: Callable[[T], int] = lambda made: 1) -> None:
        """Keep no more than ``most`` things, or what ``size`` counts of them; what was used longest ago goes first."""
        self._most, self._size, self._kept = most, size, 0
        self._made = OrderedDict[tuple[object, ...], T]()
        self._lock = threading.Lock()

    def of(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The thing, made if it is not there."""
        with self._lock:
            if key not in self._made:
                self._made[key] = made = make()
                self._kept += self._size(made)
                while self._kept > self._most and len(self._made) > 1:
                    _, oldest = self._made.popitem(last=False)
                    self._kept -= self._size(oldest)
            self._made.move_to_end(key)
            return self._made[key]
