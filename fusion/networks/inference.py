"""Run a fusion network on pictures of any size, large ones in overlapping tiles.

A network that sees no further than its halo gets tiles that overlap by twice that. Of each, the part is taken that
sees all it would see in the whole picture, so the tiles leave no trace. The channel attention of ``terf`` sees the
statistics of the whole tile instead, and two tiles disagree a little wherever they meet: there the overlap is blended
with a linear ramp, and a difference of statistics becomes a slow gradient, never a seam.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.network import FusionNetwork
from wordfuse.fusion.tensors import Batch
from wordfuse.fusion.window import Window

BLEND_PX = 128  # overlap of tiles that are blended


@torch.inference_mode()
def fuse(
    network: FusionNetwork,
    infrared: Batch | Tensor,
    visible: Batch | Tensor,
    *,
    tile_px: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Tensor:
    """Fuse one pair of any size (equation 2); where memory runs out, again in smaller tiles.

    Args:
        network: the fusion network; its device is where the work happens.
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        tile_px: pictures with a longer side than this are fused in tiles of at most this side; default: what suits the
            network.
        progress: called with (tiles done, tiles in all).

    Returns:
        (1, 3, H, W) float32 in [0, 1] on the CPU.

    Raises:
        ValueError: the sizes differ, or the tiles are too small to overlap as they must.
    """
    if infrared.shape[-2:] != visible.shape[-2:]:
        raise ValueError(f"infrared is {tuple(infrared.shape)}, visible {tuple(visible.shape)}: sizes must be equal")
    infrared, visible = torch.as_tensor(infrared), torch.as_tensor(visible)
    cell, tile = network.cell_px, tile_px or network.tile_px
    overlap = BLEND_PX if network.halo_px is None else 2 * (network.halo_px + cell)
    smallest = 2 * overlap + cell
    if tile < smallest:
        raise ValueError(f"tile_px {tile}: must be at least {smallest}, twice the overlap of tiles and a cell")
    while True:
        try:
            return _fuse_tiles(network, infrared, visible, tile // cell * cell, overlap, progress)
        except (RuntimeError, MemoryError) as error:  # on a CPU torch raises a plain RuntimeError
            if isinstance(error, RuntimeError) and "memory" not in str(error):
                raise
            longest = max(visible.shape[-2:])
            if min(tile, longest) <= smallest:
                raise
            tile = max(smallest, min(tile, longest) // 2)


def fuse_window(network: FusionNetwork, infrared: Batch | Tensor, visible: Batch | Tensor, window: Window) -> Tensor:
    """A part of the fused picture, as it is in the whole one; only what is needed for it is fused.

    Args:
        network: the fusion network; without a halo it needs the whole pair.
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        window: which part.

    Returns:
        (1, 3, h, w) float32 in [0, 1] on the CPU.
    """
    seen = window.grown(network.halo_px, network.cell_px, visible.shape[-2:])
    return window.inside(seen).cut(fuse(network, seen.cut(infrared), seen.cut(visible))).clone()


def _fuse_tiles(
    network: FusionNetwork,
    infrared: Tensor,
    visible: Tensor,
    tile: int,
    overlap: int,
    progress: Callable[[int, int], None] | None,
) -> Tensor:
    height, width = visible.shape[-2:]
    rows, columns = (_spans(length, tile, overlap, network.cell_px) for length in (height, width))
    total, weight = torch.zeros(1, 3, height, width), torch.zeros(1, 1, height, width)
    for done, (top, bottom, left, right) in enumerate(_tiles(rows, columns), start=1):
        still_wanted()
        fused = _forward(network, infrared[..., top:bottom, left:right], visible[..., top:bottom, left:right])
        down, across = (
            _share(start, stop, length, overlap, network.halo_px)
            for start, stop, length in ((top, bottom, height), (left, right, width))
        )
        share = down.view(-1, 1) * across
        total[..., top:bottom, left:right] += fused * share
        weight[..., top:bottom, left:right] += share
        if progress is not None:
            progress(done, len(rows) * len(columns))
    return total.div_(weight).clamp_(0, 1)


def _forward(network: FusionNetwork, infrared: Tensor, visible: Tensor) -> Tensor:
    device = next(network.parameters()).device
    with mixed_precision(device):
        return network(infrared.to(device), visible.to(device, memory_format=torch.channels_last)).float().cpu()


def _spans(length: int, tile: int, overlap: int, cell: int) -> list[tuple[int, int]]:
    """Tiles that overlap by ``overlap`` or more and start on whole cells; the last may be a cell longer."""
    if length <= tile:
        return [(0, length)]
    count = -(-(length - overlap) // (tile - overlap))
    starts = [i * (length - tile) // (count - 1) // cell * cell for i in range(count)]
    return [*((start, start + tile) for start in starts[:-1]), (starts[-1], length)]


def _tiles(rows: list[tuple[int, int]], columns: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    for top, bottom in rows:
        for left, right in columns:
            yield top, bottom, left, right


def _share(start: int, stop: int, length: int, overlap: int, halo: int | None) -> Tensor:
    """Weights of one tile along one side; 1 inside and at the picture's border.

    Toward a neighbour: without a halo they fall linearly over the overlap; with one they are 0 in it and 1 from there.
    """
    positions = torch.arange(start, stop, dtype=torch.float32)
    before, after = positions - start + 1, stop - positions
    if halo is None:
        rising, falling = before / (overlap + 1), after / (overlap + 1)
    else:
        rising, falling = (before > halo).float(), (after > halo).float()
    if start == 0:
        rising = torch.ones_like(rising)
    if stop == length:
        falling = torch.ones_like(falling)
    return torch.minimum(rising, falling).clamp_max(1.0)
