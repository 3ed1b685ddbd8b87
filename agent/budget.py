"""What nodes do beside their own job: ask the model and call tools within the budgets, and keep account of both."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from wordfuse.agent.context import Context, Event
from wordfuse.agent.errors import AnswerError, BackendUnreachable
from wordfuse.agent.model.deadline import seconds_left
from wordfuse.agent.model.template import compact
from wordfuse.agent.plan import Judgement, Plan
from wordfuse.agent.state import Json, RunState, Usage
from wordfuse.tools.registry import ToolAnswer, call

STOPPED = "stopped by you"
LONGEST, WIDEST, DEEPEST = 2000, 50, 6  # characters of a text, entries of an object or list, and levels of a call

Update = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Answered(Generic[T]):
    """What asking the model gave.

    Attributes:
        usage: of the run, with this question.
        answer: None where no answer was one.
        error: why, then.
    """

    usage: Usage
    answer: T | None
    error: AnswerError | None = None

    def got(self) -> T:
        """The answer.

        Raises:
            AnswerError: there is none.
        """
        if self.answer is None:
            raise self.error or AnswerError("the language model gave no answer")
        return self.answer


@dataclass(frozen=True)
class Called:
    """What a tool call gave.

    Attributes:
        usage: of the run, with this call.
        answer: of the tool.
    """

    usage: Usage
    answer: ToolAnswer


def usage_of(state: RunState) -> Usage:
    """What the run used so far."""
    return Usage.model_validate(state["usage"])


def spent(state: RunState, context: Context) -> str | None:
    """Why nothing more is begun, if so: the person stopped it, or a budget is used up."""
    if context.stopped:
        return STOPPED
    limits, usage, start = context.limits, state["usage"], state["start"]
    for name, used, allowed in (
        ("model calls", usage["model_calls"] - start["model_calls"], limits.model_calls),
        ("tool calls", usage["tool_calls"] - start["tool_calls"], limits.tool_calls),
        ("seconds", _seconds_used(state), limits.seconds),
    ):
        if used >= allowed:
            return _over(name, allowed)
    return None


def time_left(state: RunState, context: Context) -> float:
    """The seconds that the budget leaves, as far as the nodes before this one used it."""
    return max(0.0, context.limits.seconds - _seconds_used(state))


def _seconds_used(state: RunState) -> float:
    """None is used before a run: its first node is given what to do alone."""
    start = state.get("start")
    return state["seconds"] - start["seconds"] if start else 0.0


def _over(name: str, allowed: float) -> str:
    return f"the budget of {allowed:g} {name} is used up; raise it with --max-{name.replace(' ', '-')}"


def ask_model(usage: Usage, context: Context, turn: str, ask: Callable[[], T]) -> Answered[T]:
    """Ask the model; the question is written into the trace and counted, whether or not it is answered well."""
    used = context.model.usage
    before = (used.calls, used.prompt_tokens, used.completion_tokens, used.seconds)
    answer, problem = None, None
    context.notify(Event("thinking", turn))
    try:
        answer = ask()
    except AnswerError as error:
        problem = error
    except BackendUnreachable:
        if seconds_left() > 0:
            raise
        # It had no more time to answer in: that is a budget that is used up, and ends as politely as the others.
        problem = AnswerError(_over("seconds", context.limits.seconds))
    finally:
        context.notify(Event("thought", turn))
        after = (used.calls, used.prompt_tokens, used.completion_tokens, used.seconds)
        calls, prompt, completion, seconds = (b - a for a, b in zip(before, after, strict=True))
        said = answer.model_dump() if isinstance(answer, Plan | Judgement) else answer
        context.trace.write(turn, seconds, answer=said, prompt_tokens=prompt, completion_tokens=completion)
    now = usage.model_copy(
        update={
            "model_calls": usage.model_calls + calls,
            "prompt_tokens": usage.prompt_tokens + prompt,
            "completion_tokens": usage.completion_tokens + completion,
            "model_seconds": usage.model_seconds + seconds,
        }
    )
    return Answered(now, answer, problem)


def make_call(state: RunState, context: Context, name: str, args: Json) -> Called:
    """Call a tool; the call is written into the trace and counted."""
    work = context.work
    work.seconds_left = time_left(state, context)
    work.progress = lambda progress: context.notify(Event("progress", name, progress))
    answer = call(name, args, work)
    if answer.result is not None and answer.result.get("stopped") == "cancelled" and not answer.result["epochs"]:
        raise KeyboardInterrupt  # nothing was reached: the call is made again when the run goes on
    usage = usage_of(state)
    now = usage.model_copy(
        update={"tool_calls": usage.tool_calls + 1, "tool_seconds": usage.tool_seconds + answer.seconds}
    )
    context.trace.write("tool", answer.seconds, name=name, args=args, result=answer.result, error=answer.error)
    return Called(now, answer)


def plain(said: Json) -> Json:
    """A model's call with everything as text that JSON files and checkpoints cannot hold, and cut where it is too much.

    That is NaN and infinity, integers beyond 64 bits, and broken Unicode; no tool takes any of them, nor anything as
    long, wide or deep as what is cut.
    """
    text = compact(_cut(said, DEEPEST)).encode(errors="replace").decode()
    plain: Json = json.loads(
        text, parse_constant=str, parse_int=lambda digits: int(digits) if len(digits) < 19 else digits
    )
    return plain


def _cut(value: Any, levels: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}... ({len(value)} characters)"
    if isinstance(value, dict | list) and not levels:
        return "..."
    if isinstance(value, dict):
        return {_cut(key, levels): _cut(one, levels - 1) for key, one in islice(value.items(), WIDEST)}
    return [_cut(one, levels - 1) for one in value[:WIDEST]] if isinstance(value, list) else value
