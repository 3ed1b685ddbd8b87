"""The network of the embedded language model: a LLaMA of transformers, loaded from a folder without a word."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any, cast

import torch
from transformers import AutoConfig, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging as chatter

from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import InputError


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
