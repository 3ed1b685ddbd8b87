import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from wordfuse.evals.bench import regions
from wordfuse.evals.bench.region_boxes import Judged, average_precision, judged, kept, recall_and_precision
from wordfuse.evals.bench.regions import bench_regions
from wordfuse.fusion.images import write_png
from wordfuse.fusion.regions import Models

PERSON, CAR = (10.0, 10.0, 30.0, 60.0), (40.0, 20.0, 90.0, 50.0)


def found(box: tuple[float, ...], category: int, score: float) -> dict[str, object]:
    return {"category_id": category, "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]], "score": score}


def test_average_precision_by_hand() -> None:
    drawn = {"a": [("person", PERSON), ("car", CAR)], "b": [("person", PERSON)]}
    exact = {"a": [found(PERSON, 1, 0.9), found(CAR, 2, 0.8)], "b": [found(PERSON, 1, 0.7)]}
    precision, counts = average_precision(drawn, exact)
    assert counts == {"person": 2, "car": 1, "bicycle": 0}
    assert precision == {"person": pytest.approx(1), "car": pytest.approx(1), "bicycle": 0}
    # One of two people is found, a surer box is wrong: precision is 1/2 up to a recall of 1/2, 51 of 101 steps.
    wrong = {"a": [found(CAR, 1, 0.95), found(PERSON, 1, 0.9)], "b": []}
    assert average_precision(drawn, wrong)[0]["person"] == pytest.approx(0.5 * 51 / 101)
    assert average_precision(drawn, {"a": [], "b": []})[0]["person"] == 0


def test_recall_and_precision_by_hand() -> None:
    drawn = {"a": [("person", PERSON), ("car", CAR)], "b": [("person", PERSON)]}
    shown = {"a": [found(PERSON, 1, 0.9), found(PERSON, 1, 0.8), found(CAR, 1, 0.2)], "b": [found(CAR, 2, 0.7)]}
    assert judged(drawn, shown, "person") == [(0.9, True), (0.8, False), (0.2, False)], "each drawn box counts once"
    third = pytest.approx(1 / 3)
    assert recall_and_precision(drawn, shown) == {"person": (0.5, third), "car": (0, 0), "bicycle": (0, 0)}


def test_confidences_that_are_kept() -> None:
    told = [Judged(0.95, True), Judged(0.99, True), Judged(1.0, False), Judged(0.2, False), Judged(0.05, True)]
    low, high = kept(told)
    assert (low.boxes, low.right) == (1, 0)
    assert (high.boxes, high.confidence, high.right) == (3, pytest.approx(0.98), pytest.approx(2 / 3))


@pytest.mark.slow
def test_the_benchmark_on_a_few_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "RENDERED_SIZE", (96, 72))
    random = np.random.default_rng(0)
    for name, stem in (("RoadScene", "FLIR_1"), ("MSRS", "1D")):
        for part, shape in (("ir", (96, 128)), ("vi", (96, 128, 3))):
            (tmp_path / name / part).mkdir(parents=True)
            write_png(tmp_path / name / part / f"{stem}.png", random.integers(0, 255, shape, np.uint8))
        boxes = {stem: {"width": 128, "height": 96, "boxes": [["person", *PERSON], ["car", *CAR], ["dog", *CAR]]}}
        (tmp_path / name / "boxes.json").write_text(json.dumps(boxes))
    for part, pixels in (
        ("vi", random.integers(0, 255, (96, 128, 3), np.uint8)),
        ("mask", np.full((96, 128), 3, np.uint8)),
    ):
        (tmp_path / "CamVid" / part).mkdir(parents=True)
        write_png(tmp_path / "CamVid" / part / "1.png", pixels)
    report = bench_regions(tmp_path, tmp_path / "out", "embedded", Models("cpu"), Console(quiet=True))
    assert report.objects["MSRS by day"] == {"person": 1, "car": 1, "bicycle": 0}
    assert report.people[0] == 2
    # The goals for words do not depend on the pictures.
    assert report.words["known"] >= 0.95
    assert report.words["unknown"] >= 0.95
    assert "| MSRS at night, 0 pictures |" in report.markdown()
    assert "| RoadScene, infrared alone |" in report.markdown()
    assert set(report.rendered) == set(regions.RENDERED) and "rendered places" in report.markdown()
    assert set(report.shown) == {"RoadScene", "MSRS"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"regions.md", "regions.json", "regions.png"}
    # Of a backend that has no network of ours, boxes and masks alone.
    other = bench_regions(tmp_path, tmp_path / "other", "pixels", Models("cpu"), Console(quiet=True))
    assert other.precision["RoadScene"]["person"] == 0 and not other.iou and not other.words and not other.alone
    assert "CamVid" not in other.markdown()
