"""The state of a run, as it is checkpointed: paths, ids, words and floats, never arrays."""

from typing import Any, NotRequired

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from agent.critic import Move

Json = dict[str, Any]


class RunInput(TypedDict):
    """What a caller gives: the two pictures and what is to be done, in order."""

    ir: str
    vi: str
    out: str
    instructions: list[str]
    settings: NotRequired[Json]


class RunState(RunInput):
    """The input and everything that the nodes found out."""

    records: list[Json]  # one per instruction, as in the run record
    instruction: int  # index of the instruction in work
    step: int  # index of its step in work
    question: Json | None  # what the person is asked before it goes on (agent.questions)
    clarified: str | None  # what the person answered, where it was not clear what to do
    chosen: Json  # phrase -> the boxes of the objects that the person said are meant
    image: str  # the picture that the next edit starts from
    mask: str | None  # the mask of the step, once segment() drew it
    found: list[str]  # the step's phrases that were found
    missing: list[str]  # and those that were not
    messages: list[Json]  # the conversation of the attempt in work
    calls: list[Json]  # the tool calls of the attempt in work, with seconds and outcome
    nudged: int  # how often the model was told that its call cannot work
    output: str | None  # the picture of the attempt in work
    attempts: list[Json]  # of the step in work
    last: str | None  # verdict and reason of the attempt before
    move: Move | None
    notice: str | None  # why a step ends without an attempt, or short of its goal
    accepted: int  # how many pictures are in images/
    catalogue: Json  # tools.workspace.Catalogue
    usage: Json  # model and tool calls, tokens and seconds so far
    seconds: float
    start: Json  # calls and seconds when the turn began: budgets count from here
    history: list[str]  # of a conversation: the checkpoints at the ends of the turns before, to undo to
    undone: list[str]  # and those that were undone, to redo


class StepUpdate(TypedDict):
    """The part of the state that starts anew with every step."""

    question: Json | None
    clarified: str | None
    mask: str | None
    found: list[str]
    missing: list[str]
    messages: list[Json]
    calls: list[Json]
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
        calls=[],
        nudged=0,
        output=None,
        attempts=[],
        last=None,
        move=None,
        notice=None,
    )


def fresh(given: RunInput) -> RunState:
    """The state at the start of a run."""
    counted = dict.fromkeys(["model_calls", "tool_calls", "prompt_tokens", "completion_tokens"], 0)
    usage = {**counted, "model_seconds": 0.0, "tool_seconds": 0.0}
    return RunState(
        **given,
        **fresh_step(),
        records=[],
        instruction=0,
        step=0,
        image="fused",
        accepted=0,
        chosen={},
        catalogue={},
        usage=usage,
        seconds=0.0,
        start={**usage, "seconds": 0.0},
        history=[],
        undone=[],
    )
