"""What was exposed too little gets the light that it lacks; a night with lamps and a dark thing lack none."""

import numpy as np
import pytest
import torch

from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.examples.street import render
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import to_float, to_uint8
from wordfuse.fusion.restore.expose import MOST, expose, missing_exposure
from wordfuse.fusion.tensors import to_array, to_batch

SIZE = 320, 240


@pytest.fixture(scope="module")
def street() -> np.ndarray:
    return np.asarray(render(7, SIZE).visible)


def darkened(picture: np.ndarray, share: float) -> np.ndarray:
    return LADDERS["dark"].damage(picture, share, np.random.default_rng(0))


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_a_day_without_anything_bright_was_exposed_too_little(street: np.ndarray, share: float) -> None:
    assert missing_exposure(street) == 1
    assert missing_exposure(darkened(street, share)) == pytest.approx(1 / (1 - share), rel=0.15)
    assert missing_exposure(darkened(street, 0.95)) == MOST


def test_lamps_are_white_so_a_night_lacks_nothing(street: np.ndarray) -> None:
    night = darkened(street, 0.8)
    night[20:30, 100:140] = 255
    assert missing_exposure(night) == 1


def test_of_a_part_it_is_told_by_what_lies_beyond_and_of_a_thing_not_at_all(street: np.ndarray) -> None:
    half, thing = (np.zeros(SIZE[::-1], np.uint8) for _ in range(2))
    half[:, :160], thing[40:120, 50:150] = 255, 255
    dark = np.where(half[..., None] > 0, darkened(street, 0.6), street)
    assert missing_exposure(dark, half) == pytest.approx(2.5, rel=0.15)
    assert missing_exposure(street, half) == 1
    assert missing_exposure(np.where(thing[..., None] > 0, darkened(street, 0.6), street), thing) == 1


def test_fog_by_day_is_nearly_white(street: np.ndarray) -> None:
    haze = LADDERS["haze"].damage
    assert missing_exposure(haze(street, 0.55, np.random.default_rng(1))) == 1
    dim = haze(darkened(street, 0.6), 0.4, np.random.default_rng(1))
    assert missing_exposure((dim * 0.85).astype(np.uint8)) > 1


def test_all_light_is_multiplied_and_only_inside(street: np.ndarray) -> None:
    dark = to_float(darkened(street, 0.6))
    half = np.zeros((1, 1, 240, 320), np.float32)
    half[..., :160] = 1
    made = expose(to_batch(dark), factor=2.0, mask=half)
    after = to_array(made.image)
    assert np.array_equal(after[:, 160:], dark[:, 160:])
    assert np.abs(after[:, :40] - np.minimum(2 * dark[:, :40], 1)).max() < 0.06
    whole = expose(torch.as_tensor(to_batch(dark)), factor=2.0).image
    assert isinstance(whole, torch.Tensor)
    assert to_uint8(to_array(whole)).mean() == pytest.approx(2 * to_uint8(dark).mean(), rel=0.03)
    for factor in (1.0, float("inf")):
        with pytest.raises(InputError, match="above 1"):
            expose(to_batch(dark), factor=factor)
