"""What was reckoned of some pixels is kept: asked again of the same pixels, it is not reckoned again."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

V = TypeVar("V")


class Kept(Generic[V]):
    """Values by the content of the arrays that they follow from; what was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most, self._values, self._lock = most, OrderedDict[bytes, V](), Lock()

    def of(self, reckon: Callable[[], V], *pixels: NDArray[Any] | None, told: object = None) -> V:
        """The value of some arrays; ``reckon`` is called where it is not known.

        Args:
            reckon: gives the value; it depends on nothing but what follows. Callers must not change what it gave.
            *pixels: of any shape and type; None is a value of its own.
            told: what else it depends on: numbers and words.
        """
        key = _content(pixels, told)
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = reckon()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


def _content(pixels: tuple[NDArray[Any] | None, ...], told: object) -> bytes:
    digest = blake2b(repr(told).encode(), digest_size=16)
    for array in pixels:
        digest.update(repr(None if array is None else (array.shape, array.dtype.str)).encode())
        if array is not None:
            digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
