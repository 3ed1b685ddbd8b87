"""Files that appear whole or not at all."""

import os
import re
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from wordfuse.fusion.errors import InputError, storage_error

if sys.platform != "win32":  # there a file that is open can be neither removed nor given another name
    import fcntl

_TEMPORARY = re.compile(r"\.wordfuse-[0-9a-f]+\.tmp")


def write_bytes_atomic(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that readers see the old content or the new, never a part, even across a power cut.

    Args:
        path: where.
        data: all of it.
        private: only the user may read it, from the first byte on.

    Raises:
        InputError: there is something else of that name, such as a folder or a device, which stays as it is.
        StorageError: the folder is missing or cannot be written, or has no space; no temporary file stays behind.
    """
    with written_atomic(path, private=private) as file:
        file.write(data)


@contextmanager
def written_atomic(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write piece by piece, which appears when the block ends well; else as :func:`write_bytes_atomic`."""
    try:
        if path.exists() and not path.is_file():
            raise InputError("is no regular file", subject=path, remedy="name a file")
        temporary, handle = _opened(path.parent, 0o600 if private else 0o644)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if sys.platform != "win32":
                    temporary.replace(path)  # as long as it is held, so that nobody takes it for left behind
            if sys.platform == "win32":
                temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise storage_error(error, path) from error


def is_temporary(path: Path) -> bool:
    """Whether a file is one of ours that is being written, or was when its process was killed."""
    return _TEMPORARY.fullmatch(path.name) is not None


def remove_left_behind(paths: Iterable[Path]) -> None:
    """Remove, of these paths, the temporary files of processes that are no more; what is being written stays."""
    for path in filter(is_temporary, paths):
        with suppress(OSError):
            handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if sys.platform != "win32":
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its process lives
                    path.unlink()
            finally:
                os.close(handle)
            if sys.platform == "win32":
                path.unlink()


def _opened(folder: Path, mode: int) -> tuple[Path, int]:
    """A new temporary file in a folder, held as long as it is open."""
    while True:
        temporary = folder / f".wordfuse-{secrets.token_hex(8)}.tmp"
        # Not tempfile: its files are private (0600), and results are for everyone the umask lets in.
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        if sys.platform == "win32":
            return temporary, handle
        with suppress(OSError):  # a file system without locks: nobody can hold it to remove it either
            fcntl.flock(handle, fcntl.LOCK_EX)
        if temporary.exists():
            return temporary, handle
        os.close(handle)  # it was taken for left behind before it was held
