"""Two named things are held against each other, and neither is ranked among others of its kind."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small
from wordfuse.agent.dialogue.following import asked_of
from wordfuse.agent.dialogue.settled import settled
from wordfuse.agent.run.session import Session
from wordfuse.agent.telling.two import two_in

pytestmark = pytest.mark.usefixtures("quick")


@pytest.mark.parametrize(
    ("text", "one", "other", "by", "more"),
    [
        ("which of the two is taller, the man or the woman?", "man", "woman", "height", True),
        ("which is warmer, the car or the road?", "car", "road", "warmth", True),
        ("what's darker: the trees or the buildings", "trees", "buildings", "light", False),
        ("is the sky noisier than the road?", "sky", "road", "noise", True),
        ("the truck or the van: which is closer?", "truck", "van", "nearness", True),
        ("tell me which is smaller, the dog or the man", "dog", "man", "area", False),
        ("is it warmer on the left or on the right?", "left", "right", "warmth", True),
        (
            "who is closer, the one on the left or the one in the middle?",
            "person on the left",
            "person in the middle",
            "nearness",
            True,
        ),
        ("how much warmer are the people than the road?", "people", "road", "warmth", True),
    ],
)
def test_what_is_compared(text: str, one: str, other: str, by: str, more: bool) -> None:
    two = two_in(text)
    assert two is not None and (two.one, two.other, two.by, two.more) == (one, other, by, more)
    plan = settled(text)
    assert plan is not None and plan.question is not None and plan.question.region.phrases == [one, other]


@pytest.mark.parametrize(
    "text",
    [
        "which of the men is taller?",
        "is the road brighter than before?",
        "make the car or the van brighter",
        "is it brighter now?",
    ],
)
def test_what_names_no_two(text: str) -> None:
    assert two_in(text) is None


def test_one_is_what_was_spoken_of_last() -> None:
    asked = "which is bigger, the one on the left or the one on the right?"
    two = two_in(asked, "car")
    assert two is not None and (two.one, two.other) == ("car on the left", "car on the right")
    assert two_in(asked) is None, "nobody knows what"


def test_the_taller_of_several_of_one_kind_is_asked_for_without_a_model() -> None:
    plan = asked_of("which of the men is taller?", [])
    assert plan is not None and plan.question is not None and plan.question.region.phrases == ["tallest man"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("which is brighter, the sky or the people?", "of 255; People: mean brightness"),
        ("which is warmer, the sky or the unicorn?", "That cannot be told:"),
        ("is the sky bigger than the people?", "what is near looks larger"),
        ("which is taller, the sky or the people?", "is an area, of which that is not told"),
    ],
)
def test_both_are_measured(small: Small, tmp_path: Path, question: str, told: str) -> None:
    settings = small.settings(masks={name: small.masks[name] for name in ("people", "sky")})
    record = Session.create(
        tmp_path / "run", small.ir, small.vi, [question], settings, ScriptedModel({}, plans_only=True)
    ).run(None)
    (said,) = record.instructions
    assert said.answer is not None and told in said.answer.text
