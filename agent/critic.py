"""When is a step satisfied? Measurements held against the goal of its task, as pure functions up to a verdict.

The goals are in ``tools.effects``, one row a task; GOAL_SHARE of the amount that stands there must be measured.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import computed_field
from pydantic.dataclasses import dataclass as model

from wordfuse.agent.plan import Judgement, Step
from wordfuse.tools.aims import JUST_SEEN, SEEN, Line
from wordfuse.tools.effects import EFFECTS, LITTLE, thingness

GOAL_SHARE = 0.8  # edges are feathered inside the mask and pictures are 8-bit, so the last fifth is not asked for
OF_THINGS = 0.45  # and of a thing that goes nearly all the way to a source, which may be hardly more than its soft edge
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
LITTLE_LEFT, BARELY_SEEN = 0.85, 0.5  # share that is left of little, and CIEDE2000 that somebody who looks for it sees
#: Main lines of faults: who names one looks for it. What is sharpened unseen is as likely grain.
FAULTS = frozenset({"noise", "haze", "stripes"})
NAMED_FAULTS = FAULTS | {"sharpness"}  # what somebody must see to speak of it
HARDLY_SEEN = 0.2  # CIEDE2000 on average: sparse specks that are gone, or finer edges, are more where they are
MOST_DIGITS = 4  # decimals of a measured number
JUST_WITHIN = 0.9  # of what is reckoned to come to a guard's limit
GROWTH = 0.8  # guards grow as this power of what is done: 0.4 of an edit of people has 0.45 of its halo
MOVED = 0.1  # of the way to the goal: less is no progress
UNHARMED = 0.5  # of the way to the limit of a guard: up to there nobody takes offence
#: Guards of what is lost for what is gained; a halo is none, as what comes from a source that lies apart has one.
LOSSES = frozenset({"clipped", "rim", "colour", "texture", "edges", "dark"})

Move = Literal["accept", "again", "adjust", "undo", "stop"]


@model(frozen=True)
class Check:
    """One line of a goal: a measurement before and after, and the limit it was to keep. ``met`` is told in JSON too."""

    name: str
    before: float
    after: float
    target: float
    at_most: bool
    main: bool

    @computed_field  # type: ignore[prop-decorator]
    @property
    def met(self) -> bool:
        """Whether the measurement keeps the limit."""
        return self.keeps(self.after)

    def keeps(self, value: float) -> bool:
        """Whether a value would keep the limit."""
        return value <= self.target if self.at_most else value >= self.target

    @property
    def way(self) -> float:
        """How far it went from where it was to the limit: 0 not at all, 1 there, negative the wrong way."""
        return 1.0 if self.met else self.gone

    @property
    def gone(self) -> float:
        """The same of a limit that is not to be reached: 1 at the limit; 0 where it is that from the first."""
        wanted = self.target - self.before
        return (self.after - self.before) / wanted if wanted else 0.0

    @property
    def digits(self) -> int:
        """How many decimals tell its numbers apart: what is just missed does not read as if it were met."""
        digits = 1 if max(abs(self.before), abs(self.target)) >= 2 else 3
        while (
            digits < MOST_DIGITS
            and self.after != self.target
            and round(self.after, digits) == round(self.target, digits)
        ):
            digits += 1
        return digits

    def __str__(self) -> str:
        """One line for the model and for people."""
        digits = self.digits
        numbers = f"{self.before:.{digits}f} -> {self.after:.{digits}f}"
        limit = f"goal {'at most' if self.at_most else 'at least'} {self.target:.{digits}f}"
        return f"{self.name}: {numbers}, {limit}, {'met' if self.met else 'missed'}"


@dataclass(frozen=True)
class Measured:
    """An attempt beside its goal."""

    checks: tuple[Check, ...]

    @property
    def main(self) -> Check:
        """The main line."""
        return next(check for check in self.checks if check.main)

    @property
    def broken(self) -> tuple[Check, ...]:
        """The guard lines that do not hold; that there is something to see is none that a weaker edit would mend."""
        return tuple(check for check in self.checks if not check.main and not check.met and check.name != SEEN.name)

    @property
    def within(self) -> float:
        """How much of what was done keeps every guard, 0 to 1: a little less than where each line would end."""
        ends = [(check.target - check.before) / (check.after - check.before or 1.0) for check in self.broken]
        return min([1.0, *(JUST_WITHIN * math.pow(min(max(end, 0.0), 1.0), 1 / GROWTH) for end in ends)])

    @property
    def met(self) -> bool:
        """Whether the main line and every guard hold."""
        return self.main.met and not self.broken

    @property
    def seen(self) -> bool:
        """Whether there is a change that an eye sees."""
        return all(check.met for check in self.checks if check.name == SEEN.name)

    @property
    def unseen(self) -> bool:
        """Whether the goal was reached from short of it, by a change that no eye sees."""
        return self.met and not self.seen and not self.main.keeps(self.main.before)

    @property
    def already(self) -> bool:
        """Whether nothing is to be gained: it was there before, or what could be gained cannot be seen."""
        return not self.gentle and (self.main.keeps(self.main.before) or self.unseen)

    @property
    def gentle(self) -> bool:
        """Whether a fault that was named went, though little of it was measured, or little is seen of its going."""
        return self.little or self.faint

    @property
    def little(self) -> bool:
        """Whether little was measured of a fault that was named, and less of it is left, as can just be seen."""
        main, least = self.main, LITTLE.get(self.main.name)
        if least is None or not main.keeps(main.before) or main.before < least or self.broken:
            return False
        return main.after <= LITTLE_LEFT * main.before and self._seen >= BARELY_SEEN

    @property
    def faint(self) -> bool:
        """Whether the goal is met by a change that only somebody sees who looks for it, as who names a fault does."""
        return self.unseen and self.main.name in NAMED_FAULTS and self._seen >= HARDLY_SEEN

    @property
    def just_seen(self) -> bool:
        """Whether there is a change that can just be told side by side."""
        return self._seen >= JUST_SEEN

    @property
    def _seen(self) -> float:
        return max((check.after for check in self.checks if check.name == SEEN.name), default=0.0)

    @property
    def progress(self) -> float:
        """How far the main line went; -1 if a guard line is broken, so that such an attempt is never the best."""
        return -1.0 if self.broken else self.main.way

    @property
    def worst(self) -> tuple[float, Check | None]:
        """How far the guard that suffered most went, 0 up to ``UNHARMED`` and 1 at its limit, and which that is."""
        guards = (check for check in self.checks if not check.main and check.name in LOSSES)
        suffered = [((check.gone - UNHARMED) / (1 - UNHARMED), check) for check in guards if check.gone > UNHARMED]
        return max(suffered, key=lambda one: one[0], default=(0.0, None))

    @property
    def worse(self) -> Check | None:
        """The guard that an attempt which fell short took farther to its limit than it came itself; None: no guard."""
        harm, guard = self.worst
        return None if self.met or harm <= self.main.way else guard


def measured(
    step: Step,
    before: Mapping[str, float],
    after: Mapping[str, float],
    by: tuple[str, str | None] | None = None,
) -> Measured:
    """Compare the measurements of ``fusion.measures`` before and after an attempt with the step's goal.

    ``by`` is the tool that made it, and its direction: where the step has none of its own, what is let pass is what
    that tool is let pass.
    """
    effect = EFFECTS[step.task]
    goal = effect.goal_by(step.direction, by)
    first, area = before[goal[0].measured], before.get("area", 1.0)  # which a checkpoint of before does not hold
    amount = effect.amount(step.direction, step.strength, step.amount, first=first, area=area)
    share = GOAL_SHARE if effect.things is None else GOAL_SHARE + thingness(area) * (OF_THINGS - GOAL_SHARE)
    return Measured(
        tuple(
            Check(
                line.name,
                before[line.measured],
                after[line.measured],
                _limit(line, step, before[line.measured], amount, share),
                line.at_most,
                main=number == 0,
            )
            for number, line in enumerate(goal)
            # An attempt that waits in a checkpoint of before was measured for the lines of then.
            if line.measured in before and line.measured in after
        )
    )


def _limit(line: Line, step: Step, before: float, amount: float, share: float) -> float:
    if line is SEEN and (step.strength == "slight" or step.amount is not None):
        return JUST_SEEN
    return line.aim_for(step.strength).limit(before, amount, share)


def table(step: Step, result: Measured, attempt: int, attempts: int) -> str:
    """What the model judges by: the main line, and of the guards those that are broken."""
    return "\n".join([f"step: {step}", f"attempt: {attempt} of {attempts}", *lines(result)])


def lines(result: Measured) -> list[str]:
    """The main line, and the guards that are broken."""
    return [str(result.main), *([str(check) for check in result.broken] or ["guards: kept"])]


def true_to_numbers(judgement: Judgement, result: Measured, attempt: int, attempts: int) -> Judgement:
    """A verdict whose reason names no number that was not measured: small models slip when they copy."""
    known = {*_NUMBER.findall(" ".join(lines(result))), str(attempt), str(attempts)}
    if known.issuperset(_NUMBER.findall(judgement.reason)):
        return judgement
    plain = expected(result, attempt, attempts)
    reason = plain.reason if plain.verdict == judgement.verdict else str(result.main)
    return judgement.model_copy(update={"reason": reason[:160]})


def expected(result: Measured, attempt: int, attempts: int) -> Judgement:
    """The verdict that follows from the numbers alone: what the model is taught, and what it is checked against."""
    main, broken = result.main, next(iter(result.broken), None)
    last = attempt >= attempts
    now, wanted = _number(main.after, main), _number(main.target, main)
    if result.met:
        return Judgement(verdict="satisfied", reason=f"all goals met: {main.name} {now}")
    if main.met and broken is not None:
        reason = f"{broken.name} {_number(broken.after, broken)}, limit {_number(broken.target, broken)}: too much"
        return Judgement(verdict="give_up" if last else "adjust", reason=reason)
    reason = f"{main.name} {now}, {wanted} wanted"
    if last:
        return Judgement(verdict="give_up", reason=f"{reason}: no attempts left")
    if main.way < 0:
        return Judgement(verdict="undo", reason=f"{reason}: the wrong way")
    if main.way < MOVED:
        return Judgement(verdict="give_up", reason=f"{reason}: no progress")
    return Judgement(verdict="again", reason=f"{reason}: go on")


def may_go_on(step: Step, result: Measured) -> bool:
    """Whether a step whose goal was reached unseen goes further, until it is seen.

    Not beyond a number that was named, nor where a fault is gone: there is no more of it to take out. What has no tool
    of its own is carried out by calls that are forecast to be enough.
    """
    effect = EFFECTS[step.task]
    if step.amount is not None or effect.means or result.main.name in FAULTS or not result.unseen:
        return False
    return effect.way(step.direction).room(result.main.after)


def goes_on(result: Measured) -> Judgement:
    """The verdict where it does; it needs no model."""
    main = result.main
    return Judgement(verdict="again", reason=f"{main.name} {_number(main.after, main)} is met, but is not seen: go on")


def too_far(result: Measured) -> str:
    """Why an attempt that went further is not kept."""
    if not result.broken:
        return f"{result.main.name} {_number(result.main.after, result.main)}: stronger brings no more"
    line = result.broken[0]
    return f"stronger does harm ({line.name} {_number(line.after, line)}, limit {_number(line.target, line)})"


def looks_worse(guard: Check) -> str:
    """Why an attempt that fell short is not kept: which guard it took nearly to its limit."""
    return f"as what came of it looks worse ({guard.name} {_number(guard.after, guard)})"


def nothing_to_gain(step: Step, result: Measured) -> Judgement:
    """The verdict where nothing is to be gained, and the picture stays as it is, or little; it needs no model."""
    main = result.main
    numbers = f"{main.name} {_number(main.before, main)} -> {_number(main.after, main)}"
    if result.little:
        return Judgement(verdict="satisfied", reason=f"done gently: little of it was measured ({numbers})")
    if result.faint:
        return Judgement(verdict="satisfied", reason=f"done, though it can hardly be seen ({numbers})")
    if main.keeps(main.before):
        line = EFFECTS[step.task].goals[step.direction][0]
        why = f"{line.already} ({main.name} {_number(main.before, main)}){line.beyond}"
    else:
        why = f"already so, but for a change that no eye would see ({numbers})"
    return Judgement(verdict="satisfied", reason=f"nothing to gain here: {why}")


def decide(judgement: Judgement, result: Measured, attempt: int, attempts: int) -> Move:
    """What happens next: the step is accepted only where the model's verdict and the measured goal agree."""
    if judgement.verdict == "satisfied" and (result.met or result.already):
        return "accept"  # an edit with nothing to gain is not kept, whatever harm it did
    if attempt >= attempts:
        return "stop"
    if judgement.verdict == "satisfied":
        return "again"  # against the numbers, which win
    if judgement.verdict == "give_up":
        # Nothing is given up while attempts are left and the last one went part of the way.
        return "again" if MOVED <= result.progress < 1 else "stop"
    return judgement.verdict


def _number(value: float, check: Check) -> str:
    return f"{value:.{check.digits}f}"
