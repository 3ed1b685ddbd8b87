"""Incline over pixels: the loss that is gone down, and what comes of it."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from tests.unit.fusion.finetune.wall import QUICK, SIDE, box_mask, mean_picture, noisy_scene, scene
from wordfuse.fusion.colour import luma
from wordfuse.fusion.finetune import Control, EpochProgress, incline
from wordfuse.fusion.finetune.incline import RECIPES
from wordfuse.fusion.finetune.pixels import Plane, Search, Similarity, Wanted
from wordfuse.fusion.losses import inclination_loss, ssim_map
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import to_array, to_tensor

FAST = RECIPES["fast"]


@pytest.fixture
def sources(infrared: Tensor) -> tuple[Plane, Plane]:
    """Lumas of the noisy wall: infrared and visible."""
    return to_array(infrared), to_array(luma(noisy_scene()))


def test_the_slope_of_the_similarity_is_that_of_ssim(sources: tuple[Plane, Plane]) -> None:
    source, y = sources
    picture = to_tensor(y).requires_grad_(True)
    expected = ssim_map(picture, to_tensor(source))
    expected.sum().backward()  # type: ignore[no-untyped-call]
    similarity, slope = Similarity(source).look(y)
    np.testing.assert_allclose(similarity, to_array(expected), atol=1e-3)
    assert picture.grad is not None
    inner = slice(10, -10)  # at the border, replication has a slope of its own
    np.testing.assert_allclose(slope[inner, inner], to_array(picture.grad)[inner, inner], atol=2e-3, rtol=2e-2)


def test_the_loss_is_that_of_the_paper(sources: tuple[Plane, Plane]) -> None:
    infrared, visible = sources
    gray, wanted = to_tensor(visible).expand(-1, 3, -1, -1), Wanted.of(infrared, visible)
    y = (infrared + visible) / 2
    fused = to_tensor(y).expand(-1, 3, -1, -1)
    expected = inclination_loss(fused, to_tensor(infrared), gray, "infrared")["total"]
    assert float(wanted.loss(y).mean()) == pytest.approx(float(expected), rel=1e-3)


def test_a_search_brings_the_detail_of_the_other_source_and_a_lower_loss() -> None:
    """A warm pole before a grainy wall that does not show it: its edges are slopes that are wanted there."""
    random = np.random.default_rng(0)
    source = (0.4 + 0.002 * random.standard_normal((SIDE, SIDE))).astype(np.float32)
    other = np.full_like(source, 0.3)
    other[20:60, 30:33] = 0.5
    wanted = Wanted.of(source, other)
    search = Search(wanted, source, FAST, FAST.epochs)
    losses = [search.step() for _ in range(FAST.epochs)]
    assert losses[-1] < losses[0]
    kept = wanted.kept(search.y)
    assert wanted.loss(kept).mean() < 0.8 * wanted.loss(source).mean()
    assert kept[24:56, 31].mean() > kept[24:56, 4:14].mean() + 0.1, "it is seen on the wall"
    assert np.abs(kept[:6, :8] - source[:6, :8]).max() < 0.01, "and what is far from it is left as it was"


def test_where_both_sources_show_an_edge_in_reverse_it_runs_as_in_the_one_to_resemble() -> None:
    source = np.full((48, 48), 0.4, np.float32)
    source[:, 24:] = 0.5
    other = np.full((48, 48), 0.9, np.float32)
    other[:, 24:] = 0.1
    across = Wanted.of(cv2.GaussianBlur(source, (0, 0), 1.0), cv2.GaussianBlur(other, (0, 0), 1.0)).across
    assert across[10:-10, 23:25].min() > 1, "as steep as the other's, and rising as the source does"


@pytest.mark.parametrize("direction", ["infrared", "visible"])
def test_the_loss_is_lower_than_that_of_the_picture_before_and_of_the_source_itself(
    network: FusionNetwork, infrared: Tensor, direction: Any
) -> None:
    visible, picture = scene(), mean_picture(infrared)
    source = (visible + infrared - luma(visible)).clamp(0, 1) if direction == "infrared" else visible
    end = incline(network, infrared, visible, picture, direction=direction, recipe=FAST).image
    losses = [float(inclination_loss(image, infrared, visible, direction)["total"]) for image in (end, source, picture)]
    assert losses[0] < min(losses[1:])


def test_no_network_runs_where_the_picture_was_fused_without_one(infrared: Tensor) -> None:
    picture = mean_picture(infrared)
    outcome = incline(
        None,  # type: ignore[arg-type]
        infrared,
        scene(),
        picture,
        direction="infrared",
        fused=picture,
        mask=box_mask(),
        recipe=FAST,
    )
    assert outcome.epochs == FAST.epochs
    assert list(outcome.state.tensors) == ["luma"]
    assert outcome.state.tensors["luma"].dtype == np.float16


def test_the_colours_at_the_end_of_the_way_are_those_of_the_visible_picture(
    network: FusionNetwork, infrared: Tensor
) -> None:
    end = incline(network, infrared, scene(), mean_picture(infrared), direction="infrared", recipe=FAST).image
    change = end - scene()
    unclipped = ((end > 0.01) & (end < 0.99)).all(dim=1)[0]
    assert unclipped.float().mean() > 0.5
    same = change[0][:, unclipped]
    torch.testing.assert_close(same, same.mean(dim=0, keepdim=True).expand_as(same), atol=2e-3, rtol=0)


def test_a_repeat_searches_on_where_a_call_was_stopped(network: FusionNetwork, infrared: Tensor) -> None:
    told: list[EpochProgress] = []
    options: dict[str, Any] = {"direction": "visible", "mask": box_mask(), "recipe": FAST}
    stop = Control(told.append, lambda: len(told) == 20)
    first = incline(network, infrared, scene(), mean_picture(infrared), control=stop, **options)
    second = incline(network, infrared, scene(), first.image, state=first.state, **options)
    assert (first.epochs, first.stopped, first.saturated) == (20, "cancelled", False)
    assert (second.epochs, second.state.epochs, second.stopped) == (FAST.epochs - 20, FAST.epochs, "epochs")
    assert second.losses[-1] < first.losses[-1]


@pytest.mark.parametrize(("done", "left"), [(5, RECIPES["tuned"].epochs - 5), (RECIPES["tuned"].epochs, 0)])
def test_a_state_of_tuned_weights_goes_on_with_them(
    network: FusionNetwork, infrared: Tensor, done: int, left: int
) -> None:
    """A run that was begun before there was a search over pixels is gone on with, where it was stopped as well."""
    options: dict[str, Any] = {"direction": "infrared", "distance_drop": 0.2, "mask": box_mask()}
    tuned = replace(QUICK, epochs=done, learning_rate=1e-2)
    first = incline(network, infrared, scene(), mean_picture(infrared), recipe=tuned, **options)
    before = {name: value for name, value in first.state.meta.items() if name != "over"}
    older = replace(first.state, meta=before)
    second = incline(network, infrared, scene(), first.image, state=older, recipe=FAST, **options)
    assert (second.epochs, second.stopped) == (left, "epochs" if left else "converged")
    assert second.state.epochs == RECIPES["tuned"].epochs
    assert second.state.meta["over"] == "weights"
    assert second.state.tensors.keys() == first.state.tensors.keys()
    assert second.state.meta["share"] > first.state.meta["share"]


def test_a_region_is_found_as_it_is_in_the_whole_picture(infrared: Tensor) -> None:
    picture = mean_picture(infrared)
    whole, part = (
        incline(
            None,  # type: ignore[arg-type]
            infrared,
            scene(),
            picture,
            direction="infrared",
            fused=picture,
            mask=mask,
            recipe=FAST,
        ).image
        for mask in (None, box_mask(20, 40, 20, 40))
    )
    inner = (slice(None), slice(None), slice(24, 36), slice(24, 36))
    torch.testing.assert_close(part[inner], whole[inner], atol=0.02, rtol=0)
    assert torch.equal(part[..., SIDE - 4 :], picture[..., SIDE - 4 :])
