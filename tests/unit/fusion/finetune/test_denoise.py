"""Denoise: noise of the fused picture and of its sources."""

from functools import cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from tests.unit.fusion.finetune.wall import QUICK, WHOLE, box_mask, noisy_scene, psnr, scene
from wordfuse.fusion.colour import luma
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune import Origin, Outcome, denoise
from wordfuse.fusion.finetune.denoise import RECIPES as DENOISE
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.losses import gaussian_blur
from wordfuse.fusion.metrics import estimate_noise
from wordfuse.fusion.networks.denoiser import find_noise
from wordfuse.fusion.networks.inference import fuse_window
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import to_array
from wordfuse.fusion.weights import load_denoiser
from wordfuse.fusion.window import Window


@cache
def denoised_twice(recipe: str) -> tuple[Outcome, Outcome]:
    """The noisy scene, and a repeat; training for it takes a while."""
    first = denoise(noisy_scene(), recipe=DENOISE[recipe])
    return first, denoise(first.image, recipe=DENOISE[recipe], state=first.state)


@pytest.mark.parametrize("recipe", DENOISE)
def test_denoise_raises_psnr_and_keeps_edges(recipe: str) -> None:
    clean, noisy = scene(), noisy_scene()
    first, second = denoised_twice(recipe)
    assert psnr(first.image, clean) > psnr(noisy, clean) + 8
    assert psnr(second.image, clean) > psnr(first.image, clean) - 0.5
    # The door's edge: 0.4 of contrast times the light there.
    rows = slice(24, 56)
    for image in (first.image, second.image):
        step = luma(image)[..., rows, 21:23].mean() - luma(image)[..., rows, 25:27].mean()
        expected = luma(clean)[..., rows, 21:23].mean() - luma(clean)[..., rows, 25:27].mean()
        assert step > 0.8 * expected


def test_zero_shot_learns_and_a_repeat_learns_on() -> None:
    first, second = denoised_twice("paper")
    assert (first.state.epochs, second.state.epochs) == (100, 200)
    assert second.losses[-1] < first.losses[-1] < first.losses[0]
    assert psnr(second.image, scene()) > psnr(first.image, scene())


def test_noise_that_neighbours_share_is_noise_to_the_trained_denoiser_only() -> None:
    clean = scene()
    noise = gaussian_blur(torch.randn(clean.shape, generator=torch.Generator().manual_seed(0)), sigma=0.8)
    noisy = (clean + 15 / 255 * noise / noise.std()).clamp(0, 1)
    assert psnr(denoise(noisy).image, clean) > psnr(noisy, clean) + 3
    assert psnr(denoise(noisy, recipe=DENOISE["paper"]).image, clean) < psnr(noisy, clean) + 2


def test_pieces_of_a_large_picture_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    denoiser, picture = load_denoiser(), torch.rand(1, 3, 200, 150, generator=torch.Generator().manual_seed(0))
    whole = find_noise(denoiser, picture)
    monkeypatch.setattr("wordfuse.fusion.networks.denoiser.TILE_PX", 64)
    torch.testing.assert_close(find_noise(denoiser, picture), whole, atol=1e-2, rtol=0)  # bfloat16 rounds by shape


def test_a_state_of_one_way_is_not_one_of_the_other() -> None:
    with pytest.raises(InputError, match="way"):
        denoise(noisy_scene(), recipe=QUICK, state=denoise(noisy_scene()).state)


@pytest.mark.parametrize("drop", [0.25, 0.5])
def test_denoise_takes_away_the_wanted_share_of_the_measured_noise(drop: float) -> None:
    noisy, mask = noisy_scene(), box_mask()
    outcome = denoise(noisy, noise_drop=drop, mask=mask)
    before, after = (
        estimate_noise(to_uint8(to_array(image)), to_uint8(to_array(mask))) for image in (noisy, outcome.image)
    )
    assert after == pytest.approx((1 - drop) * before, rel=0.05)
    assert not outcome.saturated


def test_noise_of_a_source_is_taken_out_of_the_fused_picture(network: FusionNetwork, infrared: Tensor) -> None:
    def render(visible: Tensor, window: Window = WHOLE) -> Tensor:
        return fuse_window(network, infrared, visible, window)

    noisy, clean = noisy_scene(), render(scene())
    fused = render(noisy)
    from_source = denoise(fused, origin=Origin(noisy, render)).image
    assert psnr(from_source, clean) > psnr(fused, clean) + 2
    # An earlier edit of the picture stays.
    darker = denoise((fused - 0.1).clamp(0, 1), origin=Origin(noisy, render)).image
    inner = (fused > 0.1) & (fused < 1) & (darker > 0) & (from_source < 1)
    torch.testing.assert_close((from_source - darker)[inner], torch.full((int(inner.sum()),), 0.1), atol=1e-5, rtol=0)


def test_repeats_take_more_noise_of_a_source_away_until_there_is_none(network: FusionNetwork, infrared: Tensor) -> None:
    def render(visible: Tensor, window: Window = WHOLE) -> Tensor:
        return fuse_window(network, infrared, visible, window)

    def level(image: Tensor) -> float:
        return estimate_noise(to_uint8(to_array(image)))

    picture, state, origin = render(noisy_scene()), None, Origin(noisy_scene(), render)
    least = level(denoise(picture, origin=origin).image)
    levels, saturated = [level(picture)], []
    for _ in range(20):
        outcome = denoise(picture, origin=origin, noise_drop=0.3, state=state)
        picture, state = outcome.image, outcome.state
        levels.append(level(picture))
        saturated.append(outcome.saturated)
    end = saturated.index(True)
    assert end >= 3
    assert levels[1:3] == pytest.approx([0.7 * levels[0], 0.49 * levels[0]], rel=0.05)
    assert all(later < sooner for sooner, later in pairwise(levels[: end + 2]))
    assert levels[end + 1] == pytest.approx(least, rel=0.1)
    assert all(saturated[end:])


def test_a_state_of_the_picture_is_not_one_of_its_source(network: FusionNetwork, infrared: Tensor) -> None:
    state = denoise(noisy_scene(), recipe=QUICK).state
    with pytest.raises(InputError, match="origin"):
        denoise(noisy_scene(), origin=Origin(noisy_scene(), lambda x, window: window.cut(x)), recipe=QUICK, state=state)


def test_a_smooth_picture_is_not_denoised() -> None:
    picture = scene()
    outcome = denoise(picture, recipe=QUICK)
    assert torch.equal(outcome.image, picture)
    assert outcome.saturated


def test_a_region_without_variation_comes_back_unchanged() -> None:
    picture = torch.full((1, 3, 32, 32), 0.4)
    outcome = denoise(picture)
    assert torch.equal(outcome.image, picture)
    assert (outcome.epochs, outcome.stopped) == (0, "converged")


def test_only_the_box_of_the_region_is_touched() -> None:
    noisy = noisy_scene()
    denoised = denoise(noisy, mask=box_mask(16, 48, 0, 20)).image
    assert torch.equal(denoised[..., 40:], noisy[..., 40:])
    assert not torch.equal(denoised[..., 20:40, :16], noisy[..., 20:40, :16])
