"""The page of a batch."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from tests.pages import check_page
from tests.unit.agent.report.wishes import HOSTILE
from wordfuse.agent.report.index import render_index
from wordfuse.agent.state import Json
from wordfuse.fusion.images import write_png


def job(name: str, out: Path, code: int | None, **more: Any) -> Json:
    return {
        "job": 1,
        "name": name,
        "ir": f"ir/{name}.png",
        "vi": f"vi/{name}.png",
        "say": ["warm the people"],
        "out": str(out),
        "exit_code": code,
        "error": None,
        "seconds": 1.5,
        "steps": 1,
        "satisfied": 1,
        "resumed": False,
    } | more


def test_the_page_of_a_batch(run: Json, tmp_path: Path) -> None:
    names = ["001-a b#1?", "002-<b>\u2603", "003-same"]
    for name in names:
        shutil.copytree(run["out"], tmp_path / name)
    jobs = [job(name, tmp_path / name, 3 if index else 0, say=[HOSTILE]) for index, name in enumerate(names)]
    jobs.append(job("004", tmp_path / "004", 2, error="<b>cannot</b> be read", steps=0, satisfied=0))
    page = check_page(render_index(jobs, tmp_path, "night & <b>day</b>"))
    assert "night & <b>day</b>" in page.text
    assert "1 satisfied 2 not satisfied 1 failed 4 jobs" in page.text
    assert "<b>cannot</b> be read" in page.text
    assert len(page.all("img")) == 6, "every job shows its pictures, though all are the same"
    links = [link for link in page.values("href") if not link.startswith("#")]
    folders = ["001-a%20b%231%3F", "002-%3Cb%3E%E2%98%83", "003-same"]
    assert links == [f"{folder}/report.html" for folder in folders]


def test_the_page_of_a_large_batch_stays_small(run: Json, tmp_path: Path) -> None:
    shutil.copytree(run["out"], tmp_path / "001")
    write_png(tmp_path / "001/result.png", np.full((480, 640, 3), 9, np.uint8))
    for count, width in ((60, "360"), (61, "200")):
        jobs = [job(f"{number:03d}", tmp_path / "001", 0) for number in range(count)]
        assert check_page(render_index(jobs, tmp_path, "x")).values("width")[1] == width


def test_a_job_outside_of_the_batch_has_no_link(run: Json, tmp_path: Path) -> None:
    (tmp_path / "batch").mkdir()
    page = check_page(render_index([job("away", Path(run["out"]), 0)], tmp_path / "batch", "x"))
    assert not [link for link in page.values("href") if not link.startswith("#")]
    assert "no picture" in page.text
    assert not page.all("img")


def test_a_batch_of_nothing_edited_shows_the_fused_picture_once(run: Json, tmp_path: Path) -> None:
    shutil.copytree(run["out"], tmp_path / "001")
    shutil.copy(tmp_path / "001/fused.png", tmp_path / "001/result.png")
    (tmp_path / "001/run.json").unlink()
    page = check_page(render_index([job("001", tmp_path / "001", 130, seconds=None)], tmp_path, "x"))
    assert [image.attributes["alt"] for image in page.all("img")] == ["The fused picture of 001."]
