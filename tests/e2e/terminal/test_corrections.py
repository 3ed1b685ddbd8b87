"""Corrections in a conversation, with the embedded language model and the trained weights."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "street"

pytestmark = [pytest.mark.real, pytest.mark.slow]


def talked(folder: Path, *said: str) -> list[dict[str, Any]]:
    """What came of each turn of a conversation on the bundled pair."""
    words = ["--ir", EXAMPLE / "ir.png", "--vi", EXAMPLE / "vi.png", "--out", "run", "--no-images", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "wordfuse", "chat", *map(str, words)],
        input="".join(f"{line}\n" for line in said),
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(EXAMPLE.parents[1])},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode in (0, 3), done.stderr
    instructions: list[dict[str, Any]] = json.loads(done.stdout)["instructions"]
    return instructions


def steps(said: dict[str, Any]) -> list[tuple[str, list[str], bool]]:
    """Effect and region of each step."""
    told = said["plan"]["steps"]
    return [(step["direction"] or step["task"], step["region"]["phrases"], step["region"]["invert"]) for step in told]


def test_what_is_to_stay_stays_and_it_is_done_anew(tmp_path: Path) -> None:
    first, anew, less = talked(
        tmp_path,
        "make the whole picture a bit brighter",
        "not the sky though, keep the sky as it was",
        "a bit less",
    )
    assert steps(first) == [("brighter", [], False)]
    assert steps(anew) == steps(less) == [("brighter", ["sky"], True)]
    starts = [said["steps"][0]["attempts"][0]["tool_calls"][-2]["args"]["image"] for said in (first, anew, less)]
    assert starts == ["fused"] * 3
    assert less["plan"]["steps"][0]["amount"] is not None


def test_two_questions_in_one_breath_are_both_answered(tmp_path: Path) -> None:
    first, second = talked(tmp_path, "how many people are there and which one is closest to the camera?")
    assert first["plan"]["question"]["kind"] == "count"
    assert second["plan"]["question"]["region"]["phrases"] == ["closest person"]
    assert "number 1" in second["answer"]["text"]


def test_a_source_that_is_named_instead_is_the_one_to_go_toward(tmp_path: Path) -> None:
    said, *_ = talked(
        tmp_path,
        "people look odd, use the camera there",
        "no, take them from the thermal picture",
    )
    (asked,) = said["asked"]
    assert asked["reading"]["steps"][0]["direction"] == "visible", "else this tells nothing any more"
    assert steps(said) == [("infrared", ["people"], False)]
