"""The restoration network: what stripes, blur, noise and haze did to a picture, in one forward pass.

One network for all of them. It is told which fault is to be found (its *kind*), because what is a fault in one picture
is the scene in another: stripes may be a fence, softness may be fog. It shares the trunk of the denoiser
(``fusion.networks.denoiser``), whose weights it starts from. Three things are added:

- the kinds asked for scale and shift the channels of both grids (Perez et al., "FiLM", AAAI 2018);
- the pattern of rows and columns, measured over their whole length (:func:`find_lines`), which no network with a small
  field of view can see, is an input;
- of what each fault is made of mostly, the network chooses at every pixel how much is in its answer: of the pattern of
  lines, of two bands of fine detail (what a blur has taken away is proportional to what it has left), of the picture
  itself (a veil lowers its contrast). So little is to be learned for a plain remedy, and the trunk adds the rest.

How much of a fault goes (its *amount*) is no input: a share of what the network finds is taken away, see
``fusion.restore.learned``.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wordfuse.fusion.colour import luma
from wordfuse.fusion.device import mixed_precision
from wordfuse.fusion.networks.compact import start_at_zero
from wordfuse.fusion.networks.denoiser import CELL_PX, Denoiser, in_tiles

KINDS = ("stripes", "blur", "noise", "haze")
BANDS_PX = (3, 7)  # fine detail: what differs from the mean of a square of so many pixels
LINE_PX = 15  # a line that differs from the mean of as many around it is part of a pattern


class Restorer(nn.Module):
    """Estimates what a fault did to a picture; 0.37 M parameters. Untrained, it finds nothing."""

    def __init__(self, fine: int = 32, coarse: int = 64, inside: int = 4) -> None:
        """Build the network with random weights; ``fusion.weights`` loads trained ones. Sizes: see ``Denoiser``."""
        super().__init__()
        self.trunk = Denoiser(fine, coarse, inside)
        self.lines = nn.Conv2d(2 * 4, fine, 3, padding=1)
        self.tuning = nn.Linear(len(KINDS), 2 * (fine + coarse))
        nn.init.zeros_(self.tuning.weight)
        nn.init.zeros_(self.tuning.bias)
        self.gates = nn.Conv2d(fine, (2 + len(BANDS_PX) + 1) * 4, 3, padding=1)
        start_at_zero(self.gates)
        self.halo_px = self.trunk.halo_px

    def forward(self, x: Tensor, lines: Tensor, kinds: Tensor) -> Tensor:
        """What is wrong with pictures: they are right once it is subtracted.

        Args:
            x: (B, 3, H, W) in [0, 1].
            lines: (B, 2, H, W), see :func:`find_lines`.
            kinds: (B, 4), 1 for each of ``KINDS`` that is to be found, else 0.

        Returns:
            (B, 3, H, W) float32.
        """
        height, width = x.shape[-2:]
        padding = (0, -width % CELL_PX, 0, -height % CELL_PX)
        pixels, pattern = (F.pixel_unshuffle(F.pad(y, padding, mode="replicate"), 2) for y in (x, lines))
        trunk, tuning = self.trunk, self.tuning(kinds)[..., None, None]
        fine = trunk.head(pixels) + self.lines(8 * pattern)  # a strong pattern is an eighth of the range
        size = 2 * fine.shape[1]
        fine = trunk.before(_tuned(fine, tuning[:, :size]))
        surroundings = trunk.inside(_tuned(trunk.down(F.pixel_unshuffle(fine, 2)), tuning[:, size:]))
        fine = trunk.after(fine + F.pixel_shuffle(trunk.up(surroundings), 2))
        fault, gates = (
            F.pixel_shuffle(layer(fine), 2)[..., :height, :width].float() for layer in (trunk.tail, self.gates)
        )
        parts = [lines[:, :1], lines[:, 1:], *(x - _mean(x, side) for side in BANDS_PX), x]
        for gate, part in zip(gates.split(1, dim=1), parts, strict=True):
            fault = fault + gate * part
        return fault


def _tuned(x: Tensor, tuning: Tensor) -> Tensor:
    scale, shift = tuning.chunk(2, dim=1)
    return x * (1 + scale) + shift


def _mean(x: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(x, side, stride=1, padding=side // 2, count_include_pad=False)


def find_lines(picture: Tensor) -> Tensor:
    """By how much each column and each row is brighter than those around it.

    The median over the whole length of a line of its difference from the mean of ``LINE_PX`` lines: what crosses less
    than half of the picture does not count.

    Args:
        picture: (B, 3, H, W) float in [0, 1].

    Returns:
        (B, 2, H, W) float32: the same in every pixel of a column, and in every pixel of a row.
    """
    y = luma(picture)
    return torch.cat([_columns(y), _columns(y.mT).mT], dim=1)


def _columns(y: Tensor) -> Tensor:
    reach = min(LINE_PX // 2, y.shape[-1] - 1)
    around = F.avg_pool2d(F.pad(y, (reach, reach, 0, 0), mode="reflect"), (1, 2 * reach + 1), stride=1)
    return (y - around).median(dim=-2, keepdim=True).values.expand_as(y)


def as_kinds(kinds: Iterable[str]) -> Tensor:
    """Names of ``KINDS`` as the network is told them, (1, 4)."""
    asked = set(kinds)
    return torch.tensor([[float(kind in asked) for kind in KINDS]])


@torch.no_grad()
def find_fault(restorer: Restorer, picture: Tensor, lines: Tensor, kinds: Iterable[str]) -> Tensor:
    """What is wrong with a picture of any size, in bounded memory; pieces leave no trace.

    Args:
        restorer: its device is where the work happens.
        picture: (1, 3, H, W) float in [0, 1].
        lines: (1, 2, H, W), of the whole picture that this may be a part of.
        kinds: which of ``KINDS``.

    Returns:
        (1, 3, H, W) float32 on the CPU.
    """
    device = next(restorer.parameters()).device
    asked = as_kinds(kinds).to(device)

    def found(seen: Tensor) -> Tensor:
        seen = seen.to(device).contiguous(memory_format=torch.channels_last)
        with mixed_precision(device):
            fault: Tensor = restorer(seen[:, :3], seen[:, 3:], asked)
        return fault

    return in_tiles(torch.cat([picture, lines], dim=1), restorer.halo_px, found)
