"""Parts of fine-tuning: units, pairs, strips, crops."""

import pytest
import torch

from wordfuse.fusion.finetune.trained.decomposition import Decomposition
from wordfuse.fusion.finetune.trained.unit import FineTuningUnit, NoiseUnit, apply_in_strips
from wordfuse.fusion.finetune.trained.zero_shot import pair_downsample
from wordfuse.fusion.window import check_mask, region_window, sample_windows


def test_units_have_the_papers_size() -> None:
    def count(network: torch.nn.Module) -> int:
        return sum(parameter.numel() for parameter in network.parameters())

    assert count(Decomposition()) == 128_167  # paper: 0.1281 M (three units)
    assert count(NoiseUnit()) == 44_550  # two stages of Zero-Shot Noise2Noise's 22,275


def test_pair_downsample_averages_the_two_diagonals() -> None:
    # Kernels of Zero-Shot Noise2Noise: [[0, .5], [.5, 0]] and [[.5, 0], [0, .5]].
    first, second = pair_downsample(torch.tensor([[[[1.0, 2.0], [4.0, 8.0]]]]))
    assert (first.item(), second.item()) == (3.0, 4.5)


def test_strips_equal_the_whole_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordfuse.fusion.finetune.trained.unit.STRIP_PIXELS", 16 * 24)
    picture = torch.rand(1, 3, 50, 24)
    for network in (FineTuningUnit(1, torch.nn.Sigmoid()), NoiseUnit()):
        assert torch.allclose(apply_in_strips(network, picture), network(picture), atol=1e-5)


def test_crops_hold_pixels_of_the_region_and_stay_in_its_box() -> None:
    mask = torch.zeros(1, 1, 200, 300)
    mask[..., 10:20, 5:15] = mask[..., 150:190, 250:290] = 1
    window = region_window(mask, halo=4)
    assert (window.top, window.bottom, window.left, window.right) == (6, 194, 1, 294)
    crops = sample_windows(mask, window, 64, 20, torch.Generator().manual_seed(0))
    assert all((crop.height, crop.width) == (64, 64) and crop.cut(mask).any() for crop in crops)
    assert check_mask(None, torch.zeros(1, 3, 4, 5)).sum() == 20
