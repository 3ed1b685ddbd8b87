import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.colour import luma
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune import Control, EpochProgress, Origin, Outcome, Recipe, State, denoise, incline, relight
from wordfuse.fusion.finetune.denoise import RECIPES as DENOISE
from wordfuse.fusion.finetune.illumination import illumination_map
from wordfuse.fusion.finetune.relight import RECIPES as RELIGHT
from wordfuse.fusion.finetune.relight import Decomposition, decomposition_loss, find_light
from wordfuse.fusion.finetune.unit import FineTuningUnit, NoiseUnit, apply_in_strips
from wordfuse.fusion.finetune.zero_shot import pair_downsample
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.losses import gaussian_blur
from wordfuse.fusion.metrics import estimate_noise
from wordfuse.fusion.networks.compact import CompactConfig, CompactNetwork
from wordfuse.fusion.networks.denoiser import find_noise
from wordfuse.fusion.networks.inference import fuse, fuse_window
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.tensors import to_array
from wordfuse.fusion.weights import load_denoiser
from wordfuse.fusion.window import Window, check_mask, region_window, sample_windows

SIDE = 64
WHOLE = Window(0, SIDE, 0, SIDE)
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
        return build_network("tiny-compact").eval()


@pytest.fixture(scope="module")
def infrared() -> Tensor:
    rows = torch.linspace(0.1, 0.9, SIDE).view(1, 1, -1, 1).expand(1, 1, SIDE, SIDE).clone()
    rows[..., 24:40, 16:32] = 1.0
    return rows


def mean_picture(infrared: Tensor) -> Tensor:
    """What the untrained network gives."""
    return scene() + (infrared - luma(scene())) / 2


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
            return incline(network, infrared, scene(), mean_picture(infrared), direction="infrared", **arguments)
        if request.param == "relight":
            return relight(scene(), luma_ratio=1.2, **arguments)
        return denoise(noisy_scene(), **arguments)

    return run


# --- what all three promise -------------------------------------------------------------------------------------------


def test_an_outcome_tells_what_happened(task: Task) -> None:
    told: list[EpochProgress] = []
    outcome = task(control=Control(told.append))
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
    outcome = task(control=Control(told.append, lambda: len(told) == 2))
    assert (outcome.epochs, outcome.stopped) == (2, "cancelled")
    assert outcome.image.isfinite().all()


def test_out_of_time_before_the_first_epoch_still_gives_an_image(task: Task) -> None:
    outcome = task(control=Control(max_seconds=0.0))
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


# The tiny network is untrained, so it takes a higher rate than the recipes'.
TINY = Recipe(epochs=20, learning_rate=1e-2, side_px=48, crops=2, final_rate=0.1)


def distance(image: Tensor, source: Tensor, mask: Tensor) -> float:
    return float(((luma(image) - source).abs() * mask).sum() / mask.sum())


@pytest.mark.parametrize("direction", ["infrared", "visible"])
@pytest.mark.parametrize("drop", [0.15, 0.35])
def test_incline_takes_away_the_wanted_share_of_the_distance_and_a_repeat_goes_on(
    network: FusionNetwork, infrared: Tensor, direction: Any, drop: float
) -> None:
    source, mask, picture = infrared if direction == "infrared" else luma(scene()), box_mask(), mean_picture(infrared)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    options: dict[str, Any] = {"direction": direction, "distance_drop": drop, "mask": mask, "recipe": TINY}
    first = incline(network, infrared, scene(), picture, **options)
    second = incline(network, infrared, scene(), first.image, state=first.state, **options)
    assert distance(first.image, source, mask) == pytest.approx((1 - drop) * distance(picture, source, mask), rel=0.02)
    assert distance(second.image, source, mask) == pytest.approx(
        (1 - drop) * distance(first.image, source, mask), rel=0.02
    )
    assert first.losses[-1] < first.losses[0]
    assert (first.stopped, first.saturated) == ("epochs", False)
    assert (second.epochs, second.stopped, second.saturated) == (0, "converged", False)
    assert 0 < first.state.meta["share"] < second.state.meta["share"] < 1
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@pytest.mark.parametrize("direction", ["infrared", "visible"])
def test_repeats_of_incline_go_further_each_time_until_they_say_that_there_is_no_further(
    network: FusionNetwork, infrared: Tensor, direction: Any
) -> None:
    source, mask = infrared if direction == "infrared" else luma(scene()), box_mask()
    picture, state = mean_picture(infrared), None
    distances, saturated = [distance(picture, source, mask)], []
    for _ in range(8):
        outcome = incline(
            network,
            infrared,
            scene(),
            picture,
            direction=direction,
            distance_drop=0.6,
            mask=mask,
            state=state,
            recipe=TINY,
        )
        picture, state = outcome.image, outcome.state
        distances.append(distance(picture, source, mask))
        saturated.append(outcome.saturated)
    end = saturated.index(True) + 1
    assert 1 < end < 8
    assert all(later < sooner for sooner, later in pairwise(distances[: end + 1]))
    assert distances[end:] == pytest.approx([distances[end]] * (9 - end), abs=1e-6)
    assert all(saturated[end - 1 :])


def test_a_repeat_trains_what_a_stopped_call_did_not(network: FusionNetwork, infrared: Tensor) -> None:
    picture, told = mean_picture(infrared), list[EpochProgress]()
    stop = Control(told.append, lambda: len(told) == 5)
    first = incline(network, infrared, scene(), picture, direction="infrared", recipe=TINY, control=stop)
    assert (first.epochs, first.stopped) == (5, "cancelled")
    second = incline(network, infrared, scene(), first.image, direction="infrared", recipe=TINY, state=first.state)
    assert (second.epochs, second.state.epochs, second.stopped) == (15, 20, "epochs")
    assert second.losses[-1] < first.losses[-1]


def test_incline_keeps_the_other_edits_of_a_picture(network: FusionNetwork, infrared: Tensor) -> None:
    fused, mask = mean_picture(infrared), box_mask()
    brighter = (fused + 0.1).clamp(0, 1)
    options: dict[str, Any] = {"direction": "infrared", "mask": mask, "recipe": TINY}
    plain, edited = (incline(network, infrared, scene(), picture, **options) for picture in (fused, brighter))
    # Both go along the same way, each its own share of it, and the brightness that was added stays.
    moved = (plain.image - fused) / plain.state.meta["share"], (edited.image - brighter) / edited.state.meta["share"]
    shown = [image.clamp(0.01, 0.99) == image for image in (plain.image, edited.image)]
    unclipped = shown[0] & shown[1] & (mask > 0)
    assert unclipped.float().mean() > 0.3
    torch.testing.assert_close(moved[0][unclipped], moved[1][unclipped], atol=1e-4, rtol=0)


def test_a_soft_edge_does_not_shorten_the_way(network: FusionNetwork, infrared: Tensor) -> None:
    picture, mask = mean_picture(infrared), box_mask(30, 36, 10, 50)
    weight = mask / 2
    outcome = incline(
        network,
        infrared,
        scene(),
        picture,
        direction="infrared",
        distance_drop=0.3,
        mask=mask,
        weight=weight,
        recipe=TINY,
    )
    composed = picture + weight * (outcome.image - picture)
    assert distance(composed, infrared, mask) == pytest.approx(0.7 * distance(picture, infrared, mask), rel=0.02)


def test_a_region_is_inclined_as_it_would_be_in_the_whole_picture(infrared: Tensor) -> None:
    # The network looks at the region and its halo alone; a halo too narrow would leave a rim.
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = build_network("tiny-compact").eval()
        with torch.no_grad():
            for values in network.parameters():
                values.add_(0.05 * torch.randn_like(values))
    infrared, visible = (
        F.interpolate(source, (150, 170), mode="bicubic").clamp(0, 1) for source in (infrared, scene())
    )
    mask = torch.zeros(1, 1, 150, 170)
    mask[..., 61:90, 70:111] = 1
    fused = fuse(network, infrared, visible)
    state = incline(network, infrared, visible, fused, direction="infrared", mask=mask, recipe=TINY).state
    tuned = build_network("tiny-compact").eval()
    tuned.load_state_dict({name: value.float() for name, value in state.tensors.items()})
    outcome = incline(network, infrared, visible, fused, direction="infrared", mask=mask, recipe=TINY, state=state)
    inside = mask[0, 0] > 0
    expected = fuse(tuned, infrared, visible)[0][:, inside]
    # The first call went the whole way; the repeat finds itself at its end.
    assert outcome.saturated
    again = incline(network, infrared, visible, fused, direction="infrared", mask=mask, recipe=TINY).image
    torch.testing.assert_close(again[0][:, inside], expected, atol=2**-6, rtol=0)


def test_a_drop_out_of_range_is_refused(network: FusionNetwork, infrared: Tensor) -> None:
    for drop in (0.0, -0.1, 1.5, float("nan")):
        with pytest.raises(InputError, match="distance_drop"):
            incline(network, infrared, scene(), scene(), direction="visible", distance_drop=drop)
        with pytest.raises(InputError, match="noise_drop"):
            denoise(scene(), noise_drop=drop)


def test_a_state_of_the_other_direction_or_another_network_is_refused(network: FusionNetwork, infrared: Tensor) -> None:
    state = incline(network, infrared, scene(), scene(), direction="visible", recipe=QUICK).state
    with pytest.raises(InputError, match="direction"):
        incline(network, infrared, scene(), scene(), direction="infrared", state=state)
    wider = CompactNetwork(CompactConfig(16, 8, 1, 1, 1))
    with pytest.raises(InputError, match="another fusion network"):
        incline(wider, infrared, scene(), scene(), direction="visible", state=state)


def test_a_gray_visible_picture_stays_gray(network: FusionNetwork, infrared: Tensor) -> None:
    gray = luma(noisy_scene()).expand(-1, 3, -1, -1)
    for outcome in (
        incline(network, infrared, gray, gray, direction="visible", recipe=QUICK),
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


def test_light_in_closed_form_is_at_least_as_good_as_trained_units() -> None:
    picture = F.interpolate(noisy_scene(5 / 255), (40, 40), mode="bicubic").clamp(0, 1)
    trained = relight(picture, luma_ratio=1.2, recipe=Recipe(epochs=150, learning_rate=4e-3, side_px=None))
    for side_px in (160, 32):  # of the recipe, and less than the picture has
        light = find_light(picture, replace(RELIGHT["fast"], side_px=side_px)).float()
        loss = decomposition_loss(picture, light, (picture / light).clamp(0, 1), torch.zeros_like(picture))
        assert float(loss) < trained.losses[-1]


@pytest.mark.parametrize("ratio", [1.02, 0.7])
def test_a_bright_picture_is_relit_too(ratio: float) -> None:
    # Units that are trained for it settle on light of 1 everywhere, which no exponent changes.
    picture = (scene(0.5) + 0.5).clamp(0, 1)
    relit = relight(picture, luma_ratio=ratio)
    assert float(luma(relit.image).mean() / luma(picture).mean()) == pytest.approx(ratio, abs=0.005)
    assert (relit.epochs, relit.saturated) == (0, False)


def test_light_is_smooth_inside_and_steps_at_edges() -> None:
    # Two walls in different light, both with a fine pattern: the pattern is paint, the step is light.
    picture = torch.full((1, 3, 64, 64), 0.8)
    picture[..., 32:] = 0.3
    picture[..., ::4, ::4] *= 0.7
    light = illumination_map(picture, 1.0, 1e-4)[0, 0]
    assert light.shape == (64, 64)
    left, right = light[8:-8, 8:28], light[8:-8, 36:56]
    assert left.std() < 0.02 and right.std() < 0.02
    assert left.mean() - right.mean() > 0.4


@pytest.mark.parametrize("ratio", [1.3, 1 / 1.3])
def test_repeats_of_relight_go_further_each_time_until_they_say_that_there_is_no_further(ratio: float) -> None:
    picture, state = scene(), None
    lumas, saturated = [float(luma(picture).mean())], []
    for _ in range(12):
        outcome = relight(picture, luma_ratio=ratio, state=state)
        picture, state = outcome.image, outcome.state
        lumas.append(float(luma(picture).mean()))
        saturated.append(outcome.saturated)
    end = saturated.index(True) if True in saturated else len(saturated)
    sign = 1 if ratio > 1 else -1
    assert end >= 1 and (ratio < 1 or end < len(saturated)), "brightening ends before the region is blown out"
    assert all(sign * (after - before) > 0 for before, after in pairwise(lumas[: end + 1]))
    assert all(saturated[end:])
    assert lumas[1] / lumas[0] == pytest.approx(ratio, rel=0.02)


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
    for _ in range(8):
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


def test_what_was_stopped_is_not_saturated(task: Task) -> None:
    for stopped_after in (0, 1):
        told: list[EpochProgress] = []
        outcome = task(control=Control(told.append, lambda: len(told) == stopped_after))  # noqa: B023
        assert (outcome.stopped, outcome.saturated) == ("cancelled", False)


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
    monkeypatch.setattr("wordfuse.fusion.finetune.unit.STRIP_PIXELS", 16 * 24)
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
