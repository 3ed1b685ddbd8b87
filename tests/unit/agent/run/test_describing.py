"""Words that could not be looked at, answers that describe what is meant, and what is said of what was not found."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import Detector, Small, plan, step
from tests.unit.agent.run.talks import PLANS, talking
from tests.unit.agent.run.test_asking import BOXES, lit
from wordfuse.agent.context import Event
from wordfuse.agent.interrupts import Interrupts
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.record import exit_code
from wordfuse.agent.run.conversation import Conversation
from wordfuse.agent.run.session import Session
from wordfuse.fusion.regions import Detection, Grounding, Sources

pytestmark = pytest.mark.usefixtures("quick")

PARKED = "'parked' cannot be told from the pictures"


class Describing(Detector):
    """A detector of cars, of which the middle one is blue; it cannot tell which are parked."""

    def __init__(self) -> None:
        super().__init__("car", "cars", "parked cars", seen=[(box, 0.9) for box in BOXES], confidence=0.9)

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        (blue,) = (box for box in BOXES if box[0] == 40)
        found = []
        for phrase, one in zip(phrases, super().ground(sources, phrases), strict=True):
            if phrase == "blue car":
                found.append(Grounding(phrase, True, self.name, (Detection("car", blue, 0.9),), None, "found"))
            elif phrase == "green car":
                why = "'green car' was not found in the picture: 3 found as car, none of them is green"
                found.append(Grounding(phrase, False, self.name, (), None, why, plain=why, offer="car"))
            elif phrase == "parked cars":
                found.append(
                    Grounding(
                        phrase, True, self.name, one.detections, None, "found", None, 0.45, note=PARKED, ambiguous=True
                    )
                )
            elif not one.found:
                told = "give --mask griffin=FILE"
                found.append(
                    Grounding(phrase, False, self.name, (), None, "not known", told, plain="I know no griffin")
                )
            else:
                found.append(one)
        return found


@pytest.fixture(autouse=True)
def cars(monkeypatch: pytest.MonkeyPatch) -> None:
    Describing().put_in(monkeypatch)


def model() -> ScriptedModel:
    more = {
        "parked": plan(step("relight", "brighter", "parked cars", strength="slight")),
        "a bit more": plan(step("relight", "brighter", "parked cars", strength="slight")),
        "the green one": plan(step("relight", "brighter", "green car", strength="slight")),
        "griffin and cars": plan(step("relight", "brighter", "griffin", "cars", strength="slight")),
    }
    return ScriptedModel(PLANS | more)


@pytest.mark.parametrize("answer", ["the blue one", "neither, the blue one", "no, the blue car", "blue"])
def test_an_answer_may_describe_which_is_meant(small: Small, tmp_path: Path, answer: str) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        assert conversation.say("the car").question is not None
        assert conversation.answer(answer).question is None
    assert lit(tmp_path / "run") == [False, True, False]


def test_what_is_described_and_not_there_is_said_and_asked_again(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        conversation.say("the car")
        again = conversation.answer("the green one").question
        assert again is not None and again.boxes == sorted(BOXES)
        assert again.text.startswith(
            "'green car' was not found in the picture: 3 found as car, none of them is green. "
        )
        third = conversation.answer("hm").question
        assert third is not None and third.text.startswith("Not understood. 'car': 3 were found")
        assert conversation.answer("skip").question is None
    assert lit(tmp_path / "run") == [False, False, False]


@pytest.mark.parametrize(
    ("words", "answers", "changed", "notice"),
    [
        ("the car", ["1 and 2, both"], [True, True, False], None),
        ("the car", ["not 3", "2"], [False, True, False], None),
        ("cars", ["all but the last"], [True, True, False], None),
        ("the car", ["no", "skip"], [False, False, False], "'car' was not found, and no other region was named"),
        ("the car", ["none of them", "no"], [False, False, False], "'car' was not found"),
        ("the car", ["yes", "skip"], [False, False, False], "which 'car' is meant was not said"),
    ],
)
def test_answers_that_pick_and_answers_that_reject(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, answers: list[str],
    changed: list[bool], notice: str | None,
) -> None:  # fmt: skip
    if words == "cars":
        Detector("cars", seen=[(box, 0.3) for box in BOXES], confidence=0.3).put_in(monkeypatch)
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        turn = conversation.say(words)
        for answer in answers:
            assert turn.question is not None
            turn = conversation.answer(answer)
        assert turn.question is None
        (done,) = conversation.record.steps
    assert lit(tmp_path / "run") == changed
    assert done.notice is None if notice is None else str(done.notice).startswith(notice)


def test_a_rejection_names_another_region_for_the_same_step(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        assert conversation.say("the car").question is not None
        assert conversation.answer("none of those, I mean the lower half").question is None
        (said,) = conversation.instructions
    (done,) = said.steps
    assert (done.task, done.direction, done.region.phrases) == ("relight", "brighter", ["lower half"])
    assert done.satisfied and done.area == 0.5


class TwoLooks(Detector):
    """A detector that sees one thing as the red car, in doubt, and another one as well where cars are looked for."""

    def __init__(self) -> None:
        super().__init__("car", "red car", "white car", "tall car", seen=[(BOXES[0], 0.3)], confidence=0.3)

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        one, two = (Detection("car", box, 0.9) for box in BOXES[:2])
        seen = {"car": (one, two), "white car": (two,), "tall car": (one,)}
        return [
            Grounding(phrase, True, self.name, seen[phrase], None, "found") if phrase in seen else found
            for phrase, found in zip(phrases, super().ground(sources, phrases), strict=True)
        ]


@pytest.mark.parametrize(
    ("answers", "changed"),
    [
        (["no, the white one"], [True, False, False]),
        (["no, the other one", "yes"], [True, False, False]),  # whether that one is red, nobody said
        (["neither, the tall one", "skip"], [False, False, False]),  # the one that was rejected
        (["yes"], [False, False, True]),
    ],
)
def test_what_was_rejected_is_not_taken_again(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str], changed: list[bool]
) -> None:
    TwoLooks().put_in(monkeypatch)
    more = model()
    more.plans = {**more.plans, "the red car": plan(step("relight", "brighter", "red car", strength="slight"))}
    with talking(small, tmp_path / "run", more, masks={}) as conversation:
        question = conversation.say("the red car").question
        assert question is not None and question.boxes == [BOXES[0]]
        for answer in answers:
            turn = conversation.answer(answer)
        assert turn.question is None
        last = conversation.instructions[0].asked[-1].question
        assert ("no other 'tall car' was found" in last) is ("tall" in answers[0])
        assert ("'red' was not looked at" in last) is ("other" in answers[0])
    assert lit(tmp_path / "run") == changed


@pytest.mark.parametrize("answer", ["no, the other one, the blue one", "the blue one", "no, the blue car"])
def test_another_region_may_be_one_of_the_same_things(small: Small, tmp_path: Path, answer: str) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        assert conversation.say("the green one").question is not None, "which is not there"
        assert conversation.answer(answer).question is None
        (done,) = conversation.record.steps
    assert done.region.phrases == ["blue car"]
    assert lit(tmp_path / "run") == [False, True, False]


def test_a_bare_no_leaves_out_what_was_not_found(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        assert conversation.say("the green one").question is not None
        pieces = conversation.answer("no, none of these").question
        assert pieces is not None and pieces.shows == "all", "and not what looks so"
        assert conversation.answer("no").question is None
    assert lit(tmp_path / "run") == [False, False, False]


def test_a_conversation_asks_which_where_a_word_was_not_looked_at(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        question = conversation.say("parked").question
        assert question is not None and question.kind == "which"
        assert question.text == (
            f"'parked cars': {PARKED}. 3 were found, numbered from left to right. Which are meant?"
        )
        assert conversation.answer("1 and 3").question is None
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
    assert lit(tmp_path / "run") == [True, False, True] and done["confidence"] == 1.0


def test_what_was_chosen_stays_chosen_in_the_next_turn(small: Small, tmp_path: Path) -> None:
    told: list[Event] = []
    session = Session.create(tmp_path / "run", small.ir, small.vi, [], small.settings(ask=True, masks={}), model())
    with Conversation.open(session, told.append, Interrupts()) as conversation:
        conversation.begin()
        conversation.say("parked")
        conversation.answer("1 and 3")
        assert conversation.say("a bit more").question is None
        first, second = conversation.record.steps
    assert second.satisfied and second.notice is None and second.confidence == 1.0
    assert second.area == first.area
    assert not [event.text for event in told if event.kind == "doubted"], "a person said so"
    assert lit(tmp_path / "run") == [True, False, True]


def test_a_run_does_not_edit_all_of_them(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", model(), "parked", masks={})
    (done,) = record["instructions"][0]["steps"]
    assert (done["output"], done["satisfied"]) == (None, False)
    assert done["notice"].startswith(f"'parked cars': 3 were found and {PARKED}, so which are meant cannot be told")


def test_what_is_there_in_another_colour_is_offered(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        question = conversation.say("the green one").question
        assert question is not None and [question.options[0], *question.options[-2:]] == [
            "car",
            "the whole image",
            "skip",
        ]


def test_a_question_about_what_is_not_known_names_no_options_of_the_command_line(small: Small, tmp_path: Path) -> None:
    with talking(small, tmp_path / "run", model(), masks={}) as conversation:
        question = conversation.say("griffin and cars").question
        assert question is not None
        assert question.text == (
            "I know no griffin. Which region instead? A number, several (3 and 5), 'finer 3' to see 3 divided, or "
            "other words. (skip: go on without it)"
        )
        assert "--mask" not in question.text
        conversation.answer("skip")
        (done,) = conversation.record.as_json()["instructions"][0]["steps"]
        assert exit_code(conversation.record) == 3
    assert done["missing"] == ["griffin"] and done["satisfied"]


def test_the_end_of_a_step_names_what_was_not_found(small: Small, tmp_path: Path) -> None:
    told: list[Event] = []
    small.run(tmp_path / "run", model(), "griffin and cars", notify=told.append, masks={})
    (end,) = [event.text for event in told if event.kind == "advanced"]
    assert end.endswith("satisfied, but for what was not found: griffin")
