"""Wishes and questions that need no language model."""

import pytest

from wordfuse.agent.dialogue.settled import (
    KEEPS_ITS_FRAME,
    READS_NOTHING,
    TELLS_NO_DISTANCE,
    asks_to_mark,
    cannot_tell,
    cannot_tell_too,
    settled,
)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("mark all the people in the picture", ["people"]),
        ("circle the people for me", ["people"]),
        ("number the cars and the people", ["cars", "people"]),
        ("please outline the car on the left", ["car on the left"]),
        ("put boxes around the people", ["people"]),
        ("draw a red circle round every car", ["car"]),
        ("mark the hot spots", ["hot spots"]),
        ("who's that on the left?", ["person on the left"]),
        ("who is the guy by the tree?", ["guy by the tree"]),
        ("who is there?", ["person"]),
    ],
)
def test_who_wants_things_marked_asks_where_they_are(text: str, phrases: list[str]) -> None:
    plan = settled(text)
    assert plan is not None and plan.question is not None
    assert (plan.question.kind, plan.question.region.phrases) == ("find", phrases)
    assert asks_to_mark(text) is not text.startswith("who")


@pytest.mark.parametrize(
    "text",
    [
        *("mark my words", "highlight the people", "mark the people in red", "outline the people so they pop"),
        *(
            "number of people?",
            "who are you?",
            "make the sign readable",
            "brighten the box",
            *("sharpen it so I can read it", "number plate on the van please", "label on the breaker"),
        ),
        *("mark the people by brightening them", "draw a box", "label", "how many people?", "where is everybody?"),
    ],
)
def test_all_else_is_for_the_language_model(text: str) -> None:
    assert settled(text) is None and cannot_tell(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("can you read me the licence plate of the van?", READS_NOTHING),
        ("what does the sign say?", READS_NOTHING),
        ("what's the number plate of the car?", READS_NOTHING),
        ("how far away is the one in the middle?", TELLS_NO_DISTANCE),
    ],
)
def test_what_no_picture_tells(text: str, told: str) -> None:
    plan = settled(text)
    assert plan is not None and plan.question is not None and cannot_tell(text) == told


@pytest.mark.parametrize(
    ("text", "vehicles"),
    [
        ("which of those cars was just driven?", "cars"),
        ("which of the cars on the left has recently been used?", "cars on the left"),
        ("is the engine of that van still running?", "van"),
        ("is that truck\u2019s engine warm?", "truck"),
        ("was the white car parked a moment ago?", "white car"),
        ("can you tell which car has just arrived", "car"),
        ("which motorbike is still warm?", "motorbike"),
    ],
)
def test_what_was_just_driven_is_told_by_heat(text: str, vehicles: str) -> None:
    plan = settled(text)
    assert plan is not None and plan.question is not None
    assert (plan.question.kind, plan.question.region.phrases) == ("hottest", [vehicles])


@pytest.mark.parametrize(
    "text",
    [
        *("is anybody running?", "which of those people just arrived?", "make the car that was just driven stand out"),
        *("where are the cars?", "is the car parked?", "which bike was recently used?", "how many cars are there?"),
        *("the engine is still hot", "brighten the car, its engine is running"),
    ],
)
def test_what_asks_nothing_of_driving_is_no_question_of_heat(text: str) -> None:
    assert settled(text) is None


@pytest.mark.parametrize(("text", "framed"), [("crop to him", True), ("please rotate it by 90 degrees", True),
    ("crop out the car", False), ("crop it and brighten the road", False)])  # fmt: skip
def test_a_result_keeps_its_frame(text: str, framed: bool) -> None:
    plan = settled(text)
    assert (plan is not None and plan.refusal == KEEPS_ITS_FRAME) is framed


def test_what_is_asked_beside_is_not_passed_over() -> None:
    assert cannot_tell_too("how many people are on the road, and how far away are they?") == TELLS_NO_DISTANCE
    assert cannot_tell_too("how many people are far away?") is None
