"""Less of what was done last."""

from pathlib import Path

import pytest

from tests.fakes import Small
from tests.unit.agent.run.talks import PLANS, talking
from wordfuse.agent.dialogue.anew.lessening import NO_LESS, lessened
from wordfuse.agent.dialogue.asking_less import back_a_bit, less_wanted, wants_half
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.words import lines


@pytest.mark.parametrize(
    "text",
    [
        *(
            "half of that",
            "That's too much, half of it would do.",
            "hmm too much, half of that",
            "that's way too much, make it half",
            "only half as much please",
        ),
        *("not so loud, half of that", "bit too much, put half of it back", "cut it in half"),
    ],
)
def test_what_asks_for_half(text: str) -> None:
    assert wants_half(text)


@pytest.mark.parametrize("text", ["brighten half of that car", "the left half", "too much", "half the noise", "half"])
def test_what_asks_for_something_else(text: str) -> None:
    assert not wants_half(text)


@pytest.mark.parametrize(
    "text",
    [
        "hmm not so much, they look like ghosts now",
        "too much, it looks fake",
        "a bit much, looks like a cartoon",
        "that\u2019s way too strong. now they're all white",
        "less, it hides his face",
        "not so much",
        "no, not so loud, that hides his face",
        "a bit less please, everything is glowing",
    ],
)
def test_what_asks_for_a_bit_less_and_complains(text: str) -> None:
    assert back_a_bit(text)


@pytest.mark.parametrize(
    "text",
    [
        "too much, make the sky darker",
        "less noise",
        "less noise, it looks grainy",
        "not so much the sky, it is the road",
        "too much, the road is too dark",
        "too much, it should only glow",
        "too much",
        "less",
        "they look like ghosts now",
        "too much light in there",
        "softer, they're too dramatic",
    ],
)
def test_what_asks_for_more_than_a_bit_less_or_needs_no_help(text: str) -> None:
    assert not back_a_bit(text)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "text",
    [
        "hmm not so much, they look like ghosts now",
        "a bit less",
        "a bit less please",
        "that's a bit too much",
        "make it a little weaker",
        "a bit less of that",
        "a bit less, I can no longer see the clouds",
        "a touch less on the sky please",
    ],
)
def test_a_bit_less_is_a_third_less_and_begins_where_that_began(small: Small, tmp_path: Path, text: str) -> None:
    with talking(small, tmp_path / "run", ScriptedModel({"lift": lines.read("brighter strong: sky")})) as talk:
        talk.say("lift")
        (whole,) = talk.record.steps
        assert talk.say(text).question is None
        (_, less) = talk.record.steps
        first, second = whole.best, less.best
        assert first is not None and second is not None and second.edit is not None
        assert (less.task, less.direction, less.region) == (whole.task, whole.direction, whole.region)
        assert second.edit.args["image"] == "fused", "the picture before what is made less"
        went = first.main.after - first.main.before
        assert 0.55 * went < second.main.after - second.main.before < 0.8 * went


@pytest.mark.usefixtures("quick")
def test_of_two_steps_the_one_that_is_named_is_made_less(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("both")
        told = talk.instructions
    found = lessened("a bit less on the sky", told)
    assert found is not None and found.start == "fused"
    people, sky = found.plan.steps
    assert people.amount is None and sky.amount is not None
    assert lessened("a bit less on the road", told) is None


@pytest.mark.parametrize("text", ["a bit less noise", "a bit less contrast on the sky", "a bit less bright in the sky"])
def test_less_of_something_else_is_a_wish_of_its_own(text: str) -> None:
    assert less_wanted(text) is None


@pytest.mark.usefixtures("quick")
def test_nothing_is_made_less_where_nothing_was_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("make a poem")
        talk.say("too much, it looks fake")
        assert "nothing to be made less" in str(talk.instructions[-1].refusal)


@pytest.mark.usefixtures("quick")
def test_half_is_half_of_what_was_seen_and_begins_where_that_began(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel(PLANS | {"lift": lines.read("brighter strong: sky")})) as talk:
        talk.say("warm")
        talk.say("lift")
        (_, whole) = talk.record.steps
        assert talk.say("hmm too much, half of that").question is None
        (_, _, half) = talk.record.steps
        first, second = whole.best, half.best
        assert first is not None and second is not None and second.edit is not None
        assert second.edit.args["image"] == "001", "the picture before what is halved"
        went = first.main.after - first.main.before
        assert second.main.before == first.main.before
        assert 0.35 * went < second.main.after - second.main.before < 0.65 * went
        talk.undo()
        assert talk.picture == "images/002.png", "the whole of it again"


def test_half_of_nothing_is_none() -> None:
    assert lessened("half of that", []) is None


@pytest.mark.usefixtures("quick")
def test_what_cannot_be_done_by_less_is_told_and_not_reported_as_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", ScriptedModel({"lift": lines.read("brighter slight: sky")})) as talk:
        talk.say("lift")
        before = talk.picture
        for _ in range(4):
            talk.say("a bit less")
            if talk.instructions[-1].plan.refusal:
                break
            (done,) = talk.instructions[-1].steps
            if done.output is None:
                assert (done.satisfied, done.notice) == (False, NO_LESS)
                assert talk.picture == before, "what was there stays"
                return
            before = talk.picture
        raise AssertionError("it was reported as done whatever came of it")
