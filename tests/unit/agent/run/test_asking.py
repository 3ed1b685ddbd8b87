"""What a conversation asks the person, and what comes of the answer."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.fakes import Detector, Small, plan, read_strict, step
from tests.unit.agent.run.talks import UNCLEAR, scripted, talking, texts
from wordfuse.agent.context import Event
from wordfuse.agent.errors import InputError
from wordfuse.agent.model.words.refusals import two_ways
from wordfuse.agent.nodes import _told
from wordfuse.agent.plan import Doubted, Plan
from wordfuse.agent.record import exit_code
from wordfuse.agent.run.session import Session

pytestmark = pytest.mark.usefixtures("quick")


def test_an_unclear_wish_is_asked_about(small: Small, tmp_path: Path) -> None:
    model, wish = scripted(), "sky thing"
    with talking(small, tmp_path / "run", model) as conversation:
        turn = conversation.say(wish)
        assert turn.question is not None
        assert (turn.question.kind, turn.question.about) == ("effect", wish)
        assert model.usage.calls == 1
        turn_question = turn.question.text
        assert conversation.answer("brighter").question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert (said["text"], said["refusal"]) == (wish, None)
    assert said["plan"]["steps"][0]["region"]["phrases"] == ["sky"]
    assert said["steps"][0]["satisfied"]
    (asked,) = said["asked"]
    assert (asked["kind"], asked["about"], asked["answer"]) == ("effect", wish, "brighter")
    assert asked["question"] == turn_question


def test_an_answer_may_be_another_wish(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("sky thing")
        conversation.answer("brighten the people")
        (said,) = conversation.record.as_json()["instructions"]
        assert [one.called for one in conversation.instructions] == ["brighten the people"]
    assert said["plan"]["steps"][0]["region"]["phrases"] == ["people"]


@pytest.mark.parametrize(
    ("answer", "brighter", "asked_for"),
    [("yes", True, ["sky"]), ("skip", False, []), ("darken the people", False, ["people"])],
)
def test_a_reading_that_is_not_sure_is_asked_about(
    small: Small, tmp_path: Path, answer: str, brighter: bool, asked_for: list[str]
) -> None:
    model = scripted()
    reading = plan(step("relight", "brighter", "sky"))
    model.plans = {
        **model.plans,
        "do the sky": Doubted(refusal="It is unclear what is meant.", reading=reading),
        "darken the people": plan(step("relight", "darker", "people")),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        question = conversation.say("do the sky").question
        assert question is not None
        assert question.text == "Is this meant: brighter: sky? Say yes, or say it in other words."
        assert conversation.answer(answer).question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert (said["plan"]["steps"] == reading.model_dump()["steps"]) is brighter
    assert [phrase for one in said["plan"]["steps"] for phrase in one["region"]["phrases"]] == asked_for
    assert (said["refusal"] is None) is bool(asked_for)


def test_words_that_lead_to_two_edits_are_asked_about_and_the_answer_is_done(small: Small, tmp_path: Path) -> None:
    model = scripted()
    model.plans = {
        "change the light of the sky": two_ways(("brighten the sky", "darken the sky")),
        "darken the sky": plan(step("relight", "darker", "sky")),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        question = conversation.say("change the light of the sky").question
        assert question is not None and question.options == ["brighten the sky", "darken the sky", "skip"]
        assert conversation.answer("darken the sky").question is None
        (said,) = conversation.record.as_json()["instructions"]
        assert [one["direction"] for one in said["plan"]["steps"]] == ["darker"]
        conversation.say("change the light of the sky")
        conversation.answer("skip")
        left = conversation.record.as_json()["instructions"][-1]
    assert not left["steps"] and "'brighten the sky' or 'darken the sky'" in left["refusal"]


def unsure(*steps: dict[str, object]) -> Doubted:
    return Doubted(refusal="It is unclear what is meant.", reading=plan(*steps))


def test_what_is_said_in_other_words_and_read_alike_is_done(small: Small, tmp_path: Path) -> None:
    model = scripted()
    model.plans = {
        "the sky is a mess": unsure(step("relight", "brighter", "sky")),
        "just lift the sky": unsure(step("relight", "brighter", "sky", strength="slight")),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        assert conversation.say("the sky is a mess").question is not None
        assert conversation.answer("just lift the sky").question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert (said["refusal"], said["plan"]["steps"][0]["strength"]) == (None, "slight")
    assert said["steps"][0]["output"] is not None
    (asked,) = said["asked"]
    assert asked["reading"]["steps"][0]["task"] == "relight"


def test_what_is_read_otherwise_is_asked_about_once_more(small: Small, tmp_path: Path) -> None:
    model = scripted()
    model.plans = {
        "the sky is a mess": unsure(step("relight", "brighter", "sky")),
        "fix the sky": unsure(step("relight", "darker", "sky")),
        "the sky": unsure(step("denoise", None, "sky")),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("the sky is a mess")
        question = conversation.answer("no, fix the sky").question
        assert question is not None and question.text.startswith("Is this meant: darker: sky?")
        assert conversation.answer("yes").question is None
        conversation.say("the sky is a mess")
        assert conversation.answer("no, fix the sky").question is not None
        assert conversation.answer("the sky").question is None, "two questions are enough"
        done, left = conversation.record.as_json()["instructions"]
    assert (done["steps"][0]["direction"], done["refusal"]) == ("darker", None)
    assert left["refusal"] == "It is unclear what is meant."


def test_a_control_in_the_place_of_an_answer_is_told_in_its_own_words(small: Small, tmp_path: Path) -> None:
    model = scripted()
    reading = plan(step("relight", "brighter", "sky"))
    model.plans = {
        "do the sky": Doubted(refusal="It is unclear what is meant.", reading=reading),
        "save it as x.png": Plan(control="save"),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        conversation.say("do the sky")
        turn = conversation.answer("save it as x.png")
        assert (turn.control, turn.said) == ("save", "save it as x.png")
        assert conversation.instructions == []


def test_yes_takes_the_region_that_is_offered_and_means_nothing_where_none_is(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        question = conversation.say("peeple").question
        assert question is not None and question.options[0] == "people"
        assert conversation.answer("yes").question is None
        assert conversation.say("unicorn").question is not None
        again = conversation.answer("yes").question
        assert again is not None and again.text.startswith("Not understood.")
        conversation.answer("skip")
        (done, left) = conversation.record.as_json()["instructions"]
    assert [one["region"]["phrases"] for one in done["steps"]] == [["people"]]
    assert left["steps"][0]["output"] is None


def test_nothing_is_asked_about_what_is_no_edit(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.say("make a poem").question is None
        (said,) = conversation.record.as_json()["instructions"]
    assert said["refusal"] == "I only edit pictures."


def test_without_an_answer_nothing_is_done(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("sky thing")
        assert conversation.answer("skip").question is None
        (said,) = conversation.record.as_json()["instructions"]
        assert said["refusal"] == UNCLEAR.refusal
        assert conversation.picture == "fused.png"


def test_another_region_is_asked_for(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        turn = conversation.say("unicorn")
        assert turn.question is not None
        assert (turn.question.kind, turn.question.about) == ("region", "a unicorn")
        turn = conversation.answer("a griffin")
        assert turn.question is not None
        assert turn.question.about == "griffin", "asked again"
        assert conversation.answer("The sky.").question is None
        (said,) = conversation.record.as_json()["instructions"]
    (done,) = said["steps"]
    assert (done["region"]["phrases"], done["satisfied"], done["missing"]) == (["sky"], True, [])
    assert [one["answer"] for one in said["asked"]] == ["a griffin", "The sky."]


def test_the_whole_image_instead_of_a_region(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
        conversation.answer("the whole image")
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
    assert (done["region"], done["area"], done["satisfied"]) == (
        {"phrases": [], "except": [], "invert": False},
        1.0,
        True,
    )


@pytest.mark.parametrize(("words", "satisfied"), [("unicorn", False), ("unicorn and sky", True)])
def test_a_region_that_is_not_there_may_be_skipped(small: Small, tmp_path: Path, words: str, satisfied: bool) -> None:
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.say(words).question is not None
        assert conversation.answer("skip").question is None
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert done["satisfied"] is satisfied
        assert done["missing"] == ["a unicorn"]
        assert exit_code(conversation.record) == 3


def test_questions_come_to_an_end(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        turn = conversation.say("unicorn")
        asked = 0
        while turn.question is not None:
            asked += 1
            turn = conversation.answer(f"griffin number {asked}")
        assert asked == 4
        assert "griffin number 4" in conversation.record.as_json()["instructions"][0]["steps"][0]["notice"]


def test_a_question_survives_the_process(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
    assert not (tmp_path / "run/run.json").exists(), "the turn is not finished"
    with talking(small, tmp_path / "run") as conversation:
        assert conversation.question is not None
        assert conversation.question.about == "a unicorn"
        conversation.answer("sky")
        assert conversation.record.as_json()["instructions"][0]["steps"][0]["satisfied"]


def test_where_nobody_can_be_asked_the_turn_ends(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
    record = Session.open(tmp_path / "run", scripted()).run().as_json()
    assert not record["instructions"][0]["steps"][0]["satisfied"]


def test_the_trace_holds_questions_and_answers(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("unicorn")
        conversation.answer("sky")
    lines = [read_strict(line) for line in (tmp_path / "run/trace.jsonl").read_text().splitlines()]
    assert [line["answer"] for line in lines if line["kind"] == "asked"] == ["sky"]


BOXES = ((70.0, 40.0, 90.0, 60.0), (10.0, 40.0, 30.0, 60.0), (40.0, 40.0, 60.0, 60.0))


def three_cars(confidence: float = 0.9) -> Detector:
    return Detector("car", "cars", seen=[(box, confidence) for box in BOXES], confidence=confidence)


@pytest.fixture
def cars(monkeypatch: pytest.MonkeyPatch) -> None:
    three_cars().put_in(monkeypatch)


def lit(folder: Path) -> list[bool]:
    """Whether the inside of each box, from left to right, was changed."""
    before, after = (np.asarray(Image.open(folder / name)).astype(int) for name in ("fused.png", "result.png"))
    inner = [(slice(int(y0) + 6, int(y1) - 6), slice(int(x0) + 6, int(x1) - 6)) for x0, y0, x1, y1 in sorted(BOXES)]
    return [bool((before[box] != after[box]).any()) for box in inner]


@pytest.mark.parametrize(
    ("words", "answers", "changed"),
    [
        ("the car", ["2"], [False, True, False]),
        ("the car", ["the red one", "left and right"], [True, False, True]),
        ("the car", ["all"], [True, True, True]),
        ("all but the car", ["2"], [True, False, True]),
        ("unicorn and car", ["skip", "right"], [False, False, True]),
        ("the car", ["skip"], [False, False, False]),
        ("the car", ["hm", "whatever", "that one", "you choose"], [False, False, False]),
    ],
)
def test_one_of_several(
    small: Small, tmp_path: Path, cars: None, words: str, answers: list[str], changed: list[bool]
) -> None:
    with talking(small, tmp_path / "run", masks={}) as conversation:
        turn = conversation.say(words)
        for answer in answers:
            assert turn.question is not None
            turn = conversation.answer(answer)
        assert turn.question is None
    assert lit(tmp_path / "run") == changed


@pytest.mark.parametrize(
    "answers",
    [
        ["hm", "whatever", "that one", "none of these"],
        ["hm", "whatever", "that one", "you choose"],
        ["skip"],
    ],
)
def test_one_thing_that_is_left_out_leaves_the_other(
    small: Small, tmp_path: Path, cars: None, answers: list[str]
) -> None:
    model = scripted()
    model.plans["both of them"] = plan(step("relight", "brighter", "car", "sky", strength="slight"))
    with talking(small, tmp_path / "run", model, masks={"sky": small.masks["sky"]}) as conversation:
        turn = conversation.say("both of them")
        for answer in answers:
            assert turn.question is not None and turn.question.about == "car"
            turn = conversation.answer(answer)
        assert turn.question is None
        (done,) = conversation.instructions[-1].steps
        assert (done.missing, done.output, done.notice) == (("car",), "images/001.png", None)


def test_which_one_is_meant_holds_for_what_follows_on_it(small: Small, tmp_path: Path, cars: None) -> None:
    with talking(small, tmp_path / "run", masks={}) as conversation:
        conversation.say("the car")
        conversation.answer("2")
        assert conversation.say("darken it").question is None, "the same car"
        assert conversation.say("the car").question is not None, "it was named anew"


def in_doubt(monkeypatch: pytest.MonkeyPatch, confidence: float) -> None:
    three_cars(confidence).put_in(monkeypatch)


@pytest.mark.parametrize(("confidence", "asked"), [(0.9, False), (0.3, True)])
def test_what_is_in_doubt_is_asked_about(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confidence: float, asked: bool
) -> None:
    in_doubt(monkeypatch, confidence)
    with talking(small, tmp_path / "run", masks={}) as conversation:
        turn = conversation.say("cars")
        assert (turn.question is not None) is asked
        if turn.question is not None:
            assert turn.question.boxes == sorted(BOXES) and "30%" in turn.question.text
            assert conversation.answer("1 and 3").question is None
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
    assert lit(tmp_path / "run") == ([True, False, True] if asked else [True, True, True])
    assert done["confidence"] == (1.0 if asked else confidence), "a person is not in doubt"


def test_a_run_warns_of_what_is_in_doubt_and_records_it(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_doubt(monkeypatch, 0.3)
    told: list[Event] = []
    record = small.run(tmp_path / "run", scripted(), "cars", notify=told.append, masks={})
    (warning,) = [event.text for event in told if event.kind == "doubted"]
    assert "'cars' is in doubt: 30%" in warning
    assert record["instructions"][0]["steps"][0]["confidence"] == 0.3


def test_the_language_model_reads_no_confidences() -> None:
    assert json.loads(_told({"mask": "m1", "area": 0.1, "confidence": 0.3})) == {"mask": "m1", "area": 0.1}


def test_two_questions_in_one_turn(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run") as conversation:
        conversation.say("warm")
        turn = conversation.say("griffin and unicorn")
        assert turn.question is not None
        assert turn.question.about == "a griffin"
        assert exit_code(conversation.record) == 3, "there is a record at any time"
        for forbidden in (lambda: conversation.say("bright"), conversation.redo):
            with pytest.raises(InputError, match="answer it first"):
                forbidden()
        turn = conversation.answer("skip")
        assert turn.question is not None
        assert turn.question.about == "a unicorn"
        conversation.undo()
        assert (texts(conversation), conversation.question) == (["warm"], None)
        assert conversation.say("bright").question is None


@pytest.mark.parametrize(("half", "asked"), [("brighter", False), ("darker", True)])
def test_a_wish_whose_first_half_is_read_alike_is_sure_enough(
    small: Small, tmp_path: Path, half: str, asked: bool
) -> None:
    model = scripted()
    model.plans = {
        "make it pop, it should be really bright": unsure(step("relight", "brighter", "sky")),
        "make it pop": plan(step("relight", half, "sky")),
    }
    with talking(small, tmp_path / "run", model) as conversation:
        turn = conversation.say("make it pop, it should be really bright")
        assert (turn.question is not None) is asked


def test_which_one_may_be_answered_by_the_name_of_something_unknown(small: Small, tmp_path: Path, cars: None) -> None:
    with talking(small, tmp_path / "run", masks={}) as conversation:
        assert conversation.say("the car").question is not None
        turn = conversation.answer("the sidecar of the motorbike")
        assert turn.question is not None and turn.question.kind == "region"
        assert turn.question.about == "sidecar of the motorbike" and "Not understood" not in turn.question.text
