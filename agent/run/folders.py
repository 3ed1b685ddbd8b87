"""Folders to write in: each is one process's alone, also where several want the same at the same moment."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from wordfuse.agent.errors import InputError, StorageError
from wordfuse.agent.run.locks import alone
from wordfuse.fusion.errors import storage_error


def numbered(wanted: Path) -> Iterator[Path]:
    """``wanted``, then with the numbers from 2 behind it, without end."""
    yield wanted
    for number in itertools.count(2):
        yield wanted.with_name(f"{wanted.name}-{number}")


def new_folder(wanted: Path) -> Path:
    """Make ``wanted``, or with a number behind it the first folder that does not exist yet.

    Raises:
        InputError: it cannot be made.
    """
    return next(folder for folder in numbered(wanted) if _made(folder))


@contextmanager
def claimed(wanted: Path, lock: str, check: Callable[[Path], None], *, number: bool) -> Iterator[Path]:
    """A folder, made if it is missing, that no other process works in as long as the block lasts.

    Args:
        wanted: the folder.
        lock: the name of its lock file.
        check: raises InputError where a folder that exists holds what may not be written over. It is asked before the
            folder is held, so that nothing is written into somebody else's, and again then.
        number: where ``wanted`` is not to be had, take the first that is, with a number behind its name: one that does
            not exist, or that was claimed by a process that was killed before it wrote anything else.

    Raises:
        InputError: it holds something else, is in use or cannot be made.
    """
    for folder in numbered(wanted):
        new = _made(folder)
        if number and not new and not (folder / lock).exists():
            continue  # somebody's own, even if it is empty
        with ExitStack() as held:
            try:
                check(folder)
                held.enter_context(alone(folder / lock, folder, "out"))
                check(folder)
            except StorageError:  # no other folder there would be better
                raise
            except InputError:
                if number:
                    continue
                raise
            except OSError as error:
                raise _not_made(folder, error) from error
            yield folder
            return


@contextmanager
def taken_back(folder: Path, lock: str) -> Iterator[None]:
    """Where the block fails, a folder in which nothing came to be but its lock goes again, as if it had not begun."""
    try:
        yield
    except BaseException:
        with suppress(OSError):  # what failed is told, not this
            if {path.name for path in folder.iterdir()} <= {lock}:
                (folder / lock).unlink(missing_ok=True)
                folder.rmdir()
        raise


def _made(folder: Path) -> bool:
    """Whether a folder is new: nobody else made it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.mkdir()
        except FileExistsError:
            return False
    except OSError as error:
        raise _not_made(folder, error) from error
    return True


def _not_made(folder: Path, error: OSError) -> StorageError:
    return storage_error(error, folder, argument="out", verb="made", instead="choose another folder")
