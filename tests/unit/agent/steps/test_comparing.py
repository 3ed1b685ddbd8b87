"""Which of several things is warm is told of whole things, the answer first; of which is nearest, likewise."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Detector, ScriptedModel, Small
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.agent.record import Instruction
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json
from wordfuse.agent.steps.answers.apart import Box, numbers, places_of, standing
from wordfuse.agent.steps.answers.picking import meant_by, picked
from wordfuse.fusion.images import read_picture, write_png
from wordfuse.tools.types import Region

pytestmark = pytest.mark.usefixtures("quick")

#: Three cars in a row, of 128x96 pixels.
LEFT, MIDDLE, RIGHT = (6.0, 50.0, 30.0, 70.0), (44.0, 50.0, 68.0, 70.0), (80.0, 50.0, 104.0, 70.0)
DRIVEN = "which of those cars was just driven?"


def answer(
    small: Small,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    *seen: tuple[Box, float],
    warm: Sequence[tuple[Box, int]] = (),
    kind: QuestionKind = "hottest",
    phrase: str = "cars",
) -> Json:
    """The answer about cars at 100 of 255 in a picture at 30, with warm places."""
    plane = np.full((96, 128, 3), 30, np.uint8)
    for x0, y0, x1, y1 in (LEFT, MIDDLE, RIGHT):
        plane[int(y0) : int(y1), int(x0) : int(x1)] = 100
    for (x0, y0, x1, y1), level in warm:
        plane[int(y0) : int(y1), int(x0) : int(x1)] = level
    infrared = folder / "ir.png"
    write_png(infrared, plane)
    Detector("cars", "car", seen=seen, confidence=0.7).put_in(monkeypatch)
    plan = Plan(question=Query(kind=kind, region=Region(phrases=[phrase])))
    settings = small.settings(masks={})
    model = ScriptedModel({asked: plan}, plans_only=True)
    record = Session.create(folder / "run", infrared, small.vi, [asked], settings, model).run(None).as_json()
    told: Json = record["instructions"][0]["answer"]
    return told


ALL = ((LEFT, 0.9), (MIDDLE, 0.8), (RIGHT, 0.9))


def test_the_warmest_of_several_is_told_by_its_place_and_the_caveat_goes_last(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bonnet = (44.0, 60.0, 52.0, 70.0)
    told = answer(small, tmp_path, monkeypatch, DRIVEN, *ALL, warm=[(bonnet, 200)])
    assert told["text"].startswith(
        "Most likely the middle car (number 2): of the 3 cars that were found it is the warmest, 78.4 %; the next is "
        "number 1, 39.2 %. "
    )
    assert told["text"].index("tells no degrees") < told["text"].index("Whether it was driven is told by infrared")
    assert [one["score"] for one in told["evidence"]["things"]] == [0.9, 0.8, 0.9]
    drawn = read_picture(tmp_path / "run" / told["evidence"]["picture"])
    assert drawn.shape == (96, 128, 3), "with one mark a car"


def test_two_lamps_of_one_car_are_one_car(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lamps = [((46.0, 58.0, 50.0, 62.0), 255), ((62.0, 58.0, 66.0, 62.0), 255)]
    again = ((45.0, 50.0, 67.0, 69.0), 0.3)
    told = answer(small, tmp_path, monkeypatch, DRIVEN, (MIDDLE, 0.8), (LEFT, 0.9), again, warm=lamps)
    assert told["text"].startswith("Most likely the right car (number 2): of the 2 cars that were found")


def test_cars_as_warm_as_each_other_are_not_told_apart(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = answer(small, tmp_path, monkeypatch, DRIVEN, *ALL)
    assert told["text"].startswith("None stands out: all 3 cars that were found are about as warm (39.2 % to 39.2 %); ")


def test_what_is_warmer_at_the_border_goes_first_and_is_marked(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed = (114.0, 55.0, 128.0, 75.0)
    seen = ((LEFT, 0.3), (MIDDLE, 0.4))
    told = answer(small, tmp_path, monkeypatch, DRIVEN, *seen, warm=[(missed, 250), ((44.0, 60.0, 52.0, 70.0), 200)])
    assert told["text"].startswith(
        "Something at the right border is warmer than every car that was found (number 3, 98 %) and was not recognised "
        "as a car: if it is one, it is the warmest. Else most likely the right car (number 2, 40% sure that it is a "
        "car)"
    )
    assert "That they are cars is in doubt (40% sure at most)." in told["text"]
    assert not told["text"].startswith("Probably none"), "it was not asked whether there are any"


def test_places_on_things_are_still_told(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = answer(small, tmp_path, monkeypatch, "what are the hottest spots on the cars?", *ALL)
    assert told["text"].startswith("The hottest places: number 1, ")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("which one is closest to the camera?", "Closest to the camera is most likely number 2"),
        ("how many are there and which is the nearest?", "Closest to the camera is most likely number 2"),
        ("who is furthest right?", "Farthest right is most likely number 3"),
        ("which is the farthest to the left", "Farthest left is most likely number 1"),
        ("the biggest one?", "The largest in the picture is most likely number 2"),
        ("which one is furthest away from us?", "Farthest from the camera is most likely number 1"),
        ("which of them is nearest to the tree?", None),
        ("how many are there?", None),
    ],
)
def test_which_is_nearest_or_largest_is_read_off_their_boxes(question: str, told: str | None) -> None:
    seen = [((0.0, 10.0, 5.0, 20.0), 0.9), ((20.0, 20.0, 40.0, 80.0), 0.8), ((60.0, 20.0, 70.0, 50.0), 0.7)]
    said = picked(question, "people", seen, 1)
    assert (said or "").startswith(told or "") and (said is None) == (told is None)


@pytest.mark.parametrize(
    ("asked", "planned", "before", "meant"),
    [
        ("who is furthest right?", ["furthest right"], [], ["people"]),
        ("which one is the biggest?", ["biggest"], ["cars"], ["cars"]),
        ("which one is the biggest?", [], ["cars", "left half"], ["cars"]),
        ("which one is the biggest?", ["biggest"], [], ["biggest"]),
        ("which car is the biggest?", ["car"], ["people"], ["car"]),
        ("what is that?", ["thing"], ["people"], ["thing"]),
        ("put a box round the man", ["box round the man"], [], ["the man"]),
    ],
)
def test_a_question_of_which_one_is_about_what_was_named(
    asked: str, planned: list[str], before: list[str], meant: list[str]
) -> None:
    def of(*phrases: str) -> Plan:
        return Plan(question=Query(kind="find", region=Region(phrases=list(phrases))))

    earlier = [Instruction(text=phrase, plan=of(phrase), steps=(), refusal=None) for phrase in before]
    question = of(*planned).question
    assert question is not None
    assert meant_by(question, earlier, asked).region.phrases == meant


def test_what_picks_by_itself_was_found_so_and_what_is_doubtful_is_not_picked() -> None:
    seen = [((0.0, 10.0, 5.0, 20.0), 0.9), ((20.0, 20.0, 40.0, 80.0), 0.2)]
    assert picked("where is the nearest car?", "nearest car", seen, 1) is None
    assert picked("which is nearest?", "cars", seen, 4) == (
        "Closest to the camera is most likely number 4, or number 5 if that is one: it is seen largest and lowest"
    )


def test_the_answer_to_how_many_says_which_is_nearest(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "how many cars are there and which one is farthest right?"
    told = answer(small, tmp_path, monkeypatch, asked, *ALL, kind="count")
    assert "Farthest right is most likely number 3. What is small" in told["text"]


def test_of_an_unknown_part_the_whole_is_told_against_the_picture(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "how hot is the bonnet of the car?"
    told = answer(small, tmp_path, monkeypatch, asked, (MIDDLE, 0.9), kind="measure", phrase="bonnet of the car")
    assert told["text"].startswith("No temperatures are told here: a picture of 8 bits a pixel tells no degrees. ")
    assert "Car: 39.22 % on average, at most 39.22 %; the whole picture: " in told["text"]


def test_where_the_whole_is_not_there_either_that_is_said(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "how hot is the bonnet of the white van?"
    told = answer(small, tmp_path, monkeypatch, asked, kind="measure", phrase="bonnet of the white van")
    assert told["text"].startswith("That cannot be told: no temperatures are told here")
    assert not told["known"]
    assert "white van was not found either" in told["text"]


def test_words_tell_places_apart() -> None:
    assert [standing("car", number, 4) for number in range(1, 5)] == [
        "the leftmost car", "the second car from the left", "the second car from the right", "the rightmost car",
    ]  # fmt: skip
    assert [standing("car", number, 2) for number in (1, 2)] == ["the left car", "the right car"]
    assert standing("car", 1, 1) == "the car"
    assert numbers([3]) == "number 3"
    assert numbers([1, 2, 3, 5, 6]) == "numbers 1 to 3, 5 and 6"
    boxes = [(52, 40, 54, 42), (40, 40, 42, 42), (1, 40, 2, 42)]
    assert places_of(boxes, 100, 100) == [
        "centre (second of 2 from the left)",
        "centre (first of 2 from the left)",
        "left",
    ]
