"""One process at a time in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wordfuse.agent.errors import InputError
from wordfuse.fusion.errors import storage_error
from wordfuse.fusion.files.atomic import remove_left_behind


@contextmanager
def alone(lock: Path, folder: Path, argument: str | None = None, *, within: bool = False) -> Iterator[None]:
    """Hold a lock file for as long as the block lasts; files that a killed process left half written go first.

    Args:
        lock: the file, in the folder that is locked.
        folder: that folder, as a message names it.
        argument: the argument that it was given by, where it was.
        within: its folders are of the lock, too.

    Raises:
        InputError: another process holds it.
        StorageError: it cannot be made.
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
    except OSError as error:
        raise storage_error(error, lock, argument=argument) from error
    try:
        remove_left_behind(folder.rglob("*.tmp") if within else folder.glob("*.tmp"))
        yield
    finally:
        held.release()
