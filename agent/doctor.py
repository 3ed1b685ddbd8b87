"""``wordfuse doctor``: does this machine have what a run needs, and does the language model understand?"""

import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version

from agent.errors import WordfuseError
from agent.llm import connect
from agent.state import Json

SAMPLE = "make the hot objects stand out"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked."""

    name: str
    ok: bool
    text: str
    exit_code: int = 0

    def as_json(self) -> Json:
        """For ``--json``."""
        return asdict(self)


def examine(
    llm: str, model: str | None, device: str, progress: Callable[[int, int], None] | None = None
) -> list[Finding]:
    """Check packages, device, weights and language model; a problem never stops the checks after it.

    Args:
        llm: as :func:`agent.llm.connect` takes it.
        model: likewise.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        progress: called with bytes done and in all while the language model is downloaded.
    """
    return [
        _checked("packages", _packages),
        _checked("device", lambda: _device(device)),
        _checked("fusion weights", _weights),
        _checked("language model", lambda: _model(llm, model, device, progress)),
    ]


def _checked(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except WordfuseError as error:
        return Finding(name, False, str(error), error.exit_code)


def _packages() -> str:
    names = ("wordfuse", "torch", "transformers", "langgraph", "langchain-core")
    return f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names)


def _device(name: str) -> str:
    from fusion.device import has_fast_bfloat16, resolve_device

    device = resolve_device(name)
    precision = "bfloat16" if has_fast_bfloat16(device) else "float32 (no fast bfloat16 here: two to four times slower)"
    return f"{device}, convolutions in {precision}"


def _weights() -> str:
    from fusion.weights import load_fusion

    network = load_fusion()
    count = sum(parameter.numel() for parameter in network.parameters())
    return f"{type(network).__name__}, {count / 1e6:.2f} M parameters, sha256 as listed"


def _model(llm: str, model: str | None, device: str, progress: Callable[[int, int], None] | None) -> str:
    started = time.monotonic()
    connected = connect(llm, model=model, device=device, progress=progress)
    loaded = time.monotonic()
    plan = connected.plan(SAMPLE, None)
    seconds = time.monotonic() - loaded
    rate = connected.usage.completion_tokens / max(seconds, 1e-6)
    understood = "; ".join(map(str, plan.steps)) or f"refused: {plan.refusal}"
    return (
        f"{connected.name}, loaded in {loaded - started:.1f} s; '{SAMPLE}' -> {understood} "
        f"({seconds:.1f} s, {rate:.0f} tokens/s)"
    )
