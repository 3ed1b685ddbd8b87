"""What OpenCV computes of a network is what torch computes, at every size."""

import numpy as np
import pytest
import torch

from wordfuse.fusion.networks.arrays.layers import shuffled, unshuffled
from wordfuse.fusion.networks.arrays.regions import region_eye
from wordfuse.fusion.networks.arrays.veil import veil_eye
from wordfuse.fusion.networks.regions import RegionNetwork, eye_of
from wordfuse.fusion.networks.veil import VeilNetwork

SIZES = [(64, 96), (160, 128), (32, 32)]


def settled(network: torch.nn.Module) -> torch.nn.Module:
    """With statistics of batches as after some training: those of a fresh network are 0 and 1."""
    generator = torch.Generator().manual_seed(1)
    for part in network.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            assert part.running_mean is not None and part.running_var is not None
            part.running_mean.copy_(0.3 * torch.randn(part.num_features, generator=generator))
            part.running_var.copy_(0.5 + torch.rand(part.num_features, generator=generator))
    return network.eval()


def arrays(network: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: value.float().numpy() for name, value in network.state_dict().items()}


@pytest.fixture(autouse=True)
def same_weights() -> None:
    torch.manual_seed(0)


def picture(size: tuple[int, int], channels: int) -> np.ndarray:
    return np.random.default_rng(0).random((*size, channels), np.float32)


def test_the_region_network_sees_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordfuse.fusion.device.has_fast_bfloat16", lambda device: False)
    network = settled(RegionNetwork())
    assert isinstance(network, RegionNetwork)
    by_torch, by_opencv = eye_of(network), region_eye(arrays(network))
    for size in SIZES:
        for part in ("classes", "centres", "sides"):
            expected, found = (getattr(eye(picture(size, 4)), part) for eye in (by_torch, by_opencv))
            np.testing.assert_allclose(found, expected, atol=1e-4, rtol=1e-4, err_msg=f"{part} of {size}")


def test_the_veil_network_sees_the_same() -> None:
    network = settled(VeilNetwork())
    with torch.no_grad():  # these are 0 before training, and would hide what is done with them
        for values in (*network.chosen.parameters(), *network.corrected.parameters()):
            values.normal_(0, 0.3)
    eye = veil_eye(arrays(network))
    for size in SIZES:
        seen = picture(size, 3)
        with torch.inference_mode():
            through, airlight = network(torch.from_numpy(seen).permute(2, 0, 1)[None])
        found, colour = eye(seen)
        np.testing.assert_allclose(found, through[0, 0].numpy(), atol=1e-5)
        np.testing.assert_allclose(colour, airlight[0].numpy(), atol=1e-5)


@pytest.mark.parametrize("cell", [2, 4])
def test_cells_become_channels_as_torch_has_it(cell: int) -> None:
    planes = picture((16, 24), 3).transpose(2, 0, 1)
    expected = torch.nn.functional.pixel_unshuffle(torch.from_numpy(planes.copy())[None], cell).numpy()
    np.testing.assert_array_equal(unshuffled(planes, cell), expected)
    np.testing.assert_array_equal(shuffled(expected[0], cell), planes)
