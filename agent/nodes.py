"""What happens in each state of the graph. Every node reads the state and returns what it changes of it."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from langgraph.runtime import Runtime

from agent import acting, critic
from agent.context import Context, Event, context_of
from agent.errors import AnswerError
from agent.language.template import compact
from agent.plan import Judgement, Plan, Step
from agent.record import write_outcome
from agent.state import Json, RunInput, RunState, fresh, fresh_step
from agent.turns import act_messages, call_message
from tools.registry import EDITS, ToolAnswer, as_langchain, call
from tools.workspace import Catalogue

Update = dict[str, Any]
T = TypeVar("T")


class Node(Protocol):
    """What LangGraph calls."""

    def __call__(self, state: RunState, runtime: Runtime[Context]) -> Update:
        """Read the state, return what changes of it."""


def current_step(state: RunState) -> Step | None:
    """The step in work, or None between instructions."""
    if state["instruction"] >= len(state["records"]):
        return None
    steps = state["records"][state["instruction"]]["plan"]["steps"]
    return Step.model_validate(steps[state["step"]]) if state["step"] < len(steps) else None


def node(body: Callable[[RunState, Context], Update]) -> Node:
    """Make a function of state and context a node: open the catalogue before, close it and keep the time after."""

    @wraps(body)
    def run(state: RunState, runtime: Runtime[Context]) -> Update:
        started = time.monotonic()
        context = context_of(state, runtime.context)
        if context.interrupts.asked():
            raise KeyboardInterrupt  # what the nodes before this one reached is saved
        context.work.catalogue = Catalogue.model_validate(state.get("catalogue") or {})
        update = body(state, context)
        update["catalogue"] = context.work.catalogue.model_dump()
        update["seconds"] = state.get("seconds", 0.0) + time.monotonic() - started
        return update

    # functools.wraps shows LangGraph the signature of the body, which is not the node's.
    del run.__wrapped__
    return run


@node
def fuse(given: RunState, context: Context) -> Update:
    """Fuse the pair; every other part of the state starts here."""
    state = fresh(RunInput(ir=given["ir"], vi=given["vi"], out=given["out"], instructions=given["instructions"]))
    context.notify(Event("calling", "fuse"))
    update: Update = {**state}
    _make_call(state, context, update, "fuse", {})
    return update


@node
def understand(state: RunState, context: Context) -> Update:
    """Ask the model what the next instruction means."""
    text = state["instructions"][state["instruction"]]
    before = next((r["plan"] for r in reversed(state["records"]) if r["plan"]["steps"]), None)
    update: Update = {"step": 0, **fresh_step()}
    spent = _spent(state, context)
    try:
        if spent:
            raise AnswerError(spent)
        plan = _ask(
            state,
            context,
            update,
            "plan",
            lambda: context.model.plan(text, Plan.model_validate(before) if before else None),
        )
    except AnswerError as error:
        plan = Plan(steps=[], refusal=str(error)[:200])
    context.notify(Event("understood", "; then ".join(map(str, plan.steps)) or f"refused: {plan.refusal}"))
    record: Json = {"text": text, "plan": plan.model_dump(), "steps": [], "refusal": plan.refusal}
    return update | {"records": [*state["records"], record]}


@node
def act(state: RunState, context: Context) -> Update:
    """Ask the model for the next tool call."""
    update: Update = {"output": None}
    spent = _spent(state, context)
    if spent:
        return update | {"notice": spent}
    messages = state["messages"] or act_messages(
        _step(state), state["image"], state["mask"], state["last"], context.model.style
    )
    try:
        chosen = _ask(
            state, context, update, "act", lambda: _plain(context.model.act(messages, as_langchain(context.work)))
        )
    except AnswerError as error:
        return update | {"notice": str(error)}
    return update | {"messages": [*messages, call_message(chosen["name"], chosen["args"])]}


@node
def call_tool(state: RunState, context: Context) -> Update:
    """Make the call that the model chose, if it carries out the step."""
    step, chosen = _step(state), json.loads(state["messages"][-1]["content"])
    name, args = chosen["name"], chosen["arguments"]
    update: Update = {}
    problem = acting.problem_with(
        step,
        name,
        args,
        image=state["image"],
        mask=state["mask"],
        overshot=acting.overshot(state["attempts"]),
        groundings={
            key: [record.phrase for record in records] for key, records in context.work.catalogue.groundings.items()
        },
    )
    context.notify(Event("calling", f"{name} {compact(args)}"))
    answer = ToolAnswer(error=problem) if problem else _make_call(state, context, update, name, args)
    made = {"name": name, "args": args, "seconds": round(answer.seconds, 3), "error": answer.error}
    told = compact(answer.result) if answer.result is not None else f"error: {answer.error}"
    times = acting.times_called(state["calls"], name, args) + 1
    if answer.result is not None:
        update |= _outcome(context, step, name, answer.result)
    elif answer.final:
        update["notice"] = answer.error
    failed = state["nudged"] + (answer.error is not None)
    if "output" not in update and "notice" not in update:
        # Calls that work count as well: grounding the same phrases for ever leads nowhere.
        if times >= acting.STOP_AFTER or failed >= acting.MISTAKES:
            update["notice"] = f"the language model kept making calls that lead nowhere; the last answer was: {told}"
        elif times >= acting.WARN_AFTER:
            told += f" (this call was made {times} times: choose another)"
    update["nudged"] = failed
    update["calls"] = [*state["calls"], made]
    update["messages"] = [*state["messages"], {"role": "tool", "content": told}]
    return update


@node
def evaluate(state: RunState, context: Context) -> Update:
    """Measure the attempt inside its region."""
    update: Update = {}
    args = {"before": state["image"], "after": state["output"], "mask": state["mask"]}
    answer = _make_call(state, context, update, "evaluate_metrics", args)
    if answer.result is None:
        raise AnswerError(f"the attempt {state['output']} cannot be measured: {answer.error}")
    edit = next(made for made in reversed(state["calls"]) if made["name"] in EDITS)
    edited = json.loads(state["messages"][-1]["content"])
    attempt = {
        "tool_calls": [
            *state["calls"],
            {"name": "evaluate_metrics", "args": args, "seconds": answer.seconds, "error": None},
        ],
        "output": state["output"],
        "epochs": edited["epochs"],
        "stopped": edited["stopped"],
        "saturated": edited["saturated"],
        "seconds": edit["seconds"],
        **answer.result,
    }
    return update | {"attempts": [*state["attempts"], attempt]}


@node
def critique(state: RunState, context: Context) -> Update:
    """Ask the model for a verdict and hold it against the measured goal."""
    step, attempt = _step(state), dict(state["attempts"][-1])
    # An attempt that a person stopped is none of those that the model may make.
    number = sum(made["stopped"] != "cancelled" for made in state["attempts"])
    limit = context.limits.attempts
    result = critic.measured(step, attempt["before"], attempt["after"])
    context.notify(Event("measured", "; ".join(map(str, result.checks))))
    update: Update = {}
    if attempt["stopped"] == "cancelled" and not result.met:
        judgement = Judgement(verdict="again", reason="it was interrupted before its goal: go on")
    else:
        judgement = _judgement(state, context, update, critic.table(step, result, max(1, number), limit))
    move = critic.decide(judgement, result, number, limit)
    if move == "adjust" and acting.WEAKER[step.strength] == step.strength:
        move = "stop"  # there is nothing weaker to try
    if move == "again" and attempt["saturated"]:
        move, update["notice"] = "stop", f"{step.task} goes no further here; this is all there is to have"
    context.notify(Event("judged", f"{judgement.verdict}: {judgement.reason}"))
    attempt |= {
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "checks": result.as_json(),
        "goal_met": result.met,
        "progress": round(result.progress, 4),
        "move": move,
    }
    attempts = [*state["attempts"][:-1], attempt]
    if move == "undo":
        # The state that led the wrong way is dropped: the next attempt starts from the picture again.
        context.work.forget(step.task, step.direction, state["mask"])
    # Once an attempt went too far, all that follow are weaker, whatever the verdict on the last one.
    advice = "adjust" if acting.overshot(attempts) else move
    return update | {
        "attempts": attempts,
        "move": move,
        "last": f"{advice}: {judgement.reason}",
        "messages": [],
        "calls": [],
        "nudged": 0,
    }


def _judgement(state: RunState, context: Context, update: Update, shown: str) -> Judgement:
    """The model's verdict; giving up where it has none."""
    try:
        return _ask(state, context, update, "judge", lambda: context.model.judge(shown))
    except AnswerError as error:
        return Judgement(verdict="give_up", reason=str(error)[:160])


@node
def advance(state: RunState, context: Context) -> Update:
    """Keep the best attempt of the step and move on to what comes next."""
    step = current_step(state)
    if step is None:  # a refusal has no step to close
        return {"instruction": state["instruction"] + 1, **fresh_step()}
    satisfied = state["move"] == "accept"
    kept = state["attempts"][-1] if satisfied else max(state["attempts"], key=lambda a: a["progress"], default=None)
    update: Update = {}
    output = None
    if kept is not None and (satisfied or kept["progress"] > 0):
        name = f"{state['accepted'] + 1:03d}"
        output = context.work.accept(kept["output"], name)
        update |= {"accepted": state["accepted"] + 1, "image": name}
    mask = state["mask"]
    closed = {
        **step.model_dump(),
        "found": not step.region.phrases or bool(state["found"]),
        "missing": state["missing"],
        "mask": context.work.catalogue.masks[mask] if mask else None,
        "area": context.work.area(mask),
        "satisfied": satisfied,
        "output": output,
        "attempts": state["attempts"],
        "notice": state["notice"],
    }
    context.notify(Event("advanced", f"{step}: {'satisfied' if satisfied else state['notice'] or 'goal not reached'}"))
    record = state["records"][-1]
    record = record | {"steps": [*record["steps"], closed]}
    more = state["step"] + 1 < len(record["plan"]["steps"])
    return {
        **fresh_step(),
        **update,
        "records": [*state["records"][:-1], record],
        "step": state["step"] + 1,
        "instruction": state["instruction"] + (0 if more else 1),
    }


@node
def report(state: RunState, context: Context) -> Update:
    """Write the result, the record and the report."""
    write_outcome(state, context)
    return {}


def _step(state: RunState) -> Step:
    step = current_step(state)
    if step is None:
        raise RuntimeError("no step is in work: the graph's routing is broken")
    return step


def _plain(said: Json) -> Json:
    """A model's call with everything as text that JSON files and checkpoints cannot hold.

    That is NaN and infinity, integers beyond 64 bits, and broken Unicode; no tool takes any of them.
    """
    text = compact(said).encode(errors="replace").decode()
    plain: Json = json.loads(
        text, parse_constant=str, parse_int=lambda digits: int(digits) if len(digits) < 19 else digits
    )
    return plain


def _outcome(context: Context, step: Step, name: str, result: Json) -> Update:
    """What a successful call changes."""
    if name == "ground":
        reasons = [record.reason for record in context.work.grounding(result["grounding"]) if not record.found]
        update: Update = {"found": result["found"], "missing": result["missing"]}
        # What is to be left alone must be known in full.
        enough = not result["missing"] if step.region.invert else result["found"]
        return update if enough else update | {"notice": "; ".join(reasons)}
    if name == "segment":
        return {"mask": result["mask"]}
    return {"output": result["image"]}


def _spent(state: RunState, context: Context) -> str | None:
    """Which budget is used up, if any."""
    limits, usage = context.limits, state["usage"]
    for name, used, allowed in (
        ("model calls", usage["model_calls"], limits.model_calls),
        ("tool calls", usage["tool_calls"], limits.tool_calls),
        ("seconds", state["seconds"], limits.seconds),
    ):
        if used >= allowed:
            return f"the budget of {allowed:g} {name} is used up; raise it with --max-{name.replace(' ', '-')}"
    return None


def _ask(state: RunState, context: Context, update: Update, turn: str, ask: Callable[[], T]) -> T:
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


def _make_call(state: RunState, context: Context, update: Update, name: str, args: Json) -> ToolAnswer:
    """Call a tool, and keep account of it in the state and in the trace."""
    work = context.work
    work.seconds_left = context.limits.seconds - state["seconds"]
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
