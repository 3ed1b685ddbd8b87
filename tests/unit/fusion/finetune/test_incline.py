"""Incline: nearer to one of the sources."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from tests.unit.fusion.finetune.wall import QUICK, box_mask, mean_picture, noisy_scene, scene
from wordfuse.fusion.colour import luma
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.finetune import Control, EpochProgress, Recipe, denoise, incline, relight
from wordfuse.fusion.networks.compact import CompactConfig, CompactNetwork
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network

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
    tuned.load_state_dict({name: torch.from_numpy(value).float() for name, value in state.tensors.items()})
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
