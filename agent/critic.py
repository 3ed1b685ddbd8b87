"""When is a step satisfied? The measured goal of each task, as pure functions from metrics to a verdict.

A goal is one main line (the effect that was asked for) and guard lines (what must not suffer). The numbers:

========================  =============================================  ==========================================
task                      main line                                      guard line
========================  =============================================  ==========================================
incline                   luma distance to the source falls              structural similarity to it rises (or stays)
relight                   mean luma moves by the strength's ratio        clipped pixels grow by at most CLIPPED_MORE
denoise                   estimated noise falls                          at least EDGES_LEFT of the edges is left
========================  =============================================  ==========================================

How far is in ``tools.effects``; GOAL_SHARE of it must be measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import computed_field
from pydantic.dataclasses import dataclass as model

from wordfuse.agent.plan import Judgement, Step
from wordfuse.tools.effects import AMOUNTS

GOAL_SHARE = 0.8  # edges are feathered inside the mask and pictures are 8-bit, so the last fifth is not asked for
CLIPPED_MORE = 0.02  # share of the region's pixels
EDGES_LEFT = 0.8
SIMILARITY_FULL = 0.98  # a structural similarity that need not rise any further
ALREADY_CLOSE = 4.0  # a luma distance, 0-255, that hardly an eye sees
ALREADY_CLEAN = 1.5  # an estimated sigma, 0-255; below it the estimate reads texture, not grain
BRIGHTEST = 235.0  # beyond these means (0-255) a region has no room left
DARKEST = 8.0
MOVED = 0.1  # of the way to the goal: less is no progress

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
        return self.after <= self.target if self.at_most else self.after >= self.target

    @property
    def way(self) -> float:
        """How far it went from where it was to the limit: 0 not at all, 1 there, negative the wrong way."""
        wanted = self.target - self.before
        return 1.0 if self.met else (self.after - self.before) / wanted if wanted else 0.0

    def __str__(self) -> str:
        """One line for the model and for people."""
        digits = 1 if max(abs(self.before), abs(self.target)) >= 2 else 3
        numbers = f"{self.before:.{digits}f} -> {self.after:.{digits}f}"
        limit = f"goal {'at most' if self.at_most else 'at least'} {self.target:.{digits}f}"
        return f"{self.name}: {numbers}, {limit}, {'met' if self.met else 'missed'}"


@dataclass(frozen=True)
class Measured:
    """An attempt beside its goal."""

    checks: tuple[Check, ...]

    @property
    def met(self) -> bool:
        """Whether every line holds."""
        return all(check.met for check in self.checks)

    @property
    def progress(self) -> float:
        """How far the main line went; -1 if a guard line is broken, so that such an attempt is never the best."""
        guarded = all(check.met for check in self.checks if not check.main)
        return min(check.way for check in self.checks if check.main) if guarded else -1.0


def measured(step: Step, before: Mapping[str, float], after: Mapping[str, float]) -> Measured:
    """Compare the measurements of ``fusion.measures`` before and after an attempt with the step's goal."""
    amount = AMOUNTS[step.strength]
    if step.task == "incline":
        distance, similarity = f"distance_{step.direction}", f"ssim_{step.direction}"
        return Measured(
            (
                _line(
                    "distance",
                    distance,
                    before,
                    after,
                    max(_fall(before[distance], amount.distance_drop), ALREADY_CLOSE),
                ),
                _guard("ssim", similarity, before, after, min(before[similarity], SIMILARITY_FULL), at_most=False),
            )
        )
    if step.task == "relight":
        brighter, luma = step.direction == "brighter", before["luma"]
        ratio = 1 + GOAL_SHARE * (amount.luma_ratio - 1)
        target = min(luma * ratio, max(luma, BRIGHTEST)) if brighter else max(luma / ratio, min(luma, DARKEST))
        return Measured(
            (
                _line("luma", "luma", before, after, target, at_most=not brighter),
                _guard("clipped", "clipped", before, after, before["clipped"] + CLIPPED_MORE, at_most=True),
            )
        )
    return Measured(
        (
            _line("noise", "noise", before, after, max(_fall(before["noise"], amount.noise_drop), ALREADY_CLEAN)),
            _guard("edges", "edges", before, after, EDGES_LEFT, at_most=False),
        )
    )


def table(step: Step, result: Measured, attempt: int, attempts: int) -> str:
    """What the model judges by."""
    return "\n".join([f"step: {step}", f"attempt: {attempt} of {attempts}", *map(str, result.checks)])


def expected(result: Measured, attempt: int, attempts: int) -> Judgement:
    """The verdict that follows from the numbers alone: what the model is taught, and what it is checked against."""
    main = next(check for check in result.checks if check.main)
    broken = next((check for check in result.checks if not check.main and not check.met), None)
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


def decide(judgement: Judgement, result: Measured, attempt: int, attempts: int) -> Move:
    """What happens next: the step is accepted only where the model's verdict and the measured goal agree."""
    if judgement.verdict == "satisfied" and result.met:
        return "accept"
    if attempt >= attempts:
        return "stop"
    if judgement.verdict == "satisfied":
        return "again"  # against the numbers, which win
    if judgement.verdict == "give_up":
        # Nothing is given up while attempts are left and the last one went part of the way.
        return "again" if MOVED <= result.progress < 1 else "stop"
    return judgement.verdict


def _fall(value: float, drop: float) -> float:
    return value * (1 - GOAL_SHARE * drop)


def _line(
    name: str, key: str, before: Mapping[str, float], after: Mapping[str, float], target: float, at_most: bool = True
) -> Check:
    return Check(name, before[key], after[key], target, at_most, main=True)


def _guard(
    name: str, key: str, before: Mapping[str, float], after: Mapping[str, float], target: float, *, at_most: bool
) -> Check:
    return Check(name, before[key], after[key], target, at_most, main=False)


def _number(value: float, check: Check) -> str:
    return f"{value:.1f}" if max(abs(check.before), abs(check.target)) >= 2 else f"{value:.3f}"
