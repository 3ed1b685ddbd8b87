"""Why a turn ended as it did, in sentences: read off the record, nothing made up."""

from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.tools.effects import EFFECTS


def explain(instruction: Instruction) -> list[str]:
    """What was understood, found, done and measured in one turn.

    Args:
        instruction: one of a run record.

    Returns:
        Sentences for a person, at least one.
    """
    plan = instruction.plan
    if plan.refusal:
        return [f"'{instruction.text}' was not carried out: {plan.refusal}"]
    lines = [f"'{instruction.text}' was understood as: {plan}."]
    if instruction.answer is not None:
        return [*lines, instruction.answer.text]
    if instruction.todo:
        lines.append(f"The picture was inspected, and what it needs is: {'; then '.join(map(str, instruction.todo))}.")
    for step, done in zip(instruction.planned, instruction.steps, strict=False):
        lines += [f"{step}:", *(f"  {line}" for line in _of_step(done))]
    return lines


def _of_step(done: StepRecord) -> list[str]:
    lines = []
    if done.missing:
        lines.append(f"not found: {', '.join(done.missing)}")
    if done.mask:
        lines.append(f"the mask of {done.region} covers {done.area:.1%} of the picture ({done.mask})")
    for number, attempt in enumerate(done.attempts, start=1):
        if EFFECTS[done.task].means and attempt.edit is not None:
            lines.append(f"attempt {number}, tried: {attempt.means}")
        lines += [f"attempt {number}, {check}" for check in attempt.checks]
        lines.append(f"attempt {number}, verdict {attempt.verdict}: {attempt.reason}")
    if done.reason == "already":
        lines.append(f"nothing was changed: {done.notice}")
    elif done.satisfied:
        lines.append(f"every goal is met, so it was kept as {done.output}")
    elif done.output:
        lines.append(f"the best attempt was kept as {done.output}, short of its goal: {done.notice or 'missed'}")
    else:
        lines.append(f"nothing was changed: {done.notice or 'no attempt came nearer to the goal'}")
    return lines
