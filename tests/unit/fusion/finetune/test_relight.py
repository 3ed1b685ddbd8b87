"""Relight: brighter and darker."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.unit.fusion.finetune.wall import box_mask, noisy_scene, scene
from wordfuse.fusion.colour import luma
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune import Recipe, relight
from wordfuse.fusion.finetune.illumination import illumination_map
from wordfuse.fusion.finetune.relight import RECIPES as RELIGHT
from wordfuse.fusion.finetune.relight import find_light
from wordfuse.fusion.finetune.tone import Tone
from wordfuse.fusion.finetune.trained.decomposition import decomposition_loss


def region_luma(image: Tensor, mask: Tensor) -> float:
    return float((luma(image) * mask).sum() / mask.sum())


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
    picture, recipe = scene(0.5), Recipe(epochs=40, learning_rate=4e-3, side_px=64)
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


def test_relight_works_from_every_start() -> None:
    """Some initial weights saturate the illumination at once; another start is tried then."""
    picture, mask = scene(0.3), box_mask()
    for seed in range(4):
        relit = relight(picture, luma_ratio=1.3, mask=mask, seed=seed).image
        ratio = luma(relit)[mask > 0.5].mean() / luma(picture)[mask > 0.5].mean()
        assert float(ratio) == pytest.approx(1.3, abs=0.05), seed


@pytest.mark.parametrize(("tone", "ratio"), [("dark", 1.6), ("bright", 1 / 1.6)])
def test_a_region_of_one_tone_keeps_the_order_of_lightness(tone: Tone, ratio: float) -> None:
    """A ramp from black to white, of which one half is meant: without an edge no other light may begin there."""
    ramp = torch.linspace(0.05, 0.95, 160).expand(1, 3, 96, 160).contiguous()
    mask = ((ramp < 0.5) if tone == "dark" else (ramp > 0.5))[:, :1].float()
    edited = relight(ramp, luma_ratio=ratio, mask=mask, tone=tone)
    rows = luma(edited.image)[0, 0]
    assert (rows.diff(dim=1) >= -1e-3).all()
    change = region_luma(edited.image, mask) / region_luma(ramp, mask)
    assert change > 1.08 if tone == "dark" else change < 0.95
    # The same of a mask that somebody brings: where it comes from, nobody says.
    assert torch.equal(relight(ramp, luma_ratio=ratio, mask=mask).image, edited.image)
    told_by_place = mask.clone()
    told_by_place[..., :40, :] = 1 - mask[..., :40, :]
    told_by_place[..., 90:, :20] = told_by_place[..., 90:, 140:] = 0  # no part of the picture, which fades in anyway
    plain = luma(relight(ramp, luma_ratio=ratio, mask=told_by_place).image)[0, 0]
    assert plain.diff(dim=1)[60:].min() < -5e-3, "what the tone prevents"


def test_dark_ground_around_somebody_bright_has_no_rings() -> None:
    """What is near somebody bright may become brighter than what is far, and it passes into it without a step."""
    grain = torch.rand(1, 1, 240, 320, generator=torch.Generator().manual_seed(0)) * 0.02
    picture = (torch.linspace(0.05, 0.2, 320) + grain).repeat(1, 3, 1, 1)
    picture[..., 100:140, 60:76] = 0.9
    mask = (picture[:, :1] < 0.5).float()
    lit = luma(relight(picture, luma_ratio=1.6, mask=mask).image)[0, 0]
    gain = (lit / luma(picture)[0, 0])[150:, :].unfold(1, 8, 8).mean(dim=(0, 2))
    assert gain.max() > 1.2
    assert gain.diff().abs().max() < 0.12


def test_a_dark_thing_before_a_bright_one_can_become_brighter_than_where_it_ends() -> None:
    """Around it is much brighter, so there is room; and where the order ends the room, a repeat brings no more."""
    picture = torch.full((1, 3, 96, 160), 0.8)
    picture[..., 30:70, 50:110] = scene()[..., :40, :60] * 0.25 + 0.1
    mask = (picture[:, :1] < 0.5).float()
    edited = relight(picture, luma_ratio=1.3, mask=mask, tone="dark")
    assert region_luma(edited.image, mask) / region_luma(picture, mask) == pytest.approx(1.3, abs=0.05)
    far = relight(picture, luma_ratio=20.0, mask=mask, tone="dark")
    assert far.saturated and region_luma(far.image, mask) < 0.8
