"""Blotches of colour: how strong they are, and what is no blotch."""

import numpy as np
import pytest

from wordfuse.evals.damage.ladders import colour_noise
from wordfuse.fusion.finetune.colours.blotches import blotches_in
from wordfuse.fusion.metrics.blotches import estimate_blotches, noise_level
from wordfuse.fusion.metrics.noise import estimate_noise

HEIGHT, WIDTH = 240, 320
RED = (slice(100, 124), slice(60, 84))


def wall() -> np.ndarray:
    """A dark wall that grows lighter to the right, with a red lamp on it."""
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = np.linspace(40, 90, WIDTH).astype(np.uint8)[None, :, None]
    picture[RED] = (200, 30, 30)
    return picture


def blotched(sigma: float) -> np.ndarray:
    return colour_noise(wall(), sigma, np.random.default_rng(0))


@pytest.mark.parametrize("sigma", [2.0, 4.0, 8.0])
def test_they_are_measured_in_gray_values(sigma: float) -> None:
    assert estimate_blotches(blotched(sigma)) == pytest.approx(sigma, rel=0.1)


def test_clean_and_gray_pictures_have_none_and_grain_is_not_taken_for_them() -> None:
    assert estimate_blotches(wall()) < 0.3
    gray = blotched(8)[..., :1].repeat(3, axis=2)
    assert estimate_blotches(gray) == estimate_blotches(gray[..., 0]) == 0
    grainy = (wall() + np.random.default_rng(1).normal(0, 8, (HEIGHT, WIDTH, 3))).clip(0, 255).astype(np.uint8)
    assert estimate_blotches(grainy) < 2
    assert noise_level(grainy) == estimate_noise(grainy)


def test_a_mask_says_where() -> None:
    half = wall()
    half[:, 160:] = blotched(6)[:, 160:]
    left, right = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    left[:, :150], right[:, 170:] = 255, 255
    assert estimate_blotches(half, left) < 0.5 < 5 < estimate_blotches(half, right)
    tiny = np.zeros((HEIGHT, WIDTH), np.uint8)
    tiny[:20, :20] = 255
    assert estimate_blotches(half, tiny) == 0, "too little to tell"


def test_what_is_found_takes_blotches_out_and_leaves_luma_and_a_colour_of_its_own() -> None:
    picture = blotched(5).astype(np.float32) / 255
    found = blotches_in(picture)
    assert np.abs(found @ np.array([0.299, 0.587, 0.114], np.float32)).max() < 1e-3
    after = np.clip(255 * (picture - found) + 0.5, 0, 255).astype(np.uint8)
    assert estimate_blotches(after) < 0.4 * estimate_blotches(blotched(5))
    lamp = after[RED].reshape(-1, 3).mean(axis=0)
    assert lamp[0] > 185 and lamp[1] < 45, "the lamp is as red as before"


def test_where_none_can_be_seen_nothing_is_found() -> None:
    assert not blotches_in(wall().astype(np.float32) / 255).any()
