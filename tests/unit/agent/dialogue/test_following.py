"""Follow-ups that follow from the turns before alone."""

from pathlib import Path

import pytest

from tests.fakes import Detector, Small
from tests.unit.agent.run.talks import talking
from tests.unit.agent.run.test_asking import BOXES, lit
from wordfuse.agent.dialogue.following import Other, asked_of, other_of, shown
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.words import lines
from wordfuse.agent.record import Instruction

BEFORE = lines.read("stand out: guy on the sidewalk")


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
        for words in ("show me where exactly", "where is he?", "and where exactly"):
            again = asked_of(words, talk.instructions[:1])
            assert again == lines.read("? find: somebody"), words
        assert asked_of("where is the car?", talk.instructions[:1]) is None


@pytest.mark.parametrize(
    ("asked", "text", "meant"),
    [
        ("? count: people on the left", "what about the other side", "? count: people on the right"),
        ("? count: people", "and on the left?", "? count: people on the left"),
        ("? find: somebody", "what about behind the truck?", "? find: somebody behind the truck"),
        ("? measure: road", "how about the sky", "? measure: sky"),
        ("? count: people", "what about the other side", None),  # of what?
        ("? count: people", "what about lunch", None),
        ("denoise: road", "what about the sky", None),  # an edit: it may be one, or a question
    ],
)
def test_the_same_may_be_asked_of_another_place(asked: str, text: str, meant: str | None) -> None:
    told = [Instruction(text="...", plan=lines.read(asked), steps=(), refusal=None)]
    assert asked_of(text, told) == (None if meant is None else lines.read(meant))


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
