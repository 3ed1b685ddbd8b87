"""Disks of many sizes that are full in the middle of a run, and then have space again."""

import resource
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from tests.faults.disks import small_disk
from tests.faults.drive.commands import Ended, outcome, run
from tests.faults.drive.row import Row, Tally, Tell
from tests.faults.drive.stage import Stage, stage
from wordfuse.agent.state import Json

BEYOND = 1.15  # times what a whole run takes is the largest disk: on some there is enough space
LEAST_KIB = 4


def drive(tries: int, folder: Path, tell: Tell) -> Tally:
    """Run on disks from hardly anything to enough; where none may be mounted, with files that may not grow."""
    tally = Tally()
    with stage(folder) as set_up:
        ended = run(folder / "here", *set_up.run("whole"))
        if ended.code != 0:
            raise RuntimeError(f"the run without a fault fails: {ended}")
        whole = folder / "here" / "whole"
        expected = outcome(whole)
        needed = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file()) >> 10
        for number in range(tries):
            kib = LEAST_KIB + round(number * (BEYOND * needed - LEAST_KIB) / max(1, tries - 1))
            try:
                came, fault = _on_a_disk(set_up, kib, expected, number)
            except pytest.skip.Exception:  # only root may mount
                came, fault = _with_short_files(set_up, kib, expected, number)
            tally.count(came, None if fault is None else f"{kib} KiB: {fault}")
        tell(f"{tally.tried} sizes")
    return tally


def _on_a_disk(set_up: Stage, kib: int, expected: Json, number: int) -> tuple[str, str | None]:
    place = set_up.folder / f"disk{number}"
    with small_disk(place, kib) as disk:
        full = run(set_up.folder / "here", *set_up.run(place / "run"))
        fault = _fault(full, place)
        disk.remount(f"size={64 << 10}k")
        return _gone_on(set_up, full, place, expected, fault)


def _with_short_files(set_up: Stage, kib: int, expected: Json, number: int) -> tuple[str, str | None]:
    place = set_up.folder / f"short{number}"
    place.mkdir()
    short = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (kib << 8, resource.RLIM_INFINITY))
    full = run(set_up.folder / "here", *set_up.run(place / "run"), prepare=short)
    return _gone_on(set_up, full, place, expected, _fault(full, place))


def _fault(full: Ended, place: Path) -> str | None:
    """How it must not end: another code, or anything half written, or no word of what to do."""
    fault = full.fault((0, 2))
    if fault is None and full.code == 2 and (place / "run" / "session.json").exists():
        if "go on later with: wordfuse resume" not in full.stderr:
            fault = f"nobody is told how to go on: {full.stderr.strip()}"[:300]
    return fault or half_written(place)


def _gone_on(set_up: Stage, full: Ended, place: Path, expected: Json, fault: str | None) -> tuple[str, str | None]:
    went_on = (place / "run" / "session.json").exists()
    if full.code != 0:
        words = set_up.resume(place / "run") if went_on else set_up.run(place / "again")
        ended = run(set_up.folder / "here", *words)
        fault = fault or ended.fault((0,))
    if fault is None and outcome(place / ("run" if went_on else "again")) != expected:
        fault = "what was gone on with differs from what was not interrupted"
    return "had enough" if full.code == 0 else "went on later" if went_on else "did not begin", fault


def half_written(folder: Path) -> str | None:
    """A picture that cannot be read, or a file that is not whole, in a folder."""
    for path in folder.rglob("*"):
        if path.suffix == ".tmp":
            return f"{path.name} is left"
        if path.suffix == ".png":
            try:
                with Image.open(path) as picture:
                    picture.load()
            except OSError as error:
                return f"{path.name} is half written: {error}"
    return None


ROW = Row(
    "disks",
    "`wordfuse run` on disks of 40 sizes, from 4 KiB to more than it needs, that have space again later",
    "exit code 2 that tells how to go on, no file half written, and then the same bits, names and counts",
    40,
    drive,
)
