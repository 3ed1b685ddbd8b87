"""One process at a time in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wordfuse.agent.errors import InputError


@contextmanager
def alone(lock: Path, told: str) -> Iterator[None]:
    """Hold a lock file for as long as the block lasts.

    Args:
        lock: the file, in the folder that is locked.
        told: what the folder is called in a message.

    Raises:
        InputError: another process holds it.
    """
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise InputError(f"{told}: another wordfuse works in this folder; wait for it, or choose another") from error
    try:
        yield
    finally:
        held.release()
