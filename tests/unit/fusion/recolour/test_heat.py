"""False colours by heat: they follow the scale as far as asked, the picture is still seen."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from wordfuse.fusion.colour.oklab import to_oklab
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.metrics.goals.heat import heat_share, scale_bar
from wordfuse.fusion.metrics.gray import to_gray
from wordfuse.fusion.recolour.heat import heat
from wordfuse.fusion.tensors import to_array, to_tensor

HEIGHT, WIDTH = 140, 180
Picture = NDArray[np.uint8]
Plane = NDArray[np.float32]


@pytest.fixture(scope="module")
def infrared() -> Plane:
    """A warm ramp with a hot disc."""
    values = np.linspace(0.2, 0.5, WIDTH, dtype=np.float32)[None, :].repeat(HEIGHT, 0)
    return cv2.circle(values.copy(), (90, 70), 25, 0.9, -1)


@pytest.fixture(scope="module")
def picture() -> Picture:
    """A gray wall of bricks."""
    random = np.random.default_rng(11)
    bricks = cv2.resize(random.uniform(70, 170, (14, 18)).astype(np.float32), (WIDTH, HEIGHT), interpolation=0)
    return cv2.GaussianBlur(bricks, (0, 0), 0.8).astype(np.uint8)[..., None].repeat(3, axis=2)


def edited(picture: Picture, infrared: Plane, amount: float, mask: Picture | None = None) -> Picture:
    region = None if mask is None else to_tensor(mask)
    return to_uint8(to_array(heat(to_tensor(picture), to_tensor(infrared), amount=amount, mask=region).image))


@pytest.mark.parametrize("amount", [0.35, 0.65, 1.0])
def test_the_colours_follow_the_scale_as_far_as_asked(picture: Picture, infrared: Plane, amount: float) -> None:
    assert heat_share(picture, infrared, None) < 1e-6
    after = edited(picture, infrared, amount)
    assert heat_share(after, infrared, None) == pytest.approx(min(amount, 0.97), abs=0.03)


def test_what_is_hotter_is_lighter_and_yellower_and_the_bricks_are_seen(picture: Picture, infrared: Plane) -> None:
    after = edited(picture, infrared, 1.0)
    lab = to_oklab(after.astype(np.float32) / 255)
    hot, cold = infrared > 0.8, infrared < 0.25
    assert lab[hot, 0].mean() > lab[cold, 0].mean() + 0.1
    assert lab[hot, 2].mean() > 0.03 > -0.03 > lab[cold, 2].mean()
    detail = [to_gray(x) - cv2.GaussianBlur(to_gray(x), (0, 0), 8) for x in (picture, after)]
    assert np.corrcoef(detail[0][cold], detail[1][cold])[0, 1] > 0.8
    assert detail[1][cold].std() > 0.5 * detail[0][cold].std()


def test_in_a_region_only(picture: Picture, infrared: Plane) -> None:
    mask = cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (90, 70), 40, 255, -1)
    after = edited(picture, infrared, 1.0, mask)
    assert (after[mask == 0] == picture[mask == 0]).all()
    assert (after[70, 90] != picture[70, 90]).any()


def test_own_colours_are_no_heat(picture: Picture, infrared: Plane) -> None:
    green = (picture * np.array([0.6, 1.0, 0.6])).astype(np.uint8)
    assert heat_share(green, infrared, None) < 0.1
    assert heat_share(edited(green, infrared, 1.0), infrared, None) > 0.9


def test_an_even_heat_has_one_colour_and_no_grain(picture: Picture) -> None:
    random = np.random.default_rng(12)
    even = np.clip(random.normal(0.5, 0.004, (HEIGHT, WIDTH)), 0, 1).astype(np.float32)
    lab = to_oklab(edited(picture, even, 1.0).astype(np.float32) / 255)
    hue = np.arctan2(lab[..., 2], lab[..., 1])
    assert np.degrees(np.std(hue)) < 12


def test_the_scale_gets_lighter_from_cold_to_hot() -> None:
    light = to_oklab(scale_bar(64).astype(np.float32) / 255)[:, 0]
    assert (np.diff(light) > 0).all()


def test_sizes_and_amounts_are_checked(picture: Picture, infrared: Plane) -> None:
    with pytest.raises(InputError):
        edited(picture, infrared[:-1], 0.5)
    with pytest.raises(InputError):
        edited(picture, infrared, 1.5)
