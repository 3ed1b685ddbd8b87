"""Contrast: the measured goal, in a region and in all, and what must not happen on the way."""

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.finetune.run import Control
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.contrast import local_contrast
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.restore.contrast import contrast
from wordfuse.fusion.tensors import to_array, to_tensor

HEIGHT, WIDTH = 160, 200
Picture = NDArray[np.uint8]


def edited(picture: Picture, amount: float, mask: Picture | None = None) -> Picture:
    outcome = contrast(to_tensor(picture), amount=amount, mask=None if mask is None else to_tensor(mask))
    return to_uint8(to_array(outcome.image))


@pytest.fixture(scope="module")
def wall() -> Picture:
    """Coloured stones of low contrast in soft light."""
    random = np.random.default_rng(1)
    stones = cv2.resize(random.uniform(90, 150, (16, 20, 3)).astype(np.float32), (WIDTH, HEIGHT), interpolation=0)
    light = np.linspace(0.8, 1.2, WIDTH, dtype=np.float32)[None, :, None]
    return np.clip(cv2.GaussianBlur(stones * light, (0, 0), 1.0), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def disc() -> Picture:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(mask, (WIDTH // 2, HEIGHT // 2), 55, 255, -1)
    return mask


@pytest.mark.parametrize("amount", [1 / 1.7, 1 / 1.15, 1.15, 1.7])
def test_the_contrast_is_multiplied_as_asked(wall: Picture, disc: Picture, amount: float) -> None:
    for mask in (None, disc):
        ratio = local_contrast(edited(wall, amount, mask), mask) / local_contrast(wall, mask)
        assert ratio == pytest.approx(amount, abs=0.02)


def test_outside_the_region_nothing_changes_and_the_border_is_soft(wall: Picture, disc: Picture) -> None:
    after = edited(wall, 1.7, disc)
    assert (after[disc == 0] == wall[disc == 0]).all()
    change = np.abs(after.astype(int) - wall).max(axis=2)
    distance = cv2.distanceTransform(disc, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    rim, middle = change[(distance > 0) & (distance <= 1)], change[distance > 12]
    assert rim.mean() < 0.35 * middle.mean()


def test_nothing_is_clipped(wall: Picture) -> None:
    lit = np.clip(wall.astype(np.float32) * np.linspace(0.1, 1.9, WIDTH)[None, :, None], 4, 251).astype(np.uint8)
    after = edited(lit, 1.7)
    dark, bright = lit.max(axis=2) > 5, lit.max(axis=2) < 250
    assert (after.max(axis=2)[dark] > 5).all()
    assert (after.max(axis=2)[bright] < 250).all()


def test_noise_is_not_lifted() -> None:
    # A gradient with grain has no contrast to lift but the grain.
    random = np.random.default_rng(2)
    ramp = np.linspace(80, 160, WIDTH)[None, :] + random.normal(0, 5, (HEIGHT, WIDTH))
    stripe = np.where(np.arange(HEIGHT)[:, None] // 20 % 2 == 0, 0, 25)
    noisy = np.repeat(np.clip(ramp + stripe, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    after = edited(noisy, 1.35)
    assert local_contrast(after, None) / local_contrast(noisy, None) == pytest.approx(1.35, abs=0.02)
    assert estimate_noise(after) < 1.1 * estimate_noise(noisy)


def test_an_edge_gets_no_halo() -> None:
    # A step of 100 gray values with texture to both sides: what is beside it stays in the range of what is far from it.
    random = np.random.default_rng(3)
    texture = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2)
    gray = np.where(np.arange(WIDTH) < WIDTH // 2, 70, 170)[None, :] + 6 * texture / texture.std()
    picture = np.repeat(np.clip(gray, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    after = to_gray(edited(picture, 1.35))
    columns = after.mean(axis=0)
    middle = WIDTH // 2
    assert columns[middle - 8 : middle].min() > columns[20 : middle - 20].mean() - 8
    assert columns[middle : middle + 8].max() < columns[middle + 20 : -20].mean() + 8


def test_gray_stays_gray_and_hues_stay(wall: Picture) -> None:
    gray = np.repeat(wall[..., :1], 3, axis=2)
    after = edited(gray, 1.7)
    assert (after == after[..., :1]).all()
    lab = [cv2.cvtColor(x.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for x in (wall, edited(wall, 1.7))]
    hues = [np.arctan2(x[..., 2], x[..., 1]) for x in lab]
    coloured = np.hypot(lab[0][..., 1], lab[0][..., 2]) > 8
    turned = np.abs(np.angle(np.exp(1j * (hues[1] - hues[0]))))[coloured]
    assert np.degrees(np.quantile(turned, 0.95)) < 8


def test_an_even_region_is_at_its_end() -> None:
    even = torch.full((1, 3, 64, 64), 0.4)
    outcome = contrast(even, amount=1.35)
    assert outcome.saturated
    assert (outcome.image == even).all()


def test_a_repeat_goes_on_and_another_region_is_refused(wall: Picture, disc: Picture) -> None:
    first = contrast(to_tensor(wall), amount=1.2)
    second = contrast(first.image, amount=1.2, state=first.state)
    levels = [local_contrast(to_uint8(to_array(x)), None) for x in (to_tensor(wall), first.image, second.image)]
    assert levels[2] / levels[0] == pytest.approx(1.44, abs=0.03)
    with pytest.raises(InputError, match="window"):
        contrast(first.image, amount=1.2, mask=to_tensor(disc), state=first.state)


def test_cancelled_is_unchanged(wall: Picture) -> None:
    picture = to_tensor(wall)
    outcome = contrast(picture, amount=1.35, control=Control(cancelled=lambda: True))
    assert outcome.stopped == "cancelled"
    assert (outcome.image == picture).all()


@pytest.mark.parametrize("amount", [0.0, -1.0, 1.0, float("nan"), float("inf")])
def test_amounts_that_mean_nothing_are_refused(wall: Picture, amount: float) -> None:
    with pytest.raises(InputError):
        contrast(to_tensor(wall), amount=amount)


def test_an_empty_region_is_refused(wall: Picture) -> None:
    with pytest.raises(RegionError):
        local_contrast(wall, np.zeros((HEIGHT, WIDTH), np.uint8))


def test_grain_that_was_compressed_is_not_lifted_where_it_is_flat(wall: Picture) -> None:
    """Enlarged and compressed, grain is in coarser bands than white noise, whose estimate hardly sees it."""
    random = np.random.default_rng(2)
    sky = cv2.resize(random.normal(0, 6, (HEIGHT // 4, WIDTH // 2)).astype(np.float32), (WIDTH, HEIGHT // 2))
    picture = wall.copy()
    picture[: HEIGHT // 2] = np.clip(120 + sky, 0, 255).astype(np.uint8)[..., None]
    flat = np.zeros((HEIGHT, WIDTH), bool)
    flat[8 : HEIGHT // 2 - 24, 8:-8] = True
    after = edited(picture, 1.5)
    assert after[flat].std() < 1.1 * picture[flat].std()
    stones = slice(HEIGHT // 2 + 16, None)
    assert local_contrast(after[stones], None) > 1.3 * local_contrast(picture[stones], None)
