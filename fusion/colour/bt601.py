"""Colour transforms on batches: BT.601, as in TeRF's equations 6-8 and in the metrics.

Every function takes and returns floats of shape (batch, channel, height, width) in [0, 1], luma of arrays as well as
of tensors; the chroma channels are centred on 0.5.
"""

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from torch import Tensor

    from wordfuse.fusion.tensors import Batch

X = TypeVar("X", bound="Batch | Tensor")

# ITU-R BT.601 luma weights, and the scales that bring Cr and Cb back to [0, 1].
LUMA = (0.299, 0.587, 0.114)
CR_SCALE = 0.5 / (1 - LUMA[0])
CB_SCALE = 0.5 / (1 - LUMA[2])


def luma(rgb: X) -> X:
    """Y of an RGB batch: (B, 3, H, W) -> (B, 1, H, W)."""
    channels: Any = rgb
    y: X = LUMA[0] * channels[:, 0:1] + LUMA[1] * channels[:, 1:2] + LUMA[2] * channels[:, 2:3]
    return y


def rgb_to_ycrcb(rgb: "Tensor") -> "Tensor":
    """RGB to Y, Cr, Cb: (B, 3, H, W) -> (B, 3, H, W)."""
    import torch  # not at the top: whoever only wants the weights of luma does not wait for it

    y = luma(rgb)
    cr = (rgb[:, 0:1] - y) * CR_SCALE + 0.5
    cb = (rgb[:, 2:3] - y) * CB_SCALE + 0.5
    return torch.cat([y, cr, cb], dim=1)
