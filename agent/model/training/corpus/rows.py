"""The training corpus of the embedded model: wishes with their plans, written one by one and by a seeded grammar.

Every row follows the annotation rules (which words mean what). What people wrote (``said``) brings the variety; the
grammar brings regions, orders and exceptions in numbers. The same seed gives the same rows. Some wordings and nouns are
kept for validation alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.training.corpus import said
from wordfuse.agent.model.training.corpus.followups import followup
from wordfuse.agent.model.training.corpus.regions import Picker, Split
from wordfuse.agent.model.training.corpus.said import Asked
from wordfuse.agent.model.training.corpus.sequences import instruction
from wordfuse.agent.model.training.corpus.typing import typed
from wordfuse.agent.model.turns import answer_of, plan_messages
from wordfuse.agent.model.words import lines

GRAMMAR, FOLLOW_UP = 0.12, 0.15  # the share of what the grammar writes, and of follow-ups in it
LONGEST = 400


@dataclass(frozen=True)
class Row:
    """One conversation; its last message is the answer, which is learnt."""

    messages: tuple[Message, ...]


def rows(seed: int, split: Split = "train", exclude: frozenset[str] = frozenset(), twice: str = "") -> Iterator[Row]:
    """Conversations without end.

    Args:
        seed: The same seed gives the same rows.
        split: Validation meets wordings and nouns that training never sees.
        exclude: Instructions never to be written, as ``plain`` gives them.
        twice: Pattern of the files whose wishes come twice as often, as ``said.drawn`` has it.
    """
    rng = Random(f"{split}-{seed}")
    picker, written = Picker(rng, split), said.drawn(rng, split, twice)
    while True:
        one = by_grammar(picker) if rng.random() < GRAMMAR else next(written)
        if plain(one.instruction) not in exclude and len(one.instruction) <= LONGEST:
            yield plan_row(one)


def plan_row(one: Asked) -> Row:
    """The conversation in which an instruction gets its plan."""
    before, _ = said.planned(one)
    answer = {"role": "assistant", "content": answer_of(one.plan)}
    return Row((*plan_messages(one.instruction, before, "compact"), answer))


def by_grammar(picker: Picker) -> Asked:
    """One wish with its plan, as the grammar writes it."""
    before = None
    if picker.chance(FOLLOW_UP):
        text, before, plan = followup(picker)
    else:
        text, plan = instruction(picker)
    text, plan = typed(picker.rng, text, plan)
    return Asked(text, lines.written(before) if before is not None else None, lines.written(plan))


def plain(instruction: str) -> str:
    """An instruction without case, punctuation and doubled spaces: how two are compared."""
    return " ".join(re.sub(r"[^\w\s]", " ", instruction.lower()).split())
