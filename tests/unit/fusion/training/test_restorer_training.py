"""The restoration network's training: damage, real pairs, what is asked for and what is right then."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.unit.fusion.training.test_fusion_training import make_pairs
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import write_png
from wordfuse.fusion.networks.restorer import Restorer, find_lines
from wordfuse.fusion.training import damage
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.loop import Training
from wordfuse.fusion.training.restorer import (
    DamagedSampler,
    RestorerLesson,
    RestorerRecipe,
    find_damaged,
    read_damaged,
)


def make_damaged(folder: Path) -> Path:
    """A scene whose infrared picture has striped copies with lifted blacks, and the visible one blurred ones."""
    random = np.random.default_rng(0)
    clean = {"ir": np.full((72, 96, 3), 20, np.uint8), "vi": random.integers(0, 256, (72, 96, 3), dtype=np.uint8)}
    clean["ir"][20:50, 30:60] = 220
    stripes = random.normal(0, 6, (1, 96, 1))
    pictures = clean | {
        "ir_stripes": (clean["ir"] * 0.8 + 40 + stripes).clip(0, 255).astype(np.uint8),
        "vi_blur": cv2.GaussianBlur(clean["vi"], (0, 0), 1.5),
    }
    for name, pixels in pictures.items():
        (folder / name).mkdir(parents=True)
        write_png(folder / name / "0000.png", pixels)
    return folder


@pytest.fixture
def little_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Smaller pieces are faster."""
    monkeypatch.setattr("wordfuse.fusion.training.restorer.AROUND_PX", 16)


@pytest.fixture
def smooth() -> np.ndarray:
    """A ramp with a bright square, (64, 96, 3) in [0, 1]."""
    x = np.tile(np.linspace(0.2, 0.7, 96, dtype=np.float32), (64, 1))
    x[20:40, 30:60] = 0.9
    return np.repeat(x[..., None], 3, axis=2)


def test_stripes_are_the_same_along_a_line_and_found_by_their_measure(smooth: np.ndarray) -> None:
    strengths = []
    for seed in range(40):
        changed = damage.make_stripes(np.random.default_rng(seed), (64, 96))(smooth)
        assert changed.dtype == np.float32
        assert (changed[..., :1] == changed).all(), "gray stays gray"
        added = find_lines(torch.from_numpy((changed - smooth).transpose(2, 0, 1)[None].copy() + 0.5))
        strengths.append(255 * added.std().item())
    assert 0.2 < min(strengths) < 3 and 6 < max(strengths) < 40


@pytest.mark.parametrize("seed", range(12))
def test_blur_keeps_the_mean_and_lowers_the_detail(seed: int, smooth: np.ndarray) -> None:
    picture = smooth + np.random.default_rng(0).normal(0, 0.05, smooth.shape).astype(np.float32)
    blurred = damage.make_blur(np.random.default_rng(seed))(picture)
    assert blurred.mean() == pytest.approx(picture.mean(), abs=0.01)
    assert np.diff(blurred, axis=1).std() < 0.9 * np.diff(picture, axis=1).std()


def test_haze_lowers_contrast_and_keeps_gray(smooth: np.ndarray) -> None:
    for change in (
        damage.make_haze(np.random.default_rng(1), (64, 96)),
        damage.make_pedestal(np.random.default_rng(1)),
    ):
        hazy = change(smooth)
        assert hazy[24:36, 35:55].mean() - hazy[45:, :10].mean() < smooth[24:36, 35:55].mean() - smooth[45:, :10].mean()
        assert np.allclose(hazy[..., :1], hazy)


def test_real_pairs_are_found_with_what_became_of_their_gray_values(tmp_path: Path) -> None:
    found = find_damaged(make_damaged(tmp_path / "scene").parent)
    assert [(files.infrared.parent.name, files.visible.parent.name, kind) for files, kind in found] == [
        ("ir_stripes", "ir", "stripes"),
        ("vi_blur", "vi", "blur"),
    ]
    pair = read_damaged(*found[0])
    assert 255 * pair.curve[20] == pytest.approx(0.8 * 20 + 40, abs=2)
    assert 255 * pair.curve[220] == pytest.approx(0.8 * 220 + 40, abs=2)


def test_stripes_alone_leave_the_haze_of_a_real_pair(tmp_path: Path) -> None:
    pairs = [read_damaged(*files) for files in find_damaged(make_damaged(tmp_path / "scene").parent)]
    sampler = DamagedSampler(CropSampler(find_pairs(tmp_path), 48, seed=0), pairs)
    _, kept = sampler._real(pairs[0], {"stripes"})
    _, restored = sampler._real(pairs[0], {"stripes", "haze"})
    assert 255 * kept.min() == pytest.approx(56, abs=2)
    assert 255 * restored.min() == pytest.approx(20)


@pytest.mark.usefixtures("little_around")
def test_pieces_are_damaged_or_left_clean(tmp_path: Path) -> None:
    sampler = DamagedSampler(CropSampler(find_pairs(make_pairs(tmp_path)), 32 + 16, seed=0), [])
    damaged, lines, asked, target = sampler.batch(80)
    assert damaged.shape == target.shape == (80, 3, 32, 32)
    assert lines.shape == (80, 2, 32, 32)
    assert set(asked.unique().tolist()) == {0.0, 1.0} and asked.amax(dim=1).min() == 1
    assert 0 <= min(damaged.min(), target.min()) and max(damaged.max(), target.max()) <= 1
    clean = (damaged == target).all(dim=3).all(dim=2).all(dim=1).float().mean()
    assert 0.02 < clean < 0.35, "some are left clean: nothing is to be found in them"


def test_what_is_asked_for_goes_and_the_rest_stays(tmp_path: Path, smooth: np.ndarray) -> None:
    sampler = DamagedSampler(CropSampler(find_pairs(make_pairs(tmp_path)), 48, seed=0), [])

    def lines(kind: str, asked: str) -> list[float]:
        drawn = [sampler._made(smooth, kind, {asked}) for _ in range(25)]
        stacks = (torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) for pictures in zip(*drawn, strict=True))
        return [255 * float(find_lines(stack).diff(dim=-1).std()) for stack in stacks]

    damaged, target = lines("stripes", "stripes")
    assert damaged > 3 and target < 0.3 * damaged
    damaged, target = lines("stripes", "blur")
    assert damaged > 3 and target > 0.7 * damaged


@pytest.mark.usefixtures("little_around")
def test_the_restorer_learns_and_goes_on(tmp_path: Path, smooth: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    make_damaged(data / "scene")
    for i in range(4):
        for name, contrast in (("ir", 200), ("vi", 90)):
            (data / name).mkdir(exist_ok=True)
            write_png(data / name / f"{i}.png", np.uint8(contrast * np.roll(smooth, 17 * i, axis=1)))
    torch.manual_seed(0)
    tiny = Restorer(fine=8, coarse=8, inside=1)
    monkeypatch.setattr("wordfuse.fusion.training.restorer.Restorer", lambda: tiny)
    monkeypatch.setattr("wordfuse.fusion.training.restorer.load_denoiser", lambda: tiny.trunk)
    monkeypatch.setattr("wordfuse.fusion.training.loop.VALIDATION_BATCHES", 8)
    recipe = RestorerRecipe(steps=2, batch=2, crop_px=32, checkpoint_steps=2, without=("3",))
    lesson = RestorerLesson(data, recipe)
    assert len(lesson.training.crops.pictures) == 3, "4 pairs and a clean one; one left out, one held back"
    batch = lesson.training.batch(4)
    descent = torch.optim.Adam(tiny.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        loss = lesson.total(lesson.terms(batch))
        descent.zero_grad()
        loss.backward()
        descent.step()
        losses.append(loss.item())
    assert max(losses[-5:]) < 0.95 * losses[0]
    exported = Training(lesson, tmp_path / "out", recipe, "cpu").run(lambda progress: None)
    assert exported.name == "restorer.safetensors"
    log = json.loads((tmp_path / "out" / "log.jsonl").read_text())
    assert set(log["validation"]) == {"error", "gradient", "psnr", "loss"}
    assert Training(lesson, tmp_path / "out", recipe, "cpu").step == 2
