"""What is asked, and how answers are read."""

import pytest

from tests.fakes import plan, refusal, step
from wordfuse.agent.budget import Answered
from wordfuse.agent.dialogue.asking import questions
from wordfuse.agent.dialogue.asking.choosing import selected
from wordfuse.agent.dialogue.asking.questions import Question
from wordfuse.agent.dialogue.understanding import clarified, nothing_less, plan_before
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.model.planning import held_to_words
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Doubted, Plan, Query
from wordfuse.agent.record import Asked, Instruction
from wordfuse.agent.state import Usage
from wordfuse.tools.store.catalogue import GroundingRecord
from wordfuse.tools.types import Region

# From left to right: far and small, near and large, in between.
BOXES = [(10.0, 40.0, 20.0, 60.0), (30.0, 30.0, 60.0, 90.0), (80.0, 35.0, 95.0, 70.0)]


def seen(phrase: str, boxes: list[tuple[float, float, float, float]], *, singular: bool) -> GroundingRecord:
    return GroundingRecord(
        phrase=phrase, found=bool(boxes), source="embedded", reason=f"'{phrase}' was not found in the picture",
        boxes=boxes, scores=[0.9] * len(boxes), singular=singular,
    )  # fmt: skip


def which() -> Question:
    question = questions.about_which("g1", [seen("car", [BOXES[2], BOXES[0], BOXES[1]], singular=True)], {})
    assert question is not None
    return question


@pytest.mark.parametrize(("answer", "yes"), [("Yes!", True), ("ok", True), ("yes, but darker", False), ("no", False)])
def test_only_a_plain_yes_agrees_with_a_reading(answer: str, yes: bool) -> None:
    assert questions.agreed(answer) is yes


@pytest.mark.parametrize(
    ("phrase", "offered"),
    [
        ("peeple", ["people"]),
        ("half of the car", ["car"]),
        ("grass at the top", ["top"]),
        ("unicorn", []),
    ],
)
def test_a_mistyped_region_is_offered_as_what_it_may_be(phrase: str, offered: list[str]) -> None:
    lost = GroundingRecord(phrase=phrase, found=False, source="embedded", reason="not known", boxes=[], scores=[])
    question = questions.about_missing(step("denoise", None, phrase), "g1", [lost], lambda one: True)
    assert question is not None
    assert question.options == [*offered, "the whole image", "skip"]
    question = questions.about_missing(step("denoise", None, phrase), "g1", [lost], lambda one: False)
    assert question is not None and question.options == ["the whole image", "skip"], "only what is there is offered"


def test_the_objects_are_numbered_from_left_to_right() -> None:
    question = which()
    assert question.boxes == BOXES
    assert question.options == ["1", "2", "3", "left", "right", "largest", "all", "none", "skip"]


@pytest.mark.parametrize("singular", [True, False])
def test_it_is_asked_only_where_one_is_spoken_of(singular: bool) -> None:
    records = [seen("car", BOXES, singular=singular), seen("bus", BOXES[:1], singular=True)]
    assert (questions.about_which("g1", records, {}) is not None) is singular
    assert questions.about_which("g1", records, {"car": BOXES[:1]}) is None, "it was answered before"


def test_what_is_in_doubt_is_asked_about_with_its_numbers() -> None:
    people = seen("people", [BOXES[2], BOXES[0]], singular=False).model_copy(
        update={"scores": [0.21, 0.62], "confidence": 0.34}
    )
    question = questions.about_which("g1", [people], {})
    assert question is not None and question.boxes == [BOXES[0], BOXES[2]]
    assert "2 were found and are in doubt" in question.text and "1: 62%, 2: 21%" in question.text
    assert selected(question.boxes, question.about, "1") == [BOXES[0]]
    assert questions.about_which("g1", [people], {"people": BOXES[:1]}) is None, "it was answered before"
    assert questions.about_which("g1", [people.model_copy(update={"confidence": 0.9})], {}) is None


def test_one_thing_in_doubt_is_meant_or_not() -> None:
    man = seen("the man", BOXES[:1], singular=True).model_copy(update={"scores": [0.3], "confidence": 0.3})
    question = questions.about_which("g1", [man], {})
    assert question is not None and question.options == ["yes", "no", "skip"] and "30% sure" in question.text
    assert selected(question.boxes, question.about, "yes") == BOXES[:1]
    assert questions.declined("no")


def test_the_only_one_that_is_there_is_not_asked_about() -> None:
    told = {"scores": [0.97], "confidence": 0.45, "note": "'with the bag' cannot be told from the pictures"}
    man = seen("the man with the bag", BOXES[:1], singular=True).model_copy(update=told)
    assert questions.about_which("g1", [man], {}) is None
    assert man.doubt is not None, "it is told"
    assert questions.about_which("g1", [man], {}, rejected=True) is not None
    unsure = man.model_copy(update={"scores": [0.4]})
    assert questions.about_which("g1", [unsure], {}) is not None
    men = seen("the men with the bag", BOXES[:2], singular=False).model_copy(update={**told, "scores": [0.97, 0.9]})
    assert questions.about_which("g1", [men], {}) is not None


def test_a_missing_region_is_named() -> None:
    done = step("relight", "brighter", "sky", "a unicorn")
    question = questions.about_missing(
        done, "g1", [seen("sky", BOXES, singular=False), seen("a unicorn", [], singular=True)], lambda one: True
    )
    assert question is not None
    assert question.about == "a unicorn"
    assert "go on without it" in question.text
    assert questions.other_region(done, "a unicorn", "The road.").region.phrases == ["sky", "road"]
    assert questions.other_region(done, "a unicorn", "the sky").region.phrases == ["sky"], "each once"
    with pytest.raises(ValueError, match="80"):
        questions.other_region(done, "a unicorn", "x" * 100)


def test_an_answer_with_a_region_stands_for_itself() -> None:
    plans = {
        "brighten the cars": plan(step("relight", "brighter", "cars")),
        "brighter": plan(step("relight", "brighter")),
        "improve the sky: brighter": plan(step("relight", "brighter", "sky")),
        "it's grainy now": plan(step("denoise")),
        "sing": refusal("I do not sing"),
        "improve the sky: sing": refusal("I do not sing"),
    }
    before = plan(step("denoise", None, "road"))
    shown: list[Plan | None] = []

    def understand(usage: Usage, text: str, earlier: Plan | None) -> Answered[Plan]:
        shown.append(earlier)
        return Answered(usage, plans[text])

    for answer, expected in (("brighten the cars", "cars"), ("brighter", "sky")):
        clear, words = clarified(understand, Usage(), "improve the sky", answer, before)
        assert clear.got().steps[0].region.phrases == [expected]
        assert plans[words] == clear.got()
    assert shown == [None, None, before]
    alone, words = clarified(understand, Usage(), "improve the sky", "it's grainy now", before)
    assert (alone.got(), words) == (plans[words], "it's grainy now"), "a complaint is a wish of its own"
    assert clarified(understand, Usage(), "improve the sky", "sing", before)[0].got().refusal == "I do not sing"


def asked(kind: str, about: str, answer: str, **more: str) -> Asked:
    return Asked.model_validate({"kind": kind, "about": about, "question": "?", "answer": answer, **more})


def said(text: str, *answers: Asked) -> Instruction:
    return Instruction(text=text, plan=refusal("no"), steps=(), refusal="no", asked=answers)


@pytest.mark.parametrize(
    ("text", "answers", "full"),
    [
        ("brighten the sky", [], "brighten the sky"),
        (
            "improve the sky",
            [asked("effect", "improve the sky", "x", meant="improve the sky: x")],
            "improve the sky: x",
        ),
        (
            "improve the sky",
            [asked("effect", "improve the sky", "darken it all", meant="darken it all")],
            "darken it all",
        ),
        ("brighten a unicorn", [asked("region", "a unicorn", "The sky.")], "brighten a sky"),
        ("brighten the unicorn", [asked("region", "unicorn", "the whole image")], "brighten the picture"),
        ("carve the car", [asked("region", "car", "road")], "carve the road"),
        ("Brighten the Unicorn", [asked("region", "unicorn", "road")], "Brighten the road"),
        ("brighten the unicorn", [asked("region", "unicorn", "skip")], "brighten the unicorn"),
        ("brighten the car", [asked("which", "car", "the left one")], "brighten the leftmost car"),
        ("brighten the car", [asked("which", "car", "2")], "brighten the car"),
        ("brighten the car", [asked("which", "car", "all")], "brighten the car"),
    ],
)
def test_an_instruction_in_full(text: str, answers: list[Asked], full: str) -> None:
    assert questions.in_full(said(text, *answers)) == full


def test_what_a_script_cannot_say_is_named() -> None:
    answers = [asked("which", "car", "2"), asked("which", "person", "left"), asked("region", "unicorn", "skip")]
    assert questions.untold(said("brighten the car, the person and the unicorn", *answers)) == ["car"]
    assert questions.untold(said("a bit more", asked("region", "unicorn", "road"))) == ["unicorn"]


@pytest.mark.parametrize(
    "answer", ["", "no", "No, thanks.", "skip", "don't", "go on without it", "Leave this step out"]
)
def test_what_declines(answer: str) -> None:
    assert questions.declined(answer)


@pytest.mark.parametrize(
    ("earlier", "text", "before"),
    [
        (["brighter: road", "? count: people"], "make them stand out", "? count: people"),
        (["brighter: road", "? count: people"], "Where are they?", "? count: people"),
        (["brighter: road", "? count: people"], "a bit more", "brighter: road"),
        (["brighter: road", "? count: people"], "there is too much noise", "brighter: road"),
        (["brighter: road", "? count: people"], "make it a bit darker", "brighter: road"),
        (["brighter: road", "? help"], "make it darker", "brighter: road"),
        (["? count: people", "brighter: road"], "make it darker", "brighter: road"),
        (["? count: people", "- chat", "! undo"], "blur them", "? count: people"),
        (["? count: people"], "again", None),
        ([], "blur them", None),
    ],
)
def test_what_a_wish_may_follow_on(earlier: list[str], text: str, before: str | None) -> None:
    assert plan_before(text, [lines.read(one) for one in earlier]) == (lines.read(before) if before else None)


def test_a_model_that_plans_freely_is_held_to_the_words_and_one_of_ours_is_not() -> None:
    top, bottom = lines.read("brighter: top half"), lines.read("brighter: bottom half")
    free, ours = ScriptedModel({}, style="full"), ScriptedModel({})
    assert held_to_words(top, free, "brighten the top half", None, 0.0) == top
    doubted = held_to_words(bottom, free, "brighten the top half", None, 0.0)
    assert isinstance(doubted, Doubted) and doubted.reading == bottom
    assert held_to_words(bottom, ours, "brighten the top half", None, 0.0) == bottom
    assert held_to_words(lines.read("? count: cars"), free, "how many people?", None, 0.0).question is not None


@pytest.mark.parametrize(
    ("line", "doubt", "doubted"),
    [
        ("brighter: top half", 0.5, False),
        ("sharpen: top half", 0.05, True),
        ("sharpen: top half", 0.0, False),
        ("brighter: top half; denoise: top half", 0.05, True),  # one effect too many
        ("? describe: top half", 1.0, False),  # changes nothing
    ],
)
def test_an_effect_that_the_words_hardly_speak_of_is_doubted(line: str, doubt: float, doubted: bool) -> None:
    free, plan = ScriptedModel({}, style="full"), lines.read(line)
    held = held_to_words(plan, free, "brighten the top half", None, doubt)
    assert isinstance(held, Doubted) is doubted
    assert held_to_words(plan, ScriptedModel({}), "brighten the top half", None, doubt) == plan


@pytest.mark.parametrize("text", ["thats too much", "a bit less, looks smeared", "hmm, way too much", "less"])
def test_what_changed_nothing_cannot_be_less(text: str) -> None:
    done = Instruction(text="denoise", plan=plan(step("denoise")), steps=(), refusal=None)
    told = nothing_less(text, done)
    assert told is not None and "'denoise', changed nothing" in told and len(told) <= 300
    assert nothing_less(text, None) is None


@pytest.mark.parametrize(
    "text", ["less noise please", "less contrast", "too much noise", "a bit less of that haze", "undo"]
)
def test_wishes_of_their_own_are_read_as_ever(text: str) -> None:
    done = Instruction(text="denoise", plan=plan(step("denoise")), steps=(), refusal=None)
    assert nothing_less(text, done) is None


def test_it_after_a_preposition_is_what_was_asked_about() -> None:
    asked = Plan(question=Query(kind="describe", region=Region(phrases=["bright thing"])))
    earlier = [plan(step("incline", "infrared", "palm trees")), asked]
    assert plan_before("tone down the glare from it", earlier) is asked
    assert plan_before("it is too dark", earlier) is earlier[0]


def test_a_reading_is_offered_with_what_it_leaves_out() -> None:
    offered = questions.about_reading("highlight the guy in red", plan(step("stand_out", "more", "guy")))
    assert offered.text == (
        "Is this meant: stand out more: guy? Then 'in red' would not be done. Say yes, or say it in other words."
    )
