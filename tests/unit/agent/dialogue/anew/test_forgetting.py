"""A part of a wish that is no longer wanted."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.forgetting import forgotten
from wordfuse.agent.model.words import lines

pytestmark = pytest.mark.usefixtures("quick")

WISHES = PLANS | {"two": lines.read("brighter slight: sky; infrared: unicorn")}


@pytest.mark.parametrize(
    "text",
    [
        "actually forget the unicorn, just keep the brightening",
        "forget the unicorn",
        "never mind the unicorn",
        "I don't want the unicorn anymore, only keep the brightening",
        "forget about the wheels",
    ],
)
def test_what_was_never_done_is_forgotten_without_a_change(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("two")
        talk.answer("skip")
        before = talk.picture
        turn = talk.say(text)
        assert (turn.question, turn.control, talk.picture) == (None, None, before)
        refusal = str(talk.instructions[-1].refusal)
        assert "nothing changes: brighter (slight): sky stays" in refusal


@pytest.mark.parametrize("text", ["forget the sky", "actually forget the brightening, just keep the people"])
def test_a_part_that_was_done_is_taken_back_and_the_rest_is_done_anew(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("both")
        found = forgotten(text, talk.instructions)
        assert found is not None and found.start == "fused"
        assert lines.written(found.plan) == "infrared: people"


def test_all_of_it_is_undone(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("bright")
        assert talk.say("forget the sky").control == "undo"


@pytest.mark.parametrize(
    "text",
    ["forget it", "forget that", "forget the last step", "drop the contrast", "i don't want the noise", "never mind"],
)
def test_what_is_no_such_wish(text: str) -> None:
    assert forgotten(text, []) is None
