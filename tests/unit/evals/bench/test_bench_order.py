"""Several kinds of damage at once, and a source restored before it is fused: the tables say what was done."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from wordfuse.evals.bench.restore import order, source
from wordfuse.evals.bench.restore.repairs import KINDS, faults, kinds_of, remedy_task, repaired
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_picture, write_png

SILENT = Console(quiet=True)
PART = slice(60, 132), slice(60, 156)


@pytest.fixture(scope="module")
def data(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of one pair: a part of the bundled one."""
    folder = tmp_path_factory.mktemp("data")
    for kind in ("ir", "vi"):
        (folder / "set" / kind).mkdir(parents=True)
        pixels = np.ascontiguousarray(read_picture(examples / "street" / f"{kind}.png")[PART])
        write_png(folder / "set" / kind / "1.png", pixels[..., 0] if kind == "ir" else pixels)
    return folder


def test_damage_is_done_as_a_camera_does_it_and_the_same_every_time(data: Path) -> None:
    first, again = (list(order.draw_cases(data, 1)) for _ in range(2))
    assert [one.kinds for one in first] == [one.kinds for one in again]
    assert all(np.array_equal(one.damaged, other.damaged) for one, other in zip(first, again, strict=True))
    for one in first:
        assert len(set(one.kinds)) == order.AT_ONCE
        assert list(one.kinds) == [kind for kind in KINDS if kind in one.kinds]
        assert set(one.kinds) <= set(kinds_of(one.where))


def test_every_kind_has_a_repair_that_lessens_it() -> None:
    random = np.random.default_rng(0)
    clean = np.clip(120 + np.cumsum(random.normal(0, 3, (96, 128)), axis=1), 0, 255).astype(np.uint8)
    striped = LADDERS["stripes"].damage(clean, 10, random)
    numbers = [
        next(one.number for one in faults(picture, "infrared") if one.kind == "stripes")
        for picture in (striped, repaired(striped, remedy_task("stripes"), 0.95))
    ]
    assert numbers[1] < 0.3 * numbers[0]


def test_the_table_has_every_way(data: Path, tmp_path: Path) -> None:
    report = order.bench_order(data, tmp_path, 1, SILENT)
    ways = {way.name: way for way in report.ways}
    assert report.pictures == len(list(order.draw_cases(data, 1)))
    assert ways[order.SUGGESTED].ssim > ways[order.NOTHING].ssim
    best = next(way for name, way in ways.items() if name.startswith("each picture's own") and order.MEASURED in name)
    assert all(best.psnr + 1e-6 >= way.psnr for name, way in ways.items() if order.MEASURED in name)
    assert json.loads((tmp_path / "bench_restore_order.json").read_text())["pictures"] == report.pictures
    assert f"| {order.SUGGESTED} |" in (tmp_path / "bench_restore_order.md").read_text()


def test_a_fixed_order_of_all_tools_is_that_of_the_needed_ones(data: Path) -> None:
    one = order._Tried(next(iter(order.draw_cases(data, 1))))
    needed = one.case.needed
    one.orders[order.MEASURED] = {tasks: (float(at), 0.0) for at, tasks in enumerate(itertools.permutations(needed))}
    others = tuple(task for task in order.TASKS if task not in needed)
    for at, tasks in enumerate(itertools.permutations(needed)):
        assert one.fixed((tasks[0], *others, *tasks[1:]), order.MEASURED) == (float(at), 0.0)


def test_stripes_of_a_source_are_better_taken_out_of_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "DAMAGES", (("stripes", "infrared"),))
    report = source.bench_source(data, tmp_path, 1, SILENT)
    scores = report.scores["stripes, infrared"]
    assert list(scores) == [source.NOTHING, source.SOURCE_FIRST, source.FUSED_AFTER]
    assert scores[source.SOURCE_FIRST]["PSNR"] > scores[source.NOTHING]["PSNR"]
    assert report.source_wins == {"stripes, infrared": 1}
    assert "| stripes, infrared |" in (tmp_path / "bench_restore_source.md").read_text()


def test_a_folder_without_pairs_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        order.bench_order(tmp_path, tmp_path / "out", 1, SILENT)
