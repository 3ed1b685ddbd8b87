"""The conversation on a page, turn by turn. A turn is written once: of a long one most of the page is as it was."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup

from wordfuse.agent.critic import Check
from wordfuse.agent.record import Instruction, StepRecord
from wordfuse.agent.report import wording
from wordfuse.agent.report.album import Album, Picture
from wordfuse.agent.report.chart import Chart, draw_chart
from wordfuse.agent.report.engine import render_part
from wordfuse.agent.report.heat import Heat
from wordfuse.fusion.display.latest import Latest
from wordfuse.tools.store.same import Same

WRITTEN_CHARACTERS = 64 * 1024 * 1024  # kept of the latest turns, pictures and all


@dataclass(frozen=True)
class Line:
    """A line of a goal after an attempt: what it measures in words, and how many decimals its numbers need."""

    attempt: int
    words: str
    before: float
    after: float
    target: float
    at_most: bool
    met: bool
    digits: int


@dataclass(frozen=True)
class Shown:
    """The pictures of a step; None where there is nothing."""

    number: int
    before: Picture | None = field(hash=False)
    after: Picture | None = field(hash=False)
    overlay: Picture | None = field(hash=False)
    legend: Picture | None = field(hash=False)

    @property
    def pictures(self) -> Iterator[Picture]:
        """Those that the page comes to."""
        return (one for one in (self.overlay, self.before, self.after, self.legend) if one is not None)


@dataclass(frozen=True)
class Item:
    """A step as the page tells it."""

    number: int
    step: StepRecord
    words: str
    outcome: wording.Outcome
    region: str
    lines: list[Line]
    charts: list[Chart]


@dataclass(frozen=True)
class Turn:
    """An instruction as the page shows it: what was said, asked, understood and done.

    Attributes:
        said: its number, from 1.
        instruction: what came of it.
        shown: the pictures of its steps.
        heat: the temperatures of its answer; None where it tells none.
    """

    said: int
    instruction: Instruction
    shown: tuple[Shown, ...]
    heat: Heat | None = None

    def told(self, album: Album) -> Markup:
        """Its part of the page, which has come to it."""
        pictures = [one for step in self.shown for one in step.pictures]
        pictures += [self.heat.picture] if self.heat is not None and self.heat.picture is not None else []
        fresh = frozenset(one.id for one in pictures if album.first(one))
        key = Same(self.instruction), self.said, self.shown, self.heat, fresh
        return _written.of(key, lambda: self._write(set(fresh)))

    def _write(self, fresh: set[str]) -> Markup:
        instruction = self.instruction
        return render_part(
            "turn.html",
            said=self.said,
            turn=instruction,
            reply=_reply(instruction),
            heat=self.heat,
            planned=[wording.step_words(step) for step in instruction.planned],
            steps=[
                (_item(step, shown.number), shown) for step, shown in zip(instruction.steps, self.shown, strict=True)
            ],
            album=_Part(fresh),
        )


@dataclass
class _Part:
    """The album of a part of the page: the pictures that it has to hold."""

    fresh: set[str]

    def first(self, picture: Picture) -> bool:
        """Whether the part comes to this picture for the first time, and so has to hold it."""
        first = picture.id in self.fresh
        self.fresh.discard(picture.id)
        return first


_written = Latest[Markup](WRITTEN_CHARACTERS, len)


def _item(step: StepRecord, number: int) -> Item:
    return Item(
        number=number,
        step=step,
        words=wording.step_words(step),
        outcome=wording.step_outcome(step),
        region=str(step.region),
        lines=_lines(step),
        charts=_charts(step),
    )


def _reply(instruction: Instruction) -> str | None:
    """What was answered, or which control was carried out."""
    if instruction.answer is not None:
        return instruction.answer.text
    return f"Done: {instruction.control}." if instruction.control else None


def _lines(step: StepRecord) -> list[Line]:
    """Every line of the goal after every attempt."""
    return [
        Line(
            attempt=number,
            words=wording.measure_words(check, step),
            before=check.before,
            after=check.after,
            target=check.target,
            at_most=check.at_most,
            met=check.met,
            digits=check.digits,
        )
        for number, attempt in enumerate(step.attempts, start=1)
        for check in attempt.checks
    ]


def _charts(step: StepRecord) -> list[Chart]:
    """A chart for each main line of the goal."""
    lines: dict[str, list[Check]] = {}
    for attempt in step.attempts:
        for check in attempt.checks:
            if check.main:
                lines.setdefault(check.name, []).append(check)
    return [draw_chart(checks, wording.measure_words(checks[0], step)) for checks in lines.values()]
