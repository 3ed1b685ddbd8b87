"""The embedded model with our adapter as the agent's language model, with nothing between the two.

It only plans. LangChain, through which other models are spoken to, takes longer to import than a plan takes.
"""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wordfuse.agent.model.embedded.embedded import EmbeddedModel
from wordfuse.agent.model.embedded.guesses import guess
from wordfuse.agent.model.planning import Choices, planned
from wordfuse.agent.model.protocol import LanguageModel, Message, Style, Usage
from wordfuse.agent.model.turns import Schema
from wordfuse.agent.plan import Judgement, Plan

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


class EmbeddedPlanner:
    """A :class:`LanguageModel` on an embedded model that carries our adapter."""

    style: Style = "compact"
    plans_only = True

    def __init__(self, engine: EmbeddedModel) -> None:
        """Ask this model."""
        self.name, self.usage = engine.name, Usage()
        self._engine = engine

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """See :meth:`LanguageModel.plan`."""
        return planned(instruction, before, self._line, self.name)

    def judge(self, table: str) -> Judgement:
        """See :meth:`LanguageModel.judge`; nobody asks it, for it learned to plan alone."""
        return self._in_full().judge(table)

    def act(self, messages: Sequence[Message], tools: "Sequence[BaseTool]") -> dict[str, Any]:
        """See :meth:`LanguageModel.act`; nobody asks it either."""
        return self._in_full().act(messages, tools)

    def _line(self, messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
        started = time.monotonic()
        self.usage.calls += 1
        try:
            answer = self._engine.generate(messages, schema, guess=guess)
        finally:
            self.usage.seconds += time.monotonic() - started
        self.usage.prompt_tokens += answer.prompt_tokens
        self.usage.completion_tokens += answer.completion_tokens
        line: str = json.loads(answer.text)["plan"]
        return line, answer.choices

    def _in_full(self) -> LanguageModel:
        """The same model through LangChain, with every turn; what it is used for counts here."""
        from wordfuse.agent.model.client import ChatLanguageModel
        from wordfuse.agent.model.embedded.chat import EmbeddedChat

        full = ChatLanguageModel(EmbeddedChat(self._engine), self.name, self.style)
        full.usage = self.usage
        return full
