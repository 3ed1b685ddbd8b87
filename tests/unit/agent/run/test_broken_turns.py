"""Turns that Ctrl-C or a failure ends, and what is left of them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import Small
from tests.unit.agent.run.talks import in_an_epoch, interrupted, result, scripted, talking, texts
from wordfuse.agent.errors import BackendUnreachable, InputError
from wordfuse.agent.record import exit_code
from wordfuse.agent.run.session import Session

pytestmark = pytest.mark.usefixtures("quick")


def test_a_turn_that_cannot_be_finished_is_taken_back(small: Small, tmp_path: Path) -> None:
    model = scripted(raises={8: BackendUnreachable("the server is gone")})
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        before = result(tmp_path / "run")
        with pytest.raises(BackendUnreachable, match="gone"):
            conversation.say("bright")
        assert texts(conversation) == ["warm"]
        assert result(tmp_path / "run") == before
        conversation.say("bright")
        assert texts(conversation) == ["warm", "bright"]


def test_ctrl_c_in_an_edit_keeps_the_best_and_ends_the_turn(small: Small, tmp_path: Path) -> None:
    with interrupted(small, tmp_path / "run", in_an_epoch) as conversation:
        turn = conversation.say("both")
        assert turn.stopped
        (said,) = conversation.record.as_json()["instructions"]
        done, left = said["steps"]
        assert (left["notice"], left["attempts"]) == ("stopped by you", [])
        assert exit_code(conversation.record) == 3
        assert done["attempts"][0]["stopped"] == "cancelled"
        assert done["output"] == "images/001.png", "what was reached is kept"
        pixels = [np.asarray(Image.open(tmp_path / "run" / name)) for name in ("fused.png", "result.png")]
        assert (pixels[0] != pixels[1]).any()
        assert not conversation.say("bright").stopped


@pytest.mark.parametrize("text", ["ground", "segment"])
def test_ctrl_c_between_edits_ends_the_turn(small: Small, tmp_path: Path, text: str) -> None:
    with interrupted(small, tmp_path / "run", lambda event: event.text.startswith(text)) as conversation:
        assert conversation.say("warm").stopped
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert (done["notice"], done["output"]) == ("stopped by you", None)
        conversation.say("warm")
        assert conversation.record.as_json()["instructions"][1]["steps"][0]["satisfied"]


def test_ctrl_c_twice_leaves_and_the_turn_can_be_finished_later(small: Small, tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        interrupted(small, tmp_path / "run", in_an_epoch, twice=True) as conversation,
    ):
        conversation.say("warm")
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_a_stop_at_a_question_ends_the_turn(small: Small, tmp_path: Path) -> None:
    with interrupted(small, tmp_path / "run", lambda event: event.text.startswith("ground")) as conversation:
        turn = conversation.say("unicorn")
        assert (turn.stopped, turn.question) == (True, None)


def test_a_stop_while_the_model_judges_does_not_ask_it_again(small: Small, tmp_path: Path) -> None:
    model = scripted()
    with interrupted(small, tmp_path / "run", lambda event: event.kind == "measured", model=model) as conversation:
        assert conversation.say("warm").stopped
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert done["satisfied"], "by its figures"
    assert model.tables == []


@pytest.mark.parametrize("error", [BackendUnreachable("the server is gone"), RuntimeError("out of memory")])
def test_a_turn_that_fails_costs_nothing_that_was_before(small: Small, tmp_path: Path, error: Exception) -> None:
    model = scripted(raises={12: error})
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("warm")
        conversation.say("bright")
        conversation.undo()
        with pytest.raises(type(error)):
            conversation.say("bright")
        assert texts(conversation) == ["warm"]
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"], "what was undone before can still be redone"


def full_disk(*ignored: object) -> None:
    raise InputError("the disk is full")


def test_an_undo_that_fails_takes_nothing_else_with_it(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        conversation.say("bright")
        with monkeypatch.context() as patched, pytest.raises(InputError, match="disk"):
            patched.setattr("wordfuse.agent.nodes.write_outcome", full_disk)
            conversation.undo()
        assert texts(conversation) == ["warm"]
        conversation.redo()
        assert texts(conversation) == ["warm", "bright"]


def test_a_turn_that_cannot_be_finished_now_is_finished_later(small: Small, tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        interrupted(small, tmp_path / "run", in_an_epoch, twice=True) as conversation,
    ):
        conversation.say("warm")
    gone = scripted(raises={1: BackendUnreachable("the server is gone")})
    with pytest.raises(BackendUnreachable), talking(small, tmp_path / "run", gone):
        pass
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_a_record_that_was_cut_short_is_written_again(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
    (tmp_path / "run/run.json").unlink()
    with talking(small, tmp_path / "run") as conversation:
        assert texts(conversation) == ["warm"]
        assert (tmp_path / "run/run.json").exists()
    (tmp_path / "run/run.json").unlink()
    assert Session.open(tmp_path / "run", scripted()).run().as_json()["instructions"][0]["steps"][0]["satisfied"]
