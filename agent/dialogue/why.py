"""Why a turn ended as it did, and what was done so far, in sentences: read off the record, nothing made up."""

from collections.abc import Sequence
from typing import Final

from wordfuse.agent.dialogue.anew.standing import ended, standing
from wordfuse.agent.model.words.refusals import colour_said, paints
from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.agent.telling.text import plainly
from wordfuse.tools.effects import EFFECTS

NO_STEP: Final = "No step here does that; perhaps said as a wish of its own, in other words."
#: Said where somebody asks why the picture is as it is, and no wish was carried out that would be the reason.
NOTHING_YET: Final = "No change was asked for yet: the picture is as the two were fused."


def explain(instruction: Instruction) -> list[str]:
    """What was understood, found, done and measured in one turn.

    Args:
        instruction: one of a run record.

    Returns:
        Sentences for a person, at least one.
    """
    plan = instruction.plan
    if plan.refusal:
        return [f"'{instruction.called}' was not carried out: {plan.refusal}"]
    lines = [f"'{instruction.called}' was understood as: {plan}."]
    if instruction.marked is not None:
        lines.append(f"the {instruction.marked.name} is what you pointed at: {instruction.marked.told}")
    lines += [f"'{one.about}' is what you chose by number: {one.mask}" for one in instruction.asked if one.mask]
    if instruction.answer is not None:
        return [*lines, instruction.answer.text]
    if instruction.todo:
        lines.append(f"The picture was inspected, and what it needs is: {'; then '.join(map(str, instruction.todo))}.")
    for step, done in zip(instruction.planned, instruction.steps, strict=False):
        lines += [f"{step}:", *(f"  {line}" for line in _of_step(done))]
    return [*lines, *parts_told(instruction.not_done)]


def parts_told(parts: Sequence[str]) -> list[str]:
    """That nothing is done for some parts of a wish, in the person's words; none: nothing is to be told."""
    return [
        f"Not done: '{part}'. "
        + ("Nothing is painted in a colour of one's choice." if colour_said(part) == part or paints(part) else NO_STEP)
        for part in parts
    ]


def summed(instruction: Instruction) -> str | None:
    """What was done of a wish of several parts and what was not; None where all was, or it has one part alone."""
    steps = [*zip(instruction.planned, instruction.steps, strict=False)]
    if len(steps) + len(instruction.not_done) < 2 or instruction.satisfied:
        return None
    told = {"Done": list[str](), "Done in part": list[str](), "Left as it was": list[str](), "Not done": list[str]()}
    for step, done in steps:
        if done.reason == "already":
            told["Left as it was"].append(f"{step}")
        elif done.output is None:
            told["Not done"].append(f"{step}")
        else:
            told["Done" if done.satisfied and not done.missing else "Done in part"].append(f"{step}")
    told["Not done"] += [f"'{part}'" for part in instruction.not_done]
    return " ".join(f"{how}: {'; '.join(parts)}." for how, parts in told.items() if parts)


def explain_last(instructions: Sequence[Instruction], asked: str = "") -> list[str]:
    """As :func:`explain`, of the last turn, or the last about what is asked of; a sentence where there was none.

    Args:
        instructions: those so far.
        asked: the question: "why didn't you sharpen the paving?".
    """
    if not instructions:
        return [NOTHING_YET]
    # Not at the top: what it needs takes a second to load, and "why?" alone is asked most.
    from wordfuse.fusion.regions.words.meaning import noun_in

    noun = noun_in(asked) if asked else None
    about = [said for said in instructions if noun is not None and _speaks_of(said, noun)]
    return explain((about or instructions)[-1])


def _speaks_of(said: Instruction, noun: str) -> bool:
    names = (said.text, *(name for step in said.planned for name in step.region.phrases))
    return any(noun.casefold() in name.casefold() for name in names)


def history(instructions: Sequence[Instruction]) -> list[str]:
    """What was done so far, one line a wish: what was said, and what came of each of its steps.

    Args:
        instructions: of a run record; those that were undone are not among them.
    """
    lines, kept = [], [ended(said) for said in standing(instructions)]
    for number, said in enumerate(instructions, start=1):
        if said.plan.refusal:
            came = [f"not done: {said.plan.refusal}"]
        elif said.answer is not None:
            came = ["a question, answered"]
        else:
            came = [f"{step}: {_outcome(done)}" for step, done in zip(said.planned, said.steps, strict=False)]
            if ended(said) not in (None, *kept):
                came.append("taken back since")
        came += parts_told(said.not_done)
        lines.append(f"{number}. '{said.called}': {'; '.join(came) or 'nothing'}")
    return lines or ["Nothing was done so far: the picture is as it was fused."]


def _outcome(done: StepRecord) -> str:
    if done.reason == "already":
        return "nothing to gain, left as it was"
    if done.output is None:
        return f"nothing was changed: {done.notice or 'no attempt came nearer to the goal'}"
    return "done" if done.satisfied else "done in part"


def _of_step(done: StepRecord) -> list[str]:
    lines = []
    if done.missing:
        lines.append(f"not found: {', '.join(done.missing)}")
    if done.mask:
        lines.append(f"the mask of {done.region} covers {done.area:.1%} of the picture ({done.mask})")
    for number, attempt in enumerate(done.attempts, start=1):
        if EFFECTS[done.task].means and attempt.edit is not None:
            lines.append(f"attempt {number}, tried: {attempt.means}")
        lines += [plainly(f"attempt {number}, {check}") for check in attempt.checks]
        lines.append(plainly(f"attempt {number}, verdict {attempt.verdict}: {attempt.reason}"))
    if done.reason == "already":
        lines.append(f"nothing was changed: {done.notice}")
    elif done.satisfied and done.best is not None and not all(check.met for check in done.best.checks):
        lines.append(f"kept as {done.output}: {done.best.reason}")  # of those that it may miss
    elif done.satisfied:
        lines.append(f"every goal is met, so it was kept as {done.output}")
    elif done.output:
        lines.append(f"the best attempt was kept as {done.output}, short of its goal: {done.notice or 'missed'}")
    else:
        lines.append(f"nothing was changed: {done.notice or 'no attempt came nearer to the goal'}")
    return lines
