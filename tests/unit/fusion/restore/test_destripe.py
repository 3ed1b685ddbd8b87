"""Patterns of rows and columns are found and taken out; fences, facades and clean pictures stay as they are."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from wordfuse import examples
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.measures import edges_left
from wordfuse.fusion.metrics.goals.stripes import estimate_stripes, stripes_by_axis
from wordfuse.fusion.restore.destripe import destripe
from wordfuse.fusion.tensors import to_array, to_tensor

STREET = Path(next(iter(examples.__path__))) / "street"


@pytest.fixture(scope="module")
def street() -> np.ndarray:
    """(H, W, 3) float32 of the rendered street, smooth, and squeezed so that stripes clip nowhere."""
    with Image.open(STREET / "vi.png") as file:
        picture = np.asarray(file.convert("RGB"), np.float32) / 255
    return cv2.GaussianBlur(picture, (0, 0), 0.8) * np.float32(0.7) + np.float32(0.15)


def striped(picture: np.ndarray, sigma: float, axis: int, noise: float = 2.0) -> np.ndarray:
    """With lines along an axis (0: columns) and noise, in gray values."""
    random = np.random.default_rng(5)
    lines = sigma * random.standard_normal(picture.shape[1 - axis])
    lines = lines[None, :, None] if axis == 0 else lines[:, None, None]
    grain = noise * random.standard_normal(picture.shape[:2])[..., None]
    return (picture + (lines + grain) / 255).clip(0, 1).astype(np.float32)


def error(picture: np.ndarray, clean: np.ndarray) -> float:
    return 255 * float(np.sqrt(np.mean((picture - clean) ** 2)))


@pytest.mark.parametrize("sigma", [3.0, 8.0])
@pytest.mark.parametrize("axis", [0, 1], ids=["columns", "rows"])
def test_measures_the_size_of_the_pattern_on_its_axis(street: np.ndarray, axis: int, sigma: float) -> None:
    found = stripes_by_axis(to_uint8(striped(street, sigma, axis)))
    assert found[axis] == pytest.approx(sigma, rel=0.25)
    assert found[1 - axis] < 0.8


@pytest.mark.parametrize("axis", [0, 1], ids=["columns", "rows"])
def test_takes_the_pattern_out_and_nothing_else(street: np.ndarray, axis: int) -> None:
    noisy = striped(street, 8.0, axis)
    result = destripe(to_tensor(noisy), amount=1.0)
    only_noise = error(striped(street, 0.0, axis), street)
    assert error(to_array(result.image), street) < only_noise + 1.0
    assert error(noisy, street) > 7


def test_takes_as_much_as_was_asked_for(street: np.ndarray) -> None:
    noisy = striped(street, 8.0, 0)
    before = estimate_stripes(to_uint8(noisy))
    for amount in (0.5, 0.8):
        after = estimate_stripes(to_uint8(to_array(destripe(to_tensor(noisy), amount=amount).image)))
        assert (1 - amount) * before - 0.3 < after <= (1 - amount) * before


def fence(height: int = 240, width: int = 320) -> np.ndarray:
    """Palings before a lawn: lines that end, as those of things do."""
    picture = np.full((height, width), 0.35)
    picture[60:170, 20:300] += 0.25 * (np.arange(20, 300) % 12 < 6)
    return np.repeat(picture[..., None], 3, axis=2).astype(np.float32)


def test_leaves_structure_and_clean_pictures_alone(street: np.ndarray) -> None:
    for picture in (street, fence()):
        result = destripe(to_tensor(picture), amount=0.8)
        assert result.saturated
        np.testing.assert_array_equal(to_array(result.image), picture)


def test_stripes_before_a_fence_go_and_the_fence_stays() -> None:
    clean = fence()
    result = to_array(destripe(to_tensor(striped(clean, 6.0, 0, noise=1.0)), amount=1.0).image)
    palings = [picture[80:150, 24:296, 0].mean(axis=0) for picture in (clean, result)]
    contrast = [np.std(lines) for lines in palings]
    assert contrast[1] == pytest.approx(contrast[0], rel=0.15)
    assert error(result, clean) < 3.0


def test_one_channel_and_equal_channels_stay_so(street: np.ndarray) -> None:
    gray = to_tensor(striped(street, 6.0, 0)[..., 1])
    one = destripe(gray, amount=0.8).image
    three = destripe(gray.expand(-1, 3, -1, -1), amount=0.8).image
    assert one.shape == gray.shape
    assert torch.equal(three, one.expand(-1, 3, -1, -1))


def test_outside_the_region_nothing_changes(street: np.ndarray) -> None:
    noisy = to_tensor(striped(street, 8.0, 0))
    mask = torch.zeros(1, 1, *noisy.shape[-2:])
    mask[..., 60:200, 80:240] = 1
    image = destripe(noisy, amount=0.8, mask=mask).image
    assert torch.equal(image[(mask == 0).expand_as(image)], noisy[(mask == 0).expand_as(image)])
    assert (image != noisy).any()


def test_refuses_what_makes_no_sense(street: np.ndarray) -> None:
    with pytest.raises(InputError, match="amount"):
        destripe(to_tensor(street), amount=0)
    with pytest.raises(RegionError):
        estimate_stripes(to_uint8(street), np.zeros(street.shape[:2], np.uint8))


def test_lines_that_went_were_no_edges_and_a_pole_that_went_was_one(street: np.ndarray) -> None:
    """In a dark and flat picture the strongest gradients are those of the lines: to lose them loses no edge."""
    dark = street * np.float32(0.25)
    lines = to_uint8(striped(dark, 12.0, 0))
    assert edges_left(lines, to_uint8(striped(dark, 0.0, 0)), None) > 0.9
    pole = dark.copy()
    pole[40:160, 100:104] = 0.8
    assert edges_left(to_uint8(pole), to_uint8(dark), None) < 0.8
