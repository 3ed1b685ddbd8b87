"""Which files a pattern finds: as ``glob`` finds them, but each folder is walked once and no search goes on for ever.

``glob`` follows links in a circle until names become too long, and walks a whole disk without a word.
"""

import fnmatch
import glob
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from wordfuse.agent.errors import InputError

MOST_ENTRIES = 1_000_000  # files and folders that one pattern may look at
SILENCE_S = 5.0  # between two lines about a search that takes long

Tell = Callable[[str], None]


def found_by(pattern: str, root: Path, tell: Tell) -> list[Path]:
    """The files and folders that a pattern finds, sorted, named from ``root`` or, by an absolute pattern, as they are.

    Args:
        pattern: ``*``, ``?`` and ``[...]`` stand for part of a name, of none that begins with a dot; ``**`` for any
            number of folders, of which no name begins with one.
        root: where a relative pattern begins.
        tell: called with a line from time to time, where the search takes long.

    Raises:
        InputError: more than ``MOST_ENTRIES`` were looked at.
    """
    return sorted(set(_Search(pattern, root, tell).found()), key=str)


class _Search:
    """One search, which counts what it looks at."""

    def __init__(self, pattern: str, root: Path, tell: Tell) -> None:
        self._pattern, self._root, self._tell = pattern, root, tell
        self._seen, self._told = 0, time.monotonic()

    def found(self) -> Iterator[Path]:
        """What the pattern finds, some of it perhaps twice."""
        parts = Path(self._pattern).parts
        left = [(Path(), 0)]
        while left:
            name, done = left.pop()
            self._count()
            if done == len(parts):
                yield name
            elif parts[done] == "**":
                for folder in self._folders(name):
                    left.append((folder, done + 1))
                    if done + 1 == len(parts):
                        yield from (folder / entry.name for entry in self._entries(folder) if not _hidden(entry.name))
            elif glob.has_magic(parts[done]):
                fits = re.compile(fnmatch.translate(parts[done])).match
                for entry in self._entries(name):
                    if fits(entry.name) and (_hidden(parts[done]) or not _hidden(entry.name)):
                        left.append((name / entry.name, done + 1))
            elif os.path.lexists(self._root / name / parts[done]):
                left.append((name / parts[done], done + 1))

    def _folders(self, start: Path) -> Iterator[Path]:
        """A folder and those below it, each once: by the name of a link only where nothing else leads there."""
        left, links = [(start, os.path.realpath(self._root / start))], deque[Path]()
        walked: set[str] = set()
        while left or links:
            name, real = left.pop() if left else _followed(self._root, links.popleft())
            if real in walked:
                continue
            walked.add(real)
            yield name
            for entry in self._entries(name):
                if _hidden(entry.name) or not _is_folder(entry):
                    continue
                if entry.is_symlink():
                    links.append(name / entry.name)
                else:
                    left.append((name / entry.name, os.path.join(real, entry.name)))  # noqa: PTH118 (as realpath has it)

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        """What is in a folder; nothing in what is none, or cannot be read."""
        try:
            with os.scandir(self._root / folder) as entries:
                for entry in entries:
                    self._count()
                    yield entry
        except (OSError, ValueError):
            return

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MOST_ENTRIES:
            raise InputError(
                f"{self._pattern!r}: {MOST_ENTRIES:,} files and folders were looked at, and there are more",
                remedy="name the folder that holds the pictures in the pattern",
            )
        if time.monotonic() - self._told >= SILENCE_S:
            self._told = time.monotonic()
            self._tell(f"looking for {self._pattern!r}: {self._seen:,} files and folders so far")


def _followed(root: Path, link: Path) -> tuple[Path, str]:
    return link, os.path.realpath(root / link)


def _hidden(name: str) -> bool:
    return name.startswith(".")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle
        return False
