"""The training corpus of the embedded model: conversations of the three turns, written by a seeded grammar.

Every row follows the annotation rules (which words mean what); the grammar varies verbs, idioms, regions, registers,
order and typing. The same seed gives the same rows. Some wordings and nouns are kept for validation alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.template import compact
from wordfuse.agent.model.training.corpus.followups import followup
from wordfuse.agent.model.training.corpus.refusals import refused
from wordfuse.agent.model.training.corpus.regions import Picker, Split
from wordfuse.agent.model.training.corpus.sequences import instruction
from wordfuse.agent.model.training.corpus.turns import act, judge
from wordfuse.agent.model.training.corpus.typing import typed
from wordfuse.agent.model.turns import plan_messages
from wordfuse.agent.plan import Plan

Turn = Literal["plan", "act", "judge"]
TURNS: tuple[Turn, ...] = ("plan", "act", "judge")
SHARES = (86, 8, 6)
REFUSED, FOLLOW_UP = 0.16, 0.19


@dataclass(frozen=True)
class Row:
    """One conversation; ``learn`` are the indices of the messages whose tokens are trained on."""

    turn: Turn
    messages: tuple[Message, ...]
    learn: tuple[int, ...]


@dataclass(frozen=True)
class Asked:
    """An instruction, the plan before it if it follows one, and the plan it means."""

    instruction: str
    before: Plan | None
    plan: Plan


def rows(seed: int, split: Split = "train", exclude: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Conversations without end.

    Args:
        seed: The same seed gives the same rows.
        split: Validation meets wordings and nouns that training never sees.
        exclude: Instructions never to be written, as ``plain`` gives them.
    """
    rng = Random(f"{split}-{seed}")
    picker = Picker(rng, split)
    while True:
        turn = rng.choices(TURNS, weights=SHARES)[0]
        if turn == "plan":
            yield plan_row(asked(picker, exclude))
        else:
            messages, learn = (act if turn == "act" else judge)(picker)
            yield Row(turn, tuple(messages), tuple(learn))


def plan_row(one: Asked) -> Row:
    """The conversation in which an instruction gets its plan."""
    messages = plan_messages(one.instruction, one.before, "compact")
    answer = {"role": "assistant", "content": compact(one.plan.model_dump())}
    return Row("plan", (*messages, answer), (len(messages),))


def asked(picker: Picker, exclude: frozenset[str] = frozenset()) -> Asked:
    """One instruction with the plan it means."""
    while True:
        roll = picker.rng.random()
        before: Plan | None = None
        if roll < REFUSED:
            text, plan = refused(picker)
        elif roll < REFUSED + FOLLOW_UP:
            text, before, plan = followup(picker)
        else:
            text, plan = instruction(picker)
        written, plan = typed(picker.rng, text, plan)
        if plain(written) not in exclude and len(written) <= 400:
            return Asked(written, before, plan)


def plain(instruction: str) -> str:
    """An instruction without case, punctuation and doubled spaces: how two are compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", instruction.lower()).split())
