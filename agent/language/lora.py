"""Low-rank adapters in the format of peft, merged into the weights they adapt.

Reading the two files here instead of through peft saves its import at every start of the program.

Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", equation 3: W' = W + (alpha / r) B A.
"""

import hashlib
import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from fusion.errors import BackendUnreachable, InputError

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
SUMS = "SHA256SUMS"

# Settings that would make W' something else than equation 3: each must be absent or have this value.
_PLAIN: dict[str, tuple[Any, ...]] = {
    "peft_type": ("LORA",),
    "bias": ("none", None),
    "use_dora": (False, None),
    "fan_in_fan_out": (False, None),
    "rank_pattern": ({}, None),
    "alpha_pattern": ({}, None),
    "modules_to_save": ([], None),
}


@dataclass(frozen=True)
class Lora:
    """An adapter: for each weight's name the factors A (rank, in) and B (out, rank), and the scale alpha / rank."""

    scale: float
    factors: dict[str, tuple[torch.Tensor, torch.Tensor]]


def check_sums(folder: Path) -> None:
    """Compare the adapter's files with the sums that were published with them.

    Raises:
        BackendUnreachable: a file differs from its sum, or has none.
    """
    lines = (folder / SUMS).read_text(encoding="ascii").split("\n")
    sums = {name.lstrip("*"): digest for digest, _, name in (line.strip().partition("  ") for line in lines) if name}
    for name in (CONFIG, WEIGHTS):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sums.get(name):
            raise BackendUnreachable(
                f"{folder / name}: its sha256 is not the one in {SUMS}: the file is damaged or was replaced; "
                "install wordfuse again"
            )


def read_lora(folder: Path) -> Lora:
    """Read an adapter that peft saved.

    Raises:
        InputError: a file is absent or unreadable, or the adapter is of a kind that cannot be merged.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        tensors = load_file(folder / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise InputError(f"{folder}: not an adapter that can be read ({error}); give a folder saved by peft") from error
    for key, allowed in _PLAIN.items():
        if config.get(key, allowed[0]) not in allowed:
            raise InputError(f"{folder / CONFIG}: {key} = {config[key]!r} is not supported; use a plain LoRA")
    rank, alpha = int(config["r"]), float(config["lora_alpha"])
    scale = alpha / rank**0.5 if config.get("use_rslora") else alpha / rank
    factors = {}
    for name in sorted(tensors):
        target = name.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
        partner = name.replace(".lora_A.", ".lora_B.")
        if name.endswith(".lora_A.weight") and partner in tensors:
            factors[f"{target}.weight"] = (tensors[name], tensors[partner])
    if 2 * len(factors) != len(tensors) or not factors:
        raise InputError(f"{folder / WEIGHTS}: holds more or less than pairs of lora_A and lora_B; use a plain LoRA")
    return Lora(scale, factors)


def misfit(lora: Lora, weights: MutableMapping[str, torch.Tensor]) -> str | None:
    """Why the adapter cannot belong to this base, or None if every shape fits."""
    for name, (a, b) in lora.factors.items():
        if name not in weights or name in ("model.embed_tokens.weight", "lm_head.weight"):
            return f"it adapts {name}, which is not a linear layer of the base"
        if (b.shape[0], a.shape[1]) != tuple(weights[name].shape):
            return f"{name} is {tuple(weights[name].shape)} in the base, {(b.shape[0], a.shape[1])} in the adapter"
    return None


def merge(lora: Lora, weights: MutableMapping[str, torch.Tensor]) -> None:
    """Replace each adapted W by W + scale B A, summed in float32 and stored in the precision of W."""
    for name, (a, b) in lora.factors.items():
        weight = weights[name]
        delta = b.to(weight.device).float() @ a.to(weight.device).float()
        weights[name] = torch.add(weight.float(), delta, alpha=lora.scale).to(weight.dtype)
