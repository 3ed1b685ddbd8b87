"""Runs and conversations that are cut off at any write, and go on: the same bits, names and counts as without.

At every write of a node, every state that is stored, and every sync and rename of a file, before it and after it: as by
SIGKILL (a copy of what is on the disk then is gone on from), and by an error of the disk.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from tests.fakes import Small, render_small
from tests.faults.drive.row import Row, Tally, Tell
from tests.photographs import Photograph, at_every_write, photographed
from tests.stories import Run, Talk
from wordfuse.agent.telling.explain import explained


class Moments:
    """Counts the moments of a story, and lets one fail."""

    def __init__(self, failing: int | None = None) -> None:
        self.passed, self.failing, self.failed = list[str](), failing, False

    def at(self, moment: str, node: str) -> None:
        self.passed.append(f"{moment} ({node or 'person'})")
        if len(self.passed) - 1 == self.failing:
            self.failed = True
            raise _error(moment)


def _error(moment: str) -> Exception:
    """What the disk says at a moment: SQLite by itself, files by the system."""
    if "sync" in moment or "rename" in moment:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode, full.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
    return full


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
    with at_every_write(seen.at, files_too=True):
        run.tell(folder / "counted")
    for number in _some(range(len(seen.passed)), tries // 2):
        _try(tally, f"run, {seen.passed[number]}", lambda number=number: _failing_run(run, folder / "it", number))  # type: ignore[misc]
        shutil.rmtree(folder / "it", ignore_errors=True)
    tell(f"{tally.tried:,} of {tries:,}")
    for _ in talk.tell(talk.begin()):
        pass
    seen = Moments()
    with at_every_write(seen.at, files_too=True):
        _tell_in_spite_of(talk, folder / "counted-talk", _must_not)
    for number in _some(range(len(seen.passed)), tries - tries // 2):
        about = f"conversation, {seen.passed[number]}"
        _try(tally, about, lambda number=number: _failing_talk(talk, folder / "it", number))  # type: ignore[misc]
        shutil.rmtree(folder / "it", ignore_errors=True)
    return tally


def _failing_run(run: Run, folder: Path, number: int) -> None:
    moments = Moments(number)
    with at_every_write(moments.at, files_too=True):
        try:
            run.tell(folder)
        except Exception as error:
            _documented(error)
    assert moments.failed, "the moment did not come"
    run.goes_on(folder)


def _failing_talk(talk: Talk, folder: Path, number: int) -> None:
    moments = Moments(number)
    with at_every_write(moments.at, files_too=True):
        _tell_in_spite_of(talk, folder, _documented)
    assert moments.failed, "the moment did not come"


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
