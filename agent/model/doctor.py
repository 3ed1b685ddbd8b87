"""``wordfuse doctor``: does this machine have what a run needs, and does the language model understand?"""

import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, Literal

from langchain_core.messages import HumanMessage
from pydantic import BaseModel, ValidationError

from wordfuse.agent.errors import AnswerError, BackendUnreachable, FormRefused, WordfuseError
from wordfuse.agent.model.client import ChatLanguageModel
from wordfuse.agent.model.connect import connect
from wordfuse.agent.model.forms import response_format
from wordfuse.agent.model.protocol import LanguageModel
from wordfuse.agent.model.reading import answers_in
from wordfuse.agent.state import Json
from wordfuse.agent.telling.shown import without_secrets
from wordfuse.tools.calls.spelling import dashed

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
        llm: as :func:`wordfuse.agent.model.connect.connect` takes it.
        model: likewise.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        progress: called with bytes done and in all while the language model is downloaded.
    """
    connected: list[LanguageModel] = []
    findings = [
        _checked("packages", _packages),
        _checked("device", lambda: _device(device)),
        _checked("fusion weights", _weights),
        _checked("language model", lambda: _model(llm, model, device, progress, connected)),
    ]
    if llm != "embedded" and findings[-1].ok:
        # What a server is asked for beside a plan; the embedded model has a grammar for each of them.
        probes = {"JSON schema": _schema, "required tool": _required_tool, "named tool": _named_tool}
        served = connected[0]
        assert isinstance(served, ChatLanguageModel)
        findings += [_checked(name, partial(probe, served)) for name, probe in probes.items()]
    return findings


def _checked(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except WordfuseError as error:
        return Finding(name, False, error.told(dashed), error.exit_code)
    except Exception as error:  # of the server's client: what it could not do is what is to be found out
        what = without_secrets(f"{type(error).__name__}: {error}")
        return Finding(name, False, what[:300], BackendUnreachable.exit_code)


def _packages() -> str:
    names = ("wordfuse", "torch", "transformers", "langgraph", "langchain-core")
    return f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names)


def _device(name: str) -> str:
    from wordfuse.fusion.device import has_fast_bfloat16, resolve_device

    device = resolve_device(name)
    precision = "bfloat16" if has_fast_bfloat16(device) else "float32 (no fast bfloat16 here: two to four times slower)"
    return f"{device}, convolutions in {precision}"


def _weights() -> str:
    from wordfuse.fusion.weights import load_fusion

    network = load_fusion()
    count = sum(parameter.numel() for parameter in network.parameters())
    return f"{type(network).__name__}, {count / 1e6:.2f} M parameters, sha256 as listed"


def _model(
    llm: str,
    model: str | None,
    device: str,
    progress: Callable[[int, int], None] | None,
    found: list[LanguageModel],
) -> str:
    """Connect to the language model, which is left in ``found``, and try it."""
    started = time.monotonic()
    connected = connect(llm, model=model, device=device, progress=progress)
    found.append(connected)
    loaded = time.monotonic()
    plan = connected.plan(SAMPLE, None)
    seconds = time.monotonic() - loaded
    rate = connected.usage.completion_tokens / max(seconds, 1e-6)
    return (
        f"{connected.name}, loaded in {loaded - started:.1f} s; '{SAMPLE}' -> {plan} "
        f"({seconds:.1f} s, {rate:.0f} tokens/s)"
    )


class _Colour(BaseModel):
    colour: Literal["ultramarine", "vermilion"]


def _schema(model: ChatLanguageModel) -> str:
    """A schema without which the answer would hardly be as it is wanted."""
    schema = {
        "type": "object",
        "properties": {"colour": {"type": "string", "enum": ["ultramarine", "vermilion"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    bound = model.chat.bind(**response_format("json_schema", "colour", schema), max_tokens=40)
    text = _asked(model, bound, "Name a colour.", "plans are asked for in a simpler form and may need repairs").text
    if not any(map(_is_colour, answers_in(text, {"colour"}))):
        raise AnswerError(f"the server does not hold answers to a schema ({text[:80]!r}): plans will need repairs")
    return "answers are held to their schema"


def _is_colour(text: str) -> bool:
    try:
        _Colour.model_validate_json(text)
    except ValidationError:
        return False
    return True


def _required_tool(model: ChatLanguageModel) -> str:
    return _tool_call(model, "any")


def _named_tool(model: ChatLanguageModel) -> str:
    return _tool_call(model, "measure")


def _tool_call(model: ChatLanguageModel, choice: str) -> str:
    names = ("brighten", "measure")
    tools = [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": f"{name} an image",
                "parameters": {"type": "object", "properties": {"image": {"type": "string"}}, "required": ["image"]},
            },
        }
        for name in names
    ]
    bound = model.chat.bind_tools(tools, tool_choice=choice, max_tokens=120)
    instead = "calls are left to the model or read from its text; start the server with a tool-call parser"
    calls = _asked(model, bound, "Measure the image fused.", instead).tool_calls
    wanted = names if choice == "any" else (choice,)
    if not calls or calls[0]["name"] not in wanted:
        raise AnswerError("a tool call was required and none came: start the server with a tool-call parser")
    return f"called {calls[0]['name']} with {calls[0]['args']}"


def _asked(model: ChatLanguageModel, bound: Any, question: str, instead: str) -> Any:
    """The answer; where the server refuses the form of the question, an error that says what happens instead."""
    try:
        return model.invoke(bound, [HumanMessage(question)])
    except FormRefused as error:
        raise error.again(AnswerError, remedy=instead) from error
