"""The language model of the agent: one interface, two ways to run it.

``embedded`` runs a small LLaMA with our adapter in this process; a URL names any server that speaks the OpenAI
protocol, such as vLLM. Both are LangChain chat models; this file gives them the three turns of the agent (plan, act,
judge), validates every answer, hands an invalid one back with its error at most twice, and counts what was used.
"""

import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ValidationError

from agent.errors import (
    AnswerError,
    BackendUnreachable,
    ForeignAnswer,
    InputError,
    RequestRefused,
    WordfuseError,
)
from agent.language.grammar import tool_call_schema
from agent.plan import Judgement, Plan
from agent.spelling import mend
from agent.turns import (
    Message,
    Schema,
    Style,
    judge_messages,
    judgement_schema,
    plan_messages,
    plan_schema,
)

REPAIRS = 2  # how often an invalid answer is handed back with its error
SERVER_TIMEOUT_S = 120.0
# Of 408, 409, 429, 5xx and lost connections: half a second later, then longer, or when the server says.
SERVER_RETRIES = 3
PROBE_TIMEOUT_S = 10.0

Answer = TypeVar("Answer", bound=BaseModel)


class ToolCall(BaseModel):
    """A call as our adapter writes it."""

    name: str
    arguments: dict[str, Any]


@dataclass
class Usage:
    """What a model was used for so far."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


class LanguageModel(Protocol):
    """What the graph needs of a model; tests of the graph bring their own."""

    name: str
    style: Style
    usage: Usage

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """Turn words into a plan; ``before`` is the plan of the turn before.

        Raises:
            AnswerError: no answer was a valid plan.
            BackendUnreachable: the server does not answer.
        """

    def act(self, messages: Sequence[Message], tools: Sequence[BaseTool]) -> dict[str, Any]:
        """Choose the next tool call: ``{"name": str, "args": dict}``; raises as :meth:`plan`."""

    def judge(self, table: str) -> Judgement:
        """Read the measurements of an attempt; raises as :meth:`plan`."""


class ChatLanguageModel:
    """A :class:`LanguageModel` on any LangChain chat model."""

    def __init__(self, chat: BaseChatModel, name: str, style: Style, *, served: bool) -> None:
        """Speak to ``chat`` in the given prompt style; ``served``: its failures may be those of a server."""
        self.chat, self.name, self.style, self.served = chat, name, style, served
        self.usage = Usage()

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """See :meth:`LanguageModel.plan`."""
        if self.style == "full":  # a large model reads over typing errors
            return self._plan(instruction, before)
        mended = mend(instruction)
        return mended.as_typed(self._plan(mended.text, before))

    def judge(self, table: str) -> Judgement:
        """See :meth:`LanguageModel.judge`."""
        return self._structured(judge_messages(table, self.style), judgement_schema(), Judgement, "judgement")

    def act(self, messages: Sequence[Message], tools: Sequence[BaseTool]) -> dict[str, Any]:
        """See :meth:`LanguageModel.act`. Arguments are not validated here: the tool does, and answers in words."""
        if self.served and self.style == "compact":
            # Our adapter writes a call as it learned to; a server's own form of calls would lead it astray.
            schema = tool_call_schema([convert_to_openai_tool(tool)["function"] for tool in tools])
            call = self._structured(messages, schema, ToolCall, "tool_call")
            return {"name": call.name, "args": call.arguments}
        bound = self.chat.bind_tools(list(tools), tool_choice="any")
        conversation = _conversation(messages)
        failure = AnswerError(
            f"the language model {self.name} was asked for a tool call and gave none in {1 + REPAIRS} tries"
        )
        for _ in range(1 + REPAIRS):
            try:
                answer = self._invoke(bound, conversation)
            except AnswerError as error:  # arguments that are JSON, but no object, already trip the client library
                failure = AnswerError(str(error))
            else:
                if answer.tool_calls:
                    called = answer.tool_calls[0]
                    return {"name": called["name"], "args": _decoded(called["args"])}
                left = _call_in(answer.text, {tool.name for tool in tools})
                if left is not None:
                    return left
            # An answer in prose or with broken arguments is not replayed: a broken history breaks the next turn too.
            conversation = [*conversation, HumanMessage("Answer with exactly one tool call, with arguments in JSON.")]
        raise failure

    def _plan(self, instruction: str, before: Plan | None) -> Plan:
        messages = plan_messages(instruction, before, self.style)
        return self._structured(messages, plan_schema(instruction, before, self.style), Plan, "plan")

    def _structured(self, messages: Sequence[Message], schema: Schema, kind: type[Answer], name: str) -> Answer:
        form = {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
        bound = self.chat.bind(response_format=form)
        conversation = _conversation(messages)
        problem = ""
        for _ in range(1 + REPAIRS):
            text = self._invoke(bound, conversation).text
            try:
                return kind.model_validate_json(_json_in(text))
            except ValidationError as error:
                problem = "; ".join(
                    f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in error.errors()[:3]
                )
                retry = f"That was not a valid {name}: {problem}. Answer again, in JSON only."
                conversation = [*conversation, AIMessage(text[:500] or "{}"), HumanMessage(retry)]
        raise AnswerError(f"the language model {self.name} gave no valid {name} in {1 + REPAIRS} tries: {problem}")

    def _invoke(self, bound: Any, messages: list[BaseMessage]) -> AIMessage:
        started = time.monotonic()
        try:
            answer: AIMessage = bound.invoke(messages)
        except WordfuseError:
            raise
        except Exception as error:
            if not self.served:
                raise
            raise _in_our_words(error, self.name) from error
        finally:
            self.usage.calls += 1
            self.usage.seconds += time.monotonic() - started
        if answer.usage_metadata:
            self.usage.prompt_tokens += answer.usage_metadata["input_tokens"]
            self.usage.completion_tokens += answer.usage_metadata["output_tokens"]
        return answer


def connect(
    llm: str,
    *,
    model: str | None = None,
    adapter: Path | None = None,
    device: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> LanguageModel:
    """Get the language model that ``--llm`` names.

    Args:
        llm: ``embedded``, or the base URL of an OpenAI-compatible server (``http://host:8000/v1``).
        model: embedded: a local directory or hub id instead of the default base; server: the name it serves
            (default: the first that it lists).
        adapter: embedded: an adapter directory instead of ours.
        device: embedded: where it runs.
        progress: embedded: called with bytes done and in all while its base is fetched, the first time.

    Raises:
        InputError: ``llm`` is neither.
        BackendUnreachable: weights or server cannot be reached.
    """
    if llm == "embedded":
        from agent.language.chat import EmbeddedChat
        from agent.language.embedded import DEFAULT_ADAPTER, EmbeddedModel

        engine = EmbeddedModel.load(model, adapter or DEFAULT_ADAPTER, device, progress=progress)
        style: Style = "compact" if engine.adapted else "full"
        return ChatLanguageModel(EmbeddedChat(engine), engine.name, style, served=False)
    if not llm.startswith(("http://", "https://")):
        raise InputError(f"--llm {llm}: neither 'embedded' nor a URL such as http://127.0.0.1:8000/v1")
    from langchain_openai import ChatOpenAI

    name = _served_model(llm, model)
    chat = ChatOpenAI(
        model=name,
        base_url=llm,
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        temperature=0.0,
        timeout=SERVER_TIMEOUT_S,
        max_retries=SERVER_RETRIES,
    )
    # A served model whose name says that it carries our adapter knows the short prompts.
    style = "compact" if name.startswith("wordfuse") else "full"
    return ChatLanguageModel(chat, name, style, served=True)


def _in_our_words(error: Exception, name: str) -> Exception:
    """What a failure of the client library means; a fault of another kind stays what it is."""
    import openai  # not at the top: it takes a second, and the embedded model has no use for it

    if isinstance(error, openai.APIConnectionError | openai.InternalServerError):
        return BackendUnreachable(f"the language model {name} does not answer: {error}; is the server up?")
    if isinstance(error, openai.RateLimitError):
        return BackendUnreachable(f"the language model {name} is busy: {error.message}; ask again later")
    if isinstance(error, openai.APIStatusError):
        return RequestRefused(f"the language model {name} refuses the request: {error.message}")
    if isinstance(error, openai.OpenAIError | ValueError | TypeError | LookupError | AttributeError):
        # The library trips over answers that are not of the protocol in several ways.
        return ForeignAnswer(f"the server of {name} answered, but not as an OpenAI server does: {error}")
    return error


def _served_model(url: str, wanted: str | None) -> str:
    """The model to ask for: ``wanted``, or the first that the server lists. Either way the server must be there."""
    try:
        request = urllib.request.Request(f"{url.rstrip('/')}/models", headers={"Authorization": _bearer()})
        with urllib.request.urlopen(request, timeout=PROBE_TIMEOUT_S) as reply:
            body = reply.read()
    except urllib.error.HTTPError as error:
        if wanted:
            return wanted  # a server, though one that lists no models
        raise BackendUnreachable(f"--llm {url}: answers {error.code} instead of its models; check the URL") from error
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: no URL at all
        raise BackendUnreachable(
            f"--llm {url}: no answer ({error}); start a server there or use --llm embedded"
        ) from error
    if wanted:
        return wanted
    try:
        names: list[str] = [entry["id"] for entry in json.loads(body)["data"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BackendUnreachable(f"--llm {url}: answers, but not as an OpenAI server does; check the URL") from error
    if not names:
        raise BackendUnreachable(f"--llm {url}: the server lists no model; load one there, or name it with --model")
    return names[0]


def _bearer() -> str:
    return f"Bearer {os.environ.get('OPENAI_API_KEY', 'none')}"


def _conversation(messages: Sequence[Message]) -> list[BaseMessage]:
    """Our plain messages as LangChain's; a tool call is stored as an assistant's JSON with a name and arguments."""
    conversation: list[BaseMessage] = []
    for i, message in enumerate(messages):
        role, content = message["role"], message["content"]
        if role == "tool":
            conversation.append(ToolMessage(content, tool_call_id=f"call_{i - 1}"))
        elif role == "assistant" and i + 1 < len(messages) and messages[i + 1]["role"] == "tool":
            call = json.loads(content)
            tool_call = {"name": call["name"], "args": call["arguments"], "id": f"call_{i}"}
            conversation.append(AIMessage("", tool_calls=[tool_call]))
        elif role == "assistant":
            conversation.append(AIMessage(content))
        else:
            conversation.append(SystemMessage(content) if role == "system" else HumanMessage(content))
    return conversation


def _call_in(text: str, tools: set[str]) -> dict[str, Any] | None:
    """A tool call that a small model wrote as text instead of making it."""
    try:
        call = json.loads(_json_in(text))
        arguments = call.get("arguments", call.get("parameters"))
        arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
    except (ValueError, AttributeError, RecursionError):
        return None
    name = call.get("name")
    if not isinstance(name, str) or name not in tools or not isinstance(arguments, dict):
        return None
    return {"name": name, "args": _decoded(arguments)}


def _decoded(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments in which lists and objects are no strings: small models encode them twice. The tools judge the rest."""
    decoded = {}
    for name, value in arguments.items():
        if isinstance(value, str) and value[:1] in ("[", "{"):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                pass  # a text that begins like that
        decoded[name] = value
    return decoded


def _json_in(text: str) -> str:
    """The JSON object in an answer: servers without a grammar wrap it in prose or a code fence, or encode it twice."""
    if text.lstrip().startswith('"'):
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            inner = text
        text = inner if isinstance(inner, str) else text
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text
