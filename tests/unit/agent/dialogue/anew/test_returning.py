"""Back to a point of the talk that is told by what was done there."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, plan, step
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.keeping import without
from wordfuse.agent.dialogue.anew.returning import Point, point_in
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Plan

pytestmark = pytest.mark.usefixtures("quick")

MORE = plan(step("relight", "brighter", "people", strength="slight"))
WISHES = PLANS | {"brighten the people": MORE}
BEFORE_THE_SKY = [
    "go back to before the sky thing",
    "back to how it was before we touched the sky",
    "put it back to the way it was before you brightened the sky",
    "take me back to just before the sky was brightened, please",
    "like it was before you did anything to the sky",
    "undo everything from the sky on",
    "make it like before the brightening of the sky",
]
AFTER_THE_SKY = [
    "undo everything after the sky",
    "go back to where the sky was bright",
    "go back to right after the sky, please",
    "take back all that you did since the sky was brightened",
]


@pytest.mark.parametrize("text", BEFORE_THE_SKY)
def test_it_goes_to_before_the_edit_that_is_named_and_not_to_the_last_one(
    small: Small, tmp_path: Path, text: str
) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("warm")
        talk.say("bright")
        talk.say("brighten the people")
        assert point_in(text, talk.instructions) == Point("001", 1)
        assert talk.say(text).control == "undo"


@pytest.mark.parametrize("text", AFTER_THE_SKY)
def test_it_goes_to_after_the_edit_that_is_named(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("bright")
        talk.say("warm")
        talk.say("brighten the people")
        assert point_in(text, talk.instructions) == Point("001", 1)


def test_of_edits_that_went_on_from_one_another_it_is_before_the_first(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES)) as talk:
        talk.say("warm")
        talk.say("bright")
        talk.say("bright")
        assert point_in("go back to before the sky thing", talk.instructions) == Point("001", 1)


def test_what_was_done_anew_is_taken_back_with_what_it_was_done_instead_of(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("warm")
        talk.say("half of that")
        assert talk.instructions[-1].steps[0].output
        assert point_in("go back to before the people", talk.instructions) == Point("fused", 0)


@pytest.mark.parametrize("text", ["go back to before the trees", "back to how it was before the sharpening"])
def test_where_no_edit_is_known_by_the_words_nothing_is_undone(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("warm")
        before = talk.picture
        turn = talk.say(text)
        assert (turn.control, talk.picture) == (None, before)
        assert "nothing changes. Done were: toward infrared: people" in str(talk.instructions[-1].refusal)


@pytest.mark.parametrize(
    "text",
    [
        *("go back", "back to the start", "go back two steps", "put it back the way it was before"),
        "as it was before",
        *(
            "go back to before that",
            "how it was before the last step",
            "brighten the sky",
            "make it sharper than before",
        ),
    ],
)
def test_what_leads_back_to_no_named_point(text: str) -> None:
    assert point_in(text, []) is None


def test_an_edit_that_is_named_by_what_it_does_is_taken_back_from_among_others(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("bright")
        talk.say("warm")
        anew = without("undo the brightening", talk.instructions)
        assert anew is not None and (lines.written(anew.plan), anew.start) == ("infrared: people", "fused")
        anew = without("undo the brightening of the sky", talk.instructions)
        assert anew is not None and lines.written(anew.plan) == "infrared: people"
        for named in ("the sharpening", "the sharpening of the sky", "the brightening of the people"):
            of_nothing = without(f"undo {named}", talk.instructions)
            assert of_nothing is not None and f"No edit is known as '{named}'" in str(of_nothing.plan.refusal)


@pytest.mark.parametrize(
    "text", ["go back to before I asked for sweeter", "forget the colours, go back to before I said make it sweeter"]
)
def test_before_a_wish_that_changed_nothing_no_other_edit_is_lost(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES | {"make it sweeter": Plan(refusal="no")})) as talk:
        talk.say("warm")
        talk.say("make it sweeter")
        before = talk.picture
        talk.say(text)
        assert talk.picture == before
        assert "'make it sweeter' changed nothing" in str(talk.instructions[-1].refusal)


def test_before_a_wish_that_changed_nothing_is_after_the_edits_that_came_earlier(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(WISHES | {"make it sweeter": Plan(refusal="no")})) as talk:
        talk.say("warm")
        talk.say("make it sweeter")
        talk.say("bright")
        assert point_in("go back to before I asked for sweeter", talk.instructions) == Point("001", 2)
