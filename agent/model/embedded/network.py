"""The network of the embedded language model in torch: a LLaMA of transformers, loaded from a folder without a word.

For what :mod:`wordfuse.agent.model.embedded.arrays.llama` does not compute: larger bases, other kinds of weights, GPUs.
"""

import copy
import inspect
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F
from transformers import AutoConfig, DynamicCache, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging as chatter

from wordfuse.agent.model.embedded.protocol import Features
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.device import has_fast_bfloat16, resolve_device
from wordfuse.fusion.errors import InputError


class TorchNetwork:
    """A LLaMA of transformers, as a :class:`wordfuse.agent.model.embedded.protocol.Network`."""

    def __init__(self, network: LlamaForCausalLM, threads: int | None = None) -> None:
        """Read with this network.

        Args:
            network: the network, with any adapter already merged.
            threads: CPU threads while reading; None leaves torch's setting, but takes one where waiting threads
                spin: where torch was imported before any of our packages could say that they are to sleep.
        """
        self._network = network
        self.vocabulary = int(network.config.vocab_size)
        self.context = int(network.config.max_position_embeddings)
        spins = os.environ.get("OMP_WAIT_POLICY", "").upper() != "PASSIVE"
        self._threads = 1 if threads is None and spins else threads
        # Called past_key_values up to transformers 5.23; the newer name is the only one from 5.40 on.
        newer = "cache" in inspect.signature(network.model.forward).parameters
        self._cache_name = "cache" if newer else "past_key_values"
        # In bfloat16 the best few scores are often equal; float32 tells them apart.
        self._head = network.lm_head.weight.detach().float()

    @classmethod
    def load(cls, folder: Path, device: str, threads: int | None = None) -> "TorchNetwork":
        """Load from a folder, in the precision that is fast there.

        Raises:
            InputError: see :func:`load_network` and :func:`wordfuse.fusion.device.resolve_device`.
        """
        place = resolve_device(device)
        dtype = torch.bfloat16 if has_fast_bfloat16(place) else torch.float32
        return cls(load_network(folder, dtype, place), threads)

    def memory(self) -> DynamicCache:
        """See :class:`Network`."""
        return DynamicCache()

    def copied(self, memory: DynamicCache) -> DynamicCache:
        """See :class:`Network`."""
        return copy.deepcopy(memory)

    def cut(self, memory: DynamicCache, length: int) -> None:
        """See :class:`Network`."""
        surplus = memory.get_seq_length() - length
        if surplus > 0:
            memory.crop(-surplus)  # what positive numbers mean changed with transformers 5

    @torch.inference_mode()
    def read(self, tokens: Sequence[int], memory: DynamicCache) -> Features:
        """See :class:`Network`."""
        ids = torch.tensor([list(tokens)], device=self._network.device)
        remembered: dict[str, Any] = {self._cache_name: memory}
        with _thread_limit(self._threads):
            features: torch.Tensor = self._network.model(ids, use_cache=True, **remembered).last_hidden_state
        return features[0].float().cpu().numpy()

    @torch.inference_mode()
    def scores(self, features: Features, words: NDArray[np.int64]) -> Features:
        """See :class:`Network`."""
        place = self._head.device
        rows = self._head[torch.from_numpy(words).to(place)]
        return F.linear(torch.from_numpy(features).to(place), rows).cpu().numpy()


@contextmanager
def _thread_limit(threads: int | None) -> Iterator[None]:
    """Use so many CPU threads inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers' warnings and progress bars off the terminal: ours is the only voice there."""
    level, bars = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
    chatter.set_verbosity_error()
    chatter.disable_progress_bar()
    try:
        with redirect_stderr(io.StringIO()):  # the bar of its GGUF reader heeds no setting
            yield
    finally:
        chatter.set_verbosity(level)
        if bars:
            chatter.enable_progress_bar()


def load_network(
    folder: Path, dtype: torch.dtype | None = None, device: torch.device | None = None
) -> LlamaForCausalLM:
    """Load a LLaMA from safetensors, ready to answer.

    Args:
        folder: config.json and safetensors in Hugging Face format.
        dtype: precision of the weights; None keeps the one they are stored in.
        device: where to put it; default: CPU.

    Raises:
        InputError: the folder holds another kind of model, or one that is damaged or incomplete.
    """
    try:
        with quiet_transformers():
            config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            if not isinstance(config, LlamaConfig):
                raise ValueError(f"it is a {config.model_type}, and only a LLaMA runs in-process: serve it")
            loaded: Any = LlamaForCausalLM.from_pretrained(
                folder,
                config=config,
                dtype=dtype or "auto",
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
            )
    except Exception as error:  # transformers, safetensors and the readers of quantised weights raise many kinds
        raise InputError(
            f"cannot be loaded ({brief(error)})", subject=folder, remedy="give a LLaMA in Hugging Face format"
        ) from error
    network, report = loaded
    if report["missing_keys"]:
        # transformers would answer with random numbers in their place.
        missing = ", ".join(sorted(report["missing_keys"])[:3])
        raise InputError(f"its weights lack {missing}", subject=folder, remedy="fetch the model again")
    return cast(LlamaForCausalLM, network.to(device or torch.device("cpu")).eval())
