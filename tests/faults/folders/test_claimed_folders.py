"""Folders that several processes want at the same moment, and what processes leave that are killed too early."""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ScriptedModel, Small
from tests.faults.folders import claimer
from tests.patience import PATIENCE_S
from wordfuse.agent.errors import InputError
from wordfuse.agent.run.session import Session

ROOT = Path(__file__).parents[3]
PROCESSES = 4


@dataclass(frozen=True)
class Process:
    """A process of ``claimer``, and the line to it."""

    process: BaseProcess
    line: Connection

    def told(self) -> Any:
        assert self.line.poll(PATIENCE_S), "it says nothing"
        return self.line.recv()


@pytest.fixture(scope="module")
def forks() -> Any:
    """Processes that begin with everything imported."""
    context = multiprocessing.get_context("forkserver")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        context.set_forkserver_preload(["tests.faults.folders.claimer"])
        yield context


@contextmanager
def running(forks: Any, deed: Any, *given: object) -> Iterator[Process]:
    """A process that does something; it is gone at the end."""
    ours, its = forks.Pipe()
    process = forks.Process(target=deed, args=(*given, its))
    process.start()
    its.close()
    yield Process(process, ours)
    process.kill()
    process.join(PATIENCE_S)


@pytest.fixture(scope="module")
def processes(forks: Any, small: Small) -> Iterator[list[Process]]:
    """Several that are ready."""
    with ExitStack() as stack:
        started = [stack.enter_context(running(forks, claimer.take_folders, small.ir.parent)) for _ in range(PROCESSES)]
        assert [one.told() for one in started] == ["ready"] * PROCESSES
        yield started


def at_once(processes: list[Process], kind: str, folder: Path) -> list[dict[str, Any]]:
    """What came of it where all take a folder."""
    for one in processes:
        one.line.send((kind, folder))
    answers = [one.told() for one in processes]
    for one in processes:
        one.line.send("all have answered")
    return answers


@pytest.mark.parametrize("kind", ["run", "script", "demo --tools"])
def test_each_of_several_gets_a_folder_of_its_own(processes: list[Process], tmp_path: Path, kind: str) -> None:
    for begun in (0, PROCESSES):  # the second time the first four are taken
        answers = at_once(processes, kind, tmp_path / "runs" / "vi")
        numbers = range(begun + 1, begun + PROCESSES + 1)
        expected = {"vi" if number == 1 else f"vi-{number}" for number in numbers}
        assert {answer["folder"] for answer in answers} == expected


@pytest.mark.parametrize("kind", ["run --out", "script --out"])
def test_of_several_in_one_folder_one_wins(processes: list[Process], tmp_path: Path, kind: str) -> None:
    answers = at_once(processes, kind, tmp_path / "out")
    (won,) = [answer["folder"] for answer in answers if "folder" in answer]
    assert won == "out"
    lost = [answer for answer in answers if "folder" not in answer]
    assert [answer["exit_code"] for answer in lost] == [2] * (PROCESSES - 1)
    for answer in lost:
        assert any(
            words in answer["told"] for words in ("another wordfuse works in this folder", "is not an empty folder")
        )


def killed(forks: Any, deed: Any, *given: object) -> None:
    process = forks.Process(target=deed, args=given)
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode == -signal.SIGKILL


def created(small: Small, folder: Path, *, number: bool = False) -> Session:
    return Session.create(folder, small.ir, small.vi, [], small.settings(), ScriptedModel({}), number=number)


@pytest.mark.parametrize("number", [False, True])
def test_a_run_that_was_killed_before_it_was_kept_can_be_begun_anew(
    forks: Any, small: Small, tmp_path: Path, number: bool
) -> None:
    killed(forks, claimer.die_while_it_is_kept, small.ir.parent, tmp_path / "run")
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert "run.lock" in left and len(left) == 2 and "session.json" not in left
    with pytest.raises(InputError, match=r"not a run folder.*begin anew: it was killed before anything was kept"):
        Session.open(tmp_path / "run", ScriptedModel({}))
    session = created(small, tmp_path / "run", number=number)
    assert session.folder == tmp_path / "run"
    assert {path.name for path in session.folder.iterdir()} == {"run.lock", "session.json"}, "the half one is gone"


def test_somebody_elses_files_in_such_a_folder_stay(forks: Any, small: Small, tmp_path: Path) -> None:
    killed(forks, claimer.die_before_it_is_kept, small.ir.parent, tmp_path / "run")
    (tmp_path / "run" / "holiday.jpg").write_bytes(b"sun")
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        created(small, tmp_path / "run")
    assert created(small, tmp_path / "run", number=True).folder == tmp_path / "run-2"
    assert (tmp_path / "run" / "holiday.jpg").read_bytes() == b"sun"


def test_inputs_of_a_killed_run_are_written_anew_and_others_are_not(small: Small, tmp_path: Path) -> None:
    folder, content = tmp_path / "run", small.ir.read_bytes()

    def create() -> Session:
        files = {folder / "inputs" / "ir.png": content}
        return Session.create(folder, small.ir, small.vi, [], small.settings(), ScriptedModel({}), files=files)

    (folder / "inputs").mkdir(parents=True)
    (folder / "inputs" / "ir.png").write_bytes(b"half")
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        create()  # no run of ours was there
    (folder / "run.lock").touch()
    (folder / "inputs" / "mine.png").write_bytes(b"mine")
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        create()
    assert (folder / "inputs" / "ir.png").read_bytes() == b"half"
    (folder / "inputs" / "mine.png").unlink()
    create()
    assert (folder / "inputs" / "ir.png").read_bytes() == content


def test_half_written_files_go_when_nobody_writes_them(forks: Any, small: Small, tmp_path: Path) -> None:
    session = created(small, tmp_path / "run")
    (session.folder / "images").mkdir()
    left = session.folder / "images" / ".wordfuse-0123456789abcdef.tmp"
    others = session.folder / "images" / "notes.tmp", session.folder / ".wordfuse-mine.tmp"
    for path in (left, *others):
        path.write_bytes(b"half")
    with running(forks, claimer.write, session.folder / "report.html") as writer:
        assert writer.told() == "writing"
        (writing,) = (path for path in session.folder.glob(".wordfuse-*.tmp") if path not in others)
        with session.locked():
            assert not left.exists()
            assert writing.read_bytes() == b"new", "its process lives"
    assert writing.exists()
    with session.locked():
        assert not writing.exists()
        assert all(path.read_bytes() == b"half" for path in others), "these are not ours"


def test_what_is_written_while_folders_are_opened_is_written(forks: Any, small: Small, tmp_path: Path) -> None:
    session = created(small, tmp_path / "run")
    with running(forks, claimer.write, session.folder / "report.html") as writer:
        assert writer.told() == "writing"
        with session.locked():
            pass
        writer.line.send("go on")
        writer.process.join(PATIENCE_S)
    assert (session.folder / "report.html").read_bytes() == b"new"
