"""The trained denoiser: what is noise in a picture, in one forward pass, whatever its kind and strength.

Zero-Shot Noise2Noise (``fusion.finetune.trained.zero_shot``, the paper's way) knows nothing but the picture in front
of it: it needs a training per picture, and takes noise that neighbouring pixels share for detail. What noise looks like
is the same in all pictures, so this network has learned it once, from pictures with noise added: white and shared
between neighbours, Gaussian and Poisson, weak and strong, compressed or not, and none at all.

It works at half and quarter resolution, like the fusion network (``fusion.networks.compact``).
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.compact import ResidualBlock, start_at_zero
from wordfuse.fusion.tensors import Batch
from wordfuse.fusion.window import Window

CELL_PX = 4
TILE_PX = 1024  # larger pictures are denoised in pieces, in bounded memory


class Denoiser(nn.Module):
    """Estimates the noise of a picture; 0.36 M parameters. Untrained, it finds none."""

    def __init__(self, fine: int = 32, coarse: int = 64, inside: int = 4) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones.

        Args:
            fine: channels at half resolution.
            coarse: channels at quarter resolution.
            inside: residual blocks at quarter resolution.
        """
        super().__init__()
        self.head = nn.Conv2d(3 * 4, fine, 3, padding=1)
        self.before = ResidualBlock(fine)
        self.down = nn.Conv2d(4 * fine, coarse, 1)
        self.inside = nn.Sequential(*(ResidualBlock(coarse) for _ in range(inside)))
        self.up = nn.Conv2d(coarse, 4 * fine, 1)
        self.after = ResidualBlock(fine)
        self.tail = nn.Conv2d(fine, 3 * 4, 3, padding=1)
        start_at_zero(self.tail)
        # As in fusion.networks.compact.
        self.halo_px = 2 * (2 + 2 * 2) + 4 * 2 * inside + 3

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) in [0, 1] -> the noise in it, (B, 3, H, W) float32."""
        height, width = x.shape[-2:]
        padded = F.pad(x, (0, -width % CELL_PX, 0, -height % CELL_PX), mode="replicate")
        fine = self.before(self.head(F.pixel_unshuffle(padded, 2)))
        surroundings = self.inside(self.down(F.pixel_unshuffle(fine, 2)))
        fine = self.after(fine + F.pixel_shuffle(self.up(surroundings), 2))
        return F.pixel_shuffle(self.tail(fine), 2)[..., :height, :width].float()


@torch.no_grad()
def find_noise(denoiser: Denoiser, picture: Batch | Tensor) -> Tensor:
    """The noise of a picture of any size, in bounded memory; pieces leave no trace.

    Args:
        denoiser: its device is where the work happens.
        picture: (1, 3, H, W) float in [0, 1].

    Returns:
        (1, 3, H, W) float32 on the CPU.
    """
    device = next(denoiser.parameters()).device

    def found(seen: Tensor) -> Tensor:
        with mixed_precision(device):
            noise: Tensor = denoiser(seen.to(device).contiguous(memory_format=torch.channels_last))
        return noise

    return in_tiles(torch.as_tensor(picture), denoiser.halo_px, found)


def in_tiles(picture: Tensor, halo_px: int, found: Callable[[Tensor], Tensor]) -> Tensor:
    """What a network finds in a picture, piece by piece, each with all that it sees of the picture around it.

    Args:
        picture: (1, C, H, W), of which the first three channels are colours.
        halo_px: how far the network sees.
        found: (1, C, h, w) -> (1, 3, h, w).

    Returns:
        (1, 3, H, W) float32 on the CPU.
    """
    height, width = picture.shape[-2:]
    result = torch.empty(1, 3, height, width)
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            still_wanted()
            tile = Window(top, min(height, top + TILE_PX), left, min(width, left + TILE_PX))
            seen = tile.grown(halo_px, CELL_PX, (height, width))
            tile.cut(result).copy_(tile.inside(seen).cut(found(seen.cut(picture))))
    return result
