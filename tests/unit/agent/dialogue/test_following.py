"""Follow-ups that follow from the turns before alone."""

from pathlib import Path

import pytest

from tests.fakes import Detector, Small
from tests.unit.agent.run.talks import PLANS, talking
from tests.unit.agent.run.test_asking import BOXES, lit
from wordfuse.agent.dialogue.following import Other, halved, other_of, shown, wants_half
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.words import lines

BEFORE = lines.read("stand out: guy on the sidewalk")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "half of that",
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
    ("text", "other"),
    [
        ("and the same for the other one over by the tree", Other(("guy by the tree", "guy"), False)),
        ("the same for the other guy", Other(("guy",), False)),
        ("the other one too", Other(("guy",), False)),
        ("do the same for the other two on the right", Other(("guys on the right", "guys"), True)),
        ("and the other one on the right the same", Other(("guy on the right", "guy"), False)),
        ("the same for the cars", None),
        ("the other way round", None),
    ],
)
def test_which_other_one(text: str, other: Other | None) -> None:
    assert other_of(text, BEFORE) == other
    assert other_of(text, None) is None


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
    assert halved("half of that", []) is None


@pytest.mark.usefixtures("quick")
def test_somebody_who_was_found_is_shown_by_standing_out(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Detector("somebody", seen=[(BOXES[1], 0.9)], confidence=0.9).put_in(monkeypatch)
    with talking(
        small, tmp_path / "run", ScriptedModel({"anybody?": lines.read("? find: somebody")}), masks={}
    ) as talk:
        talk.say("anybody?")
        assert talk.say("show him then").question is None
        (done,) = talk.record.steps
        assert (done.task, done.direction, done.region.phrases) == ("stand_out", "more", ["somebody"])
        assert shown("show him then", talk.instructions[:1]) is not None
        assert shown("show the infrared", talk.instructions[:1]) is None
        assert shown("show him then", talk.instructions[1:]) is None, "nobody was asked for"


@pytest.mark.usefixtures("quick")
def test_the_other_one_is_the_one_that_nothing_was_done_for(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Detector("car", seen=[(box, 0.9) for box in BOXES[:2]], confidence=0.9).put_in(monkeypatch)
    with talking(small, tmp_path / "run", masks={}) as talk:
        assert talk.say("the car").question is not None
        talk.answer("1")
        assert lit(tmp_path / "run") == [True, False, False]
        assert talk.say("and the same for the other one").question is None, "it is clear which"
    assert lit(tmp_path / "run") == [True, False, True]
