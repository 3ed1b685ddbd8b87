"""A part of the picture is shown larger, in a picture of its own; nothing is changed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes import Detector, ScriptedModel, Small, exit_of
from tests.unit.agent.small_plans import PLANS
from wordfuse.agent.state import Json
from wordfuse.fusion.images import read_picture

pytestmark = pytest.mark.usefixtures("quick")

CARS = (((90.0, 70.0, 120.0, 95.0), 0.9), ((2.0, 2.0, 30.0, 20.0), 0.8))


def run(small: Small, folder: Path, *words: str, **more: Any) -> Json:
    return small.run(
        folder / "run", ScriptedModel(PLANS, plans_only=True), *words, masks={}, **{"regions": "pixels"} | more
    )


def answer_of(record: Json) -> Json:
    answer: Json = record["instructions"][-1]["answer"]
    return answer


@pytest.fixture
def cars(monkeypatch: pytest.MonkeyPatch) -> None:
    Detector("cars", seen=CARS, confidence=0.7, unknown=" is nothing that is known here").put_in(monkeypatch)


def test_what_is_found_is_enlarged(small: Small, tmp_path: Path, cars: None) -> None:
    record = run(small, tmp_path, "zoom in on the cars")
    answer = answer_of(record)
    assert exit_of(record) == 0 and record["llm"]["calls"] == 0
    assert answer["text"].startswith("Shown: cars: 2 places from left to right, one row each, ")
    assert "infrared, visible, fused now" in answer["text"] and "adds no detail" in answer["text"]
    windows = answer["evidence"]["closer"]["windows"]
    for (x0, y0, x1, y1), (box, _) in zip(windows, sorted(CARS), strict=True):
        assert x0 <= box[0] and y0 <= box[1] and x1 >= box[2] and y1 >= box[3]
    drawn = read_picture(tmp_path / "run" / answer["evidence"]["picture"])
    times = answer["evidence"]["closer"]["times"]
    assert drawn.shape[0] >= times * sum(bottom - top for _, top, _, bottom in windows)
    out = tmp_path / "run"
    assert (out / "result.png").read_bytes() == (out / "fused.png").read_bytes() and not (out / "images").exists()


def test_further_in(small: Small, tmp_path: Path, cars: None) -> None:
    first, second = (
        said["answer"]["evidence"]["closer"]
        for said in run(small, tmp_path, "zoom in on the cars", "zoom in more")["instructions"]
    )
    for one, other in zip(first["windows"], second["windows"], strict=True):
        assert other[2] - other[0] <= one[2] - one[0] and other[3] - other[1] <= one[3] - one[1]
    assert second["times"] >= first["times"]


def test_a_part_of_the_picture(small: Small, tmp_path: Path) -> None:
    answer = answer_of(run(small, tmp_path, "can I see the left half closer"))
    ((x0, _, x1, _),) = answer["evidence"]["closer"]["windows"]
    width = read_picture(tmp_path / "run/result.png").shape[1]
    assert x0 == 0 and width / 2 <= x1 < width


def test_what_is_not_found_is_not_shown(small: Small, tmp_path: Path, cars: None) -> None:
    record = run(small, tmp_path, "zoom in on the unicorn")
    answer = answer_of(record)
    assert answer["text"].startswith("That cannot be told:") and "unicorn" in answer["text"]
    assert "picture" not in answer["evidence"] and exit_of(record) == 3
