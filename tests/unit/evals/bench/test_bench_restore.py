"""Damage is what it says, classical methods do what they are known for, and the table holds every method."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from wordfuse.cli.options.measuring import DAMAGES
from wordfuse.evals.bench.restore import classical, run
from wordfuse.evals.bench.restore.damage import FARTHEST, ground_depth, rising_curve
from wordfuse.evals.bench.restore.looks import LOOKS
from wordfuse.examples.street import render
from wordfuse.fusion.errors import InputError

SILENT = Console(quiet=True)


def films(folder: Path) -> Path:
    """One scene of M3SVD-degraded with one frame: a ramp, and the same with lines across it and in another tone."""
    random = np.random.default_rng(2)
    clean = np.tile(np.linspace(60, 180, 120)[:, None], (1, 160))
    lines = 8 * random.standard_normal(160)
    for kind, picture in {"ir": clean, "ir_stripes": 0.7 * clean + 50 + lines}.items():
        path = folder / "M3SVD-degraded" / "scene" / kind / "0000.png"
        path.parent.mkdir(parents=True)
        Image.fromarray(np.round(picture).clip(0, 255).astype(np.uint8)).save(path)
    return folder


def test_a_curve_undoes_a_change_of_tone_and_never_falls() -> None:
    random = np.random.default_rng(1)
    clean = random.integers(10, 240, (100, 100)).astype(np.uint8)
    toned = (255 * (clean / 255) ** 0.6 + 4 * random.standard_normal(clean.shape)).clip(0, 255).astype(np.uint8)
    curve = rising_curve(clean, toned)
    assert (np.diff(curve) >= 0).all()
    assert np.abs(curve[10:240] - 255 * (np.arange(10, 240) / 255) ** 0.6).mean() < 1.5


def test_what_stands_on_the_ground_is_as_far_as_its_foot() -> None:
    classes = np.full((60, 40), 1, np.uint8)  # buildings
    classes[:10] = 0  # sky
    classes[30:] = 3  # road
    classes[20:50, 5:10] = 8  # a car, down to row 50
    depth = ground_depth(classes)
    assert depth[59, 20] == pytest.approx(1, abs=0.05)
    assert (np.diff(depth[30:, 20]) <= 0).all()
    assert depth[25, 7] == depth[50, 7] < depth[25, 20] <= FARTHEST == depth[0, 0]


@pytest.mark.parametrize("method", [classical.column_means, classical.fft_notch, classical.wavelet_fft])
def test_classical_methods_take_stripes_out(method: run.Method) -> None:
    random = np.random.default_rng(3)
    clean = np.full((128, 160, 3), 0.5, np.float32)
    damaged = clean + (0.05 * random.standard_normal((1, 160, 1))).astype(np.float32)
    assert np.abs(method(damaged) - clean).mean() < 0.4 * np.abs(damaged - clean).mean()


def test_the_table_has_every_method_and_ours_beats_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.METHODS, "stripes", run.STRIPES)  # the denoiser is measured elsewhere
    report = run.bench_restore(films(tmp_path / "data"), tmp_path / "out", ["stripes"], 1, SILENT)
    scores = report.scores["stripes"]
    assert list(scores) == list(run.METHODS["stripes"])
    assert scores["wordfuse"].psnr > scores["nothing"].psnr + 6
    assert json.loads((tmp_path / "out" / "bench_restore.json").read_text())["pictures"] == {"stripes": 1}
    assert "| wavelet-FFT |" in (tmp_path / "out" / "bench_restore.md").read_text()


def test_the_command_knows_every_kind() -> None:
    assert set(DAMAGES) == {*run.DAMAGES, *LOOKS}
    assert set(run.DAMAGES) == set(run.METHODS)


def test_a_classical_denoiser_takes_noise_out_and_leaves_an_edge() -> None:
    random = np.random.default_rng(4)
    clean = np.repeat(np.where(np.arange(96) < 48, 0.3, 0.7)[None, :, None], 80, axis=0).repeat(3, axis=2)
    noisy = (clean + 0.06 * random.standard_normal((80, 96, 1))).astype(np.float32)
    done = classical.nl_means(noisy)
    assert np.abs(done - clean).mean() < 0.4 * np.abs(noisy - clean).mean()
    assert done[:, 50].mean() - done[:, 45].mean() > 0.35


def test_contrast_heat_and_hiding_beside_classics(street_data: Path, tmp_path: Path) -> None:
    report = run.bench_restore(street_data, tmp_path, list(LOOKS), 1, SILENT)
    contrast, heat, hiding = (report.looks[kind] for kind in LOOKS)
    assert contrast["nothing"]["contrast"] < 0.6 < contrast["wordfuse, told what was lost"]["contrast"]
    assert contrast["CLAHE"]["SSIM"] > contrast["nothing"]["SSIM"]
    assert heat["OpenCV inferno"]["structure"] < heat["wordfuse, normal"]["structure"]
    assert heat["wordfuse, strong"]["colours"] > 0.7
    assert hiding["wordfuse, strong"]["readable"] < 0.35 * hiding["nothing"]["readable"]
    assert hiding["wordfuse, strong"]["around"] < hiding["Gaussian, as wide as ours"]["around"]
    assert all(row["outside"] == 0 for row in (*heat.values(), *hiding.values()))
    assert "| CLAHE |" in (tmp_path / "bench_restore.md").read_text()


@pytest.fixture
def street_data(tmp_path: Path) -> Path:
    """MSRS with the rendered street, taken for a day, and a box around somebody."""
    scene, folder = render(7, (160, 120)), tmp_path / "data" / "MSRS"
    for kind, picture in {"ir": scene.infrared, "vi": scene.visible}.items():
        (folder / kind).mkdir(parents=True)
        Image.fromarray(picture).save(folder / kind / "1D.png")
    box = max((box for name, box, _ in scene.bodies if name == "people"), key=lambda box: box[3] - box[1])
    boxes = {"1D": {"width": 160, "height": 120, "boxes": [["person", box[0] - 9, box[1], box[2] + 9, box[3]]]}}
    (folder / "boxes.json").write_text(json.dumps(boxes))
    return tmp_path / "data"


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="M3SVD-degraded"):
        run.bench_restore(tmp_path, tmp_path / "out", ["stripes"], 1, SILENT)
