"""Questions are answered and nothing is changed by them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Detector, ScriptedModel, Small, exit_of
from tests.unit.agent.asking import WISHES, answered, run
from tests.unit.agent.small_plans import steps
from wordfuse.agent.context import Event
from wordfuse.agent.dialogue.why import NOTHING_YET
from wordfuse.agent.settings import Limits
from wordfuse.agent.state import Json
from wordfuse.agent.steps.answers.apart import Box, place_of
from wordfuse.fusion.display.overlay import overlay
from wordfuse.fusion.images import read_mask, read_pair, read_picture
from wordfuse.fusion.measures import measure
from wordfuse.fusion.regions import Grounding, Sources

pytestmark = pytest.mark.usefixtures("quick")


#: Three cars wherever one looks, each more or less sure.
CARS = (((90.0, 70.0, 120.0, 95.0), 0.9), ((2.0, 2.0, 30.0, 20.0), 0.8), ((50.0, 40.0, 70.0, 56.0), 0.5))


@pytest.fixture
def cars(monkeypatch: pytest.MonkeyPatch) -> None:
    Detector(
        "cars", seen=CARS, confidence=0.7, told=": three of them", unknown=" is nothing that is known here"
    ).put_in(monkeypatch)


def numbered(folder: Path, answer: Json, boxes: Sequence[Box]) -> None:
    """Its picture lies in the run folder, and shows these places numbered on the result."""
    path = folder / "run" / answer["evidence"]["picture"]
    assert path.resolve().is_relative_to((folder / "run").resolve())
    drawn, result = read_picture(path), read_picture(folder / "run/result.png")
    assert np.array_equal(drawn, overlay(result, np.zeros(result.shape[:2], np.uint8), boxes, numbered=True))
    assert (drawn != result).any()


def test_how_many(small: Small, tmp_path: Path, cars: None) -> None:
    answer = answered(small, tmp_path, "how many cars?", masks=())
    assert answer["text"] == (
        "cars: 3 found: numbers 1 and 3 surely (80%, 90%), number 2 probably (50%); from left to right. "
        "What is small, hidden or at the border may be missed."
    )
    assert answer["evidence"]["ground"]["found"] == ["cars"]
    numbered(tmp_path, answer, sorted(box for box, _ in CARS))


@pytest.mark.parametrize(("question", "area"), [("how many skies?", "sky"), ("how many?", "people")])
def test_an_area_is_not_counted(small: Small, tmp_path: Path, question: str, area: str) -> None:
    """Nor people of one mask; they are meant where nothing is named."""
    answer = answered(small, tmp_path, question)
    assert answer["text"] == f"{area}: an area, which is not counted."
    assert "picture" not in answer["evidence"], "there is nothing to number"


def test_where(small: Small, tmp_path: Path, cars: None) -> None:
    answer = answered(small, tmp_path, "where are the cars?", masks=())
    assert answer["text"] == (
        "cars: number 1, upper left (80% sure). cars: number 2, centre (50% sure). "
        "cars: number 3, lower right (90% sure)."
    )
    numbered(tmp_path, answer, sorted(box for box, _ in CARS))


class Lying(Detector):
    """A detector of people, which cannot tell who lies."""

    def ground(self, sources: Sources, phrases: Sequence[str]) -> list[Grounding]:
        note = "'lying' cannot be told from the pictures"
        found = super().ground(sources, phrases)
        return [replace(one, note=note) if "lying" in one.phrase else one for one in found]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (
            "is that someone lying there?",
            "'lying' cannot be told from the pictures, so that is not answered; this is only what was found. "
            "someone: number 1, lower right (90% sure).",
        ),
        (
            "is anybody running?",
            "'running' cannot be told from the pictures, so that is not answered; this is only what was found. "
            "anybody: number 1, lower right (90% sure).",
        ),
        (
            "how many are lying there?",
            "'lying' cannot be told from the pictures, so that is not answered; this is only what was found. "
            "people: 1 found (number 1; sure of it: 90%). "
            "What is small, hidden or at the border may be missed.",
        ),
        (
            "who's that on the right?",
            "Who somebody is cannot be told from the picture. person on the right: number 1, lower right (90% sure).",
        ),
        (
            "mark everyone",
            "everyone: number 1, lower right (90% sure). "
            "Nothing is drawn into the result: they are numbered on a picture of their own.",
        ),
    ],
)
def test_what_was_not_looked_at_is_said_first(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str, told: str
) -> None:
    known = ("someone lying there", "anybody running", "people lying there", "person on the right", "everyone")
    Lying(*known, seen=CARS[:1], confidence=0.9).put_in(monkeypatch)
    record = run(small, tmp_path, question, masks=())
    answer = record["instructions"][0]["answer"]
    assert answer["text"] == told
    numbered(tmp_path, answer, [CARS[0][0]])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("can you read me the licence plate?", "Text is not read here: "),
        ("how far away is the car?", "How far away something is cannot be measured here"),
    ],
)
def test_what_no_picture_tells_is_said(small: Small, tmp_path: Path, question: str, told: str) -> None:
    record = run(small, tmp_path, question)
    answer = record["instructions"][0]["answer"]
    assert answer["text"].startswith(told) and answer["known"] is False
    assert record["llm"]["calls"] == 0


def test_what_a_bright_thing_is(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "what is that bright thing?", masks=("sky", "lamps"))
    assert answer["text"].startswith("Bright thing: marked 1, ") and "severity" not in answer["text"]
    assert answer["evidence"]["thing"]["lit"] and "It is bright in the visible picture" in answer["text"]
    numbered(tmp_path, answer, [tuple(answer["evidence"]["thing"]["box"])])


def test_what_a_bright_thing_without_a_known_name_is(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "what is that bright round thing?", masks=("sky", "lamps"))
    assert answer["text"].startswith("I know no 'round': this is what stands out there. Bright round thing: marked 1, ")
    assert f"is {answer['evidence']['thing']['light']:.0f} of 255." in answer["text"]
    numbered(tmp_path, answer, [tuple(answer["evidence"]["thing"]["box"])])


def test_where_without_a_name_tells_what_there_is(small: Small, tmp_path: Path, cars: None) -> None:
    answer = answered(small, tmp_path, "where?", masks=("sky",))
    assert answer["text"].startswith("Seen: 3 cars, sky.")


def test_what_is_in_the_picture(small: Small, tmp_path: Path, cars: None) -> None:
    answer = answered(small, tmp_path, "what is in it?", masks=("sky", "road"))
    assert answer["text"].startswith("Seen: 3 cars, road, sky. ")
    assert "severity" not in answer["text"]
    assert set(answer["evidence"]) == {"ground", "inspect", "picture"}
    assert answer["text"].count(". ") == 1, "what is there, and a sentence of how it is"
    numbered(tmp_path, answer, sorted(box for box, _ in CARS))


def test_what_a_place_is(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "what is that in the top half?", masks=("sky", "people"))
    assert answer["text"].startswith("Top half: sky (41%). Seen: sky.")


def test_how_noisy_how_bright_how_warm(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "how bright is the sky?")
    pair, sky = read_pair(small.ir, small.vi), read_mask(small.masks["sky"], (96, 128))
    values = measure(read_picture(tmp_path / "run/fused.png"), pair.infrared, pair.visible, sky)
    measured = answer["evidence"]["measured"]
    assert measured == {name: pytest.approx(values[name], abs=1e-4) for name in measured}
    assert set(measured) == {"luma", "contrast", "noise", "sharpness"}
    assert answer["text"].startswith(f"Sky: mean brightness {values['luma']:.0f} of 255; local contrast ")
    heat = round(float(pair.infrared[sky > 127].mean()) * 100, 2)
    assert f" Infrared: {heat:.4g} % on average, at most " in answer["text"]
    assert answer["evidence"]["segment"]["area"] == pytest.approx((sky > 127).mean(), abs=1e-6)


def test_the_whole_picture_is_measured(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "how noisy is it?")
    assert answer["text"].startswith("The whole image: mean brightness ")
    assert "estimated noise" in answer["text"]
    assert set(answer["evidence"]) == {"measured", "inspect", "find_extremes"}


def test_exceptions_are_left_out_of_what_is_measured(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "the sky but for the people?")
    assert answer["text"].startswith("Sky except people: ")
    assert answer["evidence"]["ground"]["found"] == ["sky", "people"]


def test_where_it_is_hottest(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "where is it hottest?")
    people = read_mask(small.masks["people"], (96, 128))
    (x0, y0, x1, y1) = answer["evidence"]["find_extremes"]["places"][0]["box"]
    assert (people[y0:y1, x0:x1] > 127).any(), "people are what is warm in this street"
    value = answer["evidence"]["find_extremes"]["places"][0]["value"]
    assert answer["text"].startswith(f"The hottest places: number 1, centre: {value:.4g} %; number 2, ")
    assert "of the range of the infrared picture, which tells no degrees" in answer["text"]
    numbered(tmp_path, answer, [place["box"] for place in answer["evidence"]["find_extremes"]["places"]])


def test_where_a_region_is_coldest(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "where is the sky coldest?")
    sky = read_mask(small.masks["sky"], (96, 128)) > 127
    ys, xs = np.nonzero(sky)
    for place in answer["evidence"]["find_extremes"]["places"]:
        x0, y0, x1, y1 = place["box"]
        assert xs.min() <= x0 and x1 <= xs.max() + 1 and ys.min() <= y0 and y1 <= ys.max() + 1
    assert answer["text"].startswith("The coldest places: number 1, ")
    numbered(tmp_path, answer, [place["box"] for place in answer["evidence"]["find_extremes"]["places"]])


def test_help_says_what_can_be_done_and_that_questions_are_answered(small: Small, tmp_path: Path) -> None:
    answer = answered(small, tmp_path, "help")
    for words in ("stand out", "noise", "how many", "how hot"):
        assert words in answer["text"]
    assert answer["evidence"] == {}


def test_why_before_anything_was_done(small: Small, tmp_path: Path) -> None:
    """Then what is seen of the picture is told: nobody's wish is the reason."""
    answer = answered(small, tmp_path, "why?")
    assert answer["text"].startswith(f"{NOTHING_YET} ") and len(answer["text"]) > len(NOTHING_YET) + 10


def test_why_tells_of_the_last_wish(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, "bright", "how many skies?", "why?")
    bright, _, why = record["instructions"]
    check = bright["steps"][0]["attempts"][0]["checks"][0]
    assert why["answer"]["text"].startswith("'bright' was understood as: brighter (slight): sky.")
    assert f"{check['before']:.1f} -> {check['after']:.1f}" in why["answer"]["text"]
    assert exit_of(record) == 0


@pytest.mark.parametrize(
    ("question", "told", "known"),
    [
        ("how many unicorns?", "'a unicorn' needs an object detector", True),  # none, as far as can be seen
        ("where is the unicorn?", "'a unicorn' needs an object detector", True),
        (
            "how warm is the unicorn?",
            "That cannot be told: no temperatures are told here: a picture of 8 bits a pixel tells no degrees. "
            "'a unicorn' needs an object detector",
            False,
        ),
        ("where is the unicorn hottest?", "That cannot be told: 'a unicorn' needs an object detector", False),
    ],
)
def test_a_region_that_is_not_there_is_said(
    small: Small, tmp_path: Path, question: str, told: str, known: bool
) -> None:
    record = run(small, tmp_path, question)
    (said,) = record["instructions"]
    assert said["answer"]["text"].startswith(told)
    assert "picture" not in said["answer"]["evidence"]
    assert said["answer"].get("known", True) is known
    assert exit_of(record) == (0 if known else 3)
    assert not (tmp_path / "run/answers").exists()


def test_an_answer_is_about_the_picture_as_it_is_now(small: Small, tmp_path: Path) -> None:
    seen: list[Event] = []
    question = "how bright is the sky?"
    record = run(small, tmp_path, question, "bright", question, "warm", notify=seen.append)
    before, _, after, _ = record["instructions"]
    luma = [one["answer"]["evidence"]["measured"]["luma"] for one in (before, after)]
    assert luma[1] > 1.05 * luma[0]
    assert [event.text for event in seen if event.kind == "answered"] == [
        one["answer"]["text"] for one in (before, after)
    ]
    assert [done["output"] for done in steps(record)] == ["images/001.png", "images/002.png"]
    assert exit_of(record) == 0


def test_the_calls_of_an_answer_are_traced_and_counted(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, "where is the sky coldest?")
    trace = (tmp_path / "run/trace.jsonl").read_text()
    assert trace.count('"name": "find_extremes"') == 1
    assert record["tools"]["calls"] == 4, "fuse, ground, segment, find_extremes"


def test_a_question_is_no_plan_that_more_could_mean(small: Small, tmp_path: Path) -> None:
    model = ScriptedModel(WISHES, plans_only=True)
    small.run(tmp_path / "run", model, "bright", "how many skies?", "undo that", "again", regions="pixels")
    assert model.before == [None, WISHES["bright"], WISHES["bright"], WISHES["bright"]]


def test_without_budget_nothing_is_answered(small: Small, tmp_path: Path) -> None:
    record = run(small, tmp_path, "bright", "how noisy is it?", limits=Limits(tool_calls=4))
    assert record["instructions"][1]["refusal"].startswith("the budget of 4 tool calls is used up")
    assert exit_of(record) == 3


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((0, 0, 10, 10), "upper left"),
        ((90, 0, 99, 10), "upper right"),
        ((0, 80, 10, 99), "lower left"),
        ((90, 80, 99, 99), "lower right"),
        ((45, 0, 55, 10), "upper middle"),
        ((45, 90, 55, 99), "lower middle"),
        ((0, 45, 10, 55), "left"),
        ((90, 45, 99, 55), "right"),
        ((40, 40, 60, 60), "centre"),
        ((0, 0, 100, 100), "centre"),
    ],
)
def test_where_a_box_lies_in_words(box: tuple[int, int, int, int], words: str) -> None:
    assert place_of(box, 100, 100) == words


def test_why_it_looks_so_is_told_by_what_is_wrong_where_nothing_was_done(small: Small, tmp_path: Path) -> None:
    told = answered(small, tmp_path, "why is everything so yellow?")["text"]
    assert told.startswith(f"{NOTHING_YET} The picture is ")
