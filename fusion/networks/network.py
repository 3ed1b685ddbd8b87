"""What every fusion network promises: equation 2 of TeRF, I_f = F(I_ir, I_vi).

There are two kinds: ``fusion.networks.terf``, the paper's, and ``fusion.networks.compact``, ours;
``fusion.networks.presets`` names them.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from torch import Tensor, nn


class FusionNetwork(nn.Module, ABC):
    """A network that fuses a batch of pairs.

    Attributes:
        cell_px: side of the cells it works in; tiles must start on whole ones.
        tile_px: larger pictures are fused in tiles of this side, which fit into about 2 GB.
        bytes_a_pixel: what a pixel of a tile takes of memory while it is fused in float32, as measured.
        halo_px: how far it sees: a pixel of its output depends on no input pixel that is further away. None: on all.
    """

    cell_px: ClassVar[int]
    tile_px: ClassVar[int]
    bytes_a_pixel: ClassVar[int]
    halo_px: int | None = None

    @abstractmethod
    def forward(self, infrared: Tensor, visible: Tensor) -> Tensor:
        """Fuse a batch of pairs.

        Args:
            infrared: (B, 1, H, W) float in [0, 1], of any size.
            visible: (B, 3, H, W) float in [0, 1], RGB, same size.

        Returns:
            (B, 3, H, W) float32 RGB, not clipped: training needs the gradient outside [0, 1].
        """
