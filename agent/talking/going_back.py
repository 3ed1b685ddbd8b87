"""What is told of turns: which are taken back and what the picture is then, when that is asked first, what is undone.

Wishes are named in their own words, cut where they are long.
"""

from collections.abc import Sequence

from wordfuse.agent.dialogue.intents import points_back
from wordfuse.agent.record import Instruction
from wordfuse.agent.telling.text import cut_short

LONGEST = 60  # letters of a wish that is named
MOST_NAMED = 3  # wishes in a line


def shortened(text: str) -> str:
    """A wish as it is named in a sentence: quoted, and cut where it is long."""
    return f"'{cut_short(' '.join(text.split()), LONGEST)}'"


def changed(told: Sequence[Instruction]) -> list[Instruction]:
    """Those of some turns that changed the picture."""
    return [said for said in told if any(step.output for step in said.steps)]


def of_nothing(said: str, told: Sequence[Instruction]) -> str | None:
    """What is asked where a person takes the last turn back and that changed nothing; None where it is clear.

    Args:
        said: the words, read as "undo".
        told: the turns so far.
    """
    wishes = [one for one in told if one.plan.question is None and one.plan.control is None]
    before = changed(told)
    if not before or not points_back(said) or changed(wishes[-1:]):
        return None
    last, back = wishes[-1], before[-1]
    return (
        f"{shortened(last.called)} changed nothing, so there is nothing of it to take back. "
        f"Is {_with_its_steps(back)} to be taken back? Say yes or no."
    )


def way_told(before: Sequence[Instruction], after: Sequence[Instruction], wanted: int = 1) -> str:
    """What was taken back, or done again, and what the picture is now.

    Args:
        before: the turns before the way back or forth.
        after: those that there are now.
        wanted: how many were to be taken back.
    """
    gone, come = changed(before[len(after) :]), changed(after[len(before) :])
    told = []
    if gone:
        told.append(f"taken back: {'; '.join(map(_with_its_steps, gone))}")
        if len(gone) < wanted:
            told.append("No other turn had changed the picture")
    if come:
        told.append(f"done again: {'; '.join(map(_with_its_steps, come))}")
    left = changed(after)
    now = f"as after {'; '.join(shortened(one.called) for one in left)}" if left else "as it was fused"
    return ". ".join([*told, f"The picture is now {now}."])


def _with_its_steps(said: Instruction) -> str:
    """A wish with what was done for it."""
    done = [f"{planned}" for planned, step in zip(said.planned, said.steps, strict=False) if step.output]
    return f"{shortened(said.called)} ({'; '.join(done)})" if done else shortened(said.called)


def left_undone(told: Sequence[Instruction]) -> str:
    """Why a talk ends with an exit code, in a line: the wishes that were not done in full."""
    undone = [shortened(said.called) for said in told if not said.satisfied]
    more = f" and {len(undone) - MOST_NAMED} more" if len(undone) > MOST_NAMED else ""
    return f"not everything was done: {', '.join(undone[:MOST_NAMED])}{more}"
