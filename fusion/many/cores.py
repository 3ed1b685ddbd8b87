"""The cores and the memory of this machine, shared out among threads of this process that each work on a pair.

Pairs side by side, each on one thread, take less time in all than one after the other on many threads: what is short or
cannot be divided (decoding, packing, Python itself) runs beside what can.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

import cv2

# Of the memory that there is: the rest is for other programs, and for what was decoded and waits.
OURS = 0.5
# Where a container is told how much of the machine's memory it may use: control groups of version 2, and of version 1.
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def cores() -> int:
    """How many threads this process is to keep busy: ``OMP_NUM_THREADS``, or the cores that it may use."""
    torch = sys.modules.get("torch")
    if torch is not None:
        threads: int = torch.get_num_threads()
        return threads
    chosen = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    return int(chosen) if chosen.isdecimal() and int(chosen) else len(os.sched_getaffinity(0))


def use_threads(count: int) -> None:
    """Divide the work of one picture among so many threads, where this thread asks for it; torch keeps it for each."""
    torch = sys.modules.get("torch")  # whoever has none loaded does not need it
    if torch is not None:
        torch.set_num_threads(count)


@contextmanager
def shared_among(workers: int) -> Iterator[int]:
    """Inside, torch and OpenCV divide the work of one picture among no more than a worker's share of the cores.

    Args:
        workers: threads that each work on pictures of their own; at least one.

    Yields:
        The share, for :func:`use_threads` in each worker.
    """
    before = cores(), cv2.getNumThreads()
    share = max(1, before[0] // workers)
    use_threads(share)
    cv2.setNumThreads(share)
    try:
        yield share
    finally:
        use_threads(before[0])
        cv2.setNumThreads(before[1])


class Memory:
    """Room in memory that workers take a part of while they need it. What needs more than all of it has it alone."""

    def __init__(self, room_bytes: int | None = None) -> None:
        """``room_bytes``: all of it; default: half of the machine's, or of the container's."""
        self._room = max(1, room_bytes if room_bytes is not None else int(OURS * _memory_bytes()))
        self._taken = 0
        self._changed = Condition()

    @contextmanager
    def taken(self, size_bytes: int) -> Iterator[None]:
        """Inside, so much of it is taken; waits until it is free."""
        size = min(size_bytes, self._room)
        with self._changed:
            self._changed.wait_for(lambda: self._taken + size <= self._room)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


def _memory_bytes() -> int:
    """Of the machine, or of the container where that has less."""
    return min([os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), *_limits()])


def _limits() -> Iterator[int]:
    for file in LIMITS:
        try:
            told = file.read_text().strip()
        except (OSError, ValueError):
            continue
        if told.isdecimal():  # else it is "max": no limit
            yield int(told)
