"""The embedded model as a LangChain chat model, so that the agent speaks to it as to any served one.

It answers in one of two forms, both enforced by a grammar while it decodes: JSON of a schema
(``bind(response_format=...)``) or one tool call (``bind_tools(...)``). It has no free-text mode: the agent needs none.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from wordfuse.agent.model.embedded.embedded import EmbeddedModel, Guess, tool_call_schema
from wordfuse.agent.model.template import compact


class EmbeddedChat(BaseChatModel):
    """A language model in this process, behind LangChain's interface."""

    model_name: str = "embedded"
    _engine: EmbeddedModel = PrivateAttr()
    _guess: Guess | None = PrivateAttr()

    def __init__(self, engine: EmbeddedModel, *, guess: Guess | None = None, **fields: Any) -> None:
        """Wrap a loaded model; ``guess`` is what guesses its answers that are no tool calls."""
        super().__init__(**fields)
        self._engine, self._guess = engine, guess

    @property
    def _llm_type(self) -> str:
        return "wordfuse-embedded"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[Any, AIMessage]:
        """Answer with one call of one of these tools; ``tool_choice`` is always "any"."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        tools, guess = kwargs.get("tools"), None
        if tools:
            schema = tool_call_schema([tool["function"] for tool in tools])
        elif "response_format" in kwargs:
            schema, guess = kwargs["response_format"]["json_schema"]["schema"], self._guess
        else:
            raise ValueError("the embedded model answers by schema: bind tools or a response_format first")
        answer = self._engine.generate([_plain(message) for message in messages], schema, guess=guess)
        usage = {
            "input_tokens": answer.prompt_tokens,
            "output_tokens": answer.completion_tokens,
            "total_tokens": answer.prompt_tokens + answer.completion_tokens,
        }
        chosen = {"choices": answer.choices}
        message = AIMessage(content=answer.text, usage_metadata=usage, response_metadata=chosen)
        if tools:
            call = json.loads(answer.text)
            # Numbered by its place in the conversation, so that a repeated run has the same ids.
            calls = [{"name": call["name"], "args": call["arguments"], "id": f"call_{len(messages)}"}]
            message = AIMessage(content="", tool_calls=calls, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=message)])


def _plain(message: BaseMessage) -> dict[str, str]:
    """A LangChain message as the template wants it; a tool call is an assistant's JSON."""
    if isinstance(message, AIMessage):
        calls = [{"name": call["name"], "arguments": call["args"]} for call in message.tool_calls]
        return {"role": "assistant", "content": compact(calls[0]) if calls else message.text}
    roles = {SystemMessage: "system", HumanMessage: "user", ToolMessage: "tool"}
    return {"role": roles[type(message)], "content": message.text}
