"""Where nobody is found for sure, what infrared alone shows is told as what it may be."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import Detector, ScriptedModel, Small
from tests.pairs_by_eye import under_a_house
from wordfuse.agent.plan import Plan, Query, QuestionKind
from wordfuse.agent.steps.answers.finding_out import Box
from wordfuse.fusion.images import to_uint8, write_png
from wordfuse.tools.types import Region

pytestmark = pytest.mark.usefixtures("quick")

SOMEBODY, ELSEWHERE = (148.0, 130.0, 172.0, 186.0), (2.0, 40.0, 30.0, 60.0)
SHOWN = "Infrared shows something warm that the visible picture does not"


def told(
    small: Small,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: QuestionKind,
    phrase: str,
    *seen: tuple[Box, float],
    somebody: bool = True,
) -> str:
    """The answer about a passage in the shade, where a network sees boxes so surely."""
    scene = under_a_house(somebody=somebody)
    write_png(folder / "ir.png", to_uint8(scene.infrared))
    write_png(folder / "vi.png", to_uint8(scene.visible))
    Detector(*([phrase] if seen else []), "unasked", seen=seen, confidence=0.3).put_in(monkeypatch)
    question = Plan(question=Query(kind=kind, region=Region(phrases=[phrase])))
    pair = replace(small, ir=folder / "ir.png", vi=folder / "vi.png")
    record = pair.run(folder / "run", ScriptedModel({"asked": question}, plans_only=True), "asked", masks={})
    text: str = record["instructions"][0]["answer"]["text"]
    return text


@pytest.mark.parametrize("kind", ["find", "count"])
def test_who_is_hardly_found_and_shown_by_infrared_is_perhaps_there(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: QuestionKind
) -> None:
    answer = told(small, tmp_path, monkeypatch, kind, "anyone", (SOMEBODY, 0.11))
    assert answer == (
        "Nobody for sure: what is most like 'anyone' is number 1, centre (11% sure). "
        f"{SHOWN}: number 1, centre. It may be a person."
    )


@pytest.mark.parametrize("seen", [(), ((ELSEWHERE, 0.11),)], ids=["nowhere", "elsewhere"])
def test_what_is_warm_where_nobody_was_found_is_not_told(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: tuple[tuple[Box, float], ...]
) -> None:
    assert SHOWN not in told(small, tmp_path, monkeypatch, "find", "people", *seen)


@pytest.mark.parametrize(
    ("phrase", "score", "somebody"),
    [("anyone", 0.11, False), ("anyone", 0.9, True), ("cars", 0.11, True)],
    ids=["nobody there", "found surely", "no person asked about"],
)
def test_else_nothing_is_told_of_it(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phrase: str, score: float, somebody: bool
) -> None:
    assert SHOWN not in told(small, tmp_path, monkeypatch, "find", phrase, (SOMEBODY, score), somebody=somebody)
