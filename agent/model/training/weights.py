"""The weights of an adapter in peft's file."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import InputError

FILE = "adapter_model.safetensors"

Weights = Mapping[str, torch.Tensor]


def write_weights(folder: Path, weights: Weights) -> None:
    """Write the weights of a peft model, by their names there, in bf16; whole or not at all."""
    tensors = {_stored(name): weight.detach().bfloat16().contiguous() for name, weight in weights.items()}
    save_file(tensors, folder / "adapter_model.tmp", metadata={"format": "pt"})
    (folder / "adapter_model.tmp").replace(folder / FILE)


def read_weights(adapter: Path, weights: Weights) -> None:
    """Fill the weights of a peft model from a folder.

    Raises:
        InputError: it cannot be read, or holds weights of another shape.
    """
    try:
        learnt = load_file(adapter / FILE)
    except (OSError, SafetensorError) as error:
        raise InputError(
            f"no adapter can be read there ({brief(error)})",
            argument="start_with",
            subject=adapter,
            remedy=f"give a folder that holds {FILE}",
        ) from error
    wanted = {_stored(name): weight for name, weight in weights.items()}
    odd = [name for name in wanted.keys() | learnt.keys() if _shape(learnt, name) != _shape(wanted, name)]
    if odd:
        first = min(odd)
        raise InputError(
            f"it has another shape: {first} is {_shape(learnt, first)}, not {_shape(wanted, first)}",
            argument="start_with",
            subject=adapter,
            remedy="give an adapter of the same base and rank",
        )
    with torch.no_grad():
        for name, weight in wanted.items():
            weight.copy_(learnt[name])


def _stored(name: str) -> str:
    """What peft calls a weight in a file."""
    return name.replace(".default.", ".")


def _shape(weights: Weights, name: str) -> tuple[int, ...] | None:
    return tuple(weights[name].shape) if name in weights else None
