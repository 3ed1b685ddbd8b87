"""The benchmarks of what is seen run on a folder of pairs, and write their tables."""

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from wordfuse.evals.seen import guards, people

STREET = Path(__file__).parents[4] / "examples" / "street"
SIZE = 160, 120


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One pair by day and the same as one at night, with a box around somebody."""
    folder = tmp_path / "data" / "MSRS"
    for kind in ("ir", "vi"):
        (folder / kind).mkdir(parents=True)
        for stem in ("0001D", "0002N"):
            Image.open(STREET / f"{kind}.png").resize(SIZE).save(folder / kind / f"{stem}.png")
    boxes = {stem: {"boxes": [["person", 60, 40, 80, 90]]} for stem in ("0001D", "0002N")}
    (folder / "boxes.json").write_text(json.dumps(boxes))
    return tmp_path / "data"


@pytest.mark.slow
def test_people_in_every_preset_by_day_and_at_night(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["people", "--data", str(data), "--out", str(tmp_path / "out")])
    assert people.main() == 0
    rows = (tmp_path / "out" / "bench_people.md").read_text().splitlines()[2:]
    assert [row.split(" | ")[:2] for row in rows] == [
        [f"| {name}", f"{when} (1)"] for name in ("visible", "default", "metric") for when in ("by day", "at night")
    ]


def test_guards_see_faults_and_pass_good_edits(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["guards", "--data", str(data), "--out", str(tmp_path / "out"), "--pairs", "1"])
    guards.main()
    text = (tmp_path / "out" / "bench_guards.md").read_text()
    assert text.startswith("1 fused pairs:") and "| clipped |" in text
    assert "| brighter everywhere | 0 of 1 |" in text
