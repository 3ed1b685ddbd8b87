"""Between pictures (numpy, height x width [x channel]) and tensors (batch, channel, height, width)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor


def to_tensor(picture: NDArray[Any]) -> "Tensor":
    """A picture as a batch of one; always a copy.

    Args:
        picture: (H, W) or (H, W, C), float in [0, 1] or uint8 in [0, 255].

    Returns:
        (1, C, H, W) float32 in [0, 1] on the CPU; C is 1 for (H, W).

    Raises:
        InputError: the array has another number of axes.
    """
    import torch

    if picture.ndim not in (2, 3):
        raise InputError(f"a picture must be (height, width) or (height, width, channel), got {picture.shape}")
    channels = np.atleast_3d(picture).transpose(2, 0, 1)
    tensor = torch.from_numpy(np.array(channels[None], dtype=np.float32, order="C"))
    return tensor / 255 if picture.dtype == np.uint8 else tensor


def to_array(batch: "Tensor") -> NDArray[np.float32]:
    """The first and only picture of a batch; not clipped.

    Args:
        batch: (1, C, H, W), any device and float type.

    Returns:
        (H, W) float32 for one channel, else (H, W, C), contiguous.

    Raises:
        InputError: the batch does not hold exactly one picture.
    """
    if batch.ndim != 4 or batch.shape[0] != 1:
        raise InputError(f"expected a batch of one picture, (1, channel, height, width), got {tuple(batch.shape)}")
    picture = batch[0].detach().float().cpu().permute(1, 2, 0).numpy()
    return np.ascontiguousarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
