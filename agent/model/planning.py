"""A wish becomes a plan by a model that writes plans as lines: what it is asked, and what is made of its line."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.gist import agreement, gist, supported
from wordfuse.agent.model.protocol import LanguageModel, Message
from wordfuse.agent.model.turns import BEFORE_LINE, Schema, plan_messages, plan_schema
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.model.words.degrees import hide
from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.model.words.placed import placed
from wordfuse.agent.model.words.refusals import in_a_colour, paints, removes
from wordfuse.agent.model.words.said import as_said
from wordfuse.agent.model.words.settled import settle
from wordfuse.agent.model.words.sourced import sourced
from wordfuse.agent.model.words.spelling import has_markup, is_foreign, is_gibberish, mend
from wordfuse.agent.model.words.taken_back import not_taken_back
from wordfuse.agent.model.words.undecided import undecided, warmer
from wordfuse.agent.plan import Plan

SURE = 0.52  # how far two readings must agree on what is to be done; docs/evals.md shows what follows from it

_ISOTHERMS = re.compile(r"\bisotherms?\b", re.IGNORECASE)

#: Of each token that was not forced, where in the answer it begins, and how likely it was.
Choices = Iterable[tuple[int, float]]
#: Asks a model: of messages and a schema, the line that it writes.
Ask = Callable[[Sequence[Message], Schema], tuple[str, Choices]]


def planned(instruction: str, before: Plan | None, ask: Ask, name: str) -> Plan:
    """The plan that our adapter writes, where two readings agree on it, and a refusal else.

    Args:
        instruction: the wish.
        before: the plan of the turn before.
        ask: asks the model; it is not asked where no model here would understand.
        name: what the model is called in messages.

    Raises:
        AnswerError: what it wrote is no plan.
    """
    if has_markup(instruction):  # half of it would be read, and the other half obeyed
        return Plan(refusal=refusals.told("unclear"))
    if _ISOTHERMS.search(instruction):
        return Plan(refusal=refusals.ISOTHERMS)
    if paints(instruction):
        return Plan(refusal=refusals.TINT)
    if refusals.uneven(instruction):
        return Plan(refusal=refusals.UNEVEN)
    two = undecided(mend(unicodedata.normalize("NFKC", instruction)).text, before)
    if two is not None:
        return refusals.two_ways(two)
    hidden = hide(instruction)
    instruction = unicodedata.normalize("NFKC", hidden.text)  # full-width letters are what they look like
    before = hidden.seen(before)
    if is_foreign(instruction):
        return Plan(refusal=refusals.told("language"))
    if is_gibberish(instruction):  # after a wish a small model takes nonsense for "again"
        return Plan(refusal=refusals.told("unclear"))
    mended = mend(instruction)
    settled = settle(mended.text)
    text = settled.text
    line, choices = ask(plan_messages(text, before, "compact"), plan_schema(text, before, "compact"))
    try:
        plan = mended.as_typed(settled.as_typed(lines.read(line)))
        read = placed(as_said(plan, instruction, before), instruction)
        plan = sourced(read, instruction)
    except ValueError as error:  # only a server that does not hold answers to their schema
        raise AnswerError(f"the language model {name} gave no valid plan: {line[:80]!r}") from error
    if plan.refusal == refusals.told("edit") and in_a_colour(mended.text):
        return Plan(refusal=refusals.TINT)
    sure = lines.sureness(line, ((at - len(BEFORE_LINE), likely) for at, likely in choices))
    meant = hidden.meant(plan)
    if meant is None:  # a temperature was lost on the way: somewhere else would be edited
        return Plan(refusal=refusals.told("unclear"))
    if plan.steps:
        spoken = gist()(text, before)
        if plan != read:  # the words name the source, so what the model thought of the other one counts no more
            line = lines.written(plan)
            sure = max(sure, supported(line, spoken))
        agreed = agreement(line, sure, spoken)
        if agreed < SURE:
            shown = [step for step in plan.steps if (step.task, step.direction) == ("stand_out", "more")]
            gone = any(removes(instruction, step.region.phrases) for step in shown)
            return Plan(refusal=refusals.told("edit")) if gone else refusals.doubted(meant, agreed)
    two = warmer(text, plan)
    return meant if two is None else refusals.two_ways(two)


def held_to_words(plan: Plan, model: LanguageModel, text: str, before: Plan | None, doubt: float) -> Plan:
    """A plan, or the doubt whether it is meant.

    Where a model plans freely it is doubted if nobody named the region, or if the words hardly speak of the effect:
    below ``doubt``, 0 to 1, as our second reading has it (``agent.model.gist``). Words that lead to two edits are no
    plan either (``words.undecided``). Our adapter is held to all of that by itself. Whichever model plans: what is to
    be taken back must be a change (``words.taken_back``), for nothing asks before a good edit is lost.
    """
    if plan.control in ("undo", "redo", "reset"):
        why = not_taken_back(text)
        return plan if why is None else Plan(refusal=why)
    if model.style != "full" or not plan.steps:
        return plan
    plan = sourced(as_said(plan, text, before), text)
    two = undecided(text, before) or warmer(text, plan)
    if two is not None:
        return refusals.two_ways(two)
    unsaid = inferred(plan, text, before) or supported(lines.written(plan), gist()(text, before)) < doubt
    return refusals.doubted(plan) if unsaid else plan
