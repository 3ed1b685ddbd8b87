"""What a language model of the agent is: whatever keeps to :class:`LanguageModel` can carry out a run.

``tests/contract/test_language_models.py`` is the contract as tests; ``agent.model.connect`` finds a model by its name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from wordfuse.agent.plan import Judgement, Plan

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

Style = Literal["compact", "full"]  # the short prompts that our adapter learned, or those with rules and examples
Message = dict[str, str]


@dataclass
class Usage:
    """What a model was used for so far."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


class LanguageModel(Protocol):
    """What the graph needs of a model; tests of the graph bring their own.

    Attributes:
        name: what it is called in messages and records.
        style: which prompts it is given.
        usage: what it was used for so far.
        plans_only: it is asked for plans alone: the calls and verdicts of their steps follow from the rules
            (``agent.rules``, ``agent.critic``).
    """

    name: str
    style: Style
    usage: Usage

    @property
    def plans_only(self) -> bool:
        """See the class."""

    def plan(self, instruction: str, before: Plan | None) -> Plan:
        """Turn words into a plan; ``before`` is the plan of the turn before.

        Raises:
            AnswerError: no answer was a valid plan.
            BackendUnreachable: the server does not answer.
        """

    def act(self, messages: Sequence[Message], tools: "Sequence[BaseTool]") -> dict[str, Any]:
        """Choose the next tool call: ``{"name": str, "args": dict}``; raises as :meth:`plan`."""

    def judge(self, table: str) -> Judgement:
        """Read the measurements of an attempt; raises as :meth:`plan`."""


@dataclass(frozen=True)
class Wanted:
    """The language model that a user asked for, as every kind of model is told of it.

    Attributes:
        llm: what ``--llm`` was given.
        model: embedded: a local directory or hub id instead of the default base; server: the name it serves
            (None: the first that it lists).
        adapter: embedded: an adapter directory instead of ours.
        device: embedded: where it runs.
        progress: embedded: called with bytes done and in all while its base is fetched, the first time.
    """

    llm: str
    model: str | None = None
    adapter: Path | None = None
    device: str = "auto"
    progress: Callable[[int, int], None] | None = None
