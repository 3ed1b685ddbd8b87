"""A wish of several parts that is refused as a whole: what can be done of it is done, and the rest is told.

"Rotate it a bit and sharpen the cars" is refused for its first half, and nobody would hear of the second. So each
clause that orders something is read by itself. A wish is only taken apart where every clause of it is an order or says
what is to stay: what finds fault is the reason of an order, and no wish.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wordfuse.agent.model.gist.left_out import clauses_of, is_order, is_to_stay
from wordfuse.agent.model.words.refusals import doubted
from wordfuse.agent.plan import Doubted, Plan, Step, Undecided
from wordfuse.agent.telling.text import cut_short
from wordfuse.fusion.regions.words.meaning import noun_in

MOST_CLAUSES, MOST_STEPS = 5, 8
MOST_LETTERS, LONGEST = 300, 80  # of a refusal, and of the clauses that it names

_POINTS_BACK = re.compile(r"\b(?:it|them|him|her|those|these|that)\b", re.IGNORECASE)
#: Reads some words, after a plan that they may follow on; None: they could not be read.
Read = Callable[[str, Plan | None], Plan | None]


@dataclass(frozen=True)
class Parts:
    """What is done of a wish.

    Attributes:
        plan: of what can be done; where that is not sure, the doubt about it; where nothing can, the refusal.
        not_done: the clauses that are refused.
    """

    plan: Plan
    not_done: tuple[str, ...]


def by_parts(text: str, whole: Plan, before: Plan | None, read: Read) -> Parts | None:
    """What can be done of a wish that was refused, clause by clause; None where that is nothing, or it has one part.

    Args:
        text: the wish.
        whole: what was made of it as a whole.
        before: the plan of the turn before.
        read: reads a clause.
    """
    if whole.refusal is None or isinstance(whole, Undecided):
        return None
    clauses = clauses_of(text)
    orders = [clause for clause in clauses if not is_to_stay(clause)]
    if not 2 <= len(clauses) <= MOST_CLAUSES or not orders or not all(map(is_order, orders)):
        return None
    if len(orders) == 1:
        return _refused_beside(whole, [clause for clause in clauses if is_to_stay(clause)])
    steps, refused, unsure = list[Step](), list[str](), False
    lost = ""  # the clause before, where it was refused: what it speaks of is in no plan
    for clause in orders:
        named = _with_name(clause, lost)
        if named is None:
            return None
        plan = read(named, Plan(steps=steps) if steps else before)
        if plan is None or plan.control or plan.question or isinstance(plan, Undecided):
            return None
        if isinstance(plan, Doubted):
            unsure, plan = True, plan.reading
        lost = clause if plan.refusal is not None else ""
        refused += [lost] if lost else []
        steps += plan.steps
    if not 0 < len(steps) <= MOST_STEPS or (isinstance(whole, Doubted) and not refused):
        return None
    done = Plan(steps=steps)
    return Parts(doubted(done) if unsure else done, tuple(refused))


def _with_name(clause: str, lost: str) -> str | None:
    """A clause in which what a refused clause before it spoke of has its name; None where nobody knows that.

    Example:
        >>> _with_name("sharpen them", "show the cars in blue")
        'sharpen the cars'
    """
    pointing = _POINTS_BACK.search(clause) if lost else None
    if pointing is None:
        return clause
    noun = noun_in(lost)
    if noun is None:
        return clause if pointing[0].casefold() == "it" else None
    return f"{clause[: pointing.start()]}the {noun}{clause[pointing.end() :]}"


def _refused_beside(whole: Plan, stays: list[str]) -> Parts | None:
    """The refusal of the one order of a wish, with what was said of the rest; None where that has no place in it."""
    if isinstance(whole, Doubted) or not stays:
        return None
    kept = cut_short("; ".join(stays), LONGEST)
    holds = f" Nothing is changed, so this holds as well: '{kept}'."
    return Parts(Plan(refusal=cut_short(str(whole.refusal), MOST_LETTERS - len(holds)) + holds), ())
