"""What happens in each state of the graph. Every node reads the state and returns what it changes of it."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Protocol

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent import acting, answers, critic, questions
from agent.accounts import STOPPED, Update, ask_model, make_call, plain, spent
from agent.context import Context, Event, context_of
from agent.errors import AnswerError
from agent.language.template import compact
from agent.plan import Judgement, Plan, Step
from agent.questions import Question
from agent.record import write_outcome
from agent.spelling import is_gibberish
from agent.state import Json, RunInput, RunState, fresh, fresh_step
from agent.turns import act_messages, call_message
from tools.registry import EDITS, ToolAnswer, as_langchain
from tools.workspace import Catalogue


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
    context.work.catalogue = Catalogue()  # on LangGraph's server a thread may have had a run before
    context.notify(Event("calling", "fuse"))
    update: Update = {**state}
    make_call(state, context, update, "fuse", {})
    return update


@node
def understand(state: RunState, context: Context) -> Update:
    """Ask the model what the next instruction means."""
    number = state["instruction"]
    text, earlier, again = state["instructions"][number], state["records"][:number], state["records"][number:]
    said = next((r["plan"] for r in reversed(earlier) if r["plan"]["steps"]), None)
    before = Plan.model_validate(said) if said else None
    update: Update = {"step": 0, **fresh_step()}

    def understood(words: str, before: Plan | None) -> Plan:
        return ask_model(state, context, update, "plan", lambda: context.model.plan(words, before))

    answer, open_to_ask = state["clarified"], context.asks and state["clarified"] is None
    refusal = spent(state, context)
    vague = (
        refusal is None
        and open_to_ask
        and (
            # After a wish a small model takes nonsense for "again".
            questions.is_vague(text) or (context.model.style == "compact" and is_gibberish(text))
        )
    )
    meant: str | None = None
    try:
        if refusal or vague:
            raise AnswerError(refusal or "it does not say what is to be done")
        if answer is None:
            plan = understood(text, before)
        else:
            plan, meant = questions.clarified(understood, text, answer, before)
    except AnswerError as error:
        plan = Plan(steps=[], refusal=str(error)[:200])
    unclear = vague or (open_to_ask and plan.refusal is not None and questions.is_unclear(plan.refusal))
    question = questions.about_effect(text) if unclear else None
    if question is None:
        context.notify(Event("understood", "; then ".join(map(str, plan.steps)) or f"refused: {plan.refusal}"))
    else:
        update["question"] = question.model_dump()
    record: Json = {"text": text, "plan": plan.model_dump(), "steps": [], "refusal": plan.refusal}
    if again and "asked" in again[0]:
        *others, last = again[0]["asked"]
        record["asked"] = [*others, last | ({"meant": meant} if meant else {})]
    return update | {"records": [*earlier, record]}


@node
def ask(state: RunState, context: Context) -> Update:
    """Ask the person, wait for the answer and make of it what can be made of it."""
    if state["question"] is None:
        raise RuntimeError("there is no question: the graph's routing is broken")
    question = Question.model_validate(state["question"])
    # Where nobody can be asked any more, no answer is an answer too.
    answer = str(interrupt(state["question"]))[:500] if context.asks and not context.stopped else ""
    context.trace.write("asked", 0.0, question=question.text, answer=answer)
    one = {"kind": question.kind, "about": question.about, "question": question.text, "answer": answer}
    update: Update = {"question": None}
    if context.stopped:
        update["notice"] = STOPPED
    elif question.kind == "effect":
        update["clarified"] = None if questions.declined(answer) else answer
    elif question.kind == "region":
        update |= answers.other_region(state, _step(state), context, question, answer)
    else:
        update |= answers.chosen(state, context, question, answer)
    *earlier, record = state["records"]
    steps = list(record["plan"]["steps"])
    if "planned" in update:
        steps[state["step"]] = update.pop("planned")
    plan = record["plan"] | {"steps": steps}
    return update | {"records": [*earlier, record | {"plan": plan, "asked": [*record.get("asked", []), one]}]}


@node
def act(state: RunState, context: Context) -> Update:
    """Ask the model for the next tool call."""
    update: Update = {"output": None}
    over = spent(state, context)
    if over:
        return update | {"notice": over}
    messages = state["messages"] or act_messages(
        _step(state), state["image"], state["mask"], state["last"], context.model.style
    )
    try:
        chosen = ask_model(
            state, context, update, "act", lambda: plain(context.model.act(messages, as_langchain(context.work)))
        )
    except AnswerError as error:
        return update | {"notice": str(error)}
    return update | {"messages": [*messages, call_message(chosen["name"], chosen["args"])]}


@node
def call_tool(state: RunState, context: Context) -> Update:
    """Make the call that the model chose, if it carries out the step."""
    if context.stopped:
        return {"notice": STOPPED}
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
    answer = ToolAnswer(error=problem) if problem else make_call(state, context, update, name, args)
    made = {"name": name, "args": args, "seconds": round(answer.seconds, 3), "error": answer.error}
    told = compact(answer.result) if answer.result is not None else f"error: {answer.error}"
    times = acting.times_called(state["calls"], name, args) + 1
    if answer.result is not None:
        update |= _outcome(state, context, step, name, answer.result)
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
    answer = make_call(state, context, update, "evaluate_metrics", args)
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
    elif context.stopped:
        judgement = critic.expected(result, max(1, number), limit)  # the person does not want to wait for the model
    else:
        judgement = _judgement(state, context, update, critic.table(step, result, max(1, number), limit))
    move = critic.decide(judgement, result, number, limit)
    if move == "adjust" and acting.WEAKER[step.strength] == step.strength:
        move = "stop"  # there is nothing weaker to try
    if move == "again" and attempt["saturated"]:
        main = next(check for check in result.checks if check.main)
        short = f"{main.name} came to {main.after:.1f}, {main.target:.1f} was wanted"
        move, update["notice"] = "stop", f"{step.task} goes no further here: {short}"
    if context.stopped and move != "accept":
        move, update["notice"] = "stop", STOPPED
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
        return ask_model(state, context, update, "judge", lambda: context.model.judge(shown))
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
    found = not step.region.phrases or bool(state["found"])
    closed = _closed(step, found, state["notice"]) | {
        "missing": state["missing"],
        "mask": context.work.catalogue.masks[mask] if mask else None,
        "area": context.work.area(mask),
        "satisfied": satisfied,
        "output": output,
        "attempts": state["attempts"],
    }
    short = f"{state['notice'] or 'goal not reached'}; {'kept as far as it came' if output else 'nothing was changed'}"
    ended = "satisfied" if satisfied else short
    context.notify(Event("advanced", f"{step}: {ended}", file=output))
    record = state["records"][-1]
    done = [*record["steps"], closed]
    left = [Step.model_validate(planned) for planned in record["plan"]["steps"][len(done) :]]
    if context.stopped:
        done += [_closed(planned, False, STOPPED) for planned in left]
        left = []
    return {
        **fresh_step(),
        **update,
        "records": [*state["records"][:-1], record | {"steps": done}],
        "step": state["step"] + 1,
        "instruction": state["instruction"] + (0 if left else 1),
    }


def _closed(step: Step, found: bool, notice: str | None) -> Json:
    """A step as the record holds it, as long as nothing came of it."""
    nothing: Json = {"missing": [], "mask": None, "area": 0.0, "satisfied": False, "output": None, "attempts": []}
    return {**step.model_dump(), "found": found, **nothing, "notice": notice}


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


def _outcome(state: RunState, context: Context, step: Step, name: str, result: Json) -> Update:
    """What a successful call changes."""
    if name == "ground":
        found, missing, records = result["found"], result["missing"], context.work.grounding(result["grounding"])
        update: Update = {"found": found, "missing": missing}
        if context.asks and answers.asked(state) < questions.MOST:
            answers.narrow(context, result["grounding"], state["chosen"])
            question = questions.about_missing(step, result["grounding"], records)
            question = question or questions.about_which(result["grounding"], records, state["chosen"])
            if question is not None:
                return update | {"question": question.model_dump()}
        reasons = [record.reason for record in records if not record.found]
        return update if answers.enough(step, found, missing) else update | {"notice": "; ".join(reasons)}
    if name == "segment":
        return {"mask": result["mask"]}
    return {"output": result["image"]}
