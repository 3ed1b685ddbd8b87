"""One process at a time in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wordfuse.agent.errors import InputError


@contextmanager
def alone(lock: Path, folder: Path, argument: str | None = None) -> Iterator[None]:
    """Hold a lock file for as long as the block lasts.

    Args:
        lock: the file, in the folder that is locked.
        folder: that folder, as a message names it.
        argument: the argument that it was given by, where it was.

    Raises:
        InputError: another process holds it.
    """
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise InputError(
            "another wordfuse works in this folder",
            argument=argument,
            subject=folder,
            remedy="wait for it, or choose another",
        ) from error
    try:
        yield
    finally:
        held.release()
