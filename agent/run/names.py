"""What run folders and the files in them are called: apart from the code that reads them, and as light as that."""

import itertools
from collections.abc import Iterator
from pathlib import Path

RECORD = "run.json"
SESSION, CHECKPOINTS, LOCK = "session.json", "checkpoints.sqlite", "run.lock"


def free_folder(wanted: Path) -> Path:
    """``wanted``, or with a number behind it the first that does not exist yet."""
    return next(folder for folder in numbered(wanted) if not folder.exists())


def numbered(wanted: Path) -> Iterator[Path]:
    """``wanted``, then with the numbers from 2 behind it, without end."""
    yield wanted
    for number in itertools.count(2):
        yield wanted.with_name(f"{wanted.name}-{number}")
