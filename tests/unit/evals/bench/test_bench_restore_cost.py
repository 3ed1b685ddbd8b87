"""The table of time and memory: what misses a goal is bold, and a call in a process of its own tells what it took."""

from pathlib import Path

from wordfuse.evals.bench.restore import cost
from wordfuse.evals.bench.restore.cost import CALLS, SIZES, Cost
from wordfuse.fusion.images import read_pair, read_picture
from wordfuse.tools.registry import EDITS, TOOLS


def test_every_edit_is_measured() -> None:
    assert {tool for tool, _ in CALLS.values()} == {"fuse", "inspect", *EDITS}
    assert all(tool in TOOLS for tool, _ in CALLS.values())


def test_what_misses_a_goal_is_bold() -> None:
    usual, large = (f"{width}x{height}" for width, height in SIZES)
    table = cost.markdown(
        {
            "fuse": {usual: Cost(0.2, 300), large: Cost(8, 1500)},
            "slow": {usual: Cost(2.6, 300), large: Cost(99, 4097)},
            "quick": {usual: Cost(0.4, 300)},
        }
    )
    assert "| slow | 2.60 | **13.0** | 300 | 99 | **4097** |" in table
    assert "| quick | 0.40 | 2.0 | 300 |  |  |" in table


def test_a_call_tells_its_time_and_memory(tmp_path: Path) -> None:
    cost.make_pair((160, 120), tmp_path)
    assert read_pair(tmp_path / "ir.png", tmp_path / "vi.png").infrared.shape == (120, 160)
    assert read_picture(tmp_path / "fused.png").shape == (120, 160, 3)
    taken = cost.measure("recolour muted", tmp_path)
    assert 0 < taken.seconds < 20
    assert taken.peak_mib > 100  # the most that this process ever had, and other tests were here before
