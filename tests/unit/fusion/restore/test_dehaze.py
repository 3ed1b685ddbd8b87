"""Haze is measured and taken out; colours, sky and clear air stay as they are. With the trained veil network."""

from pathlib import Path

import numpy as np
import pytest
import torch

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import read_picture, to_float, to_uint8
from wordfuse.fusion.metrics.goals.haze import estimate_haze, find_veil
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.restore.dehaze import LEAST_HAZE, dehaze
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.fusion.training.depth import ground_depth

pytestmark = pytest.mark.real
AIRLIGHT = np.array([0.70, 0.72, 0.75])
Scene = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def street(examples: Path) -> Scene:
    """The bundled street at half its size, (H, W, 3) float32 in [0, 1], and its depth, (H, W), that of its ground."""
    picture = to_float(read_picture(examples / "street/vi.png"))[::2, ::2]
    classes = np.full(picture.shape[:2], CLASSES.index("building"), np.uint8)
    for name in ("road", "sky"):
        classes[read_picture(examples / f"street/masks/{name}.png")[::2, ::2, 0] > 127] = CLASSES.index(name)
    return picture, ground_depth(classes)


def hazy(scene: Scene, share: float) -> np.ndarray:
    """Where the depth is median, so much of the light is the haze's."""
    picture, depth = scene
    through = (1 - share) ** (depth / np.median(depth))[..., None]
    return (picture * through + AIRLIGHT * (1 - through)).astype(np.float32)


def error(picture: np.ndarray, clean: np.ndarray) -> float:
    return 255 * float(np.sqrt(np.mean((picture - clean) ** 2)))


def test_measures_what_there_is(street: Scene) -> None:
    shares = (0.0, 0.2, 0.4, 0.6, 0.8)
    levels = [estimate_haze(to_uint8(hazy(street, share))) for share in shares]
    assert levels == sorted(levels)
    assert levels[0] < LEAST_HAZE and levels[-1] > 0.6
    np.testing.assert_allclose(find_veil(hazy(street, 0.8)).airlight, AIRLIGHT, atol=0.06)


def test_comes_nearer_to_the_clear_scene(street: Scene) -> None:
    veiled, near = hazy(street, 0.5), street[1] < 8  # behind that it is denser than anyone sees through
    result = to_array(dehaze(to_tensor(veiled), amount=0.8).image)
    assert error(result[near], street[0][near]) < 0.6 * error(veiled[near], street[0][near])


def test_takes_more_where_more_is_asked_for(street: Scene) -> None:
    veiled = to_tensor(hazy(street, 0.5))
    before = estimate_haze(to_uint8(to_array(veiled)))
    for amount in (0.2, 0.5):
        left = estimate_haze(to_uint8(to_array(dehaze(veiled, amount=amount).image))) / before
        assert left == pytest.approx(1 - amount, abs=0.05)


def test_does_nothing_where_the_air_is_clear(street: Scene) -> None:
    random = np.random.default_rng(3)
    night = (0.08 + 0.02 * random.random((120, 160, 3))).astype(np.float32)
    for picture in (night, street[0]):
        result = dehaze(to_tensor(picture), amount=0.5)
        assert result.saturated
        np.testing.assert_array_equal(to_array(result.image), picture)


def test_gray_stays_gray_and_the_outside_as_it_was(street: Scene) -> None:
    gray = to_tensor(hazy(street, 0.5)[..., 1]).expand(-1, 3, -1, -1)
    mask = torch.zeros(1, 1, *gray.shape[-2:])
    mask[..., 20:120, 30:150] = 1
    image = dehaze(gray, amount=0.5, mask=mask).image
    assert torch.equal(image[:, :1], image[:, 1:2])
    assert torch.equal(image[:, :1], image[:, 2:])
    outside = (mask == 0).expand_as(image)
    assert torch.equal(image[outside], gray[outside])
    assert (image - gray).abs().max() > 0.05


def test_grain_is_not_lifted(street: Scene) -> None:
    veiled = hazy(street, 0.6)
    grain = 0.02 * np.random.default_rng(4).standard_normal(veiled.shape)
    noisy = (veiled + grain).clip(0, 1).astype(np.float32)
    smooth, rough = (to_array(dehaze(to_tensor(picture), amount=0.8).image) for picture in (veiled, noisy))
    assert np.std(rough - smooth) < 1.6 * np.std(noisy - veiled)


def test_refuses_what_makes_no_sense(street: Scene) -> None:
    picture = to_tensor(street[0])
    with pytest.raises(InputError, match="amount"):
        dehaze(picture, amount=1.5)
    with pytest.raises(InputError, match="infrared"):
        dehaze(picture, amount=0.5, infrared=torch.zeros(1, 1, 8, 8))
    with pytest.raises(RegionError):
        estimate_haze(to_uint8(street[0]), np.zeros(street[0].shape[:2], np.uint8))


@pytest.mark.parametrize(
    "name", ["VIFB/vi/manCar.jpg", "LLVIP/vi/190001.jpg", "MSRS/vi/00606D.webp", "CamVid/vi/0016E5_08023.webp"]
)
def test_car_parks_nights_and_roads_are_no_haze(shared: Path, name: str) -> None:
    """Real pictures, never trained on: by day a reddish car park and gray roads, a street at night."""
    found = list((shared / "data/dev").glob(name.rpartition(".")[0] + ".*"))
    assert estimate_haze(read_picture(found[0])) < LEAST_HAZE
