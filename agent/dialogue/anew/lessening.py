"""Less of what was done last: the steps are done anew from where they began, so far as is to be left of them.

Half is half of what was measured, and a bit less is a third less.
"""

from collections.abc import Sequence

from wordfuse.agent.dialogue.anew.naming import is_same
from wordfuse.agent.dialogue.anew.standing import Anew, began
from wordfuse.agent.dialogue.asking_less import less_wanted
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Instruction, StepRecord

LEAST_SHARE, MOST_SHARE = 0.01, 10.0  # that a step may go
LESS = 0.97  # of what was measured of a change: what is no less than that looks the same
NO_LESS = (
    "It cannot be done by less so that it is still seen: the picture stays as it was before that. Say 'undo' to take "
    "the change back altogether."
)


def lessened(text: str, told: Sequence[Instruction]) -> Anew | None:
    """Less of the last effect, as far as it was measured; None where that is not asked, or nothing was done.

    Args:
        text: the instruction.
        told: those before it.
    """
    wanted = less_wanted(text)
    if wanted is None:
        return None
    said = _last(told)
    done = [step for step in said.steps if step.output and step.best is not None] if said is not None else []
    start = began(said) if said is not None and done else None
    if start is None:
        return None
    where = wanted.where
    of = [step for step in done if where is None or any(is_same(where, name) for name in step.region.phrases)]
    if not of:
        return None  # of something else
    return Anew(Plan(steps=[_as_far(step, wanted.left if step in of else 1.0) for step in done]), start)


def is_no_less(text: str, done: Sequence[StepRecord], told: Sequence[Instruction]) -> bool:
    """Whether what was done by less came as far as before: a change has a least size, below which nobody sees it.

    Args:
        text: the instruction that asked for less.
        done: its steps, as they ended.
        told: those before it.
    """
    last = _last(told)
    if less_wanted(text) is None or last is None:
        return False
    before = [step for step in last.steps if step.output and step.best is not None]
    pairs = [(old.best, new.best) for old, new in zip(before, done, strict=False) if old.best and new.best]
    return bool(pairs) and all(
        abs(new.main.after - new.main.before) >= LESS * abs(old.main.after - old.main.before) for old, new in pairs
    )


def _last(told: Sequence[Instruction]) -> Instruction | None:
    """The instruction that "less" is about."""
    return next((said for said in reversed(told) if said.plan.question is None and (said.steps or said.control)), None)


def _as_far(done: StepRecord, left: float) -> Step:
    """A step that goes so much of the way that this one came; 1: as it was asked for."""
    step = Step(**{name: getattr(done, name) for name in Step.model_fields})
    best = done.best
    if best is None or left == 1:
        return step
    main = best.main
    # Colours of heat come from nothing: their share is of the way that there was.
    whole = 1 - main.before if done.direction == "heat" else main.before
    share = abs(main.after - main.before) / max(abs(whole), 1e-6) * left
    amount = float(f"{min(max(share, LEAST_SHARE), MOST_SHARE):.2g}")  # as a person would say it: by 6%
    return step.model_copy(update={"strength": "normal", "amount": amount})
