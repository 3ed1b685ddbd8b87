"""A base with an adapter merged into it, kept as an ordinary model folder in the user's cache.

The merge is peft's, and happens once for each pair of base and adapter. After that peft is not even imported, and what
there is to read is a folder like any other, which a server such as vLLM takes as well.

Reference: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", equation 3: W' = W + (alpha / r) B A.
"""

import hashlib
import logging
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock
from safetensors import SafetensorError

from wordfuse.agent.model.embedded.base import cache_dir
from wordfuse.agent.model.embedded.marked import file_sha256, is_whole, mark, weights_sha256
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.checksums import verify
from wordfuse.fusion.errors import BackendUnreachable, InputError

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
SUMS = "SHA256SUMS"

# What a tokenizer may consist of; it is copied as it is, since writing it again could change it.
_TOKENIZER = (
    "tokenizer*",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template*",
)

logger = logging.getLogger(__name__)


class AdapterMisfit(InputError):
    """An adapter that does not belong to the base it was to be merged into."""


def merged_model(base: Path, adapter: Path, cache: Path | None = None) -> Path:
    """Find the folder of a base with an adapter merged into it, or make it.

    Args:
        base: folder of a LLaMA in Hugging Face format.
        adapter: folder of a LoRA in peft's format; its files are compared with ``SHA256SUMS`` where there is one.
        cache: where to keep it; default: ``cache_dir()``.

    Returns:
        A folder in Hugging Face format with the base's tokenizer and precision, named after the sums of both.

    Raises:
        InputError: a file of the adapter is missing or damaged, or the base cannot be loaded.
        AdapterMisfit: the adapter does not fit the base, or is of a kind that cannot be merged.
        BackendUnreachable: the cache cannot be written.
    """
    for file in (adapter / CONFIG, adapter / WEIGHTS):
        if not file.is_file():
            raise InputError(
                f"lacks {file.name}", subject=adapter, remedy="give a folder with an adapter that peft saved"
            )
        if (adapter / SUMS).is_file():
            verify(file, adapter / SUMS)
    home = (cache or cache_dir()) / "models"
    tokenizer = sorted({file for pattern in _TOKENIZER for file in base.glob(pattern) if file.is_file()})
    base_sum = _joined([weights_sha256(base), *map(file_sha256, [base / "config.json", *tokenizer])])
    adapter_sum = _joined(map(file_sha256, (adapter / CONFIG, adapter / WEIGHTS)))
    final = home / f"merged-{base_sum}-{adapter_sum}"
    if is_whole(final, final.name):
        return final
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f"{final.name}.lock"):
            if not is_whole(final, final.name):  # another process may just have finished it
                _build(base, adapter, tokenizer, final)
    except (OSError, SafetensorError) as error:  # which tells a full disk in its own way
        raise BackendUnreachable(
            f"the language model cannot be joined with its adapter in {home} ({error})",
            remedy="free some space there, or name another folder in WORDFUSE_CACHE",
        ) from error
    return final


def _joined(sums: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(sums).encode("ascii")).hexdigest()[:12]


def _build(base: Path, adapter: Path, tokenizer: list[Path], final: Path) -> None:
    """Make the folder beside its place and move it there whole."""
    work = final.with_name(f"{final.name}.part")
    shutil.rmtree(work, ignore_errors=True)  # what a killed process left; the lock says that none is at work
    try:
        work.mkdir()
        _merge(base, adapter, work)
        for file in tokenizer:
            shutil.copyfile(file, work / file.name)
        for file in work.glob("*.safetensors"):
            file.chmod(0o644)  # written for the owner alone, but a cache may be shared
        mark(work, final.name)
        shutil.rmtree(final, ignore_errors=True)  # a damaged one, or one from before folders were marked
        work.replace(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _merge(base: Path, adapter: Path, folder: Path) -> None:
    """Write config and weights of the base with the adapter in them."""
    from peft import PeftConfig, PeftModel

    from wordfuse.agent.model.embedded.network import load_network, quiet_transformers

    logger.info("merging the language model with its adapter (once)")
    network = load_network(base)
    try:
        with quiet_transformers(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about keys that are missing; they are looked at below
            adapted = PeftModel(network, PeftConfig.from_pretrained(str(adapter)))
            report = adapted.load_adapter(str(adapter), "default", torch_device="cpu")
            astray = [*report.missing_keys, *report.unexpected_keys]
            if astray:
                raise ValueError(f"{len(astray)} weights are on one side only, such as {astray[0]}")
            network = adapted.merge_and_unload(safe_merge=True)
    except Exception as error:  # peft raises errors of many kinds
        raise AdapterMisfit(
            f"cannot be merged into {base} ({brief(error)})",
            subject=adapter,
            remedy="choose the base that it was trained on",
        ) from error
    with quiet_transformers():
        network.save_pretrained(folder)
