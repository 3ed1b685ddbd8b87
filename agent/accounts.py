"""What nodes do beside their own job: ask the model and call tools within the budgets, and keep account of both."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from agent.context import Context, Event
from agent.language.template import compact
from agent.plan import Judgement, Plan
from agent.state import Json, RunState
from tools.registry import ToolAnswer, call

STOPPED = "stopped by you"

Update = dict[str, Any]
T = TypeVar("T")


def spent(state: RunState, context: Context) -> str | None:
    """Why nothing more is begun, if so: the person stopped it, or a budget is used up."""
    if context.stopped:
        return STOPPED
    limits, usage, start = context.limits, state["usage"], state["start"]
    for name, used, allowed in (
        ("model calls", usage["model_calls"] - start["model_calls"], limits.model_calls),
        ("tool calls", usage["tool_calls"] - start["tool_calls"], limits.tool_calls),
        ("seconds", state["seconds"] - start["seconds"], limits.seconds),
    ):
        if used >= allowed:
            return f"the budget of {allowed:g} {name} is used up; raise it with --max-{name.replace(' ', '-')}"
    return None


def ask_model(state: RunState, context: Context, update: Update, turn: str, ask: Callable[[], T]) -> T:
    """Ask the model, and keep account of it in the state and in the trace, whether or not it answers well."""
    usage = context.model.usage
    before = (usage.calls, usage.prompt_tokens, usage.completion_tokens, usage.seconds)
    answer: T | None = None
    try:
        answer = ask()
        return answer
    finally:
        after = (usage.calls, usage.prompt_tokens, usage.completion_tokens, usage.seconds)
        calls, prompt, completion, seconds = (b - a for a, b in zip(before, after, strict=True))
        total = dict(update.get("usage", state["usage"]))
        total["model_calls"] += calls
        total["prompt_tokens"] += prompt
        total["completion_tokens"] += completion
        total["model_seconds"] += seconds
        update["usage"] = total
        said = answer.model_dump() if isinstance(answer, Plan | Judgement) else answer
        context.trace.write(turn, seconds, answer=said, prompt_tokens=prompt, completion_tokens=completion)


def make_call(state: RunState, context: Context, update: Update, name: str, args: Json) -> ToolAnswer:
    """Call a tool, and keep account of it in the state and in the trace."""
    work = context.work
    work.seconds_left = context.limits.seconds - (state["seconds"] - state["start"]["seconds"])
    work.progress = lambda progress: context.notify(Event("progress", name, progress))
    answer = call(name, args, work)
    if answer.result is not None and answer.result.get("stopped") == "cancelled" and not answer.result["epochs"]:
        raise KeyboardInterrupt  # nothing was reached: the call is made again when the run goes on
    total = dict(update.get("usage", state["usage"]))
    total["tool_calls"] += 1
    total["tool_seconds"] += answer.seconds
    update["usage"] = total
    context.trace.write("tool", answer.seconds, name=name, args=args, result=answer.result, error=answer.error)
    return answer


def plain(said: Json) -> Json:
    """A model's call with everything as text that JSON files and checkpoints cannot hold.

    That is NaN and infinity, integers beyond 64 bits, and broken Unicode; no tool takes any of them.
    """
    text = compact(said).encode(errors="replace").decode()
    plain: Json = json.loads(
        text, parse_constant=str, parse_int=lambda digits: int(digits) if len(digits) < 19 else digits
    )
    return plain
