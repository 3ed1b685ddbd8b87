"""A LLaMA in NumPy, in float32: a small one answers on a CPU as fast as in torch, and there is nothing to wait for.

Importing torch and transformers takes longer than all that a plan needs. What is computed is what transformers'
``LlamaForCausalLM`` computes in float32, up to the order of sums.

Reference: Touvron et al., "LLaMA: Open and Efficient Foundation Language Models", section 2.2: normalisation by the
root mean square before each part, SwiGLU, rotary positions; and Ainslie et al., "GQA", for heads that share keys.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.agent.model.embedded.arrays.blas import one_thread
from wordfuse.agent.model.embedded.arrays.tensors import mapped, widened
from wordfuse.agent.model.embedded.protocol import Features

CONFIG, WEIGHTS = "config.json", "model.safetensors"
_ROOM = 128  # tokens that a memory grows by
_AT_ONCE = 2048  # words whose logits are computed in one go: a bound on memory

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Shape:
    """A LLaMA in numbers.

    Attributes:
        vocabulary: tokens that it knows.
        context: tokens that it can read in a row.
        hidden: features of a token.
        inner: features inside the feed-forward part.
        layers: how many.
        heads: queries of a token and layer.
        shared: keys and values of a token and layer, each for ``heads / shared`` queries.
        head: features of a query, key or value.
        theta: base of the rotary positions.
        epsilon: what keeps the root mean square from zero.
    """

    vocabulary: int
    context: int
    hidden: int
    inner: int
    layers: int
    heads: int
    shared: int
    head: int
    theta: float
    epsilon: float


def shape_of(config: Mapping[str, Any]) -> Shape | None:
    """The shape that a config of transformers describes; None for what is not computed here."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    heads = config.get("num_attention_heads", 0)
    plain = (
        config.get("model_type") == "llama"
        and config.get("hidden_act", "silu") == "silu"
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and "quantization_config" not in config
        and rope.get("rope_type", "default") == "default"
        and rope.get("partial_rotary_factor", 1) == 1
        and "type" not in rope
    )
    if not plain or not heads:
        return None
    try:
        return Shape(
            vocabulary=config["vocab_size"],
            context=config["max_position_embeddings"],
            hidden=config["hidden_size"],
            inner=config["intermediate_size"],
            layers=config["num_hidden_layers"],
            heads=heads,
            shared=config.get("num_key_value_heads") or heads,
            head=config.get("head_dim") or config["hidden_size"] // heads,
            theta=float(rope.get("rope_theta") or config.get("rope_theta", 10000.0)),
            epsilon=config["rms_norm_eps"],
        )
    except KeyError:
        return None


class Memory:
    """Keys and values of the tokens read so far.

    Attributes:
        length: how many tokens.
        held: (layers, 2, shared, room, head) float32, keys before values; beyond ``length`` anything.
    """

    def __init__(self, held: Features, length: int = 0) -> None:
        """Hold these."""
        self.held, self.length = held, length

    def extended(self, more: int) -> None:
        """Make room for so many more tokens."""
        room = self.held.shape[3]
        if self.length + more > room:
            layers, two, shared, _, head = self.held.shape
            wider = np.empty((layers, two, shared, self.length + more + _ROOM, head), np.float32)
            wider[:, :, :, : self.length] = self.held[:, :, :, : self.length]
            self.held = wider


class Llama:
    """The network; safe to share between threads, each with a memory of its own."""

    def __init__(self, shape: Shape, weights: Weights) -> None:
        """Compute with weights as :func:`arranged` gives them."""
        self.shape, self._weights = shape, weights
        self.vocabulary, self.context = shape.vocabulary, shape.context
        # In float32, as transformers does: in float64 far positions would differ from those that were trained.
        steps = np.arange(0, shape.head, 2, dtype=np.float32) / np.float32(shape.head)
        self._turns = (1.0 / np.float32(shape.theta) ** steps).astype(np.float32)

    @classmethod
    def load(cls, folder: Path) -> "Llama":
        """Load what :func:`arrange` wrote.

        Raises:
            ValueError, OSError, KeyError: the folder does not hold it.
        """
        shape = shape_of(json.loads((folder / CONFIG).read_text(encoding="utf-8")))
        if shape is None:
            raise ValueError("it is no LLaMA that is computed here")
        return cls(shape, mapped(folder / WEIGHTS))

    def memory(self) -> Memory:
        """See :class:`Network`."""
        shape = self.shape
        return Memory(np.empty((shape.layers, 2, shape.shared, _ROOM, shape.head), np.float32))

    def copied(self, memory: Memory) -> Memory:
        """See :class:`Network`."""
        return Memory(memory.held.copy(), memory.length)

    def cut(self, memory: Memory, length: int) -> None:
        """See :class:`Network`."""
        memory.length = length

    def read(self, tokens: Sequence[int], memory: Memory) -> Features:
        """See :class:`Network`."""
        count, begin = len(tokens), memory.length
        memory.extended(count)
        end = begin + count
        angles = np.arange(begin, end, dtype=np.float32)[:, None] * self._turns
        turn = np.cos(angles)[:, None], np.sin(angles)[:, None]
        # What each token may look at: itself and what came before it.
        unseen = np.triu(np.full((count, end), -np.inf, np.float32), begin + 1) if count > 1 else None
        features = widened(self._weights["embed"][np.asarray(tokens)])
        with one_thread():
            for number in range(self.shape.layers):
                features = features + self._attended(features, number, memory, end, turn, unseen)
                features = features + self._transformed(features, number)
        memory.length = end
        return self._normalised(features, "norm")

    def scores(self, features: Features, words: NDArray[np.int64]) -> Features:
        """See :class:`Network`."""
        head = self._weights.get("head", self._weights["embed"])
        parts = [widened(head[words[at : at + _AT_ONCE]]) @ features for at in range(0, len(words), _AT_ONCE)]
        return np.concatenate(parts)

    def _attended(
        self,
        features: Features,
        number: int,
        memory: Memory,
        end: int,
        turn: tuple[Features, Features],
        unseen: Features | None,
    ) -> Features:
        """What a layer's attention adds: (tokens, hidden) of (tokens, hidden)."""
        shape, count = self.shape, len(features)
        begin, group = end - count, shape.heads // shape.shared
        joined = self._normalised(features, f"{number}.before") @ self._weights[f"{number}.qkv"]
        rows = joined.reshape(count, shape.heads + 2 * shape.shared, shape.head)
        turned = _turned(rows[:, : shape.heads + shape.shared], *turn)
        kept = memory.held[number]
        kept[0, :, begin:end] = turned[:, shape.heads :].swapaxes(0, 1)
        kept[1, :, begin:end] = rows[:, shape.heads + shape.shared :].swapaxes(0, 1)
        # The queries that share a key in one matrix: (shared, group, tokens, head).
        asked = turned[:, : shape.heads].reshape(count, shape.shared, group, shape.head).transpose(1, 2, 0, 3)
        asked = asked.reshape(shape.shared, group * count, shape.head) * np.float32(shape.head**-0.5)
        alike = asked @ kept[0, :, :end].swapaxes(1, 2)
        if unseen is not None:
            alike = (alike.reshape(-1, count, end) + unseen).reshape(alike.shape)
        alike -= alike.max(axis=-1, keepdims=True)
        np.exp(alike, out=alike)
        alike /= alike.sum(axis=-1, keepdims=True)
        seen = (alike @ kept[1, :, :end]).reshape(shape.shared, group, count, shape.head)
        return seen.transpose(2, 0, 1, 3).reshape(count, shape.heads * shape.head) @ self._weights[f"{number}.out"]

    def _transformed(self, features: Features, number: int) -> Features:
        """What a layer's feed-forward part adds: (tokens, hidden) of (tokens, hidden)."""
        joined = self._normalised(features, f"{number}.between") @ self._weights[f"{number}.gate_up"]
        gate, up = joined[:, : self.shape.inner], joined[:, self.shape.inner :]
        with np.errstate(over="ignore"):  # exp of a gate far below zero: 1 / infinity is what is wanted
            return (gate / (1 + np.exp(-gate)) * up) @ self._weights[f"{number}.down"]

    def _normalised(self, features: Features, name: str) -> Features:
        square = np.einsum("ij,ij->i", features, features)[:, None] / np.float32(self.shape.hidden)
        return features / np.sqrt(square + np.float32(self.shape.epsilon)) * self._weights[name]


def _turned(rows: Features, cosine: Features, sine: Features) -> Features:
    """Rows turned by their positions: (tokens, heads, head), whose halves are the two coordinates."""
    half = rows.shape[-1] // 2
    first, second = rows[..., :half], rows[..., half:]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def arranged(shape: Shape, named: Weights) -> dict[str, NDArray[Any]]:
    """Weights by transformers' names as :class:`Llama` computes with them: what meets the same features is joined.

    Matrices are (in, out) float32. Of the embeddings only rows are ever used: they stay as they are stored.

    Raises:
        ValueError: a weight is absent, or of another shape.
    """

    def taken(name: str, *wanted: int) -> NDArray[Any]:
        if name not in named:
            raise ValueError(f"its weights lack {name}")
        if named[name].shape != wanted:
            raise ValueError(f"{name} is {named[name].shape}, not {wanted}")
        return named[name]

    def matrix(into: int, **outs: int) -> NDArray[np.float32]:
        parts = [widened(taken(f"{layer}.{name.replace('__', '.')}.weight", out, into)) for name, out in outs.items()]
        return np.ascontiguousarray(np.concatenate(parts).T)

    hidden, inner, wide, narrow = shape.hidden, shape.inner, shape.heads * shape.head, shape.shared * shape.head
    weights: dict[str, NDArray[Any]] = {
        "embed": taken("model.embed_tokens.weight", shape.vocabulary, hidden),
        "norm": widened(taken("model.norm.weight", hidden)),
    }
    if "lm_head.weight" in named:
        weights["head"] = taken("lm_head.weight", shape.vocabulary, hidden)
    for number in range(shape.layers):
        layer = f"model.layers.{number}"
        weights |= {
            f"{number}.before": widened(taken(f"{layer}.input_layernorm.weight", hidden)),
            f"{number}.qkv": matrix(hidden, self_attn__q_proj=wide, self_attn__k_proj=narrow, self_attn__v_proj=narrow),
            f"{number}.out": matrix(wide, self_attn__o_proj=hidden),
            f"{number}.between": widened(taken(f"{layer}.post_attention_layernorm.weight", hidden)),
            f"{number}.gate_up": matrix(hidden, mlp__gate_proj=inner, mlp__up_proj=inner),
            f"{number}.down": matrix(inner, mlp__down_proj=hidden),
        }
    return weights
