"""Statistics of pictures: each follows what it is for, and not the rest."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.networks.statistics import COUNT, agreement, colour, columns, detail, light, measured, veil


@pytest.fixture
def scene() -> Tensor:
    """Coloured blobs of many sizes with hard edges, (1, 3, 200, 240)."""
    drawn = torch.Generator().manual_seed(0)
    coarse = F.interpolate(torch.rand(1, 3, 13, 15, generator=drawn), (200, 240), mode="nearest")
    fine = F.interpolate(torch.rand(1, 3, 50, 60, generator=drawn), (200, 240), mode="nearest")
    return 0.15 + 0.5 * coarse + 0.2 * fine


def gray(picture: Tensor) -> Tensor:
    return picture.mean(dim=1, keepdim=True)


def test_light_tells_the_share_of_every_gray_value() -> None:
    # Of sixteen values from 0 to 1, 0.2 is number 3 and 0.6 is number 9.
    y = torch.full((1, 1, 60, 80), 0.6)
    y[:, :, :20] = 0.2
    told = light(y)[0]
    assert told[0] == pytest.approx(0.6 * 2 / 3 + 0.2 / 3, abs=1e-4)
    shares = told[-16:]
    assert shares[3] == pytest.approx(1 / 3, abs=1e-3) and shares[9] == pytest.approx(2 / 3, abs=1e-3)
    assert shares.sum() == pytest.approx(1, abs=1e-4)


def test_a_picture_without_colour_is_far_from_one_with_a_little(scene: Tensor) -> None:
    none = gray(scene).expand(-1, 3, -1, -1)
    little = none + 0.1 * (scene - none)
    mean_apart = 5  # the logarithm of how far channels are apart
    values = [float(colour(picture)[0, mean_apart]) for picture in (none, little, scene)]
    assert values[0] + 1.5 < values[1] < values[2] - 1


def test_stripes_show_in_columns_alone(scene: Tensor) -> None:
    y = gray(scene)
    drawn = torch.Generator().manual_seed(1)
    told = []
    for sigma in (0.0, 3.0, 8.0):
        striped = y + sigma / 255 * torch.randn(1, 1, 1, 240, generator=drawn)
        told.append((float(columns(striped)[0, 0]), float(columns(striped.transpose(2, 3))[0, 0])))
    assert told[0][0] + 0.5 < told[1][0] < told[2][0] - 0.5
    assert abs(told[2][1] - told[0][1]) < 0.2, "rows have nothing more in common"
    noisy = y + 8 / 255 * torch.randn(y.shape, generator=drawn)
    assert float(columns(noisy)[0, 0]) < told[1][0], "noise is no stripe"


def test_noise_and_blur_go_opposite_ways(scene: Tensor) -> None:
    y = gray(scene)
    noisy = y + 16 / 255 * torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
    soft = F.avg_pool2d(y, 7, 1, 3, count_include_pad=False)
    finest = [float(detail(picture)[0, 0]) for picture in (soft, y, noisy)]
    assert finest[0] + 0.3 < finest[1] < finest[2]
    neighbours = 10  # how far neighbours share fine differences
    assert float(detail(noisy)[0, neighbours]) < float(detail(y)[0, neighbours]) - 0.1


def test_a_veil_lifts_the_darkest(scene: Tensor) -> None:
    values = [float(veil(scene * (1 - amount) + 0.85 * amount)[0, 0]) for amount in (0, 0.3, 0.6)]
    assert values[0] + 0.15 < values[1] < values[2] - 0.15


def test_channels_of_a_gray_picture_agree(scene: Tensor) -> None:
    same = agreement(gray(scene).expand(-1, 3, -1, -1))
    assert same[0, 0] == pytest.approx(1, abs=1e-3) and same[0, 1] == pytest.approx(1, abs=1e-3)
    assert agreement(scene)[0, 0] < 0.7, "every channel is drawn by itself"


@pytest.mark.parametrize("size", [(480, 640), (20, 300), (64, 64), (1, 1)])
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_pictures_of_any_size_have_them_and_gradients(size: tuple[int, int], value: float) -> None:
    picture = torch.full((2, 3, *size), value, requires_grad=True)
    told = measured(picture)
    assert told.shape == (2, COUNT) and told.isfinite().all()
    told.sum().backward()
    assert picture.grad is not None and picture.grad.isfinite().all()
