"""Until when an answer of a language model is waited for: what is left of a run's budget reaches whoever waits."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float] = ContextVar("until", default=math.inf)


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Let nothing inside of the block be waited for any longer."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left() -> float:
    """How long may still be waited, from 0; infinity: nobody said."""
    return max(0.0, _until.get() - time.monotonic())
