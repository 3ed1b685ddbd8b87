"""Runs and conversations from Python: results as values, folders that can be gone on with, and a quiet guest."""

import json
import logging
import signal
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import wordfuse
from tests.commandline import REFUSED
from tests.fakes import ScriptedModel, Small, plan, refusal, step

pytestmark = pytest.mark.usefixtures("quick", "here")

PLANS = {
    "bright": plan(step("relight", "brighter", "sky", strength="slight")),
    "warm": plan(step("incline", "infrared", "people")),
    "poem": refusal("I only edit pictures."),
    "both": plan(step("relight", "brighter", "sky", "a unicorn", strength="slight")),
    "unicorn": plan(step("relight", "brighter", "a unicorn", strength="slight")),
}


def scripted() -> ScriptedModel:
    return ScriptedModel(PLANS)


@pytest.fixture
def given(small: Small) -> dict[str, Any]:
    """The tiny network, and masks instead of a region network."""
    masks = {name: small.masks[name] for name in ("people", "sky")}
    return {"preset": "tiny-compact", "weights": small.weights, "device": "cpu", "regions": "pixels", "masks": masks}


def test_a_run_gives_its_result_record_and_report(small: Small, given: dict[str, Any]) -> None:
    done = list[tuple[str, int, int]]()
    pair = wordfuse.read_pair(small.ir, small.vi)
    run = wordfuse.run(pair, ["bright", "warm"], scripted(), progress=lambda *told: done.append(told), **given)
    assert run.folder == Path("runs/vi").resolve()
    assert run.record == json.loads((run.folder / "run.json").read_text())
    assert run.satisfied is all(step["satisfied"] for said in run.record["instructions"] for step in said["steps"])
    assert np.array_equal(run.result, np.asarray(Image.open(run.folder / "result.png")))
    assert np.array_equal(run.fused, np.asarray(Image.open(run.folder / "fused.png")))
    assert run.record["ir"] == str(small.ir)
    assert run.report.read_text().startswith("<!doctype html>")
    assert ("incline", 1, 20) in done
    assert any(text.startswith("understood ") for text, *_ in done)
    assert wordfuse.run(pair, "poem", scripted(), **given).folder.name == "vi-2"


def test_a_pair_of_arrays_lives_in_its_run_folder(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    """So that the run is the same as from files, and can be resumed and made again."""
    files = wordfuse.run(wordfuse.read_pair(small.ir, small.vi), "bright", scripted(), out=tmp_path / "a", **given)
    sky = np.asarray(Image.open(small.masks["sky"])) > 0
    arrays = [np.asarray(Image.open(path)) for path in (small.ir, small.vi)]
    given["masks"] = {"sky": sky}
    run = wordfuse.run(wordfuse.read_pair(*arrays), "bright", scripted(), out=str(tmp_path / "b"), **given)
    assert np.array_equal(run.result, files.result)
    inputs = tmp_path / "b" / "inputs"
    assert (run.record["ir"], run.record["vi"]) == (str(inputs / "ir.png"), str(inputs / "vi.png"))
    assert run.record["settings"]["masks"] == {"sky": str(inputs / "mask-1.png")}
    assert np.array_equal(np.asarray(Image.open(inputs / "vi.png")), arrays[1])


@pytest.mark.parametrize("arrays", [False, True])
def test_an_interrupted_run_is_resumed(small: Small, given: dict[str, Any], tmp_path: Path, arrays: bool) -> None:
    sources = [np.asarray(Image.open(path)) if arrays else path for path in (small.ir, small.vi)]
    pair = wordfuse.read_pair(*sources)
    whole = wordfuse.run(pair, ["bright", "warm"], scripted(), out=tmp_path / "whole", **given)

    def press(text: str, done: int, of: int) -> None:
        if (text, done) == ("incline", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wordfuse.run(pair, ["bright", "warm"], scripted(), out=tmp_path / "cut", progress=press, **given)
    assert not (tmp_path / "cut" / "run.json").exists()
    resumed = wordfuse.resume(tmp_path / "cut", scripted())
    assert np.array_equal(resumed.result, whole.result)
    assert np.array_equal(wordfuse.resume(tmp_path / "cut", scripted()).result, whole.result)  # nothing left to do


def test_a_file_that_changed_since_it_was_read_is_noticed(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    vi = tmp_path / "mine.png"
    vi.write_bytes(small.vi.read_bytes())
    pair = wordfuse.read_pair(small.ir, vi)
    vi.write_bytes(small.vi_gray.read_bytes())
    with pytest.raises(wordfuse.InputError, match=r"mine\.png: has changed since the pair was read; read the pair"):
        wordfuse.run(pair, "bright", scripted(), **given)
    assert not Path("runs").exists()


def test_what_cannot_be_used_leaves_no_folder(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    pair = wordfuse.read_pair(np.asarray(Image.open(small.ir)), small.vi)
    out = tmp_path / "none"
    with pytest.raises(wordfuse.BackendUnreachable):
        wordfuse.run(pair, "bright", REFUSED, out=out, **given)
    with pytest.raises(wordfuse.InputError, match="instruction is empty"):
        wordfuse.run(pair, " ", scripted(), out=out, **given)
    with pytest.raises(wordfuse.InputError, match="attempts"):
        wordfuse.run(pair, "bright", scripted(), out=out, limits={"attempts": 0}, **given)
    given["masks"] = {"sky": np.zeros((4, 4), bool)}
    with pytest.raises(wordfuse.InputError, match=r"masks\['sky'\]"):
        wordfuse.run(pair, "bright", scripted(), out=out, **given)
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "options", "argument"),
    [
        ([], {}, "instructions"),
        (None, {}, "instructions"),
        (["bright", 3], {}, "instructions"),
        ("bright", {"llm": 5}, "llm"),
        ("bright", {"masks": [1]}, "masks"),
        ("bright", {"weights": 3}, "weights"),
        ("bright", {"limits": 3}, "limits"),
        ("bright", {"align": True}, "align"),
        ("bright", {"max_pixels": 400}, "max_pixels"),
        ("bright", {"ask": True}, "ask"),
        ("bright", {"out": 3}, "out"),
        ("bright", {"progress": 3}, "progress"),
        ("bright", {"device": 3}, "device"),
    ],
)
def test_what_is_given_wrong_is_named(
    small: Small, given: dict[str, Any], words: Any, options: dict[str, Any], argument: str
) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with pytest.raises(wordfuse.InputError) as raised:
        wordfuse.run(pair, words, **{"llm": scripted()} | given | options)
    assert raised.value.argument == argument
    assert not Path("runs").exists()


def test_what_is_said_wrong_is_named(small: Small, given: dict[str, Any]) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with pytest.raises(wordfuse.InputError, match="pair: is of the type tuple"):
        wordfuse.run((pair, pair), "bright", scripted(), **given)  # type: ignore[arg-type]
    with pytest.raises(wordfuse.InputError, match="folder: is of the type int"):
        wordfuse.resume(3)  # type: ignore[arg-type]
    with wordfuse.Conversation(pair, scripted(), **given) as talk:
        with pytest.raises(wordfuse.InputError, match="text: is of the type NoneType; give a text"):
            talk.say(None)  # type: ignore[arg-type]
        assert talk.say("bright").satisfied


def test_a_tilde_is_the_home_folder(
    small: Small, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "sky.png").write_bytes(small.masks["sky"].read_bytes())
    pair = wordfuse.read_pair(small.ir, small.vi)
    wordfuse.save(pair.visible, "~/vi.png")
    pair = wordfuse.read_pair(small.ir, "~/vi.png")
    run = wordfuse.run(pair, "poem", scripted(), out="~/out", **given | {"masks": {"sky": "~/sky.png"}})
    assert run.folder == tmp_path / "out"
    assert wordfuse.resume("~/out").folder == run.folder


def test_a_language_model_is_loaded_once(small: Small, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from wordfuse.agent.batch.carrying import Models
    from wordfuse.api import runs

    loaded = list[str]()

    def connect(settings: Any) -> ScriptedModel:
        loaded.append(settings.llm)
        return scripted()

    monkeypatch.setattr(runs, "_models", Models(connect))
    pair = wordfuse.read_pair(small.ir, small.vi)
    first = wordfuse.run(pair, "bright", **given)
    second = wordfuse.run(pair, "bright", **given)
    assert loaded == ["embedded"]
    assert first.record["llm"]["calls"] == second.record["llm"]["calls"]  # each counts its own


def test_threads_load_a_language_model_once(small: Small) -> None:
    from wordfuse.agent.batch.carrying import Models

    loading, loaded = threading.Barrier(4), list[str]()

    def connect(settings: Any) -> ScriptedModel:
        loaded.append(settings.llm)
        return scripted()

    models, got = Models(connect), list[object]()

    def work() -> None:
        loading.wait()
        got.append(models.of(small.settings()))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1
    assert len(got) == 4
    assert len(set(map(id, got))) == 1


def test_threads_get_folders_of_their_own(small: Small, given: dict[str, Any]) -> None:
    pair, sky = wordfuse.read_pair(small.ir, np.asarray(Image.open(small.vi))), np.ones((96, 128), bool)
    given["masks"] = {"sky": sky}  # as the pair, it is written into each folder
    starting, folders = threading.Barrier(3), list[Path]()

    def work() -> None:
        starting.wait()
        folders.append(wordfuse.run(pair, "poem", scripted(), **given).folder)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(folder.name for folder in folders) == ["pair", "pair-2", "pair-3"]
    assert all((folder / "inputs" / "vi.png").exists() and (folder / "result.png").exists() for folder in folders)


def test_a_finished_run_asks_no_language_model(
    small: Small, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.commandline import wordfuse as command

    done = wordfuse.run(wordfuse.read_pair(small.ir, small.vi), "poem", scripted(), out=tmp_path / "done", **given)
    again = wordfuse.resume(tmp_path / "done", REFUSED)
    assert (again.record, again.satisfied) == (done.record, False)
    assert command("resume", tmp_path / "done", "--llm", REFUSED).exit_code == 3
    (tmp_path / "done" / "run.json").unlink()  # as if it had been killed just before
    with pytest.raises(wordfuse.BackendUnreachable):
        wordfuse.resume(tmp_path / "done", REFUSED)


def test_a_run_from_arrays_may_be_moved(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    arrays = [np.asarray(Image.open(path)) for path in (small.ir, small.vi)]
    given["masks"] = {"sky": np.asarray(Image.open(small.masks["sky"])), "people": small.masks["people"]}
    whole = wordfuse.run(wordfuse.read_pair(*arrays), "bright", scripted(), out=tmp_path / "here", **given)
    (tmp_path / "here").rename(tmp_path / "there")
    assert np.array_equal(wordfuse.resume(tmp_path / "there", scripted()).result, whole.result)
    with wordfuse.Conversation.resume(tmp_path / "there", scripted()) as talk:
        assert talk.say("bright").satisfied
    kept = json.loads((tmp_path / "there" / "session.json").read_text())
    assert kept["given"]["vi"] == "inputs/vi.png"
    assert kept["settings"]["masks"] == {"sky": "inputs/mask-1.png", "people": str(small.masks["people"])}
    # As folders of earlier versions hold it.
    home = tmp_path / "there"
    kept["given"] |= {name: str(home / kept["given"][name]) for name in ("ir", "vi")}
    kept["settings"]["masks"]["sky"] = str(home / "inputs/mask-1.png")
    kept["sha256"] = {str(home / path): digest for path, digest in kept["sha256"].items()}
    (home / "session.json").write_text(json.dumps(kept))
    assert wordfuse.resume(home, scripted()).folder == home


def test_nothing_is_printed_and_nothing_of_the_callers_is_touched(
    small: Small,
    given: dict[str, Any],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def state() -> list[object]:
        root = logging.getLogger()
        return [signal.getsignal(signal.SIGINT), list(warnings.filters), root.level, list(root.handlers)]

    before, during = state(), list[list[object]]()
    pair = wordfuse.read_pair(small.ir, small.vi)
    wordfuse.run(pair, "bright", scripted(), progress=lambda *told: during.append(state()), **given)
    with wordfuse.Conversation(pair, scripted(), progress=lambda *told: during.append(state()), **given) as talk:
        talk.say("warm")
    assert state() == before
    assert all(then[0] == before[0] and then[2:] == before[2:] for then in during)
    assert capfd.readouterr() == ("", "")
    assert list(folder.glob("wordfuse-*")) == []


def test_a_conversation_goes_back_and_forth(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with wordfuse.Conversation(pair, scripted(), out=tmp_path / "talk", **given) as talk:
        fused = talk.picture
        with pytest.raises(wordfuse.InputError, match="nothing to undo"):
            talk.undo()
        bright = talk.say("bright")
        assert bright.satisfied
        assert bright.question is None
        assert bright.outcome is not None
        assert bright.outcome["steps"][0]["output"] == "images/001.png"
        assert np.array_equal(talk.undo(), fused)
        assert np.array_equal(talk.redo(), bright.picture)
        with pytest.raises(wordfuse.InputError, match="nothing to redo"):
            talk.redo()
        assert np.array_equal(talk.reset(), fused)
        assert np.array_equal(talk.undo(), bright.picture)
        assert [said["text"] for said in talk.record["instructions"]] == ["bright"]
        poem = talk.say("poem")
        assert (poem.satisfied, poem.outcome["refusal"]) == (False, "I only edit pictures.")  # type: ignore[index]
        with pytest.raises(wordfuse.InputError, match="another wordfuse works in this folder"):
            wordfuse.Conversation.resume(tmp_path / "talk", scripted())
    with pytest.raises(wordfuse.InputError, match=r"the conversation: is closed; go on with Conversation\.resume"):
        talk.say("warm")
    with wordfuse.Conversation.resume(tmp_path / "talk", scripted()) as talk:
        assert np.array_equal(talk.picture, bright.picture)
        assert repr(talk).endswith("talk, 2 turns>")


def test_what_was_named_and_not_found_is_not_satisfied(small: Small, given: dict[str, Any]) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with wordfuse.Conversation(pair, scripted(), ask=False, **given) as talk:
        turn = talk.say("both")
        assert turn.outcome is not None
        assert [(done["satisfied"], done["missing"]) for done in turn.outcome["steps"]] == [(True, ["a unicorn"])]
        assert not turn.satisfied
    assert not wordfuse.run(pair, "both", scripted(), **given).satisfied


def test_a_large_pair_may_be_worked_on_as_far_as_it_may_be_read(
    small: Small, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wordfuse.fusion.files import decoders

    read = decoders.decode
    caps = list[int]()

    def watched(path: Path, max_pixels: int) -> Any:
        caps.append(max_pixels)
        return read(path, max_pixels)

    monkeypatch.setattr("wordfuse.fusion.images.decode", watched)
    pair = wordfuse.read_pair(small.ir, small.vi, max_pixels=300_000_000)
    wordfuse.run(pair, "bright", scripted(), **given)
    assert set(caps) == {300_000_000}


def test_a_question_is_answered(small: Small, given: dict[str, Any]) -> None:
    pair = wordfuse.read_pair(small.ir, small.vi)
    with wordfuse.Conversation(pair, scripted(), **given) as talk:
        turn = talk.say("unicorn")
        assert turn.question is not None
        assert turn.outcome is None
        assert "skip" in turn.options
        with pytest.raises(wordfuse.InputError, match="a question is open"):
            talk.say("bright")
        answered = talk.answer("skip")
        assert (answered.question, answered.satisfied) == (None, False)
        with pytest.raises(wordfuse.InputError, match="no question is open"):
            talk.answer("skip")
    with wordfuse.Conversation(pair, scripted(), ask=False, **given) as talk:
        assert talk.say("unicorn").question is None


def test_ctrl_c_ends_a_turn_in_good_order(small: Small, given: dict[str, Any]) -> None:
    pressed = threading.Event()

    def press(text: str, done: int, of: int) -> None:
        if (text, done) == ("incline", 3) and not pressed.is_set():
            pressed.set()
            raise KeyboardInterrupt

    pair = wordfuse.read_pair(small.ir, small.vi)
    with wordfuse.Conversation(pair, scripted(), progress=press, **given) as talk:
        bright = talk.say("bright")
        with pytest.raises(KeyboardInterrupt):
            talk.say("warm")
        assert np.array_equal(talk.picture, bright.picture)
        assert talk.say("warm").question is None


def test_runs_work_in_threads_other_than_the_first(small: Small, given: dict[str, Any], tmp_path: Path) -> None:
    """Notebooks and web servers run cells where signals cannot be set."""
    pair, results = wordfuse.read_pair(small.ir, small.vi), list[bool]()

    def work() -> None:
        with wordfuse.Conversation(pair, scripted(), out=tmp_path / "talk", **given) as talk:
            results.append(talk.say("bright").satisfied)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == [True]
