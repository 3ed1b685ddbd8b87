import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from wordfuse.fusion.colour import luma, rgb_to_ycrcb
from wordfuse.fusion.networks.inference import fuse
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.networks.presets import build_network
from wordfuse.fusion.weights import load_fusion

# Results in bfloat16 may differ in the last of its 8 bits between one shape of convolution and another.
ROUNDING = 2**-7


def random_network(preset: str) -> FusionNetwork:
    """All weights random: a fresh compact network would give the plain mean of its sources."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = build_network(preset).eval()
        with torch.no_grad():
            for values in network.parameters():
                values.add_(0.05 * torch.randn_like(values))
    return network


def random_pair(height: int, width: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(1, 1, height, width, generator=generator), torch.rand(1, 3, height, width, generator=generator)


@pytest.mark.parametrize("preset", ["tiny", "tiny-compact"])
@pytest.mark.parametrize("size", [(64, 48), (33, 47), (1, 5)])
def test_a_picture_of_any_size_keeps_it(preset: str, size: tuple[int, int]) -> None:
    network = random_network(preset)
    assert network(*random_pair(*size)).shape == (1, 3, *size)
    fused = fuse(network, *random_pair(*size))
    assert fused.shape == (1, 3, *size)
    assert fused.dtype == torch.float32
    assert 0 <= fused.min() and fused.max() <= 1


def test_sources_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="sizes must be equal"):
        fuse(random_network("tiny"), torch.rand(1, 1, 32, 32), torch.rand(1, 3, 32, 40))


def test_an_untrained_compact_network_gives_the_mean_luma() -> None:
    infrared, visible = random_pair(32, 40)
    fused = build_network("metric")(infrared, visible)
    torch.testing.assert_close(luma(fused), (infrared + luma(visible)) / 2, atol=1e-5, rtol=0)


def test_the_compact_network_keeps_the_chroma_of_the_visible_picture() -> None:
    infrared, visible = random_pair(32, 40)
    with torch.inference_mode():
        fused = random_network("tiny-compact")(infrared, visible)
    assert (luma(fused) - luma(visible)).abs().max() > 0.1
    torch.testing.assert_close(rgb_to_ycrcb(fused)[:, 1:], rgb_to_ycrcb(visible)[:, 1:], atol=1e-5, rtol=0)


@pytest.mark.parametrize("preset", ["tiny-compact", "metric"])
def test_tiles_of_the_compact_network_leave_no_trace(preset: str) -> None:
    network, pair = random_network(preset), random_pair(301, 398)
    assert network.halo_px is not None
    tile_px = 4 * network.halo_px + 60
    tiles: list[tuple[int, int]] = []
    tiled = fuse(network, *pair, tile_px=tile_px, progress=lambda done, count: tiles.append((done, count)))
    assert len(tiles) == tiles[-1][1] >= 4
    whole = fuse(network, *pair, tile_px=400)
    torch.testing.assert_close(tiled, whole, atol=ROUNDING, rtol=0)


def test_tiles_of_the_paper_s_network_meet_softly() -> None:
    # A constant pair has one right answer per tile; where two blend there must be no step.
    network = random_network("tiny")
    infrared, visible = torch.full((1, 1, 600, 40), 0.4), torch.full((1, 3, 600, 40), 0.6)
    fused = fuse(network, infrared, visible, tile_px=400)
    inner = fused[..., 8:-8, 8:-8]
    assert (inner.diff(dim=-2)).abs().max() < ROUNDING


def test_the_compact_network_sees_no_further_than_its_halo() -> None:
    network = random_network("tiny-compact").double()
    halo = network.halo_px
    assert halo is not None
    infrared, visible = (source.double() for source in random_pair(80, 80))
    changed = infrared.clone()
    changed[..., 40, 40] += 0.5
    with torch.inference_mode():
        difference = (network(changed, visible) - network(infrared, visible)).abs().amax(dim=(0, 1))
    rows, columns = difference.nonzero(as_tuple=True)
    reach = max(int((rows - 40).abs().max()), int((columns - 40).abs().max()))
    assert reach <= halo
    assert reach >= halo - 6  # the halo is not wider than need be, but for the borders of its cells


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, MemoryError, RuntimeError])
def test_where_memory_runs_out_smaller_tiles_are_taken(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    network, pair = random_network("tiny-compact"), random_pair(200, 230)
    whole, seen = fuse(network, *pair), []
    forward = network.forward

    def little_memory(infrared: Tensor, visible: Tensor) -> Tensor:
        seen.append(max(visible.shape[-2:]))
        if seen[-1] > 150:
            raise error("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return forward(infrared, visible)

    monkeypatch.setattr(network, "forward", little_memory)
    torch.testing.assert_close(fuse(network, *pair), whole, atol=ROUNDING, rtol=0)
    assert seen[0] == 230 and len(seen) > 4
    monkeypatch.setattr(network, "forward", lambda infrared, visible: (_ for _ in ()).throw(error("no memory at all")))
    for size in (200, 20):
        with pytest.raises(error, match="no memory at all"):
            fuse(network, *random_pair(size, size))


@pytest.mark.parametrize("preset", ["tiny", "tiny-compact"])
def test_tiles_too_small_to_overlap_are_refused(preset: str) -> None:
    with pytest.raises(ValueError, match="twice the overlap"):
        fuse(random_network(preset), *random_pair(300, 300), tile_px=64)


@pytest.mark.real
@pytest.mark.parametrize("preset", ["metric", "terf"])
def test_trained_weights_show_what_either_source_shows(preset: str) -> None:
    # A warm person that the visible picture does not show, before a lit sign that the infrared one does not show.
    infrared, visible = torch.full((1, 1, 96, 128), 0.1), torch.full((1, 3, 96, 128), 0.15)
    infrared[..., 30:70, 30:42] = 0.9
    visible[..., 20:44, 80:110] = 0.8
    fused_y = luma(fuse(load_fusion(preset), infrared, visible))
    assert fused_y[..., 36:64, 33:39].mean() > 0.6
    assert fused_y[..., 26:38, 86:104].mean() > 0.6
    assert fused_y[..., 80:, :].mean() < 0.3


@pytest.mark.real
def test_the_trained_default_network_leaves_no_grid() -> None:
    # Pixels come out of cells of 2 and 4; on smooth pictures no place in a cell may be brighter than another.
    rows, columns = torch.meshgrid(torch.linspace(0, 1, 240), torch.linspace(0, 1, 320), indexing="ij")
    waves = 0.5 + 0.3 * torch.sin(9 * columns), 0.5 + 0.3 * torch.cos(7 * rows)
    flat = torch.full_like(rows, 0.4), torch.full_like(rows, 0.6)
    for infrared, visible in ((columns, rows), waves, flat, (flat[0] / 8, flat[1] / 8)):
        fused = fuse(load_fusion("metric"), infrared[None, None], visible.expand(1, 3, -1, -1))
        gray = 255 * luma(fused)
        ripple = (gray - F.avg_pool2d(gray, 9, 1, 4))[0, 0, 32:-32, 32:-32]
        phases = torch.stack([ripple[row::4, column::4].mean() for row in range(4) for column in range(4)])
        assert phases.max() - phases.min() < 0.5  # measured: 0.1 gray values
