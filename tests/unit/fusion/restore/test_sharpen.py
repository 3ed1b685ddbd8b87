"""Sharpening: the blur that is found is the one that was made, and taking it away brings the picture back."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_picture, to_uint8
from wordfuse.fusion.metrics.goals.sharpness import sharpness
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.metrics.noise import estimate_noise
from wordfuse.fusion.restore.kernel import Blur, find_blur
from wordfuse.fusion.restore.sharpen import sharpen
from wordfuse.fusion.tensors import to_array, to_tensor

HEIGHT, WIDTH = 160, 200
Picture = NDArray[np.uint8]
FRAMES = Path("/work/shared/data/dev/M3SVD-degraded")


def edited(picture: Picture, amount: float, mask: Picture | None = None) -> Picture:
    outcome = sharpen(to_tensor(picture), amount=amount, mask=None if mask is None else to_tensor(mask))
    return to_uint8(to_array(outcome.image))


@pytest.fixture(scope="module")
def town() -> Picture:
    """Houses: boxes of all sizes and turns, edges in every direction, in coloured light."""
    random = np.random.default_rng(4)
    canvas = np.full((HEIGHT, WIDTH, 3), 120, np.float32)
    for _ in range(60):
        centre = random.uniform((0, 0), (WIDTH, HEIGHT))
        box = cv2.boxPoints((tuple(centre), tuple(random.uniform(12, 45, 2)), random.uniform(0, 180)))
        cv2.fillPoly(canvas, [box.astype(np.int32)], random.uniform(60, 190, 3).tolist(), cv2.LINE_AA)
    return cv2.GaussianBlur(canvas, (0, 0), 0.5).astype(np.uint8)


def blurred(picture: Picture, blur: Blur) -> Picture:
    soft = cv2.filter2D(picture.astype(np.float32), -1, blur.kernel(), borderType=cv2.BORDER_REFLECT)
    return np.rint(soft).astype(np.uint8)


def test_a_kernel_sums_to_one_and_has_its_spread() -> None:
    kernel = Blur(1.0, 8.0, 0.5).kernel()
    rows, columns = np.mgrid[: kernel.shape[0], : kernel.shape[1]] - kernel.shape[0] // 2
    along = columns * np.cos(0.5) + rows * np.sin(0.5)
    across = rows * np.cos(0.5) - columns * np.sin(0.5)
    assert kernel.sum() == pytest.approx(1, abs=1e-5)
    assert (kernel * along**2).sum() == pytest.approx(8**2 / 12 + 1, abs=0.3)
    assert (kernel * across**2).sum() == pytest.approx(1, abs=0.3)


def test_the_blur_is_found(town: Picture) -> None:
    found = [
        find_blur(to_gray(blurred(town, Blur(s))).astype(np.float32) / 255, np.ones((HEIGHT, WIDTH), bool))
        for s in (1.0, 1.5, 2.0)
    ]
    sigmas = [blur.sigma_px for blur in found if blur is not None]
    assert sigmas == pytest.approx([1.0, 1.5, 2.0], abs=0.45)
    assert sigmas == sorted(sigmas)
    sharp = find_blur(to_gray(town).astype(np.float32) / 255, np.ones((HEIGHT, WIDTH), bool))
    assert sharp == Blur(0.0)


@pytest.mark.parametrize("angle", [0.4, 2.0])
def test_a_motion_is_found(town: Picture, angle: float) -> None:
    soft = blurred(town, Blur(0.5, 9.0, angle))
    found = find_blur(to_gray(soft).astype(np.float32) / 255, np.ones((HEIGHT, WIDTH), bool))
    assert found is not None
    assert found.length_px > 4
    assert abs(np.angle(np.exp(2j * (found.angle - angle)))) / 2 < 0.25


def test_an_even_picture_tells_no_blur() -> None:
    assert find_blur(np.full((64, 64), 0.5, np.float32), np.ones((64, 64), bool)) is None


@pytest.mark.parametrize("amount", [1.2, 1.45])
def test_the_sharpness_is_multiplied_as_asked(town: Picture, amount: float) -> None:
    soft = blurred(town, Blur(1.5))
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[30:130, 40:160] = 255
    for region in (None, mask):
        ratio = sharpness(edited(soft, amount, region), region) / sharpness(soft, region)
        assert ratio == pytest.approx(amount, abs=0.03)
    after = edited(soft, amount, mask)
    assert (after[mask == 0] == soft[mask == 0]).all()


def test_a_blurred_picture_comes_nearer_to_what_it_was(town: Picture) -> None:
    soft = blurred(town, Blur(1.5))
    after = edited(soft, 1.45)
    errors = [np.sqrt(((to_gray(x) - to_gray(town)) ** 2).mean()) for x in (soft, after)]
    assert errors[1] < 0.75 * errors[0]


def test_no_halo_beside_an_edge() -> None:
    step = np.where(np.arange(WIDTH) < WIDTH // 2, 60, 180).astype(np.float32)[None, :].repeat(HEIGHT, 0)
    soft = cv2.GaussianBlur(step, (0, 0), 1.2)
    picture = np.repeat(np.rint(soft).astype(np.uint8)[..., None], 3, axis=2)
    after = to_gray(edited(picture, 1.3))
    assert after.min() >= 60 - 0.12 * 120
    assert after.max() <= 180 + 0.12 * 120
    assert np.abs(np.diff(after, axis=1)).max() > np.abs(np.diff(soft, axis=1)).max()


def test_grain_is_not_sharpened(town: Picture) -> None:
    random = np.random.default_rng(5)
    noisy = np.clip(blurred(town, Blur(1.2)) + random.normal(0, 4, (HEIGHT, WIDTH, 1)), 0, 255).astype(np.uint8)
    after = edited(noisy, 1.2)
    assert sharpness(after, None) > 1.1 * sharpness(noisy, None)
    assert estimate_noise(after) < 1.25 * estimate_noise(noisy)


def test_gray_stays_gray_and_an_even_region_is_at_its_end(town: Picture) -> None:
    gray = np.repeat(town[..., :1], 3, axis=2)
    after = edited(gray, 1.2)
    assert (after == after[..., :1]).all()
    even = torch.full((1, 3, 64, 64), 0.4)
    outcome = sharpen(even, amount=1.2)
    assert outcome.saturated
    assert (outcome.image == even).all()


@pytest.mark.parametrize("amount", [0.5, 1.0, float("nan")])
def test_amounts_that_mean_nothing_are_refused(amount: float) -> None:
    with pytest.raises(InputError):
        sharpen(torch.rand(1, 3, 40, 40), amount=amount)


@pytest.mark.skipif(not FRAMES.is_dir(), reason="the real blurred frames are not there")
def test_a_real_blurred_frame_comes_nearer_to_the_clean_one() -> None:
    soft = sorted((FRAMES / "0111_1803" / "vi_blur").iterdir())[0]
    clean = read_picture(FRAMES / "0111_1803" / "vi" / soft.name)[100:340, 160:480]
    before = read_picture(soft)[100:340, 160:480]
    after = edited(before, 1.45)
    errors = [((x.astype(float) - clean) ** 2).mean() for x in (before, after)]
    assert 10 * np.log10(errors[0] / errors[1]) > 0.8
