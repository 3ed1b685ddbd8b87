"""Follow-ups that follow from the turns before alone."""

from pathlib import Path

import pytest

from tests.fakes import Detector, Small
from tests.unit.agent.run.talks import PLANS, talking
from tests.unit.agent.run.test_asking import BOXES, lit
from wordfuse.agent.dialogue.following import Other, back_a_bit, halved, other_of, shown, wants_half
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.words import lines

BEFORE = lines.read("stand out: guy on the sidewalk")


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
    ],
)
def test_what_asks_for_more_than_a_bit_less_or_needs_no_help(text: str) -> None:
    assert not back_a_bit(text)


@pytest.mark.usefixtures("quick")
def test_a_complaint_behind_it_is_no_other_wish(small: Small, tmp_path: Path) -> None:
    model = ScriptedModel(PLANS | {"too much": lines.read("darker slight: sky")})
    with talking(small, tmp_path / "run", model) as talk:
        talk.say("bright")
        assert talk.say("hmm not so much, they look like ghosts now").question is None
        (_, less) = talk.record.steps
        assert (less.task, less.direction, less.strength) == ("relight", "darker", "slight")


@pytest.mark.usefixtures("quick")
def test_nothing_is_made_less_where_nothing_was_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as talk:
        talk.say("make a poem")
        talk.say("too much, it looks fake")
        assert "nothing to be made less" in str(talk.instructions[-1].refusal)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("and the same for the other one over by the tree", Other(("guy by the tree", "guy"), False)),
        ("the same for the other guy", Other(("guy",), False)),
        ("the other one too", Other(("guy",), False)),
        ("do the same for the other two on the right", Other(("guys on the right", "guys"), True)),
        ("and the other one on the right the same", Other(("guy on the right", "guy"), False)),
        ("and the other one too, the one with the bag", Other(("guy with the bag", "guy"), False)),
        ("the same for the other guy, with the bag please", Other(("guy with the bag", "guy"), False)),
        ("the other one as well - the one on the right", Other(("guy on the right", "guy"), False)),
        ("the other one too, the left one", Other(("left guy", "guy"), False)),
        ("also the other one please", Other(("guy",), False)),
        ("also the other one", Other(("guy",), False)),
        ("the other one is too dark, brighten it", None),
        ("make the other one brighter, the one with the bag", None),
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


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("words", ["and the other one too, the one with the bag", "and the same for the other one"])
def test_where_there_is_no_other_one_the_same_is_not_done_twice(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    Detector("car", seen=[(BOXES[0], 0.9)], confidence=0.9).put_in(monkeypatch)
    with talking(small, tmp_path / "run", masks={}) as talk:
        assert talk.say("the car").question is None
        picture = talk.picture
        question = talk.say(words).question
        assert question is not None and question.about.startswith("other car")
        talk.answer("skip")
        assert talk.picture == picture
