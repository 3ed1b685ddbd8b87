"""The networks of LDFusion and MGFusion, and the picture half of the encoder."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from wordfuse.fusion.colour import luma, rgb_to_ycrcb
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.losses import gaussian_blur
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.ldfusion import LdConfig, LdNetwork
from wordfuse.fusion.networks.mgfusion import GuidedFusion, Injection, MgConfig, MgNetwork
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.networks.tower import PictureTower, own_windows, small_copy, views
from wordfuse.fusion.tensors import to_tensor
from wordfuse.fusion.weights import load_fusion


def pair(height: int, width: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(1, 1, height, width, generator=generator), torch.rand(1, 3, height, width, generator=generator)


@pytest.mark.parametrize("preset", ["tiny-ldfusion", "tiny-mgfusion"])
@pytest.mark.parametrize("size", [(64, 48), (33, 47), (9, 17)])
def test_a_picture_of_any_size_keeps_it_and_its_chroma(preset: str, size: tuple[int, int]) -> None:
    torch.manual_seed(1)
    network = build_network(preset).eval()
    infrared, visible = pair(*size)
    with torch.inference_mode():
        fused = network(infrared, visible)
    assert fused.shape == (1, 3, *size)
    torch.testing.assert_close(rgb_to_ycrcb(fused)[:, 1:], rgb_to_ycrcb(visible)[:, 1:], atol=1e-5, rtol=0)
    assert fuse(network, infrared, visible).shape == (1, 3, *size)


def test_an_untrained_ldfusion_gives_the_mean_light_and_three_quarters_of_the_detail() -> None:
    infrared, visible = pair(32, 40)
    fused = build_network("ldfusion").eval()(infrared, visible)
    base_i, base_v = gaussian_blur(infrared, 21, 5.0), gaussian_blur(luma(visible), 21, 5.0)
    expected = (base_i + base_v) / 2 + 0.75 * (infrared - base_i + luma(visible) - base_v)
    torch.testing.assert_close(luma(fused), expected, atol=1e-5, rtol=0)


def test_the_published_last_layer_gives_the_luma_itself() -> None:
    torch.manual_seed(0)
    network = LdNetwork(LdConfig(first=4, widest=8, direct=True)).eval()
    infrared, visible = pair(32, 40)
    y = luma(network(infrared, visible))
    assert 0 <= y.min() and y.max() <= 1
    # Not a mix of the sources: without them in the sum, a flat pair still gives what the layer says.
    last = network.last
    torch.nn.init.zeros_(last.weight)
    assert last.bias is not None
    torch.nn.init.constant_(last.bias, 0.5)
    expected = (torch.tensor(0.5).tanh() + 1) / 2
    torch.testing.assert_close(luma(network(infrared, visible)), expected.expand(1, 1, 32, 40), atol=1e-5, rtol=0)


def test_what_is_injected_is_what_each_place_asks_for() -> None:
    injection = Injection(vectors=2, features=3)
    # The adapter gives (1, 2, 3) for the vector (1, 1), which is half of (2, 0) and half of (0, 2).
    for layer, weight in zip(injection.adapter, (torch.eye(2).repeat(6, 1), None), strict=True):
        torch.nn.init.zeros_(layer.bias)
        layer.weight.data.zero_()
        if weight is not None:
            layer.weight.data.copy_(weight)
    injection.adapter[1].weight.data[:, 0] = torch.tensor([1.0, 2.0, 3.0])
    for values in injection.spread.parameters():
        torch.nn.init.zeros_(values)  # sigmoid(0): every place asks for half
    features = torch.zeros(1, 3, 4, 5)
    told = injection(features, torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 2.0]]))
    torch.testing.assert_close(told[0, :, 0, 0], torch.tensor([0.5, 1.0, 1.5]))
    assert (told == told[..., :1, :1]).all()


def test_flat_features_are_strengthened_evenly_and_chosen_by_their_vectors() -> None:
    guide = GuidedFusion(vectors=2, features=1)
    for layer in (guide.infrared[1], guide.visible[1]):
        torch.nn.init.zeros_(layer.weight)
    torch.nn.init.constant_(guide.infrared[1].bias, 2.0)  # channels of infrared count twice
    for values in guide.texture.parameters():
        torch.nn.init.zeros_(values)  # sigmoid(0): half of it is added again
    vectors = torch.ones(1, 2), torch.ones(1, 2)
    fused = guide(torch.full((1, 1, 4, 4), 0.1), torch.full((1, 1, 4, 4), 0.3), vectors)
    torch.testing.assert_close(fused[0, :, 0, 0], torch.tensor([0.3, 0.45]))


def test_the_encoder_inside_stays_as_it_is() -> None:
    network = build_network("tiny-mgfusion")
    assert isinstance(network, MgNetwork)
    network.train()
    before = {name: value.clone() for name, value in network.encoder.state_dict().items()}
    optimizer = torch.optim.Adam([values for values in network.parameters() if values.requires_grad], 0.1)
    network(*pair(32, 32)).mean().backward()
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in network.encoder.state_dict().items())
    assert network.extract.training and not network.encoder.training


@pytest.mark.parametrize("without", ["inject", "guide"])
def test_parts_can_be_left_out(without: str) -> None:
    config = MgConfig(features=4, **{without: False})
    network = MgNetwork(config, lambda: PictureTower(widths=(8, 8, 8, 8), fine=8, size=16)).eval()
    assert network(*pair(32, 40)).shape == (1, 3, 32, 40)


@pytest.mark.parametrize("size", [(480, 640), (96, 96), (20, 300), (1024, 1280)])
def test_the_tower_sees_pictures_of_any_size(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    tower = PictureTower(widths=(8, 8, 8, 8), fine=8, size=16).eval()
    pictures = torch.rand(1, 3, *size, requires_grad=True)
    vectors = tower(pictures)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(1))
    vectors[0, 0].backward()
    assert pictures.grad is not None and pictures.grad.abs().sum() > 0
    seen = views(pictures.detach(), numbers=False)
    assert all(length % 32 == 0 and 64 <= length <= 160 for length in seen.whole.shape[-2:])


def test_windows_keep_the_picture_s_own_pixels() -> None:
    picture = torch.arange(300.0 * 300).view(1, 1, 300, 300).expand(1, 3, 300, 300)
    windows = own_windows(picture)
    # Sides below 400 px have two windows each: at a quarter and three quarters of the 204 px of room.
    assert windows.shape == (1, 4, 3, 96, 96)
    assert windows[0, 3, 0, 0, 0] == 153 * 300 + 153
    assert own_windows(torch.rand(1, 3, 50, 40)).shape == (1, 1, 3, 96, 96)
    assert small_copy(torch.rand(1, 3, 64, 160)).shape == (1, 3, 64, 160)


@pytest.mark.real
def test_mgfusion_keeps_the_encoder_that_it_was_trained_with(examples: Path) -> None:
    network = load_fusion("mgfusion")
    assert isinstance(network, MgNetwork) and isinstance(network.encoder, PictureTower)
    assert not network.encoder.measures
    street = read_pair(examples / "street/ir.png", examples / "street/vi.png")
    infrared, visible = (to_tensor(source)[..., :96, :128] for source in (street.infrared, street.visible))
    fused = fuse(network, infrared, visible)
    # Means of 3x4 parts, in bfloat16: another encoder's vectors would give others.
    means = [
        [0.3473, 0.1745, 0.1580, 0.1720],
        [0.3876, 0.3661, 0.1803, 0.1805],
        [0.4016, 0.3351, 0.3233, 0.4088],
    ]
    parts = torch.nn.functional.adaptive_avg_pool2d(fused.mean(dim=1), (3, 4))[0]
    torch.testing.assert_close(parts, torch.tensor(means), atol=0.004, rtol=0)  # a gray value
    assert float(fused.std()) == pytest.approx(0.1294, abs=0.002)
