"""The language model of the agent on any chat model of LangChain, in this process or on a server.

This file gives a chat model the turns of the agent (plan; act and judge where it can), validates every answer, hands
an invalid one back with its error at most twice, and counts what was used.
"""

import json
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, ValidationError

from wordfuse.agent.errors import AnswerError, FormRefused, WordfuseError
from wordfuse.agent.model.failures import in_our_words
from wordfuse.agent.model.forms import ANSWERS, CALLS, first_accepted, response_format
from wordfuse.agent.model.grammar import tool_call_schema
from wordfuse.agent.model.planning import Choices, planned
from wordfuse.agent.model.protocol import Message, Style, Usage
from wordfuse.agent.model.reading import answers_in, apart, likeliest_in
from wordfuse.agent.model.turns import (
    Schema,
    judge_messages,
    judgement_schema,
    plan_messages,
    plan_schema,
)
from wordfuse.agent.model.words import refusals
from wordfuse.agent.model.words.spelling import has_markup
from wordfuse.agent.plan import Judgement, Plan
from wordfuse.agent.telling.privacy import untraced
from wordfuse.agent.telling.shown import has_secrets
from wordfuse.tools.calls.arguments import decoded
from wordfuse.tools.calls.invalid import what_is_wrong

REPAIRS = 2  # how often an invalid answer is handed back with its error

Answer = TypeVar("Answer", bound=BaseModel)


class ToolCall(BaseModel):
    """A call as our adapter writes it."""

    name: str
    arguments: dict[str, Any]


class PlanLine(BaseModel):
    """A plan as our adapter writes it: see ``agent.model.words.lines``."""

    plan: str


class ChatLanguageModel:
    """A :class:`LanguageModel` on any LangChain chat model."""

    def __init__(self, chat: BaseChatModel, name: str, style: Style, *, server: str | None = None) -> None:
        """Speak to ``chat`` in the given prompt style; ``server``: its address, where it is on one."""
        self.chat, self.name, self.style, self.server = chat, name, style, server
        self.usage = Usage()

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """See :meth:`LanguageModel.plan`."""
        if self.style == "compact":
            return planned(instruction, before, self._line, self.name)
        if has_markup(instruction):  # half of it would be read, and the other half obeyed
            return Plan(refusal=refusals.told("unclear"))
        schema = plan_schema(instruction, before, self.style)  # a large model reads over typing errors
        return self._structured(_conversation(plan_messages(instruction, before, self.style)), schema, Plan, "plan")

    @property
    def plans_only(self) -> bool:
        """Our adapter learned to plan; what a plan's steps call for then follows from what is measured."""
        return self.style == "compact"

    def judge(self, table: str) -> Judgement:
        """See :meth:`LanguageModel.judge`."""
        messages = _conversation(judge_messages(table, self.style))
        return self._structured(messages, judgement_schema(), Judgement, "judgement")

    def act(self, messages: Sequence[Message], tools: Sequence[BaseTool]) -> dict[str, Any]:
        """See :meth:`LanguageModel.act`. Arguments are not validated here: the tool does, and answers in words."""
        if self.server is not None and self.style == "compact":
            # Our adapter writes a call as it learned to; a server's own form of calls would lead it astray.
            return self._call_as_text(_conversation(messages), tools)

        def ask(form: str) -> dict[str, Any]:
            if form == "text":  # to a server that knows no tools, calls before this one are text as well
                return self._call_as_text(_conversation(messages, calls_as_text=True), tools)
            return self._call(_conversation(messages), tools, required=form == "required")

        return first_accepted(self._id, CALLS, ask)

    @property
    def _id(self) -> str:
        """What is remembered of a server is remembered of each of its models."""
        return f"{self.server} {self.name}"

    def _call(self, conversation: list[BaseMessage], tools: Sequence[BaseTool], *, required: bool) -> dict[str, Any]:
        bound = self.chat.bind_tools(list(tools), tool_choice="any" if required else "auto")
        text = f"the language model {self.name} was asked for a tool call and gave none in {1 + REPAIRS} tries"
        # Some servers pass over what is required, and a model that never makes a call may still write it down.
        failure: WordfuseError = FormRefused(text)
        for _ in range(1 + REPAIRS):
            try:
                answer = self.invoke(bound, conversation)
            except AnswerError as error:  # arguments that are JSON, but no object, already trip the client library
                failure = error.again(AnswerError)
            else:
                if answer.tool_calls:
                    called = answer.tool_calls[0]
                    return _for_tools(called["name"], called["args"], tools)
                left = _call_in(answer.text, tools)
                if left is not None:
                    return left
                if required and answer.invalid_tool_calls:  # it does call: another form is no help
                    failure = AnswerError(text)
            # An answer in prose or with broken arguments is not replayed: a broken history breaks the next turn too.
            conversation = [*conversation, HumanMessage("Answer with exactly one tool call, with arguments in JSON.")]
        raise failure

    def _call_as_text(self, conversation: list[BaseMessage], tools: Sequence[BaseTool]) -> dict[str, Any]:
        schema = tool_call_schema([convert_to_openai_tool(tool)["function"] for tool in tools])
        call = self._structured(conversation, schema, ToolCall, "tool_call")
        return _for_tools(call.name, call.arguments, tools)

    def _line(self, messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
        said: list[AIMessage] = []
        line = self._structured(_conversation(messages), schema, PlanLine, "plan", said).plan
        return line, said[-1].response_metadata.get("choices", ())

    def _structured(
        self,
        conversation: list[BaseMessage],
        schema: Schema,
        kind: type[Answer],
        name: str,
        heard: list[AIMessage] | None = None,
    ) -> Answer:
        problem = ""
        for _ in range(1 + REPAIRS):
            message = first_accepted(self._id, ANSWERS, partial(self._answer, conversation, name, schema))
            text = message.text
            if heard is not None:
                heard.append(message)
            answer, problem = _read(text, kind)
            if answer is not None:
                return answer
            said = apart(text)[0][:500]
            retry = f"That was not a valid {name}: {problem}. Answer again, in JSON only."
            conversation = [*conversation, AIMessage(said or "{}"), HumanMessage(retry)]
        raise AnswerError(f"the language model {self.name} gave no valid {name} in {1 + REPAIRS} tries: {problem}")

    def _answer(self, conversation: list[BaseMessage], name: str, schema: Schema, form: str) -> AIMessage:
        return self.invoke(self.chat.bind(**response_format(form, name, schema)), conversation)

    def invoke(self, bound: Any, messages: list[BaseMessage]) -> AIMessage:
        """Ask ``bound``, which is :attr:`chat` with what it is to be asked for; counts it; raises as :meth:`plan`."""
        started = time.monotonic()
        try:
            with untraced():
                answer: AIMessage = bound.invoke(messages)
        except WordfuseError:
            raise
        except Exception as error:
            if self.server is None:
                raise
            raise in_our_words(error, self.name) from (None if has_secrets(error) else error)
        finally:
            self.usage.calls += 1
            self.usage.seconds += time.monotonic() - started
        if answer.usage_metadata:
            self.usage.prompt_tokens += answer.usage_metadata["input_tokens"]
            self.usage.completion_tokens += answer.usage_metadata["output_tokens"]
        return answer


def _conversation(messages: Sequence[Message], *, calls_as_text: bool = False) -> list[BaseMessage]:
    """Our plain messages as LangChain's; a tool call is stored as an assistant's JSON with a name and arguments."""
    conversation: list[BaseMessage] = []
    for i, message in enumerate(messages):
        role, content = message["role"], message["content"]
        if role == "tool":
            answer = HumanMessage(content) if calls_as_text else ToolMessage(content, tool_call_id=f"call_{i - 1}")
            conversation.append(answer)
        elif role == "assistant" and not calls_as_text and i + 1 < len(messages) and messages[i + 1]["role"] == "tool":
            call = json.loads(content)
            tool_call = {"name": call["name"], "args": call["arguments"], "id": f"call_{i}"}
            conversation.append(AIMessage("", tool_calls=[tool_call]))
        elif role == "assistant":
            conversation.append(AIMessage(content))
        else:
            conversation.append(SystemMessage(content) if role == "system" else HumanMessage(content))
    return conversation


def _read(text: str, kind: type[Answer]) -> tuple[Answer | None, str]:
    """The answer in a text, or what is wrong with it. Nothing is guessed: of several answers none is taken."""
    keys = {field.alias or name for name, field in kind.model_fields.items()}
    candidates = answers_in(text, keys) or [likeliest_in(text)]
    if issubclass(kind, ToolCall):  # of several, to be made one after the other, it is the first
        candidates = candidates[:1]
    answers: list[Answer] = []
    for candidate in reversed(candidates):  # a correction comes after what it corrects
        try:
            answer = kind.model_validate_json(candidate)
        except ValidationError as error:
            return None, what_is_wrong(error, whole="answer", most=3)
        if answer not in answers:
            answers.append(answer)
    if len(answers) > 1:
        return None, f"it holds {len(answers)} different answers; give the one that you mean and no other"
    return answers[0], ""


def _call_in(text: str, tools: Sequence[BaseTool]) -> dict[str, Any] | None:
    """A tool call that a small model wrote as text instead of making it: of several the first, if it is a valid one."""
    candidates = answers_in(text, {"name", "arguments", "parameters"})
    try:
        call = json.loads(candidates[0] if candidates else "{}")
        arguments = call.get("arguments", call.get("parameters"))
        arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
    except (ValueError, RecursionError):
        return None
    name = call.get("name")
    if isinstance(name, str) and name in {tool.name for tool in tools} and isinstance(arguments, dict):
        return _for_tools(name, arguments, tools)
    return None


def _for_tools(name: str, arguments: dict[str, Any], tools: Sequence[BaseTool]) -> dict[str, Any]:
    """A call with its arguments as the tool of that name takes them, as far as a model's manners of writing go."""
    kind = next((tool.args_schema for tool in tools if tool.name == name), None)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        arguments = decoded(arguments, kind)
    return {"name": name, "args": arguments}
