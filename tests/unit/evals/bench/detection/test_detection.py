"""``wordfuse bench detection``: it makes its tables, goes on where it was, and names what it cannot use."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.commandline import complaint, wordfuse
from wordfuse.evals.bench.detection import run, trials
from wordfuse.fusion.images import write_png
from wordfuse.fusion.training import loop


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Warm boxes on noise, and a benchmark that takes as little time as one can."""
    monkeypatch.setattr(run, "SHORT_STEPS", 2)
    monkeypatch.setattr(run, "BATCH", 2)
    monkeypatch.setattr(loop, "VALIDATION_BATCHES", 1)
    random = np.random.default_rng(0)
    for split in ("train", "dev"):
        folder = tmp_path / "data" / split / "MSRS"
        labels = {}
        for stem in ("1D", "2N", "3N"):
            infrared, visible = random.integers(0, 60, (64, 80)), random.integers(0, 200, (64, 80, 3))
            infrared[20:50, 30:42] += 150
            for part, pixels in (("ir", infrared), ("vi", visible)):
                (folder / part).mkdir(parents=True, exist_ok=True)
                write_png(folder / part / f"{stem}.png", pixels.astype(np.uint8))
            labels[stem] = {"width": 80, "height": 64, "boxes": [["person", 30, 20, 42, 50]]}
        (folder / "boxes.json").write_text(json.dumps(labels))
    return tmp_path / "data"


def usual(data: Path, *more: object) -> list[object]:
    words = ["bench", "detection", "--data", data, "--out", data.parent / "out", "--preset", "default", "--no-words"]
    return [*words, "--short", "--quiet", "--device", "cpu", *more]


def test_the_tables_and_how_a_run_goes_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = data.parent / "out"
    for pair in data.rglob("vi/*.png"):
        target = data.parent / "mine" / pair.relative_to(data).parent.parent / pair.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(pair.read_bytes())
    method = ["--method", f"mine={data.parent / 'mine'}"]
    trained = []
    real = trials.Training

    def counted(*args: object) -> loop.Training:
        trained.append(args)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(trials, "Training", counted)
    first = wordfuse(*usual(data, *method))
    assert first.exit_code == 0, first.output
    assert "| precision | recall | mAP@.5 | mAP@.75 | mAP@[.5:.95] |" in first.stdout
    assert "FastestDet from random weights, 2 steps of 2 pictures, 1 trainings a row" in first.stdout
    assert first.stdout.startswith("A first look") and first.stdout == (out / "bench_detection.md").read_text() + "\n"
    report = json.loads((out / "bench_detection.json").read_text())
    assert list(report["rows"]) == ["infrared", "visible", "default", "mine"] and len(trained) == 4
    assert report["boxes"]["dev"] == {"person": 3, "car": 0, "bicycle": 0}
    # The same pictures and the same seed: another method that shows what visible shows differs by nothing.
    assert report["rows"]["mine"] == report["rows"]["visible"]
    assert report["differences"]["person"]["mine"]["visible"] == [0, 0, 0]
    assert list(report["differences"]) == ["all classes", "person"]
    assert (out / "bench_detection.png").is_file()

    # Killed in the middle: one picture and what one training found are not there yet.
    next((out / "pictures").rglob("default*/dev/MSRS/1D*.png")).unlink()
    next((out / "trainings").glob("default*/found.json")).unlink()
    again = wordfuse(*usual(data, *method))
    assert again.stdout == first.stdout and len(trained) == 5
    assert wordfuse(*usual(data, *method)).stdout == first.stdout and len(trained) == 5


def test_what_cannot_be_used_is_named_before_the_work(data: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.pth").write_text("none")
    for more, said in (
        (["--detector", tmp_path / "weights.pth"], "is no FastestDet"),
        (["--detector", tmp_path / "missing.pth"], "missing"),
        (["--preset", "huge"], "--preset huge: unknown"),
        (["--method", "mine"], "--method mine: expected NAME=PATH"),
        (["--method", f"mine={tmp_path}"], "no picture named 1D"),
        (["--method", f"visible={tmp_path}"], "a row of this name"),
    ):
        assert said in complaint(wordfuse(*usual(data, *more)), 2)
    assert "no boxes of person, car, bicycle" in complaint(wordfuse(*usual(tmp_path)), 2)
    assert "not a folder" in complaint(wordfuse(*usual(tmp_path / "none")), 2)
    assert not (tmp_path / "out").exists()
