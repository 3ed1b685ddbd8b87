"""Run the fusion network on pictures of any size: padded to even sides, large ones in overlapping tiles.

The channel attention of the network sees whole-tile statistics, so two tiles disagree a little wherever they meet. The
overlap is therefore blended with a linear ramp: a difference of statistics becomes a slow gradient, never a seam.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from fusion.device import mixed_precision
from fusion.network import FusionNetwork

TILE_PX = 768  # a tile of this side takes about 2 GB in the terf preset
OVERLAP_PX = 128


@torch.inference_mode()
def fuse(
    network: FusionNetwork,
    infrared: Tensor,
    visible: Tensor,
    *,
    tile_px: int = TILE_PX,
    overlap_px: int = OVERLAP_PX,
    progress: Callable[[int, int], None] | None = None,
) -> Tensor:
    """Fuse one pair of any size (equation 2).

    Args:
        network: the fusion network; its device is where the work happens.
        infrared: (1, 1, H, W) float in [0, 1].
        visible: (1, 3, H, W) float in [0, 1], RGB.
        tile_px: pictures with a longer side than this are fused in tiles of at most this side.
        overlap_px: how far neighbouring tiles overlap and are blended.
        progress: called with (tiles done, tiles in all).

    Returns:
        (1, 3, H, W) float32 in [0, 1] on the CPU.

    Raises:
        ValueError: the sizes differ, or the overlap is not smaller than half a tile.
    """
    if infrared.shape[-2:] != visible.shape[-2:]:
        raise ValueError(f"infrared is {tuple(infrared.shape)}, visible {tuple(visible.shape)}: sizes must be equal")
    if not 0 <= overlap_px * 2 < tile_px:
        raise ValueError(f"overlap_px {overlap_px} must be less than half of tile_px {tile_px}")
    height, width = visible.shape[-2:]
    rows, columns = _spans(height, tile_px, overlap_px), _spans(width, tile_px, overlap_px)
    total, weight = torch.zeros(1, 3, height, width), torch.zeros(1, 1, height, width)
    for done, (top, bottom, left, right) in enumerate(_tiles(rows, columns), start=1):
        tile = _forward(network, infrared[..., top:bottom, left:right], visible[..., top:bottom, left:right])
        ramp = _ramp(top, bottom, height, overlap_px).view(-1, 1) * _ramp(left, right, width, overlap_px)
        total[..., top:bottom, left:right] += tile * ramp
        weight[..., top:bottom, left:right] += ramp
        if progress is not None:
            progress(done, len(rows) * len(columns))
    return (total / weight).clamp(0, 1)


def _forward(network: FusionNetwork, infrared: Tensor, visible: Tensor) -> Tensor:
    device = next(network.parameters()).device
    height, width = visible.shape[-2:]
    padding = (0, width % 2, 0, height % 2)
    infrared, visible = (F.pad(source.to(device), padding, mode="replicate") for source in (infrared, visible))
    with mixed_precision(device):
        fused = network(infrared, visible.contiguous(memory_format=torch.channels_last))
    return fused[..., :height, :width].float().cpu()


def _spans(length: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Equal tiles over ``length``, at most ``tile`` long, overlapping by at least ``overlap``."""
    if length <= tile:
        return [(0, length)]
    count = -(-(length - overlap) // (tile - overlap))
    starts = [round(i * (length - tile) / (count - 1)) for i in range(count)]
    return [(start, start + tile) for start in starts]


def _tiles(rows: list[tuple[int, int]], columns: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
    for top, bottom in rows:
        for left, right in columns:
            yield top, bottom, left, right


def _ramp(start: int, stop: int, length: int, overlap: int) -> Tensor:
    """Weights of one tile along one side: rising over the overlap, 1 inside and at the picture's border."""
    positions = torch.arange(start, stop, dtype=torch.float32)
    rising = (positions - start + 1) / (overlap + 1) if start > 0 else torch.ones(stop - start)
    falling = (stop - positions) / (overlap + 1) if stop < length else torch.ones(stop - start)
    return torch.minimum(rising, falling).clamp_max(1.0)
