import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import write_png
from wordfuse.fusion.training.crops import CropSampler
from wordfuse.fusion.training.denoiser import DenoiserLesson, NoisySampler
from wordfuse.fusion.training.fusion import FusionLesson, FusionRecipe
from wordfuse.fusion.training.loop import Recipe, Training

CPU = torch.device("cpu")


def make_pairs(
    folder: Path, lumas: tuple[int, ...] = (20, 30, 120, 180), names: tuple[str, str] = ("ir", "vi")
) -> Path:
    """Coloured noise around a mean, with a warm square in the infrared picture."""
    random = np.random.default_rng(0)
    for i, level in enumerate(lumas):
        visible = np.clip(random.normal(level, 15, (72, 96, 3)), 0, 255).astype(np.uint8)
        infrared = np.full((72, 96), 60, np.uint8)
        infrared[20:50, 30 + i : 60 + i] = 220
        for name, pixels in zip(names, (infrared, visible), strict=True):
            (folder / name).mkdir(parents=True, exist_ok=True)
            write_png(folder / name / f"{i}.png", pixels)
    return folder


@pytest.mark.parametrize(
    "names", [("ir", "vi"), ("Ir", "Vis"), ("cropinfrared", "crop_LR_visible"), ("infrared", "visible")]
)
def test_pairs_are_found_in_published_layouts(tmp_path: Path, names: tuple[str, str]) -> None:
    pairs = find_pairs(make_pairs(tmp_path / "set", names=names).parent)
    assert [(p.infrared.parent.name, p.visible.parent.name, p.infrared.stem) for p in pairs] == [
        (*names, str(i)) for i in range(4)
    ]


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = make_pairs(tmp_path)
    (folder / "vi" / "0.bmp").write_bytes(b"")
    with pytest.raises(InputError, match=r"0\.png and 0\.bmp: pairs are matched by name"):
        find_pairs(folder)


def test_crops_are_balanced_between_day_and_night(tmp_path: Path) -> None:
    sampler = CropSampler(find_pairs(make_pairs(tmp_path, (20, 100, 120, 140, 160, 180, 200, 220))), 32, seed=0)
    # One night picture among eight is drawn as often as its share says.
    assert sampler.chances[0] == pytest.approx(0.4)
    assert sampler.chances.sum() == pytest.approx(1)


@pytest.mark.parametrize("crop_px", [16, 32, 100])
def test_crops_have_their_size_and_range(tmp_path: Path, crop_px: int) -> None:
    sampler = CropSampler(find_pairs(make_pairs(tmp_path)), crop_px, seed=0)
    infrared, visible = sampler.batch(64)
    assert infrared.shape == (64, 1, crop_px, crop_px)
    assert visible.shape == (64, 3, crop_px, crop_px)
    for source in (infrared, visible):
        assert source.dtype == torch.float32
        assert 0 <= source.min() and source.max() <= 1
    gray = (visible.amax(dim=1) - visible.amin(dim=1)).amax(dim=(1, 2)) < 1e-6
    assert 0.1 < gray.float().mean() < 0.7  # cameras without colour are met, and are not all that is met


def test_a_sampler_goes_on_where_it_was(tmp_path: Path) -> None:
    pairs = find_pairs(make_pairs(tmp_path))
    first, second = CropSampler(pairs, 32, seed=0), CropSampler(pairs, 32, seed=5)
    first.batch(3)
    second.restore(json.loads(json.dumps(first.state())))
    for a, b in zip(first.batch(3), second.batch(3), strict=True):
        assert torch.equal(a, b)


def fusion_training(data: Path, out: Path, recipe: FusionRecipe, preset: str = "tiny-compact") -> Training:
    return Training(FusionLesson(data, preset, recipe), out, recipe, "cpu")


def test_an_interrupted_training_ends_like_an_undisturbed_one(tmp_path: Path) -> None:
    data = make_pairs(tmp_path / "data")
    recipe = FusionRecipe(steps=12, batch=2, crop_px=32, checkpoint_steps=4)

    class Interrupted(Exception):
        pass

    def interrupt(progress: object) -> None:
        if training.step == 6:  # two steps after the last checkpoint
            raise Interrupted

    training = fusion_training(data, tmp_path / "a", recipe)
    with pytest.raises(Interrupted):
        training.run(interrupt)
    resumed = fusion_training(data, tmp_path / "a", recipe)
    assert resumed.step == 4
    undisturbed = fusion_training(data, tmp_path / "b", recipe)
    exported = [load_file(each.run(lambda progress: None)) for each in (resumed, undisturbed)]
    assert all(torch.equal(exported[0][name], exported[1][name]) for name in exported[1])


def test_training_learns_and_logs_every_term(tmp_path: Path) -> None:
    recipe = FusionRecipe(
        steps=60, batch=2, crop_px=32, checkpoint_steps=30, learning_rate=3e-3, terms={"difference": 0.5}
    )
    training = fusion_training(make_pairs(tmp_path / "data"), tmp_path / "out", recipe)
    before = training._validate()
    exported = training.run(lambda progress: None)
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [30, 60]
    after = log[-1]["validation"]
    assert set(after) == {"intensity", "gradient", "colour", "structure", "difference", "information", "loss"}
    assert after["loss"] < before["loss"]
    weighed = {"intensity": 1, "gradient": 1, "colour": 1, "structure": 0.1, "difference": 0.5}
    assert after["loss"] == pytest.approx(sum(weight * after[name] for name, weight in weighed.items()), abs=1e-4)
    assert next(iter(load_file(exported).values())).dtype == torch.float16


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    data = make_pairs(tmp_path / "data")
    recipe = FusionRecipe(steps=1, batch=1, crop_px=32)
    fusion_training(data, tmp_path / "out", recipe, "tiny").run(lambda progress: None)
    with pytest.raises(InputError, match="holds fusion-tiny, not fusion-tiny-compact"):
        fusion_training(data, tmp_path / "out", recipe)


# --- denoiser ---------------------------------------------------------------------------------------------------------


def test_noise_is_added_to_pieces_of_pictures(tmp_path: Path) -> None:
    crops = CropSampler(find_pairs(make_pairs(tmp_path)), 32, seed=0)
    noisy, clean = NoisySampler(crops).batch(200)
    assert noisy.shape == clean.shape == (200, 3, 32, 32)
    assert 0 <= noisy.min() and noisy.max() <= 1
    level = 255 * (noisy - clean).square().mean(dim=(1, 2, 3)).sqrt()
    assert (level < 1).float().mean() == pytest.approx(0.08, abs=0.08), "some are left clean"
    assert level.max() > 30
    # Gray stays gray, whatever the noise; JPEG may tint by a step.
    gray = (clean.amax(dim=1) == clean.amin(dim=1)).all(dim=(1, 2))
    assert gray.any() and not gray.all()
    assert (noisy[gray].amax(dim=1) - noisy[gray].amin(dim=1)).max() <= 3 / 255


def test_the_denoiser_learns_and_goes_on(tmp_path: Path) -> None:
    data = make_pairs(tmp_path / "data")
    recipe = Recipe(steps=40, batch=2, crop_px=32, checkpoint_steps=20, learning_rate=3e-3)
    training = Training(DenoiserLesson(data, recipe), tmp_path / "out", recipe, "cpu")
    before = training._validate()
    exported = training.run(lambda progress: None)
    assert exported.name == "denoiser.safetensors"
    log = [json.loads(line) for line in (tmp_path / "out" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["validation"]["error"] < 0.98 * before["error"]
    resumed = Training(DenoiserLesson(data, recipe), tmp_path / "out", recipe, "cpu")
    assert resumed.step == 40
    with pytest.raises(InputError, match="holds denoiser, not fusion-tiny-compact"):
        fusion_training(data, tmp_path / "out", FusionRecipe(steps=1, batch=1, crop_px=32))
