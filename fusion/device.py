"""Where and in which precision the networks run."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    import torch
    from torch import nn

M = TypeVar("M", bound="nn.Module")
GPU_FILES = (
    "/dev/nvidiactl",
    "/dev/nvidia0",
    "/proc/driver/nvidia",
    "/dev/nvhost-gpu",
    "/dev/nvgpu",
    "/dev/dxg",
    "/dev/kfd",
)


def check_device(name: str) -> None:
    """Find out before the work whether a device is there; raises as :func:`resolve_device`."""
    if name not in ("auto", "cpu"):  # which always are
        resolve_device(name)


def is_cpu(device: "torch.device | str") -> bool:
    """Whether a device is the processor, found out without torch where that can be; raises as `resolve_device`."""
    if not isinstance(device, str):
        return bool(device.type == "cpu")
    if device == "cpu" or (device == "auto" and not may_have_gpu()):
        return True
    return bool(resolve_device(device).type == "cpu")


@cache
def may_have_gpu() -> bool:
    """Whether torch might find a GPU: on Linux one needs a driver that shows itself as a file (CUDA, WSL, ROCm)."""
    if sys.platform != "linux":
        return sys.platform != "darwin"  # where there is no CUDA
    return any(Path(file).exists() for file in GPU_FILES)


def resolve_device(name: str) -> "torch.device":
    """Turn ``auto``, ``cpu``, ``cuda`` or ``cuda:N`` into a device that is really there.

    Raises:
        InputError: the name is unknown, or names a GPU this machine does not have.
    """
    import torch  # here and below, so that who asks for no network does not wait for it

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = name.partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()) or (kind == "cpu" and index):
        raise InputError("unknown device", argument="device", subject=name, remedy="use auto, cpu, cuda or cuda:N")
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise InputError(
            f"this machine shows {torch.cuda.device_count()} CUDA devices",
            argument="device",
            subject=name,
            remedy=f"use {argument_named('device')} cpu or auto",
        )
    return torch.device(name)


def torch_device(device: "torch.device | str | None") -> "torch.device":
    """A device as torch has it: from a name, see `resolve_device`; None is the processor."""
    if isinstance(device, str | None):
        return resolve_device(device or "cpu")
    return device


def has_fast_bfloat16(device: "torch.device") -> bool:
    """Whether bfloat16 convolutions run natively there (AVX-512 BF16 or AMX, or a GPU)."""
    import torch

    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    # oneDNN says yes to any AVX-512, and computes in float32 what such a core has no instruction for: four times slower
    # than float32 itself.
    plain = torch.cpu._is_avx512_supported()
    return not plain or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


@contextmanager
def mixed_precision(device: "torch.device") -> Iterator[None]:
    """Run convolutions in bfloat16 where that is faster; 2-4 times so on CPUs with AVX-512 BF16."""
    import torch

    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=has_fast_bfloat16(device)):
        yield


def channels_last(network: M) -> M:
    """Lay a network's weights out for convolutions over channels-last pictures, the faster order on CPUs and GPUs."""
    import torch

    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
