"""A LLaMA decoder for one sequence: grouped-query attention, rotary positions, SwiGLU, and a cache of keys and values.

It reads the files of a Hugging Face folder (config.json and safetensors) without importing transformers, whose import
takes longer than everything else a short answer needs.

References: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", section 2.2; the parameter names and
the order of the rotary halves are those of transformers' ``LlamaForCausalLM``.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from fusion.errors import InputError

Weights = dict[str, Tensor]

# What config.json must say; the rest has defaults.
_MEASURES = (
    "num_attention_heads",
    "num_hidden_layers",
    "hidden_size",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "rms_norm_eps",
)


@dataclass(frozen=True)
class Shape:
    """The numbers in config.json that say what a LLaMA looks like."""

    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    context: int
    epsilon: float
    tied: bool

    @property
    def qkv_rows(self) -> int:
        """Rows of the joined projection to queries, keys and values."""
        return (self.heads + 2 * self.kv_heads) * self.head_dim


@dataclass(frozen=True)
class Layer:
    """One block; projections that read the same input are joined, so that a token takes fewer, larger products."""

    norm_in: Tensor
    qkv: Tensor
    out: Tensor
    norm_mid: Tensor
    gate_up: Tensor
    down: Tensor


def read_config(folder: Path) -> dict[str, Any]:
    """Read config.json of a plain LLaMA.

    Raises:
        InputError: it is no LLaMA, or one with a feature this decoder does not have.
    """
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a LLaMA in Hugging Face format") from error
    if config.get("model_type") != "llama":
        raise InputError(f"{path}: model_type is {config.get('model_type')!r}; only llama runs in-process")
    for key, wanted in {"hidden_act": "silu", "attention_bias": False, "mlp_bias": False}.items():
        if config.get(key, wanted) != wanted:
            raise InputError(f"{path}: {key} = {config[key]!r} does not run in-process; serve it and give its URL")
    return config


def read_shape(config: dict[str, Any]) -> Shape:
    """Pick the model's measures from its config.

    Raises:
        InputError: one of them is not there.
    """
    missing = [key for key in _MEASURES if key not in config]
    if missing:
        raise InputError(f"config.json lacks {', '.join(missing)}; fetch the model again")
    heads = int(config["num_attention_heads"])
    return Shape(
        layers=int(config["num_hidden_layers"]),
        hidden=int(config["hidden_size"]),
        intermediate=int(config["intermediate_size"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_dim=int(config.get("head_dim") or int(config["hidden_size"]) // heads),
        vocabulary=int(config["vocab_size"]),
        context=int(config["max_position_embeddings"]),
        epsilon=float(config["rms_norm_eps"]),
        tied=bool(config.get("tie_word_embeddings", False)),
    )


def read_weights(folder: Path, *, device: torch.device, dtype: torch.dtype) -> Weights:
    """Load every safetensors file of a folder, by parameter name.

    Raises:
        InputError: there is none, one is damaged, or the weights are packed integers of some quantisation.
    """
    files = sorted(folder.glob("*.safetensors"))
    weights: Weights = {}
    try:
        for file in files:
            weights |= load_file(file, device=str(device))
    except (OSError, SafetensorError) as error:
        raise InputError(f"{folder}: its weights cannot be read ({error}); fetch the model again") from error
    if not weights:
        raise InputError(f"{folder}: holds no .safetensors file; give a folder with a LLaMA in Hugging Face format")
    for name, weight in weights.items():
        if not weight.is_floating_point():
            raise InputError(f"{folder}: {name} is {weight.dtype}; quantised weights do not run in-process")
        weights[name] = weight.to(dtype)
    return weights


def rotary_frequencies(config: dict[str, Any], head_dim: int) -> Tensor:
    """Angle per position of each pair of a head's features, (head_dim / 2,) float32.

    Raises:
        InputError: the config asks for a scaling of positions that is not known here.
    """
    # transformers 5 writes rope_parameters; before, rope_theta and rope_scaling stood apart.
    rope = dict(config.get("rope_parameters") or config.get("rope_scaling") or {})
    theta = float(rope.get("rope_theta") or config.get("rope_theta") or 10000.0)
    kind = rope.get("rope_type") or rope.get("type") or "default"
    frequencies = 1.0 / theta ** (torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim)
    if kind == "default":
        return frequencies
    if kind == "linear":
        return frequencies / float(rope["factor"])
    if kind != "llama3":
        raise InputError(f"config.json: rotary positions of type {kind!r} do not run in-process; give a server's URL")
    # Llama 3.1: slow waves are stretched by the factor, fast ones stay, those between are blended.
    low, high = float(rope["low_freq_factor"]), float(rope["high_freq_factor"])
    turns = float(rope["original_max_position_embeddings"]) * frequencies / (2 * math.pi)
    blend = ((turns - low) / (high - low)).clamp(0.0, 1.0)
    return frequencies * blend + frequencies / float(rope["factor"]) * (1.0 - blend)


class Decoder:
    """The network with its cache. Positions before ``start`` of a call are what earlier calls left there."""

    def __init__(self, config: dict[str, Any], weights: Weights, *, context: int) -> None:
        """Arrange the weights and set up a cache for ``context`` tokens.

        Args:
            config: the content of config.json.
            weights: by parameter name, all on one device in one precision; emptied as they are taken over.
            context: the longest sequence, prompt and answer together.

        Raises:
            InputError: a weight is missing or has another shape than the config says.
        """
        shape = self.shape = read_shape(config)
        self.embedding = _take(weights, "model.embed_tokens", shape.vocabulary, shape.hidden)
        self.norm = _take(weights, "model.norm", shape.hidden)
        self.layers = [_layer(weights, f"model.layers.{i}", shape) for i in range(shape.layers)]
        #: (vocabulary, hidden): the scores of the next token are its product with what ``forward`` returns.
        self.head = self.embedding if shape.tied else _take(weights, "lm_head", shape.vocabulary, shape.hidden)
        self.context = context
        device, dtype = self.embedding.device, self.embedding.dtype
        angles = torch.arange(context).float()[:, None] * rotary_frequencies(config, shape.head_dim)[None]
        angles = torch.cat([angles, angles], dim=-1)
        self._cos, self._sin = angles.cos().to(device, dtype), angles.sin().to(device, dtype)
        # (layers, keys and values, heads, positions, features)
        self._cache = torch.zeros(
            (shape.layers, 2, shape.kv_heads, context, shape.head_dim), device=device, dtype=dtype
        )

    @torch.inference_mode()
    def forward(self, tokens: list[int], start: int) -> Tensor:
        """Read ``tokens`` at positions ``start`` and up; return the last one's features, (hidden,)."""
        count, end, shape = len(tokens), start + len(tokens), self.shape
        x = self.embedding[torch.tensor(tokens, device=self.embedding.device)]
        cos, sin = self._cos[start:end], self._sin[start:end]
        mask = None
        if count > 1:
            mask = torch.ones(count, end, dtype=torch.bool, device=x.device).tril(start)
        for layer, (keys, values) in zip(self.layers, self._cache.unbind(), strict=True):
            projected = F.linear(self._normalise(x, layer.norm_in), layer.qkv)
            by_head = projected.view(count, -1, shape.head_dim).transpose(0, 1)
            rotated = _rotate(by_head[: shape.heads + shape.kv_heads], cos, sin)
            keys[:, start:end] = rotated[shape.heads :]
            values[:, start:end] = by_head[shape.heads + shape.kv_heads :]
            attended = F.scaled_dot_product_attention(
                rotated[None, : shape.heads], keys[None, :, :end], values[None, :, :end], mask, enable_gqa=True
            )
            x = x + F.linear(attended[0].transpose(0, 1).reshape(count, -1), layer.out)
            gate, up = F.linear(self._normalise(x, layer.norm_mid), layer.gate_up).chunk(2, dim=-1)
            x = x + F.linear(F.silu(gate) * up, layer.down)
        return self._normalise(x[-1], self.norm)

    def snapshot(self, length: int) -> Tensor:
        """Copy what the cache holds of the first ``length`` positions."""
        return self._cache[..., :length, :].clone()

    def restore(self, snapshot: Tensor) -> None:
        """Put a snapshot back as the first positions of the cache."""
        self._cache[..., : snapshot.shape[-2], :] = snapshot

    def _normalise(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, (self.shape.hidden,), weight, self.shape.epsilon)


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def _layer(weights: Weights, prefix: str, shape: Shape) -> Layer:
    hidden, inner = shape.hidden, shape.intermediate
    queries, pairs = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    qkv = [
        _take(weights, f"{prefix}.self_attn.q_proj", queries, hidden),
        _take(weights, f"{prefix}.self_attn.k_proj", pairs, hidden),
        _take(weights, f"{prefix}.self_attn.v_proj", pairs, hidden),
    ]
    gate_up = [_take(weights, f"{prefix}.mlp.{name}_proj", inner, hidden) for name in ("gate", "up")]
    return Layer(
        norm_in=_take(weights, f"{prefix}.input_layernorm", hidden),
        qkv=torch.cat(qkv),
        out=_take(weights, f"{prefix}.self_attn.o_proj", hidden, queries),
        norm_mid=_take(weights, f"{prefix}.post_attention_layernorm", hidden),
        gate_up=torch.cat(gate_up),
        down=_take(weights, f"{prefix}.mlp.down_proj", hidden, inner),
    )


def _take(weights: Weights, name: str, *shape: int) -> Tensor:
    weight = weights.pop(f"{name}.weight", None)
    if weight is None or tuple(weight.shape) != shape:
        found = "missing" if weight is None else f"of shape {tuple(weight.shape)}"
        raise InputError(f"the model's weight {name} is {found}, config.json asks for {shape}; fetch the model again")
    return weight
