"""Conversations: turns, undo and redo, and going on in another process."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.run.talks import PLANS, WARM, result, scripted, talking, texts
from wordfuse.agent.errors import InputError
from wordfuse.agent.plan import Plan
from wordfuse.agent.record import exit_code, read_record
from wordfuse.agent.run.session import Session

pytestmark = pytest.mark.usefixtures("quick")


def test_it_begins_with_the_fused_picture(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.picture == "fused.png"
        assert conversation.record.as_json()["instructions"] == []
        assert exit_code(conversation.record) == 0
        assert not conversation.can_undo
    assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
    assert (tmp_path / "run/report.html").is_file()


def test_turns_follow_on_one_another(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with talking(small, tmp_path / "run", model) as conversation:
        first = conversation.say("warm")
        second = conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]
        assert conversation.picture == "images/002.png"
    assert model.before == [None, WARM], "the second turn knows the plan of the first"
    assert (first.calls, second.calls) == (5, 5)
    assert first.tokens == 5 * 110
    assert first.question is None
    record = read_record(tmp_path / "run").as_json()
    assert [done["satisfied"] for said in record["instructions"] for done in said["steps"]] == [True, True]


def test_undo_and_redo(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        pictures = [result(tmp_path / "run")]
        for words in ("warm", "bright"):
            conversation.say(words)
            pictures.append(result(tmp_path / "run"))
        assert len(set(pictures)) == 3
        conversation.undo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[1], ["warm"])
        conversation.undo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[0], [])
        assert not conversation.can_undo
        conversation.redo()
        conversation.redo()
        assert (result(tmp_path / "run"), texts(conversation)) == (pictures[2], ["warm", "bright"])
        assert not conversation.can_redo
        conversation.undo()
        assert texts(conversation) == ["warm"]


def test_what_is_said_after_an_undo_takes_the_place_of_what_was_undone(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        warm = (tmp_path / "run/images/001.png").read_bytes()
        conversation.undo()
        conversation.say("bright")
        assert texts(conversation) == ["bright"]
        assert not conversation.can_redo
        assert conversation.picture == "images/002.png"
        assert conversation.record.as_json()["llm"]["calls"] == model.usage.calls, "what was spent stays spent"
    assert (tmp_path / "run/images/001.png").read_bytes() == warm, "files of undone turns are not written over"
    assert model.before == [None, None], "an undone plan is not what 'more' means"


def test_a_reset_can_be_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        before = result(tmp_path / "run")
        conversation.reset()
        assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
        assert texts(conversation) == []
        conversation.undo()
        assert result(tmp_path / "run") == before
        assert texts(conversation) == ["warm", "bright"]


def test_it_goes_on_in_another_process_with_all_that_can_be_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        conversation.undo()
    with talking(small, tmp_path / "run") as conversation:
        assert texts(conversation) == ["warm"]
        assert conversation.can_redo
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"]


def test_a_run_can_be_talked_about(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(), "warm")
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]
        conversation.undo()
        assert texts(conversation) == ["warm"]


def test_budgets_count_for_each_turn(small: Small, tmp_path: Path) -> None:
    from wordfuse.agent.settings import Limits

    with talking(small, tmp_path / "run", limits=Limits(model_calls=5)) as conversation:
        for words in ("warm", "bright"):
            conversation.say(words)
        assert exit_code(conversation.record) == 0, "five calls each"
        conversation.change(conversation.session.settings.model_copy(update={"limits": Limits(model_calls=2)}))
        conversation.say("bright")
        (done,) = conversation.record.as_json()["instructions"][-1]["steps"]
        assert "budget of 2 model calls" in done["notice"]
    assert Session.open(tmp_path / "run", scripted()).settings.limits.model_calls == 2, "kept for later"


def test_two_conversations_cannot_share_a_folder(small: Small, tmp_path: Path) -> None:
    with (
        talking(small, tmp_path / "run"),
        pytest.raises(InputError, match="another wordfuse works in this folder"),
        talking(small, tmp_path / "run"),
    ):
        pass


def test_looking_for_a_region_changes_nothing(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        files = {path for path in (tmp_path / "run/masks").iterdir()}
        now = tmp_path / "run" / conversation.picture
        seen = conversation.looks.look_for("people", now, tmp_path / "seen.png")
        assert seen.found
        assert 0 < seen.area < 1
        assert (tmp_path / "seen.png").is_file()
        assert not conversation.looks.look_for(
            "unicorns", tmp_path / "run" / conversation.picture, tmp_path / "none.png"
        ).found
        assert not (tmp_path / "none.png").exists()
        assert {path for path in (tmp_path / "run/masks").iterdir()} == files
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]


@pytest.mark.parametrize("words", [("warm", "bright"), ("warm", "/reset", "bright")])
def test_a_reset_always_leads_to_the_fused_picture(small: Small, tmp_path: Path, words: tuple[str, ...]) -> None:
    with talking(small, tmp_path / "run") as conversation:
        for word in (*words, "/reset", "/reset"):
            conversation.reset() if word == "/reset" else conversation.say(word)
        assert result(tmp_path / "run") == (tmp_path / "run/fused.png").read_bytes()
        assert texts(conversation) == []
        conversation.undo()
        assert texts(conversation)[-1] == "bright", "a reset of what was reset changed nothing"


def test_undo_takes_back_what_changed_the_picture(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        for words in ("warm", "bright", "make a poem", "make a poem"):
            conversation.say(words)
        assert texts(conversation) == ["warm", "bright", "make a poem", "make a poem"]
        conversation.undo()
        assert (texts(conversation), conversation.picture) == (["warm"], "images/001.png")
        conversation.redo()
        assert texts(conversation) == ["warm", "bright", "make a poem", "make a poem"]


def test_what_changed_nothing_is_taken_back_where_there_is_nothing_else(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("make a poem")
        conversation.say("make a poem")
        conversation.undo()
        assert texts(conversation) == ["make a poem"]


def test_a_run_that_is_talked_about_can_be_reset(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(), "warm")
    with talking(small, tmp_path / "run") as conversation:
        conversation.reset()
        assert (texts(conversation), conversation.picture) == ([], "fused.png")
        conversation.say("warm")
        assert result(tmp_path / "run") == (tmp_path / "run/images/001.png").read_bytes(), "as at first"


def test_the_same_words_after_an_undo_give_the_same_picture(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        first = result(tmp_path / "run")
        conversation.undo()
        conversation.say("warm")
        assert result(tmp_path / "run") == first


def test_the_result_shows_what_was_done_before_the_question(small: Small, tmp_path: Path) -> None:
    model, run = scripted(), tmp_path / "run"
    steps = [*PLANS["bright"].steps, *PLANS["unicorn"].steps]
    model.plans["bright sky and unicorn"] = Plan(steps=steps)
    with talking(small, run, model) as conversation:
        assert conversation.say("bright sky and unicorn").question is not None
        assert (run / "result.png").read_bytes() == (run / "images/001.png").read_bytes()
        conversation.undo()
        assert (run / "result.png").read_bytes() == (run / "fused.png").read_bytes()
