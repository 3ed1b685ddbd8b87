import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from fusion.colour import luma
from fusion.errors import InputError, RegionError
from fusion.finetune import EpochProgress, Outcome, Recipe, State, denoise, incline, relight
from fusion.finetune.denoise import pair_downsample
from fusion.finetune.relight import Decomposition
from fusion.finetune.run import check_mask, region_window, sample_windows
from fusion.finetune.unit import FineTuningUnit, NoiseUnit, apply_in_strips
from fusion.network import FusionNetwork
from fusion.presets import build_network
from fusion.terf import TerfConfig, TerfNetwork

SIDE = 64
QUICK = Recipe(epochs=3, learning_rate=1e-3, side_px=32)


def box_mask(top: int = 8, bottom: int = 56, left: int = 8, right: int = 56) -> Tensor:
    mask = torch.zeros(1, 1, SIDE, SIDE)
    mask[..., top:bottom, left:right] = 1
    return mask


def scene(brightness: float = 0.7) -> Tensor:
    """A lit wall: light falls off to the right, with a darker door and a red sign."""
    light = torch.linspace(1, 0.3, SIDE).view(1, 1, 1, -1) * brightness
    paint = torch.full((1, 3, SIDE, SIDE), 0.8)
    paint[..., 20:60, 24:36] = 0.4
    paint[:, 1:, 12:20, 40:52] = 0.3
    return paint * light


def noisy_scene(sigma: float = 25 / 255) -> Tensor:
    noise = torch.randn(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    return (scene() + sigma * noise).clamp(0, 1)


@pytest.fixture(scope="module")
def network() -> FusionNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build_network("tiny").eval()


@pytest.fixture(scope="module")
def infrared() -> Tensor:
    rows = torch.linspace(0.1, 0.9, SIDE).view(1, 1, -1, 1).expand(1, 1, SIDE, SIDE).clone()
    rows[..., 24:40, 16:32] = 1.0
    return rows


def region_luma(image: Tensor, mask: Tensor) -> float:
    return float((luma(image) * mask).sum() / mask.sum())


def psnr(image: Tensor, clean: Tensor) -> float:
    return -10 * math.log10(float((image - clean).square().mean()))


Task = Callable[..., Outcome]


@pytest.fixture(params=["incline", "relight", "denoise"])
def task(request: pytest.FixtureRequest, network: FusionNetwork, infrared: Tensor) -> Task:
    """Each task on the same picture; called with the arguments they share."""

    def run(**arguments: Any) -> Outcome:
        shared: dict[str, Any] = {"recipe": QUICK, "mask": box_mask()}
        arguments = shared | arguments
        if request.param == "incline":
            return incline(network, infrared, scene(), direction="infrared", **arguments)
        if request.param == "relight":
            return relight(scene(), luma_ratio=1.2, **arguments)
        return denoise(noisy_scene(), **arguments)

    return run


# --- what all three promise -------------------------------------------------------------------------------------------


def test_an_outcome_tells_what_happened(task: Task) -> None:
    told: list[EpochProgress] = []
    outcome = task(progress=told.append)
    assert outcome.image.shape == (1, 3, SIDE, SIDE)
    assert outcome.image.dtype == torch.float32
    assert 0 <= outcome.image.min() and outcome.image.max() <= 1
    assert (outcome.epochs, outcome.state.epochs, outcome.stopped) == (3, 3, "epochs")
    assert [(line.epoch, line.epochs) for line in told] == [(1, 3), (2, 3), (3, 3)]
    assert [line.loss for line in told] == outcome.losses
    assert told[-1].seconds <= outcome.seconds


def test_same_seed_same_bits_and_the_global_random_state_is_left_alone(task: Task) -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = task(seed=3)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(task(seed=3).image, first.image)


def test_cancelling_stops_between_epochs_with_an_image(task: Task) -> None:
    told: list[EpochProgress] = []
    outcome = task(progress=told.append, cancelled=lambda: len(told) == 2)
    assert (outcome.epochs, outcome.stopped) == (2, "cancelled")
    assert outcome.image.isfinite().all()


def test_out_of_time_before_the_first_epoch_still_gives_an_image(task: Task) -> None:
    outcome = task(max_seconds=0.0)
    assert (outcome.epochs, outcome.losses, outcome.stopped) == (0, [], "time")
    assert outcome.image.isfinite().all()


def test_a_state_from_a_file_goes_on_bit_for_bit(task: Task, tmp_path: Path) -> None:
    state = task().state
    state.save(tmp_path / "state.safetensors")
    loaded = State.load(tmp_path / "state.safetensors", state.task)
    assert (loaded.task, loaded.epochs, loaded.meta) == (state.task, state.epochs, state.meta)
    assert torch.equal(task(state=loaded).image, task(state=state).image)
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]


def test_a_state_of_another_region_is_refused(task: Task) -> None:
    with pytest.raises(InputError, match="same region"):
        task(state=task().state, mask=box_mask(left=30))


def test_an_empty_region_is_an_error(task: Task) -> None:
    with pytest.raises(RegionError, match="empty"):
        task(mask=torch.zeros(1, 1, SIDE, SIDE))


def test_a_mask_of_another_size_is_an_error(task: Task) -> None:
    with pytest.raises(InputError, match="mask"):
        task(mask=torch.ones(1, 1, 10, 10))


def test_a_region_of_a_few_pixels_works(task: Task) -> None:
    assert task(mask=box_mask(18, 21, 38, 43)).image.isfinite().all()


def test_pictures_made_in_inference_mode_are_accepted() -> None:
    with torch.inference_mode():
        picture = noisy_scene()
    assert denoise(picture, recipe=QUICK).epochs == 3
    assert relight(picture, luma_ratio=1.1, recipe=QUICK).epochs == 3


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 5), (33, 18)])
def test_pictures_of_any_size_are_denoised(size: tuple[int, int]) -> None:
    assert denoise(torch.rand(1, 3, *size), recipe=QUICK).image.shape == (1, 3, *size)


def test_a_damaged_state_file_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    State("denoise", 2, {"prior": torch.rand(8, 8)}, {"window": [0, 8]}).save(path)
    whole = path.read_bytes()
    flipped = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
    for damaged in (b"", whole[:40], whole[:-3], flipped, b"PNG" + whole):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="start this task afresh"):
            State.load(path, "denoise")


def test_a_missing_state_file_or_one_of_another_task_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.safetensors"):
        State.load(tmp_path / "nowhere.safetensors", "relight")
    State("denoise", 2, {}, {}).save(tmp_path / "state.safetensors")
    with pytest.raises(InputError, match="state of denoise, not of relight"):
        State.load(tmp_path / "state.safetensors", "relight")


# --- incline ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["infrared", "visible"])
def test_incline_approaches_its_source_and_a_repeat_goes_further(
    network: FusionNetwork, infrared: Tensor, direction: Any
) -> None:
    source = infrared if direction == "infrared" else luma(scene())
    mask = box_mask()

    def distance(image: Tensor) -> float:
        return float(((luma(image) - source).abs() * mask).sum() / mask.sum())

    before = {name: value.clone() for name, value in network.state_dict().items()}
    # The tiny network is untrained, so it takes a higher rate than the recipes'.
    recipe = Recipe(epochs=12, learning_rate=2e-3, side_px=48, crops=2, final_rate=0.1)
    start = incline(network, infrared, scene(), direction=direction, mask=mask, recipe=recipe, max_seconds=0.0)
    first = incline(network, infrared, scene(), direction=direction, mask=mask, recipe=recipe)
    second = incline(network, infrared, scene(), direction=direction, mask=mask, recipe=recipe, state=first.state)
    assert first.losses[-1] < first.losses[0]
    assert distance(first.image) < 0.75 * distance(start.image)
    assert distance(second.image) < distance(first.image)
    assert second.state.epochs == 24
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_strength_multiplies_epochs(network: FusionNetwork, infrared: Tensor) -> None:
    outcome = incline(network, infrared, scene(), direction="visible", recipe=QUICK, strength=2.0)
    assert outcome.epochs == 6
    with pytest.raises(InputError, match="strength"):
        incline(network, infrared, scene(), direction="visible", strength=0.0)


def test_a_state_of_the_other_direction_or_another_network_is_refused(network: FusionNetwork, infrared: Tensor) -> None:
    state = incline(network, infrared, scene(), direction="visible", recipe=QUICK).state
    with pytest.raises(InputError, match="direction"):
        incline(network, infrared, scene(), direction="infrared", state=state)
    wider = TerfNetwork(TerfConfig(16, 1, 2, 4, 1, 8))
    with pytest.raises(InputError, match="another fusion network"):
        incline(wider, infrared, scene(), direction="visible", state=state)


def test_a_gray_visible_picture_stays_gray(network: FusionNetwork, infrared: Tensor) -> None:
    gray = luma(noisy_scene()).expand(-1, 3, -1, -1)
    for outcome in (
        incline(network, infrared, gray, direction="visible", recipe=QUICK),
        relight(gray, luma_ratio=1.1, recipe=QUICK),
        denoise(gray, recipe=QUICK),
    ):
        assert torch.equal(outcome.image[:, 0], outcome.image[:, 1])
        assert torch.equal(outcome.image[:, 0], outcome.image[:, 2])


# --- relight ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("brightness", "ratio"), [(0.3, 1.35), (0.7, 0.6)])
def test_relight_reaches_the_wanted_luma_and_a_repeat_goes_further_without_epochs(
    brightness: float, ratio: float
) -> None:
    mask, picture = box_mask(), scene(brightness)
    recipe = Recipe(epochs=40, learning_rate=4e-3, side_px=64, final_rate=0.1)
    first = relight(picture, luma_ratio=ratio, mask=mask, recipe=recipe)
    second = relight(first.image, luma_ratio=ratio, mask=mask, recipe=recipe, state=first.state)
    assert first.losses[-1] < first.losses[0]
    assert region_luma(first.image, mask) / region_luma(picture, mask) == pytest.approx(ratio, abs=0.01)
    assert region_luma(second.image, mask) / region_luma(first.image, mask) == pytest.approx(ratio, abs=0.01)
    assert (second.epochs, second.losses, second.stopped) == (0, [], "converged")
    assert (first.state.meta["gamma"] < 1) == (ratio > 1)


def test_relight_keeps_hue() -> None:
    picture, recipe = scene(0.3), Recipe(epochs=40, learning_rate=4e-3, side_px=64)
    relit = relight(picture, luma_ratio=1.4, recipe=recipe).image
    sign = (slice(None), slice(None), slice(13, 19), slice(41, 51))
    before, after = picture[sign].mean(dim=(0, 2, 3)), relit[sign].mean(dim=(0, 2, 3))
    assert after[1] / after[0] == pytest.approx(float(before[1] / before[0]), abs=0.02)
    assert after[2] / after[0] == pytest.approx(float(before[2] / before[0]), abs=0.02)


def test_brightening_stops_before_it_blows_out_the_region() -> None:
    picture = scene(1.2).clamp(0, 1)
    relit = relight(picture, luma_ratio=3.0, recipe=Recipe(epochs=40, learning_rate=4e-3, side_px=64)).image
    assert (relit.amax(dim=1) >= 1).float().mean() < 0.03
    assert relit.mean() > picture.mean()


def test_a_region_of_one_colour_or_black_cannot_be_relit() -> None:
    with pytest.raises(RegionError, match="one colour"):
        relight(torch.full((1, 3, 32, 32), 0.4), luma_ratio=1.3)
    with pytest.raises(RegionError, match="black"):
        relight(torch.zeros(1, 3, 32, 32), luma_ratio=1.3)


@pytest.mark.parametrize("ratio", [0.0, -1.0, math.nan, math.inf])
def test_a_luma_ratio_must_be_a_positive_number(ratio: float) -> None:
    with pytest.raises(InputError, match="luma_ratio"):
        relight(scene(), luma_ratio=ratio)


# --- denoise ----------------------------------------------------------------------------------------------------------


def test_denoise_raises_psnr_and_keeps_edges() -> None:
    clean, noisy = scene(), noisy_scene()
    first = denoise(noisy)
    second = denoise(first.image, state=first.state)
    gain = psnr(first.image, clean) - psnr(noisy, clean)
    assert gain >= 3.0  # measured: 20.2 dB -> 30.9 dB -> 32.9 dB
    assert psnr(second.image, clean) > psnr(first.image, clean)
    assert first.losses[-1] < first.losses[0]
    # The door's edge: 0.4 of contrast times the light there.
    rows = slice(24, 56)
    for image in (first.image, second.image):
        step = luma(image)[..., rows, 21:23].mean() - luma(image)[..., rows, 25:27].mean()
        expected = luma(clean)[..., rows, 21:23].mean() - luma(clean)[..., rows, 25:27].mean()
        assert step > 0.8 * expected


def test_amount_blends_the_noise_back() -> None:
    noisy = noisy_scene()
    full, half, none = (denoise(noisy, amount=amount, recipe=QUICK).image for amount in (1.0, 0.5, 0.0))
    assert torch.equal(none, noisy)
    unclipped = (full > 0) & (full < 1)
    assert torch.allclose(half[unclipped], ((full + noisy) / 2)[unclipped], atol=1e-6)
    with pytest.raises(InputError, match="amount"):
        denoise(noisy, amount=1.5)


def test_a_region_without_variation_comes_back_unchanged() -> None:
    picture = torch.full((1, 3, 32, 32), 0.4)
    outcome = denoise(picture)
    assert torch.equal(outcome.image, picture)
    assert (outcome.epochs, outcome.stopped) == (0, "converged")


def test_only_the_box_of_the_region_is_touched() -> None:
    noisy = noisy_scene()
    denoised = denoise(noisy, mask=box_mask(16, 48, 0, 20), recipe=QUICK).image
    assert torch.equal(denoised[..., 40:], noisy[..., 40:])
    assert not torch.equal(denoised[..., 20:40, :16], noisy[..., 20:40, :16])


# --- parts ------------------------------------------------------------------------------------------------------------


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
    monkeypatch.setattr("fusion.finetune.unit.STRIP_PIXELS", 16 * 24)
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


def test_relight_works_from_every_start() -> None:
    """Some initial weights saturate the illumination at once; another start is tried then."""
    picture, mask = scene(0.3), box_mask()
    for seed in range(4):
        relit = relight(picture, luma_ratio=1.3, mask=mask, seed=seed).image
        ratio = luma(relit)[mask > 0.5].mean() / luma(picture)[mask > 0.5].mean()
        assert float(ratio) == pytest.approx(1.3, abs=0.05), seed
