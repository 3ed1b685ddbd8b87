"""Controls in a conversation: what was said is taken back, and the caller is told what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, result, talking, texts
from wordfuse.agent.context import Event
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.plan import Control, Plan, Query
from wordfuse.agent.record import exit_code, read_record
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session

pytestmark = pytest.mark.usefixtures("quick")

CONTROLS: dict[str, Control] = {
    "undo that": "undo",
    "once more as it was": "redo",
    "from the top": "reset",
    "side by side": "compare",
    "let me look": "show",
    "keep it as out.png": "save",
}
WISHES = PLANS | {words: Plan(control=which) for words, which in CONTROLS.items()}
WISHES |= {"how many?": Plan(question=Query(kind="count"))}


def planner() -> ScriptedModel:
    return ScriptedModel(WISHES, plans_only=True)


@contextmanager
def talk(small: Small, folder: Path) -> Iterator[Conversation]:
    with talking(small, folder / "run", planner()) as conversation:
        yield conversation


@pytest.mark.parametrize(("words", "which"), list(CONTROLS.items()))
def test_a_control_is_taken_back_and_told_to_the_caller(
    small: Small, tmp_path: Path, words: str, which: Control
) -> None:
    with talk(small, tmp_path) as conversation:
        conversation.say("warm")
        before, picture = result(tmp_path / "run"), conversation.picture
        turn = conversation.say(words)
        assert (turn.control, turn.said, turn.question, turn.calls) == (which, words, None, 1)
        assert texts(conversation) == ["warm"], "it is no part of the run"
        assert (conversation.turns, conversation.picture) == (1, picture)
        assert result(tmp_path / "run") == before
        assert exit_code(conversation.record) == 0
    assert [said.text for said in read_record(tmp_path / "run").instructions] == ["warm"]


def test_an_ordinary_turn_has_no_control(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        for words in ("warm", "how many?", "make a poem"):
            turn = conversation.say(words)
            assert (turn.control, turn.said) == (None, "")
        assert texts(conversation) == ["warm", "how many?", "make a poem"]


def test_what_the_caller_then_does_is_done_to_the_turn_before(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        conversation.say("warm")
        warm = result(tmp_path / "run")
        conversation.say("bright")
        bright = result(tmp_path / "run")
        assert conversation.say("undo that").control == "undo"
        conversation.undo()
        assert (texts(conversation), result(tmp_path / "run")) == (["warm"], warm)
        assert conversation.say("once more as it was").control == "redo"
        conversation.redo()
        assert (texts(conversation), result(tmp_path / "run")) == (["warm", "bright"], bright)


def test_what_was_undone_can_be_done_again_after_a_control(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        conversation.say("warm")
        warm = result(tmp_path / "run")
        conversation.undo()
        for words in ("undo that", "let me look", "once more as it was"):
            conversation.say(words)
            assert conversation.can_redo, f"{words!r} is no wish that takes the place of what was undone"
            assert not conversation.can_undo
        conversation.redo()
        assert (texts(conversation), result(tmp_path / "run")) == (["warm"], warm)


def test_a_wish_takes_its_place_though(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        conversation.say("warm")
        conversation.undo()
        conversation.say("undo that")
        conversation.say("bright")
        assert not conversation.can_redo


def test_a_control_before_anything_was_said(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        assert conversation.say("undo that").control == "undo"
        assert (texts(conversation), conversation.can_undo, conversation.can_redo) == ([], False, False)
        assert conversation.picture == "fused.png"
        assert conversation.record.instructions == ()


def test_what_comes_after_a_control_follows_on_the_turn_before(small: Small, tmp_path: Path) -> None:
    model = planner()
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        conversation.say("let me look")
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]
        assert conversation.picture == "images/002.png"
    assert model.before == [None, PLANS["warm"], PLANS["warm"]]
    assert read_record(tmp_path / "run").llm.calls == 3, "what the control cost is spent"


def test_a_question_stays_in_the_record(small: Small, tmp_path: Path) -> None:
    with talk(small, tmp_path) as conversation:
        conversation.say("warm")
        before = result(tmp_path / "run")
        turn = conversation.say("how many?")
        assert (turn.control, turn.question) == (None, None)
        answer = conversation.record.instructions[-1].answer
        assert answer is not None and answer.text == "people: an area, which is not counted."
        assert (conversation.picture, result(tmp_path / "run")) == ("images/001.png", before)
        conversation.undo()
        assert texts(conversation) == [], "what is taken back is an edit; the question after it goes with it"


class Killed(BaseException):
    """Nothing after it is done, as when a process is killed."""


def test_a_control_that_was_cut_short_is_none_of_the_run(small: Small, tmp_path: Path) -> None:
    """Who left in the middle of the turn and comes back is told what was asked for."""

    def die(event: Event) -> None:
        if (event.kind, event.text) == ("understood", "undo"):
            raise Killed

    session = Session.create(tmp_path / "run", small.ir, small.vi, [], small.settings(ask=True), planner())
    with Conversation.open(session, die, Interrupts()) as conversation:
        conversation.begin()
        conversation.say("warm")
        with pytest.raises(Killed):
            conversation.say("undo that")
        assert conversation.in_work
    session = Session.open(tmp_path / "run", planner())
    with Conversation.open(session, lambda event: None, Interrupts()) as conversation:
        turn = conversation.begin()
        assert turn is not None
        assert (turn.control, turn.said) == ("undo", "undo that")
        assert texts(conversation) == ["warm"]
        conversation.undo()
        assert conversation.picture == "fused.png"
