"""The state of a run, as it is checkpointed: paths, ids, words and floats, never arrays.

A checkpoint holds plain JSON. What a node takes out of it, it reads into the types below or those of ``agent.record``,
and puts back as JSON. ``agent.older`` reads what checkpoints of earlier versions hold otherwise.
"""

from typing import Any, NotRequired

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from wordfuse.agent.critic import Move
from wordfuse.agent.record import Attempt, Tried
from wordfuse.tools.types import Id, Strict

Json = dict[str, Any]


class Usage(Strict):
    """Model and tool calls, tokens and seconds of a run so far."""

    model_calls: int = 0
    tool_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    model_seconds: float = 0.0
    tool_seconds: float = 0.0


class Chosen(Strict):
    """The tool call that the model chose, whatever it may be."""

    name: str
    args: Json


class Edit(Strict):
    """An edit that was made, and how long its call took."""

    image: Id
    epochs: int
    stopped: str
    saturated: bool
    seconds: float


class Unjudged(Tried):
    """An attempt that waits for its verdict, with the id of its picture."""

    output: Id


class Judged(Attempt):
    """An attempt of the step in work, with the id of its picture, which the record does not tell."""

    output: Id

    def recorded(self) -> Attempt:
        """The attempt as the record holds it."""
        return Attempt.model_validate(self.model_dump(exclude={"output"}))


class RunInput(TypedDict):
    """What a caller gives: the two pictures and what is to be done, in order."""

    ir: str
    vi: str
    out: str
    instructions: list[str]
    settings: NotRequired[Json]


class RunState(RunInput):
    """The input and everything that the nodes found out."""

    records: list[Json]  # agent.record.Instruction, one per instruction
    instruction: int  # index of the instruction in work
    step: int  # index of its step in work
    question: Json | None  # what the person is asked before it goes on (agent.dialogue.asking.questions)
    clarified: str | None  # what the person answered, where it was not clear what to do
    chosen: Json  # phrase -> the boxes of the objects that the person said are meant
    image: str  # the picture that the next edit starts from
    back: NotRequired[str | None]  # where an earlier one was begun at anew: the one before, if nothing comes of that
    mask: str | None  # the mask of the step, once segment() drew it
    found: list[str]  # the step's phrases that were found
    missing: list[str]  # and those that were not
    messages: list[Json]  # the conversation of the attempt in work
    means: NotRequired[Json | None]  # tools.means.Means: what is to be tried, of a step that has no tool of its own
    chosen_call: NotRequired[Json | None]  # Chosen: what the model wants to call next
    calls: list[Json]  # ToolCallMade: the tool calls of the attempt in work
    edit: NotRequired[Json | None]  # Edit: the one that the attempt in work made
    measured: NotRequired[Json | None]  # Unjudged: the attempt in work, until it is judged
    nudged: int  # how often the model was told that its call cannot work
    output: str | None  # the picture of the attempt in work
    attempts: list[Json]  # Judged: of the step in work
    last: str | None  # verdict and reason of the attempt before
    move: Move | None
    notice: str | None  # why a step ends without an attempt, or short of its goal
    accepted: int  # how many pictures are in images/
    catalogue: Json  # tools.store.catalogue.Catalogue
    usage: Json  # Usage
    seconds: float
    start: Json  # Usage and seconds when the turn began: budgets count from here
    history: list[str]  # of a conversation: the checkpoints at the ends of the turns before, to undo to
    undone: list[str]  # and those that were undone, to redo
    marked: NotRequired[Json]  # index of an instruction -> agent.record.Marked: what it points at


class StepUpdate(TypedDict):
    """The part of the state that starts anew with every step."""

    question: Json | None
    clarified: str | None
    mask: str | None
    found: list[str]
    missing: list[str]
    messages: list[Json]
    means: Json | None
    chosen_call: Json | None
    calls: list[Json]
    edit: Json | None
    measured: Json | None
    nudged: int
    output: str | None
    attempts: list[Json]
    last: str | None
    move: Move | None
    notice: str | None


def fresh_step() -> StepUpdate:
    """The state at the start of a step."""
    return StepUpdate(
        question=None,
        clarified=None,
        mask=None,
        found=[],
        missing=[],
        messages=[],
        means=None,
        chosen_call=None,
        calls=[],
        edit=None,
        measured=None,
        nudged=0,
        output=None,
        attempts=[],
        last=None,
        move=None,
        notice=None,
    )


def fresh(given: RunInput) -> RunState:
    """The state at the start of a run."""
    usage = Usage().model_dump()
    return RunState(
        **given,
        **fresh_step(),
        records=[],
        instruction=0,
        step=0,
        image="fused",
        back=None,
        accepted=0,
        chosen={},
        catalogue={},
        usage=usage,
        seconds=0.0,
        start={**usage, "seconds": 0.0},
        history=[],
        undone=[],
        marked={},
    )
