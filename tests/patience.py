"""How tests wait: for something to happen, however long that takes on a busy machine."""

import threading
import time
from collections.abc import Callable

#: The end of a wait for what will never happen, so that a fault does not hang the tests; no measure of speed.
PATIENCE_S = 600


def until(true: Callable[[], bool]) -> bool:
    """Whether something becomes so."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.1)
    return True
