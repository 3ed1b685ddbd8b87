"""How far an answer can be trusted is said in it, and first where there is probably nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.fakes import Detector, ScriptedModel, Small
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.agent.steps.answers.sureness import left_out
from wordfuse.tools.types import Region

pytestmark = pytest.mark.usefixtures("quick", "nothing_hidden")

RIGHT, LEFT, CENTRE = (90.0, 40.0, 120.0, 60.0), (2.0, 40.0, 30.0, 60.0), (55.0, 40.0, 70.0, 56.0)


@pytest.fixture
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """Infrared shows nothing more; ``test_hidden_told`` has what is told where it does."""
    monkeypatch.setattr("wordfuse.agent.steps.answers.hidden.hidden_things", lambda infrared, visible: [])


def told(
    small: Small,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: QuestionKind,
    phrase: str,
    *scores: float,
    asked: str = "asked",
) -> str:
    """The answer about things on the right, on the left and in the middle, found so surely."""
    seen = [*zip((RIGHT, LEFT, CENTRE), scores, strict=False)]
    Detector(phrase, "people", seen=seen, confidence=0.3).put_in(monkeypatch)
    question = Plan(question=Query(kind=kind, region=Region(phrases=[phrase])))
    record = small.run(folder / "run", ScriptedModel({asked: question}, plans_only=True), asked, masks={})
    text: str = record["instructions"][0]["answer"]["text"]
    return text


@pytest.mark.parametrize(
    ("kind", "phrase", "scores", "answer"),
    [
        (
            "find",
            "anyone",
            (0.11, 0.27),
            "Probably nobody: what is most like 'anyone' is number 1, left (27% sure), "
            "then number 2, right (11% sure).",
        ),
        (
            "find",
            "anyone walking",
            (0.27, 0.11),
            "Probably nobody: what is most like 'anyone' is number 2, right (27% sure), "
            "then number 1, left (11% sure). 'walking' cannot be told from the pictures.",
        ),
        ("find", "cars", (0.12,), "Probably none: what is most like 'cars' is number 1, right (12% sure)."),
        ("find", "anyone", (0.44,), "Not for sure: what is most like 'anyone' is number 1, right (44% sure)."),
        ("count", "cars", (0.49,), "Not for sure: what is most like 'cars' is number 1, right (49% sure)."),
        ("find", "cars", (0.5, 0.2), "cars: number 1, left (20% sure). cars: number 2, right (50% sure)."),
    ],
)
def test_what_is_probably_none_is_said_first(
    small: Small,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: QuestionKind,
    phrase: str,
    scores: Sequence[float],
    answer: str,
) -> None:
    assert told(small, tmp_path, monkeypatch, kind, phrase, *scores) == answer


@pytest.mark.parametrize(
    ("scores", "counted"),
    [
        ((0.9, 0.8, 0.95), "cars: 3 found (numbers 1 to 3, from left to right; sure of each: 80%, 95%, 90%)."),
        ((0.9, 0.6), "cars: 2 found: number 2 surely (90%), number 1 probably (60%); from left to right."),
        ((0.6, 0.55), "cars: 2 found: numbers 1 and 2 probably (55%, 60%); from left to right."),
        (
            (0.9, 0.8, 0.27),
            "cars: 2 found: numbers 1 and 3 surely (80%, 90%); perhaps one more: number 2 (27%); from left to right.",
        ),
        (
            (0.6, 0.35, 0.2),
            "cars: 1 found: number 3 probably (60%); perhaps 2 more: numbers 1 and 2 (35%, 20%); from left to right.",
        ),
        ((0.6,), "cars: 1 found: number 1 probably (60%). "),
    ],
)
def test_a_count_does_not_contradict_itself(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: Sequence[float], counted: str
) -> None:
    assert told(small, tmp_path, monkeypatch, "count", "cars", *scores).startswith(counted)


@pytest.mark.parametrize(
    ("scores", "seen"),
    [
        ((0.9, 0.3), "Seen: at least 1 person (perhaps more)."),
        ((0.9, 0.4, 0.45), "Seen: at least 1 person (probably more)."),
        ((0.9, 0.8, 0.2), "Seen: at least 2 people (perhaps more)."),
        ((0.9,), "Seen: 1 person."),
    ],
)
def test_of_what_is_in_doubt_it_is_said_that_there_may_be_more(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: Sequence[float], seen: str
) -> None:
    assert f"number {len(scores)}" in told(small, tmp_path, monkeypatch, "find", "people", *scores)
    described = Plan(question=Query(kind="describe"))
    record = small.run(tmp_path / "again", ScriptedModel({"asked": described}, plans_only=True), "asked", masks={})
    assert record["instructions"][0]["answer"]["text"].startswith(seen)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("which of those people was just robbed?", "just robbed"),
        ("are any of the people hurt?", "hurt"),
        ("how many people can you see crossing the road here?", "crossing the road"),
        ("how many people are in this picture?", None),
        ("are there people during the evening?", None),
        ("where are the people sitting?", None),
        ("do you see people?", None),
        ("are the people there still there?", None),
        ("is anyone there?", None),
    ],
)
def test_what_a_plan_leaves_out_of_a_question(question: str, left: str | None) -> None:
    assert left_out(question, ["people"]) == left


@pytest.mark.parametrize(
    ("score", "answer"),
    [
        (
            0.9,
            "'just robbed' cannot be told from the pictures, so that is not answered; this is only what was found. "
            "people: number ",
        ),
        (0.2, "Probably nobody: what is most like 'people' is number 1, right (20% sure). 'just robbed' cannot "),
    ],
)
def test_what_was_left_out_is_said(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, score: float, answer: str
) -> None:
    asked = "which of the people was just robbed?"
    assert told(small, tmp_path, monkeypatch, "find", "people", score, asked=asked).startswith(answer)


@pytest.mark.parametrize(("score", "doubt"), [(0.9, ""), (0.12, ", 12% sure that it is a car")])
def test_what_was_driven_is_told_by_infrared(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, score: float, doubt: str
) -> None:
    asked = "which of those cars was just driven?"
    answer = told(small, tmp_path, monkeypatch, "hottest", "cars", score, asked=asked)
    assert answer.startswith(
        f"Only one car was found (number 1, right{doubt}), so there is no other to hold it against"
    )
    assert answer.endswith("Sun or a lamp may warm a place as well."), "the answer goes first"


def test_what_is_measured_in_doubt_is_said_first(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = told(small, tmp_path, monkeypatch, "measure", "cars", 0.2)
    assert measured.startswith(
        "Probably none: what is most like 'cars' was looked at (20% sure). Cars: mean brightness"
    )
