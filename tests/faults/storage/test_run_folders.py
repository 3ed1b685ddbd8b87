"""Run folders that somebody else damaged, emptied or filled: told by the file, with the documented exit code."""

import json
import os
from pathlib import Path

import pytest

from tests.batches import BRIGHTER, PLANS, lines_of, write_script
from tests.commandline import LanguageModel, Scene, complaint, files_under, serving, wordfuse
from tests.faults.breaking import RESULTS, RUN_FOLDERS, Damage, remove
from tests.faults.storage.conftest import SERVED
from tests.photographs import timeless

SAME = ("images/", "masks/", "result.png", "fused.png")


def pictures(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in files_under(folder).items() if name.startswith(SAME)}


@pytest.mark.parametrize("damage", RUN_FOLDERS, ids=str)
def test_a_finished_run(finished: Path, damage: Damage) -> None:
    record, before = json.loads((finished / "run.json").read_text()), pictures(finished)
    damage.do(finished)
    broken = files_under(finished)
    done = wordfuse("resume", "run", "--json", "--quiet")
    if damage.finished:
        assert damage.says in complaint(done, damage.finished)
        left = files_under(finished)
        assert {name: left.get(name) for name in broken if "sqlite" not in name} == {
            name: data for name, data in broken.items() if "sqlite" not in name
        }
    else:
        assert done.exit_code == 0, done.output
        assert pictures(finished) == before
        assert json.loads(done.stdout) == record


@pytest.mark.parametrize("damage", RUN_FOLDERS, ids=str)
def test_a_run_that_was_stopped(stopped: Path, finished_run: Path, damage: Damage) -> None:
    damage.do(stopped)
    with serving(SERVED) as server:
        done = wordfuse("resume", "run", "--llm", server.url, "--json", "--quiet")
    if damage.stopped:
        assert damage.says in complaint(done, damage.stopped)
        assert not (stopped / "result.png").exists()
    else:
        assert done.exit_code == 0, done.output
        assert pictures(stopped) == pictures(finished_run)


@pytest.mark.parametrize("gone", [*RESULTS, " ".join(RESULTS)])
def test_results_that_were_deleted_are_made_again(finished: Path, gone: str) -> None:
    record, before = json.loads((finished / "run.json").read_text()), pictures(finished)
    remove(*gone.split())(finished)
    with serving(SERVED) as server:
        done = wordfuse("resume", "run", "--llm", server.url, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    assert pictures(finished) == before
    assert (finished / "report.html").stat().st_size > 10_000
    again = json.loads((finished / "run.json").read_text())
    assert timeless(again["instructions"]) == timeless(record["instructions"])


def test_what_is_gone_for_good_is_told_and_the_rest_is_made_again(finished: Path) -> None:
    remove("images/001.png", "work/*.png", "result.png", "report.html")(finished)
    result = (finished / "images/002.png").read_bytes()
    said = complaint(wordfuse("resume", "run", "--json"), 2)
    assert "run: images/001.png: gone, and cannot be made again; put them back from a copy" in said
    assert (finished / "result.png").read_bytes() == result
    assert (finished / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("damage", [one for one in RUN_FOLDERS if one.stopped and "masks" not in one.name], ids=str)
def test_a_conversation_is_not_opened_on_it(stopped: Path, damage: Damage) -> None:
    damage.do(stopped)
    with serving(SERVED) as server:
        done = wordfuse("chat", "--resume", "run", "--llm", server.url, "--quiet")
    assert done.exit_code == damage.stopped, done.output
    assert done.stderr.count("\n") == 1 and damage.says in done.stderr


def test_a_conversation_whose_checkpoints_are_gone_is_not_begun_anew(finished: Path) -> None:
    """It would write a record of nothing over the one of what was said."""
    session = json.loads((finished / "session.json").read_text())
    session["given"]["instructions"] = []
    (finished / "session.json").write_text(json.dumps(session))
    remove("checkpoints.sqlite*")(finished)
    before = (finished / "run.json").read_bytes()
    with serving(SERVED) as server:
        for command in (["chat", "--resume", "run", "--quiet"], ["resume", "run", "--json", "--quiet"]):
            said = complaint(wordfuse(*command, "--llm", server.url), 2)
            assert "run/checkpoints.sqlite: gone, so the conversation cannot go on" in said
    assert (finished / "run.json").read_bytes() == before


def test_a_job_with_a_damaged_record_stops_no_other(scene: Scene, here: Path) -> None:
    with serving(LanguageModel(PLANS)) as server:
        script = write_script(scene, here, server.url, a=BRIGHTER, b=BRIGHTER)
        assert wordfuse("script", script, "--out", "out", "--quiet").exit_code == 0
        (here / "out/001-a/run.json").write_bytes(b"[" * 10_000)
        done = wordfuse("script", script, "--out", "out", "--quiet")
        lines = lines_of(done.stdout)
        assert {name: line["exit_code"] for name, line in lines.items()} == {"001-a": 2, "002-b": 0}
        assert "remove it, and 'wordfuse resume " in lines["001-a"]["error"]
        (here / "out/001-a/run.json").unlink()
        assert wordfuse("script", script, "--out", "out", "--quiet").exit_code == 0


def test_a_record_of_the_batch_that_is_damaged(scene: Scene, here: Path) -> None:
    (here / "out").mkdir()
    (here / "out/batch.json").write_bytes(b"[" * 10_000)
    script = write_script(scene, here, "http://127.0.0.1:1/v1", a=BRIGHTER)
    said = complaint(wordfuse("script", script, "--out", "out", "--quiet"), 2)
    assert "out/batch.json: cannot be read as what was asked (nested more than 100 levels deep)" in said


@pytest.mark.parametrize("text", ["[" * 10_000, '{"refusal": NaN}', " " * (33 << 20)], ids=["deep", "NaN", "huge"])
def test_a_plan_of_before(here: Path, text: str) -> None:
    (here / "plan.json").write_text(text)
    said = complaint(wordfuse("plan", "again", "--after", "plan.json", "--llm", "http://127.0.0.1:1/v1"), 2)
    assert "--after plan.json: not a plan as 'wordfuse plan --json' prints it (" in said


def test_names_of_files_that_are_no_unicode(scene: Scene, here: Path) -> None:
    odd = here / os.fsdecode(b"latin-\xe9.png")
    odd.write_bytes(scene.vi.read_bytes())
    with serving(LanguageModel(PLANS)) as server:
        given = ["--ir", scene.ir, "--vi", odd, *scene.network, "-i", BRIGHTER, "--llm", server.url]
        done = wordfuse("run", *given, "--out", "run", "--json", "--quiet")
    assert done.exit_code == 0, done.output
    assert json.loads((here / "run/run.json").read_bytes())["vi"] == str(odd)
    assert wordfuse("resume", "run", "--json", "--quiet").exit_code == 0
