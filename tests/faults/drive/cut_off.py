"""Runs and conversations that are cut off at any write, and go on: the same bits, names and counts as without.

At every write of a node, every state that is stored, and every sync and rename of a file, before it and after it: as by
SIGKILL (a copy of what is on the disk then is gone on from), and by an error of the disk.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.fakes import Small, render_small
from tests.faults.drive.row import Row, Tally, Tell
from tests.photographs import Photograph, at_every_write, photographed
from tests.stories import Run, Talk
from wordfuse.agent.telling.explain import explained


class Moments:
    """Counts the moments of a story, and lets the disk be full at one: for that file, or for what SQLite does next."""

    def __init__(self, failing: int | None = None) -> None:
        self.passed, self.failing, self._full = list[str](), failing, False

    def at(self, moment: str, node: str) -> None:
        self.passed.append(f"{moment} ({node or 'person'})")
        if len(self.passed) - 1 == self.failing:
            if "sync" in moment or "rename" in moment:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._full = True

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Everything inside is counted."""
        from langgraph.checkpoint.sqlite import SqliteSaver

        cursor = SqliteSaver.cursor

        def full_once(saver: SqliteSaver, transaction: bool = True) -> AbstractContextManager[sqlite3.Cursor]:
            if self._full and transaction:
                self._full = False
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
                raise error
            return cursor(saver, transaction)

        with at_every_write(self.at, files_too=True), pytest.MonkeyPatch.context() as patch:
            patch.setattr(SqliteSaver, "cursor", full_once)
            yield


def killed(tries: int, folder: Path, tell: Tell) -> Tally:
    """Go on from copies of the folder: half of the tries a run, half a conversation."""
    tally, small = Tally(), _rendered(folder)
    run, talk = Run(small, folder / "run"), Talk(small, folder / "talk")
    with photographed(run.folder, folder / "album-run", files_too=True) as camera:
        run.tell()
    run.told()
    for photo in _some(camera.taken, tries // 2):
        _try(tally, f"run, {photo}", lambda photo=photo: run.goes_on(photo.folder, _traced(photo)))  # type: ignore[misc]
    shutil.rmtree(folder / "album-run")
    tell(f"{tally.tried:,} of {tries:,}")
    session = talk.begin()
    with photographed(talk.folder, folder / "album-talk", files_too=True) as camera:
        for camera.during in talk.tell(session):
            pass
    for photo in _some([photo for photo in camera.taken if photo.moment != "about to write"], tries - tries // 2):
        _try(tally, f"conversation, {photo}", lambda photo=photo: talk.goes_on(photo))  # type: ignore[misc]
    return tally


def failing(tries: int, folder: Path, tell: Tell) -> Tally:
    """Let each moment fail once, in a run or conversation of its own."""
    tally, small = Tally(), _rendered(folder)
    run, talk, seen = Run(small, folder / "run"), Talk(small, folder / "talk"), Moments()
    run.tell()
    run.told()
    with seen.passing():
        run.tell(folder / "counted")
    for number in _some(range(len(seen.passed)), tries // 2):
        _try(tally, f"run, {seen.passed[number]}", lambda number=number: _failing_run(run, folder / "it", number))  # type: ignore[misc]
        shutil.rmtree(folder / "it", ignore_errors=True)
    tell(f"{tally.tried:,} of {tries:,}")
    for _ in talk.tell(talk.begin()):
        pass
    seen = Moments()
    with seen.passing():
        _tell_in_spite_of(talk, folder / "counted-talk", _must_not)
    for number in _some(range(len(seen.passed)), tries - tries // 2):
        about = f"conversation, {seen.passed[number]}"
        _try(tally, about, lambda number=number: _failing_talk(talk, folder / "it", number))  # type: ignore[misc]
        shutil.rmtree(folder / "it", ignore_errors=True)
    return tally


def _failing_run(run: Run, folder: Path, number: int) -> None:
    moments = Moments(number)
    with moments.passing():
        try:
            run.tell(folder)
        except Exception as error:
            _documented(error)
    run.goes_on(folder)


def _failing_talk(talk: Talk, folder: Path, number: int) -> None:
    moments = Moments(number)
    with moments.passing():
        _tell_in_spite_of(talk, folder, _documented)


def _tell_in_spite_of(talk: Talk, folder: Path, failed: Callable[[Exception], None]) -> None:
    talk.tell_in_spite_of(folder, lambda: talk.begin(folder), failed)


def _documented(error: Exception) -> None:
    """An error of the disk is told as one: the code of what cannot be used, and no fault of ours."""
    said, code = explained(error)
    assert code == 2, f"exit {code}: {said}"


def _must_not(error: Exception) -> None:
    raise error


def _traced(photo: Photograph) -> int | None:
    """How many calls were stored; between the line of a call and what follows of it, that is not known."""
    return photo.traced if photo.moment in ("about to write", "wrote", "state") else None


def _try(tally: Tally, about: str, goes_on: Callable[[], None]) -> None:
    try:
        goes_on()
    except Exception as error:
        tally.count("", f"{about}: {type(error).__name__}: {error}"[:300])
    else:
        tally.count("went on")


def _some(all_of_them: "list[Photograph] | range", most: int) -> "list[Photograph] | list[int]":
    """At most so many, evenly spread."""
    step = max(1, -(-len(all_of_them) // max(1, most)))
    return list(all_of_them)[::step]


def _rendered(folder: Path) -> Small:
    (folder / "small").mkdir()
    return render_small(folder / "small")


KILLED = Row(
    "killed",
    "a run and a conversation are killed (SIGKILL) before and after every write of every node, every state, sync and "
    "rename, and gone on with",
    "the same bits, names, counts and state as without",
    600,
    killed,
)
FAILING = Row(
    "failing",
    "at the same moments the disk is full, once, in a run and in a conversation",
    "exit code 2 with the file, and after that the same bits and state",
    400,
    failing,
)
