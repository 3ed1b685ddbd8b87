"""What varies the pieces that the encoder is trained on: other cameras, plain ways to fuse."""

import numpy as np
import pytest

from wordfuse.fusion.training.encoding import cameras
from wordfuse.fusion.training.encoding.cameras import other_camera
from wordfuse.fusion.training.encoding.mixes import drawn_mix, mean, stronger_detail


def blobs(side: int = 96) -> np.ndarray:
    """Coloured squares with hard edges, (side, side, 3) uint8."""
    coarse = np.random.default_rng(0).integers(40, 200, (side // 8, side // 8, 3))
    return np.kron(coarse, np.ones((8, 8, 1))).astype(np.uint8)


def test_another_camera_changes_a_picture_and_tells_whether_it_is_softer() -> None:
    picture = blobs()
    softer = set()
    for seed in range(30):
        changed, soft = other_camera(picture, np.random.default_rng(seed))
        assert changed.shape == picture.shape and changed.dtype == np.uint8
        assert not np.array_equal(changed, picture)
        softer.add(soft)
    assert softer == {True, False}


@pytest.mark.parametrize("change", [cameras.tone, cameras.stretch, cameras.falloff, cameras.sharpened])
def test_a_gray_picture_stays_gray(change: cameras.Change) -> None:
    gray = np.repeat(blobs()[..., :1], 3, axis=2)
    changed = change(gray, np.random.default_rng(3))
    assert (changed[..., :1] == changed).all()


def test_fewer_pixels_are_softer_and_an_unsharp_mask_is_not() -> None:
    picture, chance = blobs(), np.random.default_rng(0)

    def steepest(values: np.ndarray) -> int:
        return int(np.abs(np.diff(values.astype(int), axis=1)).max())

    assert steepest(cameras.resampled(picture, chance)) < steepest(picture)
    assert steepest(cameras.sharpened(picture, chance)) > steepest(picture)


def test_light_falls_off_to_the_corners() -> None:
    flat = np.full((90, 90, 3), 200, np.uint8)
    changed = cameras.falloff(flat, np.random.default_rng(0))
    assert changed[0, 0, 0] < changed[45, 45, 0] - 8


def test_a_mean_has_its_share_of_the_infrared() -> None:
    heat, light = np.full((8, 8), 200, np.float32), np.full((8, 8), 100, np.float32)
    assert mean(heat, light, np.float32(0.25)) == pytest.approx(125)


def test_the_stronger_detail_is_taken_wherever_it_is() -> None:
    heat, light = np.full((64, 64), 120, np.float32), np.full((64, 64), 80, np.float32)
    heat[20:22, 10:20] += 60
    light[40:42, 40:50] += 60
    fused = stronger_detail(heat, light)
    assert fused.mean() == pytest.approx((heat.mean() + light.mean()) / 2, abs=3)
    for rows, columns in ((slice(20, 22), slice(10, 20)), (slice(40, 42), slice(40, 50))):
        assert fused[rows, columns].mean() > fused[:8].mean() + 40, "either source's line is there"
    odd = np.zeros((37, 51), np.float32)
    assert stronger_detail(odd, odd).shape == (37, 51)


def test_ways_to_fuse_are_drawn_at_random() -> None:
    heat, light = np.full((32, 32), 200, np.float32), np.full((32, 32), 100, np.float32)
    values = {round(float(drawn_mix(np.random.default_rng(seed))(heat, light).mean())) for seed in range(40)}
    assert min(values) >= 130 and max(values) == 200 and len(values) > 10
