"""Between pictures (numpy, height x width [x channel]) and batches (batch, channel, height, width): arrays or tensors.

Edits are reckoned on batches that are NumPy arrays; torch, which takes longer to import than most edits take, is for
networks. Whoever has tensors may hand them to the edits all the same (:func:`either_kind`).
"""

import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

Batch = NDArray[np.float32]  # (B, C, H, W)

P = ParamSpec("P")
R = TypeVar("R")


def to_batch(picture: NDArray[Any]) -> Batch:
    """A picture as a batch of one; always a copy.

    Args:
        picture: (H, W) or (H, W, C), float in [0, 1] or uint8 in [0, 255].

    Returns:
        (1, C, H, W) float32 in [0, 1]; C is 1 for (H, W).

    Raises:
        InputError: the array has another number of axes.
    """
    if picture.ndim not in (2, 3):
        raise InputError(f"a picture must be (height, width) or (height, width, channel), got {picture.shape}")
    channels = np.atleast_3d(picture).transpose(2, 0, 1)
    batch = np.array(channels[None], dtype=np.float32, order="C")
    return batch / np.float32(255) if picture.dtype == np.uint8 else batch


def to_tensor(picture: NDArray[Any]) -> "Tensor":
    """What :func:`to_batch` gives, as a tensor on the CPU."""
    import torch

    return torch.from_numpy(to_batch(picture))


def as_batch(batch: "Batch | Tensor") -> Batch:
    """A batch as an array: of a tensor on any device and of any float type, detached."""
    if isinstance(batch, np.ndarray):
        return batch.astype(np.float32, copy=False)
    return batch.detach().float().cpu().numpy()


def to_array(batch: "Batch | Tensor") -> NDArray[np.float32]:
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
    picture = as_batch(batch)[0].transpose(1, 2, 0)
    return np.ascontiguousarray(picture[..., 0] if picture.shape[-1] == 1 else picture)


def either_kind(function: Callable[P, R]) -> Callable[..., R]:
    """Let a function of batches as arrays be called with tensors too: given any, it gives tensors on the CPU."""

    @wraps(function)
    def called(*args: Any, **named: Any) -> R:
        # While another thread imports torch, it is there without what it is made of.
        kind = getattr(sys.modules.get("torch"), "Tensor", None)
        if kind is None or not any(isinstance(one, kind) for one in (*args, *named.values())):
            return function(*args, **named)

        def as_given(value: Any) -> Any:
            return as_batch(value) if isinstance(value, kind) else value

        result = function(*map(as_given, args), **{name: as_given(value) for name, value in named.items()})
        given_back: R = _as_tensors(result)
        return given_back

    return called


def _as_tensors(result: Any) -> Any:
    """An array, or the batches among the fields of a result, as tensors."""
    import torch

    if isinstance(result, np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(result))
    if is_dataclass(result) and not isinstance(result, type):
        values = {one.name: getattr(result, one.name) for one in fields(result)}
        batches = {name: _as_tensors(value) for name, value in values.items() if isinstance(value, np.ndarray)}
        return replace(result, **batches)
    return result
