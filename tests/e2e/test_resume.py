"""A run that was killed goes on as if nothing had happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Small, quicken
from tests.interrupted import WORDS, model
from tests.patience import PATIENCE_S
from tests.photographs import timeless
from tests.unit.agent.small_plans import without_things
from wordfuse.agent.errors import InputError
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json

ROOT = Path(__file__).parents[2]


def start(folder: Path, small: Small, when: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.interrupted", str(folder), str(small.ir.parent), when],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        # A test run in the background of a shell ignores interrupts, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.fixture(scope="module")
def undisturbed(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    folder, threads = tmp_path_factory.mktemp("runs") / "undisturbed", torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch.setitem)
        without_things(patch)
        small.run(folder, model(), *WORDS)
    torch.set_num_threads(threads)
    return folder


@pytest.fixture
def one_thread(quick: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    import torch

    without_things(monkeypatch)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def same_outcome(folder: Path, record: Json, undisturbed: Path) -> None:
    expected = json.loads((undisturbed / "run.json").read_text())
    assert timeless(record) == timeless(expected)
    assert json.loads((folder / "run.json").read_text()) == record
    for name in ("fused.png", "images/001.png", "images/002.png", "result.png"):
        assert (folder / name).read_bytes() == (undisturbed / name).read_bytes(), name
    assert (folder / "report.html").is_file()
    assert len(expected["instructions"][1]["steps"]) == 1
    assert expected["instructions"][1]["steps"][0]["satisfied"]


@pytest.mark.parametrize("when", ["epoch", "files", "stored"])
def test_a_killed_run_goes_on(small: Small, tmp_path: Path, undisturbed: Path, one_thread: None, when: str) -> None:
    folder = tmp_path / "run"
    child = start(folder, small, when)
    _, complaints = child.communicate(timeout=PATIENCE_S)
    assert child.returncode == -signal.SIGKILL, complaints
    assert not (folder / "run.json").exists()
    assert not [path for path in folder.rglob("*.png") if path.stat().st_size == 0]
    record = Session.open(folder, model()).run().as_json()
    same_outcome(folder, record, undisturbed)


def test_ctrl_c_stops_after_the_epoch_and_keeps_what_was_reached(
    small: Small, tmp_path: Path, one_thread: None
) -> None:
    folder = tmp_path / "run"
    child = start(folder, small, "ctrl-c")
    told, complaints = child.communicate(timeout=PATIENCE_S)
    notice = "stopping after this epoch; press Ctrl-C again to stop at once\n"
    assert (child.returncode, told) == (130, notice), complaints
    record = Session.open(folder, model()).run().as_json()
    (step,) = record["instructions"][0]["steps"]
    first, *others = step["attempts"]
    assert (first["epochs"], first["stopped"]) == (3, "cancelled")
    # The attempt that follows trains the epochs that the first one did not; it is needed unless three were enough.
    assert [attempt["epochs"] for attempt in others] == ([] if first["goal_met"] else [17])
    assert step["satisfied"]


def test_ctrl_c_before_the_first_epoch_leaves_no_attempt(
    small: Small, tmp_path: Path, undisturbed: Path, one_thread: None
) -> None:
    folder = tmp_path / "run"
    child = start(folder, small, "early")
    told, complaints = child.communicate(timeout=PATIENCE_S)
    assert (child.returncode, told) == (130, ""), complaints
    same_outcome(folder, Session.open(folder, model()).run().as_json(), undisturbed)


def test_a_run_that_ended_before_its_record_was_written(
    small: Small, tmp_path: Path, undisturbed: Path, one_thread: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record comes last: where it is, nothing is missing."""

    def full(*ignored: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk full"):
        patch.setattr("wordfuse.agent.report.outcome.write_json", full)
        small.run(tmp_path / "run", model(), *WORDS)
    assert not (tmp_path / "run/run.json").exists()
    same_outcome(tmp_path / "run", Session.open(tmp_path / "run", model()).run().as_json(), undisturbed)


def test_two_processes_cannot_share_a_folder_and_a_kill_frees_it(
    small: Small, tmp_path: Path, undisturbed: Path, one_thread: None
) -> None:
    folder = tmp_path / "run"
    child = start(folder, small, "judge")
    assert child.stdout is not None
    assert child.stdout.readline() == "judging\n"
    with pytest.raises(InputError, match="another wordfuse works in this folder") as caught:
        Session.open(folder, model()).run().as_json()
    assert caught.value.exit_code == 2
    child.kill()
    child.communicate(timeout=PATIENCE_S)
    record = Session.open(folder, model()).run().as_json()
    same_outcome(folder, record, undisturbed)


@pytest.fixture
def stopped(small: Small, tmp_path: Path) -> Path:
    """A run folder in which nothing but the beginning happened, with sources of its own."""
    own = {name: Path(shutil.copy(getattr(small, name), tmp_path / f"{name}.png")) for name in ("ir", "vi")}
    Session.create(tmp_path / "run", own["ir"], own["vi"], list(WORDS), small.settings(), model())
    return tmp_path / "run"


@pytest.mark.parametrize("name", ["ir", "vi"])
def test_a_changed_source_is_noticed(stopped: Path, name: str) -> None:
    source = stopped.parent / f"{name}.png"
    source.write_bytes(source.read_bytes() + b"x")
    with pytest.raises(InputError, match=rf"{name}\.png: missing or changed since the run began"):
        Session.open(stopped, model())
    source.unlink()
    with pytest.raises(InputError, match=rf"{name}\.png: missing or changed"):
        Session.open(stopped, model())


def test_a_folder_may_be_moved(stopped: Path, undisturbed: Path, one_thread: None) -> None:
    moved = stopped.rename(stopped.with_name("moved"))
    record = Session.open(moved, model()).run().as_json()
    assert Path(record["out"]) == moved
    assert not stopped.exists()
    assert (moved / "result.png").read_bytes() == (undisturbed / "result.png").read_bytes()


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", '{"given": {}}', '{"given": {"ir": 1}}'])
def test_what_is_no_run_folder(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "session.json").write_text(content)
    with pytest.raises(InputError, match=r"not a run folder.*name the folder that out was given"):
        Session.open(tmp_path, model())
