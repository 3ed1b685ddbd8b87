"""A wish becomes a plan by a model that writes plans as lines: what it is asked, and what is made of its line."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wordfuse.agent.errors import AnswerError
from wordfuse.agent.model.gist import CHOOSING, agreement, gist, supported
from wordfuse.agent.model.protocol import LanguageModel, Message
from wordfuse.agent.model.turns import BEFORE_LINE, Schema, plan_messages, plan_schema
from wordfuse.agent.model.words import lines, refusals
from wordfuse.agent.model.words.degrees import hide
from wordfuse.agent.model.words.directed import directed
from wordfuse.agent.model.words.faults.doubled import doubled
from wordfuse.agent.model.words.faults.stated import stated
from wordfuse.agent.model.words.granted import inferred
from wordfuse.agent.model.words.placed import placed, turned_round
from wordfuse.agent.model.words.refusals import in_a_colour, paints, removes
from wordfuse.agent.model.words.said import as_said
from wordfuse.agent.model.words.settled import settle
from wordfuse.agent.model.words.spelling import has_markup, is_foreign, is_gibberish, mend
from wordfuse.agent.model.words.taken_back import not_taken_back, to_the_start
from wordfuse.agent.model.words.undecided import undecided, warmer
from wordfuse.agent.plan import Plan, called

SURE = 0.52  # how far two readings must agree on what is to be done; docs/evals.md shows what follows from it
#: How likely the words must speak of what is offered in a question. Of 53 readings of the suite ``calibration`` that
#: were not sure, 11 of the 25 wrong ones lie below, and 2 of the 28 right ones.
OFFERED = 0.09
NEAR = 0.15  # and of an effect that is named as the nearest
MOST_NAMED = 2

_SAVES = re.compile(
    r"\b(?:sav(?:e|es|ed|ing)|export\w*|stor(?:e|ed|ing)|download\w*|write|disk|files?|copy|output|"
    r"keep (?:it|this|that)\b|png|jpe?g|tiff?|webp|bmp)\b",
    re.IGNORECASE,
)
_OPPOSITES: Final = (
    {"more", "less"}, {"infrared", "visible"}, {"brighter", "darker"}, {"vivid", "muted"},
)  # fmt: skip
_ISOTHERMS = re.compile(r"\bisotherms?\b", re.IGNORECASE)

#: Of each token that was not forced, where in the answer it begins, and how likely it was.
Choices = Iterable[tuple[int, float]]
#: Asks a model: of messages and a schema, the line that it writes.
Ask = Callable[[Sequence[Message], Schema], tuple[str, Choices]]
#: Of what was asked last, the line that the model would have written nearly as soon; None where there is none.
Other = Callable[[], tuple[str, Choices] | None]


def planned(instruction: str, before: Plan | None, ask: Ask, name: str, other: Other | None = None) -> Plan:
    """The plan that our adapter writes, where two readings agree on it, and a refusal else.

    Args:
        instruction: the wish.
        before: the plan of the turn before.
        ask: asks the model; it is not asked where no model here would understand.
        name: what the model is called in messages.
        other: asked where the readings do not agree; which of the two lines is meant both of them decide.

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
    if refusals.moves(instruction):
        return Plan(refusal=refusals.MOVED)
    if doubled(instruction):
        return Plan(refusal=refusals.DOUBLED)
    instruction = stated(instruction)
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

    def made(line: str, choices: Choices) -> _Made:
        try:
            plan = mended.as_typed(settled.as_typed(lines.read(line)))
            read = placed(as_said(plan, instruction, before), instruction)
            return _made(line, choices, read, directed(read, instruction))
        except ValueError as error:  # only a server that does not hold answers to their schema
            raise AnswerError(f"the language model {name} gave no valid plan: {line[:80]!r}") from error

    found = made(*ask(plan_messages(text, before, "compact"), plan_schema(text, before, "compact")))
    if other is not None and (found.plan.steps or found.sure < SURE):
        spoken = gist()(text, before)
        if found.agreed(spoken) < SURE:
            second = other()
            found = found if second is None else max(found, made(*second), key=lambda one: one.fits(spoken))
    plan = found.plan
    if plan.refusal == refusals.told("edit") and in_a_colour(mended.text):
        return Plan(refusal=refusals.TINT)
    meant = hidden.meant(plan)
    if meant is None:  # a temperature was lost on the way: somewhere else would be edited
        return Plan(refusal=refusals.told("unclear"))
    spoken = gist()(text, before)
    agreed = found.agreed(spoken)
    wrong = _undoes_itself(plan) or turned_round(plan, instruction)
    if plan.steps and (wrong or agreed < SURE):
        shown = [step for step in plan.steps if (step.task, step.direction) == ("stand_out", "more")]
        if any(removes(instruction, step.region.phrases) for step in shown):
            return Plan(refusal=refusals.told("edit"))
        if supported(found.line, spoken) < OFFERED:
            return refusals.unknown(instruction, _nearest(spoken))
        return refusals.doubted(meant, 0.0 if wrong else agreed)
    two = warmer(text, plan)
    return meant if two is None else refusals.two_ways(two)


@dataclass(frozen=True)
class _Made:
    """A plan, and how it was read from a line that a model wrote.

    Attributes:
        plan: what it means.
        line: the plan as a line.
        sure: how likely its effects and kinds were to the model, 0 to 1 (``lines.sureness``).
        likely: how likely all of its line was, 0 to 1.
        redirected: whether the words name another source than the model took.
    """

    plan: Plan
    line: str
    sure: float
    likely: float
    redirected: bool

    def agreed(self, spoken: Mapping[str, float]) -> float:
        """How far two readings agree on it, given what the words speak of."""
        # Of a source that the words name, what the model thought of the other one counts no more.
        sure = max(self.sure, supported(self.line, spoken)) if self.redirected else self.sure
        return agreement(self.line, sure, spoken)

    def fits(self, spoken: Mapping[str, float]) -> float:
        """How well it is what two readings take the wish for, beside another plan: higher is better."""
        return agreement(self.line, self.likely, spoken, CHOOSING)


def _made(line: str, choices: Choices, read: Plan, plan: Plan) -> _Made:
    """What a model's line was read as, and the plan of that by the source that the words name."""
    told = [(at - len(BEFORE_LINE), likely) for at, likely in choices]
    sure, likely = lines.sureness(line, told), math.prod(chance for _, chance in told)
    return _Made(plan, line if plan == read else lines.written(plan), sure, likely, plan != read)


def _undoes_itself(plan: Plan) -> bool:
    """Whether a step is the opposite of another in the same place: nobody wishes for both, sure as a model may be.

    "70% infrared, 30% visible" is a mixture.
    """
    ways = [(step.task, step.direction, step.region) for step in plan.steps if step.amount is None]
    return any(
        (task, where) == (other, there) and {way, back} in _OPPOSITES
        for place, (task, way, where) in enumerate(ways)
        for other, back, there in ways[:place]
    )


def _nearest(spoken: Mapping[str, float]) -> list[str]:
    """The effects that words speak of most, if they do at all, as wishes."""
    effects = {name: step for step, name in lines.NAMES.items()}
    likely = sorted((name for name in spoken if name in effects and spoken[name] >= NEAR), key=lambda one: -spoken[one])
    return [called(*effects[name]) for name in likely[:MOST_NAMED]]


def held_to_words(plan: Plan, model: LanguageModel, text: str, before: Plan | None, doubt: float) -> Plan:
    """A plan, or the doubt whether it is meant.

    Where a model plans freely it is doubted if nobody named the region, or if the words hardly speak of the effect:
    below ``doubt``, 0 to 1, as our second reading has it (``agent.model.gist``). Words that lead to two edits are no
    plan either (``words.undecided``). Our adapter is held to all of that by itself. Whichever model plans: what is to
    be taken back must be a change (``words.taken_back``), for nothing asks before a good edit is lost.
    """
    if plan.control in ("undo", "redo", "reset"):
        why = not_taken_back(text)
        if why is not None:
            return Plan(refusal=why)
        return Plan(control="reset") if plan.control == "undo" and to_the_start(text) else plan
    if plan.control == "save" and not _SAVES.search(text):  # a file that nobody asked for
        return Plan(refusal=refusals.told("unclear"))
    if model.style != "full" or not plan.steps:
        return plan
    plan = directed(as_said(plan, text, before), text)
    two = undecided(text, before) or warmer(text, plan)
    if two is not None:
        return refusals.two_ways(two)
    unsaid = inferred(plan, text, before) or supported(lines.written(plan), gist()(text, before)) < doubt
    return refusals.doubted(plan) if unsaid else plan
