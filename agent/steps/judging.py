"""What an attempt came to: its verdict, and what happens next.

A goal that was reached by a change that no eye sees is not reached for the person who asked. So the step goes on, by
more than its strength says, until it is seen, does harm or brings no more, or the attempts are spent.
"""

from collections.abc import Sequence

from wordfuse.agent import critic, rules
from wordfuse.agent.budget import STOPPED, Answered, ask_model, usage_of
from wordfuse.agent.context import Context
from wordfuse.agent.critic import Measured, Move
from wordfuse.agent.plan import Judgement, Step
from wordfuse.agent.record import Tried
from wordfuse.agent.state import Judged, RunState, Unjudged
from wordfuse.agent.steps import means
from wordfuse.agent.telling.text import plainly
from wordfuse.tools.calls.spelling import dashed


def verdict(
    state: RunState, context: Context, step: Step, tried: Sequence[Judged], attempt: Unjudged, result: Measured
) -> Answered[Judgement]:
    """The verdict on an attempt: the model's, unless none is wanted; giving up where it has none."""
    usage, number, limit = usage_of(state), max(1, _number(tried, attempt)), context.limits.attempts
    if _goes_on(context, step, tried, attempt, result):
        return Answered(usage, critic.goes_on(result))
    if rules.went_on(tried) and not result.met:
        return Answered(usage, Judgement(verdict="give_up", reason=critic.too_far(result)))
    if result.already or result.gentle:
        return Answered(usage, critic.nothing_to_gain(step, result))
    if attempt.stopped == "cancelled" and not result.met:
        return Answered(usage, Judgement(verdict="again", reason="it was interrupted before its goal: go on"))
    if context.stopped or context.model.plans_only:  # the person does not want to wait for the model
        return Answered(usage, critic.expected(result, number, limit))
    shown = critic.table(step, result, number, limit)
    asked = ask_model(usage, context, "judge", lambda: context.model.judge(shown))
    if asked.error is not None:
        return Answered(asked.usage, Judgement(verdict="give_up", reason=asked.error.told(dashed)[:160]))
    return Answered(asked.usage, critic.true_to_numbers(asked.got(), result, number, limit))


def next_move(
    context: Context, step: Step, tried: Sequence[Judged], attempt: Unjudged, result: Measured, judgement: Judgement
) -> tuple[Move, str | None]:
    """What happens after an attempt, and why the step ends then, where that is to be told."""
    number, limit, notice = _number(tried, attempt), context.limits.attempts, None
    if _goes_on(context, step, tried, attempt, result):
        return "again", None
    if rules.went_on(tried) and not result.met:
        # What came before reached the goal, though nobody sees it: it is that which the step ends with.
        reached = critic.nothing_to_gain(step, Measured(tried[-1].checks))
        return "accept", plainly(f"{reached.reason}; {judgement.reason}")
    move = critic.decide(judgement, result, number, limit)
    if means.carried_out_by_others(step):
        move = means.move_on(move, result, left=number < limit)
    elif move == "adjust" and not rules.may_be_weaker(step, attempt):
        move = "stop"  # there is nothing weaker to try
    elif move == "again" and attempt.saturated:
        main = result.main
        short = f"{plainly(main.name)} came to {main.after:.1f}, {main.target:.1f} was wanted"
        move, notice = "stop", f"{step.task} goes no further here: {short}"
    if context.stopped and move != "accept":
        move, notice = "stop", STOPPED
    return move, plainly(judgement.reason) if result.already or result.gentle else notice


def _goes_on(context: Context, step: Step, tried: Sequence[Judged], attempt: Unjudged, result: Measured) -> bool:
    """Whether the goal was reached unseen, and may be overdone until it is seen."""
    if context.stopped or attempt.saturated or rules.overshot(tried):
        return False
    return critic.may_go_on(step, result) and _number(tried, attempt) < context.limits.attempts


def _number(tried: Sequence[Judged], attempt: Tried) -> int:
    """Which attempt it is: one that a person stopped is none of those that the model may make."""
    return sum(made.stopped != "cancelled" for made in (*tried, attempt))
