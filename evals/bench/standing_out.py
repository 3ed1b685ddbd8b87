"""What stand_out does to hot objects: how far their difference to what is around them moves, and by which calls.

Part of ``wordfuse bench edits``. The steps are carried out as in a run, goals, guards and attempts included; a model
that follows the rules stands in for a language model, so that only the means are measured.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.plan import Plan, Step
from wordfuse.agent.record import Attempt, StepRecord
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.fusion.files.pairs import PairFiles
from wordfuse.tools.types import Direction, Region

REGION = "hot objects"  # which the pixels say, whatever the set
DIRECTIONS: tuple[Direction, ...] = ("more", "less")


@dataclass
class StandingOut:
    """One direction over all pairs.

    Attributes:
        regions: pairs on which the region was found, with something around it.
        satisfied: of them, those where the goal was reached, or held already.
        before: mean difference before, CIEDE2000.
        after: mean difference of what was kept.
        attempts: mean number of calls that were tried.
        kept: how often each call was the one kept.
    """

    regions: int = 0
    satisfied: int = 0
    before: float = 0.0
    after: float = 0.0
    attempts: float = 0.0
    kept: dict[str, int] = field(default_factory=dict)

    def row(self, direction: str) -> str:
        """A line of the table."""
        kept = ", ".join(f"{call} {count}" for call, count in self.kept.items()) or "none"
        numbers = f"{self.before:.1f} | {self.after:.1f} | {self.satisfied} of {self.regions} | {self.attempts:.1f}"
        return f"| {direction} | {numbers} | {kept} |"


def standing_out(pairs: Sequence[PairFiles], preset: str, device: str, console: Console) -> dict[str, StandingOut]:
    """Make the hot objects of every pair stand out more, and less, at normal strength.

    Args:
        pairs: the pairs.
        preset: of the fusion network.
        device: cpu, cuda or auto.
        console: for progress.

    Returns:
        What came of it, by direction.
    """
    settings = Settings(regions="pixels", preset=preset, device=device)
    return {
        direction: _summed_up(
            [_made(files, direction, settings) for files in track(pairs, f"stand out {direction}", console=console)]
        )
        for direction in DIRECTIONS
    }


def table(rows: dict[str, StandingOut]) -> list[str]:
    """The results as Markdown."""
    return [
        f"Stand out, {REGION}, normal strength: CIEDE2000 to a ring around them.",
        "",
        "| | before | after | goal reached | calls tried | kept |",
        "|---|---|---|---|---|---|",
        *(values.row(direction) for direction, values in rows.items()),
    ]


def _made(files: PairFiles, direction: Direction, settings: Settings) -> StepRecord:
    step = Step(task="stand_out", direction=direction, region=Region(phrases=[REGION]), strength="normal")
    model = ScriptedModel({"": Plan(steps=[step], refusal=None)})
    with tempfile.TemporaryDirectory(prefix="wordfuse-bench-") as folder:
        record = Session.create(Path(folder) / "run", files.infrared, files.visible, [""], settings, model).run()
    return next(record.steps)


def _summed_up(steps: Sequence[StepRecord]) -> StandingOut:
    tried = [step for step in steps if step.attempts]
    if not tried:
        return StandingOut()
    kept = [_kept(step) for step in tried]
    calls = Counter(attempt.means for attempt in kept if attempt is not None)
    after = [
        step.attempts[0].main.before if attempt is None else attempt.main.after
        for step, attempt in zip(tried, kept, strict=True)
    ]
    return StandingOut(
        regions=len(tried),
        satisfied=sum(step.satisfied for step in tried),
        before=float(np.mean([step.attempts[0].main.before for step in tried])),
        after=float(np.mean(after)),
        attempts=float(np.mean([len(step.attempts) for step in tried])),
        kept=dict(calls.most_common()),
    )


def _kept(step: StepRecord) -> Attempt | None:
    """The attempt whose picture was kept; None where the picture stayed as it was."""
    return step.best if step.output else None
