"""What a page calls things: steps, outcomes, measurements and numbers in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wordfuse.agent.critic import Check
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Attempt, Instruction, StepRecord
from wordfuse.agent.telling.text import plainly
from wordfuse.tools.effects import EFFECTS

STRENGTHS = {"slight": ", a bit", "normal": "", "strong": ", a lot"}

# The metrics of fusion.metrics, of which only Qcv is better when lower.
METRICS = {
    "AG": "average gradient",
    "EN": "entropy, bits",
    "SF": "spatial frequency",
    "SD": "standard deviation",
    "MI": "mutual information with both sources, nats",
    "SSIM": "structural similarity, mean of both sources",
    "VIF": "visual information fidelity, sum of both sources",
    "Qabf": "edges taken over from the sources",
    "SCD": "sum of the correlations of differences",
    "CC": "correlation, mean of both sources",
    "Qcv": "regional error as the eye weighs it",
}


@dataclass(frozen=True)
class Outcome:
    """How something ended.

    Attributes:
        kind: done, partly or failed; the page colours it so.
        words: the same for people.
    """

    kind: str
    words: str


def step_words(step: Step) -> str:
    """A planned step as a sentence without its full stop."""
    told = EFFECTS[step.task].told.format(region=step.region, direction=step.direction)
    return f"{told}{STRENGTHS[step.strength] if step.amount is None else f', {step.how_far}'}"


def tried_words(attempt: Attempt, step: Step) -> str:
    """What an attempt at a step without a tool of its own was; nothing for any other step."""
    return attempt.means if EFFECTS[step.task].means else ""


def step_outcome(step: StepRecord) -> Outcome:
    """How a step ended."""
    if step.reason == "already" and not step.missing:
        return Outcome("done", "already so")
    if step.satisfied:
        return Outcome("partly", "satisfied in part") if step.missing else Outcome("done", "satisfied")
    if not step.found:
        return Outcome("failed", "region not found")
    return Outcome("failed", "goal not reached" if step.attempts else "not done")


def run_outcome(instructions: Sequence[Instruction]) -> Outcome:
    """How a run ended, in one line."""
    steps = [step for instruction in instructions for step in instruction.steps]
    refused = sum(bool(instruction.refusal) for instruction in instructions)
    good = sum(step.satisfied and not step.missing for step in steps)
    answers = sum(instruction.answer is not None for instruction in instructions)
    # Whether what was understood is what was meant, no measurement tells.
    parts = [f"{good} of {counted(len(steps), 'step')} reached the goal of what was understood"] if steps else []
    if refused:
        parts.append(f"{counted(refused, 'instruction')} refused")
    if answers:
        parts.append(f"{counted(answers, 'question')} answered")
    kind = "done" if good == len(steps) and not refused else "partly" if good or answers else "failed"
    return Outcome(kind, ", ".join(parts)) if parts else Outcome("partly", "fused, nothing asked yet")


def measure_words(check: Check, step: Step) -> str:
    """What a line of a goal measures."""
    words = {line.name: line.words for line in EFFECTS[step.task].goals[step.direction]}
    return plainly(words.get(check.name, check.name))


def counted(count: int, thing: str) -> str:
    """A number of things."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def shortened(text: str, most: int) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "\u2026"


def number(value: float, digits: int = 3) -> str:
    """A number with its minus sign, and no minus before zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\u2212")


def signed(value: float, digits: int = 1) -> str:
    """A difference."""
    return number(value, digits) if round(value, digits) <= 0 else "+" + number(value, digits)


def seconds(value: float) -> str:
    """A time for people."""
    if value >= 90:
        return f"{int(value // 60)} min {value % 60:.0f} s"
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s" if value >= 0.1 else f"{value * 1000:.0f} ms"


def argument(value: Any) -> str:
    """An argument of a tool call: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def share(value: float) -> str:
    """A share of the picture."""
    percent = 100 * value
    return f"{percent:.0f}%" if percent >= 10 or percent == 0 else f"{percent:.1f}%" if percent >= 0.1 else "under 0.1%"
