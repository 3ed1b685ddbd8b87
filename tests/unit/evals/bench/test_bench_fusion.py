import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from tests.commandline import complaint, wordfuse
from tests.fakes import Small
from wordfuse.evals.bench.fusing.fusion import bench_fusion
from wordfuse.evals.bench.fusing.fusion_cost import measure_sizes
from wordfuse.evals.bench.fusing.fusion_table import FusionReport, stored_peers
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_pair, read_picture, write_png
from wordfuse.fusion.weights import FOLDER

SILENT = Console(quiet=True)
DEFAULT = FOLDER / "fusion-metric.safetensors"


@pytest.fixture
def averages(bench_data: Path, tmp_path: Path) -> Path:
    """What a method that averages would give."""
    for files in bench_data.rglob("ir/*.png"):
        infrared, visible = read_picture(files), read_picture(files.parent.parent / "vi" / files.name)
        target = tmp_path / "average" / files.stem.removesuffix("-1") / files.name
        target.parent.mkdir(parents=True)
        write_png(target, cv2.addWeighted(infrared, 0.5, visible, 0.5, 0))
    return tmp_path / "average"


def test_our_network_stands_beside_another_method(bench_data: Path, averages: Path, tmp_path: Path) -> None:
    out = tmp_path / "bench"
    report = bench_fusion(bench_data, out, ["metric"], {"again": DEFAULT}, {"average": averages}, [], "cpu", SILENT)
    assert report.pairs == {"RoadScene": 1, "MSRS": 1, "TNO": 1}
    for rows in report.measured.values():
        assert rows["metric"]["seconds"] > 0 and "seconds" not in rows["average"]
        assert rows["again"]["Qabf"] == rows["metric"]["Qabf"]
        assert rows["metric"]["Qabf"] > rows["average"]["Qabf"] > 0.1
    written = json.loads((out / "bench_fusion.json").read_text())
    assert written["measured"] == report.measured
    text = (out / "bench_fusion.md").read_text()
    assert "## TNO, 1 pairs" in text and "| average | " in text
    # The stored figures are of other pairs: no comparison, and no claim to be ahead.
    assert report.peers == {}
    assert not any("best peer" in goal for goal in report.goals())


def test_a_method_that_lacks_a_picture_is_named(bench_data: Path, averages: Path, tmp_path: Path) -> None:
    (averages / "MSRS" / "MSRS-1.png").unlink()
    with pytest.raises(InputError, match="MSRS: no picture named MSRS-1"):
        bench_fusion(bench_data, tmp_path / "bench", [], {}, {"average": averages}, [], "cpu", SILENT)
    assert not (tmp_path / "bench").exists()


def test_a_fused_picture_of_another_size_is_named(bench_data: Path, averages: Path, tmp_path: Path) -> None:
    write_png(averages / "TNO" / "TNO-1.png", np.zeros((20, 30), np.uint8))
    with pytest.raises(InputError, match=r"TNO-1\.png: is 30x20"):
        bench_fusion(bench_data, tmp_path / "bench", [], {}, {"average": averages}, [], "cpu", SILENT)


@pytest.mark.parametrize("name", ["SHIP", "default"])
def test_a_row_is_not_replaced_by_another_of_its_name(
    bench_data: Path, averages: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match=f"{name}: the table has a row of this name"):
        bench_fusion(bench_data, tmp_path / "bench", ["default"], {}, {name: averages}, [], "cpu", SILENT)


def test_stored_figures_are_used_for_their_own_pairs_only() -> None:
    stored = stored_peers({"RoadScene": 34, "MSRS": 60})
    assert list(stored) == ["RoadScene"]
    # As published with the benchmark's first table; SHIP leads VIF on RoadScene.
    assert stored["RoadScene"]["SHIP"]["VIF"] == 0.5961


def test_goals_say_what_is_not_reached() -> None:
    ours = dict.fromkeys(("VIF", "MI", "Qabf", "SSIM", "SCD"), 0.6)
    report = FusionReport("cpu", {"RoadScene": 34}, {"RoadScene": {"metric": ours}}, stored_peers({"RoadScene": 34}))
    assert report.goals() == {
        "RoadScene: VIF 0.6000, best peer 0.5961": True,
        "RoadScene: MI 0.6000, best peer 2.4259": False,
        "RoadScene: Qabf 0.6000, best peer 0.5502": True,
        "RoadScene: SSIM 0.6000, at least 0.64": False,
        "RoadScene: SCD 0.6000, at least 1.5": False,
    }


def test_cost_is_measured_in_a_process_of_its_own(small: Small, tmp_path: Path) -> None:
    costs = measure_sizes(read_pair(small.ir, small.vi), [(64, 48)], ["metric"], "cpu", tmp_path)
    cost = costs["64x48"]["metric"]
    assert cost["seconds"] > 0
    assert 50 < cost["peak_mib"] < 4096
    assert cost["parameters"] == 878_168  # as the model card says
    assert read_picture(tmp_path / "fused.png").shape == (48, 64, 3)


def test_the_command_names_what_it_cannot_use(bench_data: Path, tmp_path: Path) -> None:
    usual = ["bench", "fusion", "--data", bench_data, "--out", tmp_path / "bench"]
    assert "--size 640: expected WIDTHxHEIGHT" in complaint(wordfuse(*usual, "--size", "640"), 2)
    assert "--preset huge: unknown" in complaint(wordfuse(*usual, "--preset", "huge", "--no-cost"), 2)
    assert "not a folder" in complaint(wordfuse("bench", "fusion", "--data", tmp_path / "none"), 2)
