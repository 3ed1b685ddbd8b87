"""``wordfuse script`` as its users run it: batches, workers that die, Ctrl-C, going on."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.batches import BRIGHTER, PLANS, WARMER, Gate, lines_of, started, write_script
from tests.commandline import REFUSED, LanguageModel, Scene, complaint, files_under, serving, wordfuse
from tests.patience import until

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("at_once", [1, 2])
def test_a_job_that_fails_does_not_stop_the_others(scene: Scene, here: Path, at_once: int) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a=[WARMER, BRIGHTER], bad=None, joke="tell a joke", b=BRIGHTER)
        done = wordfuse("script", script, "--out", "out", "--jobs", at_once)
    assert done.exit_code == 2, done.output
    lines = lines_of(done.stdout)
    assert {name: line["exit_code"] for name, line in lines.items()} == {
        "001-a": 0,
        "002-bad": 2,
        "003-joke": 3,
        "004-b": 0,
    }
    a, bad, joke = lines["001-a"], lines["002-bad"], lines["003-joke"]
    assert (a["job"], a["ir"], a["vi"]) == (1, str(here / "ir-a.png"), str(here / "vi-a.png"))
    assert (a["say"], a["out"]) == ([WARMER, BRIGHTER], str(here / "out/001-a"))
    assert (a["error"], a["steps"], a["satisfied"], a["notes"], a["resumed"]) == (None, 2, 2, [], False)
    assert "ir-bad.png: not a PNG" in bad["error"]
    assert (joke["steps"], joke["error"], joke["notes"]) == (0, None, ["no tool does that"])
    # What is left behind.
    kept = [json.loads(line) for line in (here / "out/results.jsonl").read_text().splitlines()]
    assert kept == [lines[name] for name in sorted(lines)]
    record = json.loads((here / "out/001-a/run.json").read_text())
    assert [instruction["text"] for instruction in record["instructions"]] == [WARMER, BRIGHTER]
    assert not (here / "out/002-bad").exists()
    assert (here / "out/contact.png").stat().st_size > 10_000
    # What is told.
    table = " ".join(done.stderr.split())
    assert "4 of 4 done" in table
    assert "│ 001-a │ make the people warmer / brighten the dark areas │ 2/2 │" in table
    again = f"wordfuse script {script} --out out" + (f" --jobs {at_once}" if at_once > 1 else "")
    assert done.stderr.endswith(f"wordfuse: 1 of 4 jobs failed; try these again with: {again}\n")


def test_the_same_command_again_does_only_what_is_not_done(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, tiny=True, a=WARMER, bad=None)
        first = wordfuse("script", script, "--out", "out", "--quiet")
        assert first.exit_code == 2, first.output
        before = {name: data for name, data in files_under(here / "out").items() if name.startswith("001-a")}
        asked = len(server.asked)
        (here / "ir-bad.png").write_bytes(scene.ir.read_bytes())
        second = wordfuse("script", script, "--out", "out", "--quiet")
        assert len(server.asked) > asked
    assert (second.exit_code, second.stderr) == (0, "")
    lines = lines_of(second.stdout)
    assert {name: (line["exit_code"], line["resumed"]) for name, line in lines.items()} == {
        "001-a": (0, True),
        "002-bad": (0, False),
    }
    assert before == {name: data for name, data in files_under(here / "out").items() if name.startswith("001-a")}
    # Everything is done: no language model is needed any more.
    third = wordfuse("script", script, "--out", "out", "--quiet", "--llm", REFUSED)
    assert third.exit_code == 0, third.output
    assert all(line["resumed"] for line in lines_of(third.stdout).values())


def test_a_language_model_that_cannot_be_reached_is_the_worst_that_a_user_can_do_about(
    scene: Scene, here: Path
) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, bad=None, a=WARMER)
        failed = wordfuse("script", script, "--out", "out", "--llm", REFUSED, "--quiet")
        assert failed.exit_code == 4, failed.output
        assert {line["exit_code"] for line in lines_of(failed.stdout).values()} == {4}
        # The server of the file is there: where the work is done may change.
        assert lines_of(wordfuse("script", script, "--out", "out").stdout)["002-a"]["exit_code"] == 0


def test_another_script_and_foreign_folders_are_refused(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a="tell a joke")
        assert wordfuse("script", script, "--out", "out", "--quiet").exit_code == 3
        other = write_script(scene, here, server.url, a="tell another")
        told = complaint(wordfuse("script", other, "--out", "out"), 2)
        assert "holds the batch of" in told and "choose another folder" in told
        (here / "mine").mkdir()
        (here / "mine/holiday.jpg").touch()
        told = complaint(wordfuse("script", script, "--out", "mine"), 2)
        assert "exists and is not an empty folder" in told
    assert [path.name for path in (here / "mine").iterdir()] == ["holiday.jpg"]


def test_nothing_begins_before_every_file_is_there(scene: Scene, here: Path) -> None:
    script = write_script(scene, here, REFUSED, a=WARMER, b=WARMER)
    (here / "vi-b.png").unlink()
    told = complaint(wordfuse("script", script, "--out", "out"), 2)
    assert "batch.yaml:1:" in told and "vi-b.png: no such file" in told
    assert not (here / "out").exists()


def test_a_dry_run_prints_plans_and_makes_nothing(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a=[WARMER, BRIGHTER], bad=None, b=[WARMER, BRIGHTER])
        before = files_under(here)
        done = wordfuse("script", script, "--dry-run", "--quiet")
        refused = wordfuse("script", write_script(scene, here, server.url, a="joke"), "--dry-run", "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["jobs"], first["say"]) == ([1, 3], [WARMER, BRIGHTER])
    assert [one["steps"][0]["task"] for one in first["plans"]] == ["incline", "relight"]
    assert (second["jobs"], second["say"]) == ([2], [WARMER])
    assert refused.exit_code == 3
    assert files_under(here).keys() == before.keys()


def test_without_a_folder_each_batch_has_one_of_its_own(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a="tell a joke")
        for _ in range(2):
            assert wordfuse("script", script, "--quiet").exit_code == 3
    assert sorted(path.name for path in (here / "runs").iterdir()) == ["batch", "batch-2"]


@pytest.mark.slow
def test_two_processes_do_not_share_a_batch_folder(scene: Scene, here: Path) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER)
        with started(script, "--out", "out") as command:
            gate.wait()
            assert "another wordfuse works in this folder" in complaint(wordfuse("script", script, "--out", "out"), 2)
            gate.open()
            assert command.end()[0] == 0


@pytest.mark.slow
def test_a_worker_that_dies_takes_only_its_job_with_it(scene: Scene, here: Path) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=WARMER, c=WARMER)
        with started(script, "--out", "out", "--jobs", 2, "--quiet") as command:
            gate.wait()
            gate.wait()
            victim, _ = command.family("spawn_main")
            os.kill(victim, signal.SIGKILL)
            gate.open()
            exit_code, stdout, _ = command.end()
        lines = lines_of(stdout)
        assert exit_code == 1
        assert sorted(line["exit_code"] for line in lines.values()) == [0, 0, 1]
        (dead,) = (line for line in lines.values() if line["exit_code"] == 1)
        assert dead["name"] in ("001-a", "002-b")
        assert dead["error"].startswith("its worker process was killed by signal 9")
        again = wordfuse("script", script, "--out", "out", "--quiet")
    assert again.exit_code == 0, again.output
    assert lines_of(again.stdout)[dead["name"]]["resumed"]


@pytest.mark.parametrize("at_once", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_after_ctrl_c_the_same_command_goes_on(scene: Scene, here: Path, at_once: int) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=WARMER, c=WARMER)
        with started(script, "--out", "out", "--jobs", at_once) as command:
            for _ in range(at_once):
                gate.wait()
            command.interrupt()
            # Of one process, the first Ctrl-C outside of an edit ends it; workers stop at their next node.
            if at_once > 1:
                assert command.process.stderr is not None
                assert any("stopping after this epoch" in line for line in command.process.stderr)
            gate.open()
            exit_code, stdout, stderr = command.end()
        assert exit_code == 130
        assert stdout == ""
        if at_once == 1:
            assert stderr.endswith(f"wordfuse: interrupted; go on with: wordfuse script {script} --out out\n")
        assert not (here / "out/003-c").exists()
        again = wordfuse("script", script, "--out", "out", "--quiet")
    assert again.exit_code == 0, again.output
    lines = lines_of(again.stdout)
    assert [lines[name]["resumed"] for name in sorted(lines)] == [True, at_once == 2, False]
    trace = [json.loads(line) for line in (here / "out/001-a/trace.jsonl").read_text().splitlines()]
    assert [call["kind"] for call in trace].count("plan") == 1  # what was understood before is not asked for again


@pytest.mark.slow
def test_a_second_ctrl_c_ends_it_at_once(scene: Scene, here: Path) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=WARMER)
        with started(script, "--out", "out", "--jobs", 2) as command:
            gate.wait()
            gate.wait()
            command.interrupt()
            assert command.process.stderr is not None
            assert any("stopping after this epoch" in line for line in command.process.stderr)
            command.interrupt()
            exit_code, stdout, _ = command.end()  # the language model has not answered yet
        gate.open()
    assert (exit_code, stdout) == (130, "")


@pytest.mark.slow
def test_workers_do_not_outlive_a_killed_parent(scene: Scene, here: Path) -> None:
    gate = Gate()
    with serving(LanguageModel(PLANS, before_acting=gate)) as server:
        script = write_script(scene, here, server.url, a=WARMER, b=WARMER)
        with started(script, "--out", "out", "--jobs", 2) as command:
            gate.wait()
            gate.wait()
            assert len(command.family("spawn_main")) == 2
            command.process.kill()
            command.process.wait()
            assert until(lambda: not command.family())
        gate.open()
        again = wordfuse("script", script, "--out", "out", "--quiet")
    assert again.exit_code == 0, again.output


def test_a_reader_that_goes_away_interrupts_it(scene: Scene, here: Path) -> None:
    """As ``| head -1`` does."""
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a="tell a joke", b=WARMER, c=WARMER)
        with started(script, "--out", "out", "--quiet") as command:
            assert command.process.stdout is not None
            command.process.stdout.readline()
            command.process.stdout.close()
            assert command.process.stderr is not None
            told = command.process.stderr.read()
            assert command.process.wait() == 130
    assert told == f"wordfuse: interrupted; go on with: wordfuse script {script} --out out\n"
    assert not (here / "out/003-c").exists()
