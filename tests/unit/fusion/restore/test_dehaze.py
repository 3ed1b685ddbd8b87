"""Haze is measured and taken out; colours, sky and clear air stay as they are."""

import cv2
import numpy as np
import pytest
import torch

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.haze import estimate_haze
from wordfuse.fusion.restore.dehaze import dehaze
from wordfuse.fusion.tensors import to_array, to_tensor

AIRLIGHT = np.array([0.80, 0.82, 0.85])


@pytest.fixture(scope="module")
def park() -> np.ndarray:
    """(H, W, 3) float64: the sky, trees with dark gaps, a gray path, flower beds."""
    random = np.random.default_rng(1)
    picture = np.empty((180, 240, 3))
    picture[:60] = (0.62, 0.72, 0.86)
    leaves = random.uniform(0.3, 1.0, (30, 60, 1)) * (0.15, 0.36, 0.10)
    picture[40:100] = cv2.resize(leaves, (240, 60), interpolation=cv2.INTER_NEAREST)
    picture[100:] = random.uniform(0.4, 0.46, (80, 240, 1))
    beds = random.uniform(0.02, 0.8, (8, 12, 3))
    picture[120:160, 40:200] = cv2.resize(beds, (160, 40), interpolation=cv2.INTER_NEAREST)
    return cv2.GaussianBlur(picture, (0, 0), 0.7)


def hazy(picture: np.ndarray, share: float) -> np.ndarray:
    """Thicker with the distance, which rises toward the horizon."""
    depth = np.linspace(1.2, 0.6, len(picture))[:, None, None]
    haze = (share * depth).clip(0, 0.95)
    return (picture * (1 - haze) + AIRLIGHT * haze).astype(np.float32)


def error(picture: np.ndarray, clean: np.ndarray) -> float:
    return 255 * float(np.sqrt(np.mean((picture - clean) ** 2)))


def test_measures_more_where_there_is_more(park: np.ndarray) -> None:
    levels = [estimate_haze(to_uint8(hazy(park, share))) for share in (0.0, 0.2, 0.4, 0.6, 0.8)]
    assert levels == sorted(levels)
    assert levels[-1] - levels[0] > 0.4


def test_comes_nearer_to_the_clear_scene(park: np.ndarray) -> None:
    veiled = hazy(park, 0.5)
    result = dehaze(to_tensor(veiled), amount=0.8)
    assert error(to_array(result.image), park) < 0.65 * error(veiled, park)


def test_takes_more_where_more_is_asked_for(park: np.ndarray) -> None:
    veiled = to_tensor(hazy(park, 0.5))
    levels = [estimate_haze(to_uint8(to_array(dehaze(veiled, amount=amount).image))) for amount in (0.1, 0.25, 0.5)]
    before = estimate_haze(to_uint8(to_array(veiled)))
    assert before * 0.92 > levels[0] > levels[1] + 0.02 > levels[2] + 0.04


def test_does_nothing_in_the_dark() -> None:
    random = np.random.default_rng(3)
    night = (0.08 + 0.02 * random.random((120, 160, 3))).astype(np.float32)
    result = dehaze(to_tensor(night), amount=0.5)
    assert result.saturated
    np.testing.assert_array_equal(to_array(result.image), night)


def test_gray_stays_gray_and_the_outside_as_it_was(park: np.ndarray) -> None:
    gray = to_tensor(hazy(park, 0.5)[..., 1]).expand(-1, 3, -1, -1)
    mask = torch.zeros(1, 1, *gray.shape[-2:])
    mask[..., 40:150, 50:200] = 1
    image = dehaze(gray, amount=0.5, mask=mask).image
    assert torch.equal(image[:, :1], image[:, 1:2])
    assert torch.equal(image[:, :1], image[:, 2:])
    outside = (mask == 0).expand_as(image)
    assert torch.equal(image[outside], gray[outside])
    assert (image - gray).abs().max() > 0.05


def test_grain_is_not_lifted() -> None:
    random = np.random.default_rng(4)
    ramp = np.linspace(0.1, 0.6, 160)[None, :, None] * np.ones((120, 1, 3))
    ramp[20:100:20] *= 0.4
    grain = 0.02 * random.standard_normal(ramp.shape)
    veiled = (hazy(ramp, 0.6) + grain).clip(0, 1).astype(np.float32)
    result = to_array(dehaze(to_tensor(veiled), amount=0.8).image)
    flat = np.s_[64:76, 20:140]
    rough = [np.std(np.diff(picture[flat], axis=0)) for picture in (veiled, result)]
    assert rough[1] < 1.3 * rough[0]


def test_refuses_what_makes_no_sense(park: np.ndarray) -> None:
    picture = to_tensor(park.astype(np.float32))
    with pytest.raises(InputError, match="amount"):
        dehaze(picture, amount=1.5)
    with pytest.raises(InputError, match="infrared"):
        dehaze(picture, amount=0.5, infrared=torch.zeros(1, 1, 8, 8))
    with pytest.raises(RegionError):
        estimate_haze(to_uint8(park), np.zeros(park.shape[:2], np.uint8))
