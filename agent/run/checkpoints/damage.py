"""What is wrong with a file of checkpoints, told as a fault of that file: of its disk, or of what it holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import InputError, StorageError, WordfuseError

# Primary result codes (https://www.sqlite.org/rescode.html) of what the system refuses, each with its remedy; any other
# is of a file that is damaged, or that no run of ours wrote.
_REFUSED = {
    sqlite3.SQLITE_FULL: "free some space there",
    sqlite3.SQLITE_IOERR: "look after that disk, its space, quota and the limit on the size of files (ulimit -f)",
    sqlite3.SQLITE_READONLY: "make it and its folder writable",
    sqlite3.SQLITE_PERM: "make it and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "make it and its folder writable",
    sqlite3.SQLITE_BUSY: "end the program that holds it",
    sqlite3.SQLITE_LOCKED: "end the program that holds it",
}
_PARTS = frozenset({"id", "channel_values", "channel_versions", "versions_seen"})  # of a checkpoint of LangGraph's


@contextmanager
def of_file(path: Path, *, reading: bool) -> Iterator[None]:
    """Tell what goes wrong inside as a fault of the file.

    Args:
        path: the file.
        reading: nothing but reading is done: whatever readers make of what is stored is a fault of the file as well.

    Raises:
        StorageError: it cannot be read or written now.
        InputError: it is damaged, or no run of ours wrote it.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without its extension
        if code in _REFUSED:
            told = f"cannot be read or written ({error})"
            raise StorageError(told, subject=path, remedy=_REFUSED[code]) from error
        raise _damaged(path, str(error)) from error
    except WordfuseError:
        raise
    except Exception as error:
        if not reading:
            raise
        raise _damaged(path, f"{type(error).__name__}: {error}") from error


def check_parts(checkpoint: Any) -> None:
    """Whether what was read is a checkpoint; LangGraph would trip over anything else later.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(checkpoint, dict) or not _PARTS <= checkpoint.keys():
        raise ValueError("it holds something else")
    if not isinstance(checkpoint["channel_values"], dict):
        raise ValueError("it holds no state")


def _damaged(path: Path, what: str) -> InputError:
    return InputError(
        f"damaged, or no checkpoints of a run ({what})",
        subject=path,
        remedy="put it back from a copy, or start a new run; the pictures of this one stay",
    )
