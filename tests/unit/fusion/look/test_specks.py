"""Specks of flat places: what an eye sees in a sky though the median of any operator passes it over."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from wordfuse.fusion.finetune import denoise
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.specks import estimate_specks, flatness, specks_in
from wordfuse.fusion.metrics.blotches import noise_level
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.tensors import to_array, to_batch

HEIGHT, WIDTH = 128, 192
Picture = NDArray[np.uint8]


def sky(specks: float = 0.03) -> Picture:
    """A dark sky that is quite even but for specks, as compression leaves them of grain."""
    random = np.random.default_rng(0)
    luma = np.linspace(50, 64, HEIGHT)[:, None] + np.zeros((HEIGHT, WIDTH))
    luma += np.where(random.random((HEIGHT, WIDTH)) < specks, random.choice([-9, 9], (HEIGHT, WIDTH)), 0)
    return luma.astype(np.uint8)[..., None].repeat(3, axis=2)


def gray(picture: Picture) -> NDArray[np.float32]:
    return picture[..., 0].astype(np.float32)


@pytest.mark.parametrize("sigma", [2.0, 6.0, 15.0])
def test_of_white_noise_it_is_the_standard_deviation(sigma: float) -> None:
    noise = np.random.default_rng(1).normal(128, sigma, (256, 256)).clip(0, 255).round().astype(np.float32)
    assert estimate_specks(noise) == pytest.approx(sigma, rel=0.1)


def test_specks_are_noise_though_most_pixels_have_none() -> None:
    assert estimate_noise(sky()) < 1.0
    assert noise_level(sky()) > 2.0
    assert noise_level(sky(specks=0)) < 0.8


def test_texture_is_none() -> None:
    random = np.random.default_rng(2)
    leaves = cv2.resize(random.uniform(40, 200, (32, 48)).astype(np.float32), (WIDTH, HEIGHT), interpolation=0)
    assert flatness(leaves).mean() < 0.05
    assert estimate_specks(leaves) == 0


def test_specks_are_taken_out_and_a_lamp_is_not() -> None:
    picture = sky()
    picture[60:64, 90:94] = 240
    found = specks_in(picture.astype(np.float32) / 255)
    after = to_uint8(np.clip(picture.astype(np.float32) / 255 - found, 0, 1))
    assert estimate_specks(gray(after)) < 0.4 * estimate_specks(gray(picture))
    assert after[61:63, 91:93].min() > 235
    assert (specks_in(sky(specks=0).astype(np.float32) / 255) == 0).all()


def test_denoising_takes_out_as_much_as_is_asked_for() -> None:
    outcome = denoise(to_batch(sky()), noise_drop=0.5)
    assert noise_level(to_uint8(to_array(outcome.image))) <= 0.55 * noise_level(sky())
