"""``wordfuse script --engine ray`` on a Ray cluster of this machine."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.batches import BRIGHTER, PLANS, WARMER, Gate, lines_of, started, write_script
from tests.commandline import LanguageModel, Scene, complaint, serving, wordfuse

pytest.importorskip("ray")
pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


@pytest.mark.slow
def test_jobs_on_ray_survive_a_worker_that_is_killed(scene: Scene, here: Path) -> None:
    """Ray starts the worker anew and calls it with the same job, which goes on from its checkpoint."""
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=[WARMER, BRIGHTER], bad=None, b=BRIGHTER)
        with started(script, "--out", "out", "--engine", "ray", "--jobs", 1, "--quiet") as command:
            gate.wait()
            (worker,) = command.family("ray::_Actor")
            os.kill(worker, signal.SIGKILL)
            gate.open()
            exit_code, stdout, stderr = command.end()
    assert exit_code == 2, stderr
    lines = lines_of(stdout)  # nothing of Ray's is among them
    assert {name: line["exit_code"] for name, line in lines.items()} == {"001-a": 0, "002-bad": 2, "003-b": 0}
    assert lines["001-a"]["resumed"]
    assert (lines["001-a"]["satisfied"], lines["003-b"]["satisfied"]) == (2, 1)
    trace = [json.loads(line) for line in (here / "out/001-a/trace.jsonl").read_text().splitlines()]
    assert [call["kind"] for call in trace].count("plan") == 2  # one an instruction, in spite of the kill
    assert stderr.count("\n") == 1, stderr
    assert "1 of 3 jobs failed" in stderr


@pytest.mark.slow
def test_after_ctrl_c_the_same_command_goes_on_with_another_engine(scene: Scene, here: Path) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=WARMER, c=WARMER)
        with started(script, "--out", "out", "--engine", "ray", "--jobs", 2) as command:
            gate.wait()
            gate.wait()
            command.interrupt()
            assert command.process.stderr is not None
            assert any("stopping after this epoch" in line for line in command.process.stderr)
            gate.open()
            exit_code, stdout, _ = command.end()
        assert (exit_code, stdout) == (130, "")
        assert not (here / "out/003-c").exists()
        again = wordfuse("script", script, "--out", "out", "--quiet")
    assert again.exit_code == 0, again.output
    assert [line["resumed"] for line in lines_of(again.stdout).values()] == [True, True, False]


@pytest.mark.slow
def test_a_worker_that_does_not_see_the_files_ends_the_batch_before_it_begins(
    scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster whose workers run elsewhere: here, where the file system looks different to them."""
    script = write_script(scene, here, "http://127.0.0.1:1/v1", a=WARMER)
    site = here / "site"
    site.mkdir()
    # Workers import this as they start; it takes one picture away from them, as a disk of another machine would be.
    (site / "sitecustomize.py").write_text(
        "import pathlib, sys\n"
        "if any('default_worker' in word for word in sys.orig_argv):\n"
        "    seen = pathlib.Path.is_file\n"
        "    pathlib.Path.is_file = lambda path: path.name != 'vi-a.png' and seen(path)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{site}:{os.environ.get('PYTHONPATH', '')}")
    with started(script, "--out", "out", "--engine", "ray", "--quiet") as command:
        exit_code, stdout, stderr = command.end()
    assert (exit_code, stdout) == (2, ""), stderr
    assert "a Ray worker does not see what it needs" in stderr
    assert "vi-a.png); put the pictures and --out on storage that all nodes share" in stderr
    assert not (here / "out/001-a").exists()


@pytest.mark.parametrize(
    ("address", "problem"), [("127.0.0.1:1", "no answer"), ("nonsense", "no Ray cluster of this version answers")]
)
def test_a_cluster_that_is_not_there_is_told_at_once(scene: Scene, here: Path, address: str, problem: str) -> None:
    script = write_script(scene, here, "http://127.0.0.1:1/v1", a=WARMER)
    told = complaint(wordfuse("script", script, "--out", "out", "--engine", "ray", "--ray-address", address), 4)
    assert f"--ray-address {address}: {problem}" in told


def test_without_ray_it_is_told_how_to_get_it(scene: Scene, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    script = write_script(scene, here, "http://127.0.0.1:1/v1", a=WARMER)
    told = complaint(wordfuse("script", script, "--out", "out", "--engine", "ray"), 2)
    assert "pip install 'wordfuse[ray]'" in told
    assert not (here / "out").exists()
