"""Safetensors as NumPy arrays that stay in their file: what is not used is never read, and processes share what is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: bfloat16 has no type in NumPy: its bits are kept, see :func:`widened`.
_KINDS: dict[str, str] = {"F32": "<f4", "BF16": "<u2", "U16": "<u2"}


def mapped(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file by name: float32, or the bits of bfloat16 as uint16; not to be written to.

    Raises:
        ValueError: it is no such file, or holds numbers of another kind.
        OSError: it cannot be read.
    """
    with file.open("rb") as head:
        length = int.from_bytes(head.read(8), "little")
        if not 0 < length <= file.stat().st_size - 8:
            raise ValueError(f"{file.name} is no safetensors file")
        header = json.loads(head.read(length))
    if not isinstance(header, dict):
        raise ValueError(f"{file.name} is no safetensors file")
    header.pop("__metadata__", None)
    data = np.memmap(file, np.uint8, "r", offset=8 + length)
    tensors: dict[str, NDArray[Any]] = {}
    for name, about in header.items():
        if about["dtype"] not in _KINDS:
            raise ValueError(f"{file.name}: {name} holds {about['dtype']}, not float32 or bfloat16")
        begin, end = about["data_offsets"]
        # As a plain array: a memmap is slower to slice, and nothing here writes.
        tensors[name] = np.asarray(data[begin:end]).view(_KINDS[about["dtype"]]).reshape(about["shape"])
    return tensors


def widened(tensor: NDArray[Any]) -> NDArray[np.float32]:
    """A tensor as float32; of bfloat16 exactly what it says: its bits are the upper half of a float32's."""
    if tensor.dtype != np.uint16:
        return tensor.astype(np.float32, copy=False)
    wide = np.zeros((*tensor.shape, 2), np.uint16)
    wide[..., 1] = tensor
    return wide.view("<f4")[..., 0]
