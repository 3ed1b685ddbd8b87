"""The benchmarks of fine-tuning, on small pairs and for few epochs: that they measure, not what."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from wordfuse.evals.bench import finetune
from wordfuse.evals.bench.edits import METRICS, PAPER, EditsReport, bench_edits
from wordfuse.evals.bench.standing_out import standing_out, table
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import read_picture

SILENT = Console(quiet=True)


@pytest.fixture
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    for recipes in (finetune.INCLINE, finetune.RELIGHT, finetune.DENOISE):
        for name, recipe in recipes.items():
            monkeypatch.setitem(recipes, name, replace(recipe, epochs=min(recipe.epochs, 2)))


@pytest.mark.slow
@pytest.mark.usefixtures("few_epochs")
def test_every_row_of_the_table_is_measured(bench_data: Path, tmp_path: Path) -> None:
    report = bench_edits(bench_data, tmp_path, "fast", 1, "cpu", SILENT)
    assert list(report.rows) == list(PAPER)
    assert all(list(row) == list(METRICS) for row in report.rows.values())
    distinct = {tuple(row.values()) for row in report.rows.values()}
    assert len(distinct) == len(PAPER), "every edit changes the picture"
    assert report.rows["V"]["AG"] > report.rows["Baseline"]["AG"], "noise has gradients"
    assert json.loads((tmp_path / "bench_edits_fast.json").read_text())["rows"] == report.rows
    assert "| VII | " in (tmp_path / "bench_edits_fast.md").read_text()


@pytest.mark.usefixtures("quick")
def test_what_stand_out_does_is_measured(bench_data: Path) -> None:
    rows = standing_out(find_pairs(bench_data / "RoadScene"), "default", "cpu", SILENT)
    assert list(rows) == ["more", "less"]
    more = rows["more"]
    assert (more.regions, more.attempts >= 1) == (1, True)
    assert more.after >= more.before > 0
    assert sum(more.kept.values()) <= 1
    assert table(rows)[-2].startswith(f"| more | {more.before:.1f} | {more.after:.1f} | {more.satisfied} of 1 | ")


def test_directions_are_those_of_the_paper_s_table() -> None:
    as_printed = {row: dict(zip(METRICS, values, strict=True)) for row, values in PAPER.items()}
    assert EditsReport("fast", 1, as_printed).agreeing() == 42
    # Table 2: noise raises AG and lowers SSIM; denoising the source (VII) brings SSIM back further than VI does.
    assert as_printed["V"]["AG"] > as_printed["Baseline"]["AG"]
    assert as_printed["VII"]["SSIM"] > as_printed["VI"]["SSIM"] > as_printed["V"]["SSIM"]
    as_printed["V"]["AG"] = 0.0
    assert EditsReport("fast", 1, as_printed).agreeing() == 39, "V itself, and VI and VII, which are held against it"


@pytest.mark.slow
@pytest.mark.usefixtures("few_epochs")
def test_all_recipes_run_on_the_same_pairs(bench_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetune, "TIMED_SIZE", (32, 24))
    reports = finetune.bench_finetune(bench_data, tmp_path, ["incline", "relight", "denoise"], 32, "cpu", SILENT)
    assert [report.task for report in reports] == ["incline", "relight", "denoise"]
    for report in reports:
        variants = finetune.VARIANTS[report.task]
        assert report.pairs == ["RoadScene/RoadScene-1", "MSRS/MSRS-1", "TNO/TNO-1"]
        assert tuple(report.cells) == tuple(report.seconds) == variants
        for by_recipe in report.cells.values():
            assert {len(cells) for cells in by_recipe.values()} == {3}
            assert all(cell.loss > 0 for cells in by_recipe.values() for cell in cells)
        assert f"| {variants[-1]} | " in (tmp_path / f"{report.task}.md").read_text()
        # infrared, visible, then before and after of every recipe
        recipes = len(finetune.RECIPES[report.task])
        shape = (3 * len(variants) * (24 + 4), (2 + 2 * recipes) * 32, 3)
        assert read_picture(tmp_path / f"{report.task}.png").shape == shape
