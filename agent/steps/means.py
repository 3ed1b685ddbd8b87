"""Steps whose task has no tool of its own: which of its means is tried next, and when none is left.

Each attempt is one call of another tool (``tools.effects`` says which), measured against the goal of the step. An
attempt starts from the picture that the step began with, or goes on from the best one so far; what makes the measured
difference fall, or harms what must not suffer, is dropped. ``tools.means`` forecasts which call is worth trying.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypedDict

from pydantic import ValidationError

from wordfuse.agent import critic, older, rules
from wordfuse.agent.budget import Update, make_call
from wordfuse.agent.context import Context
from wordfuse.agent.critic import Measured, Move
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.turns import act_messages
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Attempt, ToolCallMade
from wordfuse.agent.state import Judged, RunState
from wordfuse.agent.steps.planned import as_told
from wordfuse.fusion.errors import RegionError
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.evaluate import EvaluateResult
from wordfuse.tools.means import Means, Outcome, already, propose, standing_out
from wordfuse.tools.registry import EDITS
from wordfuse.tools.types import Direction, Strength, Task


class _Wanted(TypedDict):
    """What a step asks for, as ``tools.means`` takes it."""

    task: Task
    direction: Direction | None
    strength: Strength
    amount: float | None
    mask: str | None


def carried_out_by_others(step: Step) -> bool:
    """Whether a step has means, and no tool of its own."""
    return bool(EFFECTS[step.task].means)


def opening(state: RunState, context: Context, step: Step) -> tuple[list[Message], Update]:
    """The first messages of an attempt, and what else changes of the state.

    Returns:
        For a step without a tool of its own whose mask is known, the messages name the means to try, which the update
        holds too; no messages, where nothing is left to try: then the update says why.
    """
    image, mask, last, style = state["image"], state["mask"], state["last"], context.model.style
    attempts, _ = older.attempts_of(state)
    if not carried_out_by_others(step) or (mask is None and step.region.phrases):
        return act_messages(as_told(step), rules.starts_at(image, attempts), mask, last, style), {}
    best = best_of(attempts)
    wanted: _Wanted = {
        "task": step.task,
        "direction": step.direction,
        "strength": step.strength,
        "amount": step.amount,
        "mask": mask,
    }
    try:
        if not attempts and already(context.work, **wanted, image=image):
            return [], _left_as_it_is(state, context, step)
        means = propose(
            context.work,
            **wanted,
            first=image,
            best=image if best is None else best.output,
            tried=[*(_outcome(made) for made in attempts), *_failed(state, step)],
        )
    except RegionError as error:
        return [], {"notice": error.told(dashed)}
    if means is None and not attempts:
        now = standing_out(context.work, mask, image)
        return [], {"notice": f"no further to go: no call is forecast to bring anything (difference {now:.1f})"}
    if means is None:
        return [], {"notice": f"no further to go: {how_far(attempts)}"}
    return act_messages(as_told(step), means.image, mask, last, style, str(means)), {"means": means.model_dump()}


def to_try(state: Update) -> Means | None:
    """The means that the attempt in work is to try, where its step has no tool of its own."""
    return Means.model_validate(state["means"]) if state.get("means") else None


def _left_as_it_is(state: RunState, context: Context, step: Step) -> Update:
    """What changes where a step has nothing to gain: an attempt without an edit says what was measured."""
    image = state["image"]
    args = {"before": image, "after": image, "mask": state["mask"]}
    called = make_call(state, context, "evaluate_metrics", args)
    values = EvaluateResult.model_validate(called.answer.result).before
    result = critic.measured(step, values, values)
    judgement = critic.nothing_to_gain(step, result)
    measuring = ToolCallMade(name="evaluate_metrics", args=args, seconds=called.answer.seconds, error=None)
    attempt = Judged(
        tool_calls=(*map(ToolCallMade.model_validate, state["calls"]), measuring),
        output=image,
        epochs=0,
        stopped="already",
        saturated=True,
        seconds=0.0,
        before=values,
        after=values,
        verdict=judgement.verdict,
        reason=judgement.reason,
        checks=result.checks,
        goal_met=result.met,
        progress=round(result.progress, 4),
        move="accept",
    )
    return {
        "attempts": [attempt.model_dump(mode="json")],
        "move": "accept",
        "notice": judgement.reason,
        "usage": called.usage.model_dump(),
    }


def _failed(state: RunState, step: Step) -> list[Outcome]:
    """The means that failed in this attempt though the call was right: in a region of one colour, say."""
    best = (state.get("means") or {}).get("image")
    failed = []
    for made in map(ToolCallMade.model_validate, state["calls"]):
        problem = rules.problem_with(
            step, made.name, made.args, image=state["image"], mask=state["mask"], overshot=False, best=best
        )
        if made.error and made.name in EDITS and not problem:
            with suppress(ValidationError):  # then the call was not right
                failed.append(Outcome(_means(made), after=None, kept=True, saturated=True))
    return failed


def best_of(attempts: Sequence[Judged]) -> Judged | None:
    """The attempt that came farthest, None where none came any nearer to the goal."""
    best = max(attempts, key=lambda made: made.progress, default=None)
    return best if best is not None and best.progress > 0 else None


def how_far(attempts: Sequence[Judged]) -> str:
    """How far a step came, for people."""
    best, main = best_of(attempts), attempts[-1].main
    came = main.before if best is None else best.main.after
    return f"{main.name} {main.before:.1f} came to {came:.1f}, {main.target:.1f} was wanted"


def move_on(move: Move, result: Measured, *, left: bool) -> Move:
    """What happens after an attempt: nothing is given up while the goal is not met and attempts are left."""
    return "again" if move == "stop" and left and not result.met else move


def _outcome(made: Attempt) -> Outcome:
    if made.edit is None:
        raise RuntimeError("an attempt at a step has no edit: the graph's routing is broken")
    result = Measured(made.checks)
    return Outcome(_means(made.edit), made.main.after, not result.broken, made.saturated, result.within)


def _means(call: ToolCallMade) -> Means:
    chosen = {key: call.args.get(key) for key in ("image", "direction", "strength", "amount")}
    return Means.model_validate({"tool": call.name, **chosen})
