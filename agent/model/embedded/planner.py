"""The embedded model with our adapter as the agent's language model, with nothing between the two.

It only plans. LangChain, through which other models are spoken to, takes longer to import than a plan takes.
"""

import json
import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wordfuse.agent.model.embedded.embedded import EmbeddedModel, Generation
from wordfuse.agent.model.embedded.guesses import guess
from wordfuse.agent.model.planning import Choices, planned
from wordfuse.agent.model.protocol import LanguageModel, Message, Style, Usage
from wordfuse.agent.model.turns import BEFORE_LINE, Schema
from wordfuse.agent.model.words import lines
from wordfuse.agent.plan import Judgement, Plan

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

LEAST = 0.02  # how likely another line's beginning must be
_FAR = re.compile(r"(?<!:) (?:slight|strong|\d)")


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
        asked = Asked(self._engine, self.usage)
        return planned(instruction, before, asked.line, self.name, asked.other_line)

    def judge(self, table: str) -> Judgement:
        """See :meth:`LanguageModel.judge`; nobody asks it, for it learned to plan alone."""
        return self._in_full().judge(table)

    def act(self, messages: Sequence[Message], tools: "Sequence[BaseTool]") -> dict[str, Any]:
        """See :meth:`LanguageModel.act`; nobody asks it either."""
        return self._in_full().act(messages, tools)

    def _in_full(self) -> LanguageModel:
        """The same model through LangChain, with every turn; what it is used for counts here."""
        from wordfuse.agent.model.client import ChatLanguageModel
        from wordfuse.agent.model.embedded.chat import EmbeddedChat

        full = ChatLanguageModel(EmbeddedChat(self._engine), self.name, self.style)
        full.usage = self.usage
        return full


class Asked:
    """One wish that the engine is asked: its line, and the one that it would have written nearly as soon."""

    def __init__(self, engine: EmbeddedModel, usage: Usage) -> None:
        """Ask this engine; what it costs is added to ``usage``."""
        self._engine, self._usage = engine, usage
        self._answer: Generation | None = None
        self._question: tuple[Sequence[Message], Schema] = ((), {})

    def line(self, messages: Sequence[Message], schema: Schema) -> tuple[str, Choices]:
        """The line that is written, and of its tokens that were chosen where they begin and how likely they were."""
        self._question = messages, schema
        self._answer = self._generated()
        return _line_of(self._answer), self._answer.choices

    def other_line(self) -> tuple[str, Choices] | None:
        """The line with the likeliest other token in one place, and what follows it; None: no other is worth it."""
        assert self._answer is not None, "no other line before the first"
        place = forking(self._answer)
        if place is None:
            return None
        rival = self._answer.rivals[place]
        assert rival is not None
        other = self._generated(rival.tokens)
        return _line_of(other), (*self._answer.choices[:place], (rival.at, rival.likely), *other.choices)

    def _generated(self, begun: Sequence[int] = ()) -> Generation:
        started = time.monotonic()
        self._usage.calls += 1
        try:
            answer = self._engine.generate(*self._question, guess=guess, begun=begun)
        finally:
            self._usage.seconds += time.monotonic() - started
        self._usage.prompt_tokens += answer.prompt_tokens
        self._usage.completion_tokens += answer.completion_tokens
        return answer


def forking(answer: Generation) -> int | None:
    """Where another token makes the likeliest other plan: which of the answer's choices; None: none is likely at all.

    Not within the name of a region, and not where it is said how far: that would be nearly the same plan.
    """
    line = _line_of(answer)
    regions, told = lines.regions_at(line), 1.0
    found: tuple[float, int | None] = (LEAST, None)
    for place, ((at, likely), rival) in enumerate(zip(answer.choices, answer.rivals, strict=True)):
        begins = at - len(BEFORE_LINE)
        within = any(start < begins < end for start, end in regions)
        if rival is not None and not within and told * rival.likely > found[0]:
            far = any(_FAR.match(text, rival.at) for text in (answer.text, rival.text))
            found = found if far else (told * rival.likely, place)
        told *= likely
    return found[1]


def _line_of(answer: Generation) -> str:
    line: str = json.loads(answer.text)["plan"]
    return line
