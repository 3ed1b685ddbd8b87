"""``report.html``: what was asked, what was done and how well, with every picture of the run."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import InputError, RegionError
from wordfuse.agent.record import Instruction, MetricTables, Record, StepRecord
from wordfuse.agent.report import wording
from wordfuse.agent.report.album import Album, Picture, picture_of
from wordfuse.agent.report.engine import render
from wordfuse.agent.report.heat import Heat, rows_of, temperatures_of
from wordfuse.agent.report.reproduce import command_of
from wordfuse.agent.report.turns import Shown, Turn
from wordfuse.agent.telling.degrees import MEASURED_IN
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.display.latest import Latest
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.same import Same

TITLE = 90  # characters of the words that are the title
TURNS = 1024  # whose pictures are not looked up again, where the page is made anew after each


@dataclass(frozen=True)
class Row:
    """A metric of the whole picture, before the first edit and at the end; ``change`` in percent."""

    name: str
    words: str
    fused: float
    result: float
    change: float | None
    digits: int


def render_report(record: Record, folder: Path, decoded: Decoded | None = None) -> str:
    """The page of one run.

    Words, names and reasons come from users and models: each is escaped. A source that is gone is left out, and so is
    the picture or the region of a step.

    Args:
        record: the run record, as ``run.json`` holds it.
        folder: the run folder, whose pictures go into the page, reduced.
        decoded: what was decoded of them before.
    """
    pictures = _Pictures(record, folder, decoded or Decoded())
    texts = [instruction.text for instruction in record.instructions]
    title = (
        wording.shortened(" \N{MIDDLE DOT} ".join(texts), TITLE)
        if texts
        else f"{Path(record.ir).name} + {Path(record.vi).name}"
    )
    turns = _turns(record, pictures)
    return render(
        "page.html",
        style=_measures(pictures.fused),
        script="compare.js",
        album=Album(),
        title=title,
        record=record,
        names={"infrared": Path(record.ir).name, "visible": Path(record.vi).name},
        outcome=wording.run_outcome(record.instructions),
        pictures=pictures,
        turns=turns,
        gist=[_understood(number, said) for number, said in enumerate(record.instructions, start=1)],
        choices=_choices(pictures, turns),
        metrics=_metrics(record.metrics),
        facts=_facts(record),
        command=command_of(record),
        asked=any(instruction.asked for instruction in record.instructions),
    )


@dataclass(frozen=True)
class Gist:
    """An instruction in two lines: what was said, and what was made of it.

    Attributes:
        number: of the turn that tells it all.
        said: the words.
        understood: what they were taken for, or why nothing was done.
        outcome: how each step ended; of a refusal, that it is one.
    """

    number: int
    said: str
    understood: str
    outcome: list[wording.Outcome]


def _understood(number: int, said: Instruction) -> Gist:
    if said.refusal:
        return Gist(number, said.text, said.refusal, [wording.Outcome("failed", "not done")])
    if said.answer is not None:
        kind, words = ("done", "answered") if said.answer.known else ("failed", "not answered")
        return Gist(number, said.text, said.answer.text, [wording.Outcome(kind, words)])
    words = "; then ".join(map(wording.step_words, said.planned)) or str(said.plan)
    return Gist(number, said.text, words, [wording.step_outcome(step) for step in said.steps])


class _Pictures:
    """The pictures of a run: sources, fused, result, and those of its steps."""

    def __init__(self, record: Record, folder: Path, decoded: Decoded) -> None:
        self.folder, self.decoded = folder, decoded
        self.max_pixels, self.align = record.settings.max_pixels, record.settings.align
        self.reading = record.settings.reading
        edits = sum(step.output is not None for step in record.steps)
        self.pair = Path(record.ir), Path(record.vi)
        self.infrared, self.visible = self._sources(*self.pair)
        self.fused = self._file("fused.png", "The fused picture, before any edit.")
        result = self._file("result.png", f"The result: the fused picture after {wording.counted(edits, 'edit')}.")
        self.edited = result.id != self.fused.id
        self.result = result if self.edited else self.fused
        # Before the first edit the fused picture is best seen beside the one that its colours come from.
        begun = None if self.edited else self.visible
        self.left, self.left_name = (begun, "visible") if begun else (self.fused, "fused")

    def after(self, step: StepRecord, number: int) -> Picture | None:
        """The picture that a step left."""
        if not step.output:
            return None
        try:
            return self._file(step.output, f"After step {number}: {wording.step_words(step)}.")
        except InputError:
            return None

    def overlay(self, step: StepRecord, started: str) -> Picture | None:
        """The region of a step, drawn on the picture that the step started from."""
        if not step.mask:
            return None
        where = f"{step.region}, {wording.share(step.area)} of the picture"
        paths, read = (self.folder / started, self.folder / step.mask), self.decoded
        try:
            drawn = thumbnails.of_overlay(
                *paths, max_pixels=self.max_pixels, read=read.picture, read_mask=read.mask_as_picture
            )
        except InputError:
            return None
        return picture_of(drawn, f"The region tinted red and outlined: {where}.")

    def legend(self, step: StepRecord) -> Picture | None:
        """The scale of the false colours of a step, where it made any and the sources are still there."""
        if (step.task, step.direction) != ("recolour", "heat"):
            return None
        try:
            drawn = thumbnails.of_legend(
                *self.pair,
                self.folder / step.mask if step.mask else None,
                max_pixels=self.max_pixels,
                align=self.align,
                reading=self.reading,
                read=self.decoded.pair,
                read_mask=self.decoded.mask_as_picture,
            )
        except InputError:
            return None
        return picture_of(drawn, "The scale of the false colours, hot on top, with the values of the infrared.")

    def heat(self, instruction: Instruction) -> Heat | None:
        """The temperatures that the answer to a question rests on."""
        found = temperatures_of(instruction.answer)
        if found is None or instruction.answer is None:
            return None
        file = instruction.answer.evidence.get(MEASURED_IN)
        try:
            drawn = thumbnails.of_heat(
                *self.pair,
                self.folder / file if isinstance(file, str) else None,
                unit=found.unit,
                max_pixels=self.max_pixels,
                align=self.align,
                reading=self.reading,
                read=self.decoded.pair,
                read_mask=self.decoded.mask_as_picture,
            )
        except (InputError, RegionError):
            return Heat(rows_of(found), None)
        alt = f"The temperatures of the region, {found.min:.1f} to {found.max:.1f} {found.unit}, in colours."
        return Heat(rows_of(found), picture_of(drawn, alt))

    def _file(self, file: str, alt: str) -> Picture:
        path = self.folder / file
        return picture_of(thumbnails.of_picture(path, max_pixels=self.max_pixels, read=self.decoded.picture), alt)

    def _sources(self, ir: Path, vi: Path) -> tuple[Picture | None, Picture | None]:
        try:
            infrared, visible = thumbnails.of_sources(
                ir,
                vi,
                max_pixels=self.max_pixels,
                align=self.align,
                reading=self.reading,
                read=self.decoded.pair,
            )
        except InputError:
            return None, None
        return (
            picture_of(infrared, "The infrared picture: what is warm is bright."),
            picture_of(visible, "The visible picture."),
        )


@dataclass(frozen=True)
class _Place:
    """How far the conversation came: steps so far, and the picture that the next one starts from."""

    number: int
    started: str
    picture: Picture


def _turns(record: Record, pictures: _Pictures) -> list[Turn]:
    """The conversation: each instruction with its steps."""
    turns, place = [], _Place(0, "fused.png", pictures.fused)
    for said, instruction in enumerate(record.instructions, start=1):
        key = Same(instruction), said, place, pictures.folder
        turn, place = _known.of(key, partial(_turn, instruction, said, place, pictures))
        turns.append(turn)
    return turns


# A turn that is done stays as it is, and so do its pictures: nothing is written into their files again.
_known = Latest[tuple[Turn, _Place]](TURNS)


def _turn(instruction: Instruction, said: int, place: _Place, pictures: _Pictures) -> tuple[Turn, _Place]:
    shown = []
    for step in instruction.steps:
        number = place.number + 1
        after = pictures.after(step, number)
        shown.append(
            Shown(
                number=number,
                before=place.picture if after else None,
                after=after,
                overlay=pictures.overlay(step, place.started),
                legend=pictures.legend(step) if after else None,
            )
        )
        place = _Place(number, step.output or place.started, after or place.picture)
    return Turn(said, instruction, tuple(shown), pictures.heat(instruction)), place


def _choices(pictures: _Pictures, turns: list[Turn]) -> list[tuple[str, Picture]]:
    """The pictures that can be compared, by name, in the order they came to be; none of them twice."""
    steps = [shown for turn in turns for shown in turn.shown]
    named = [("infrared", pictures.infrared), ("visible", pictures.visible), ("fused", pictures.fused)]
    named += [
        (f"after step {shown.number}", shown.after)
        for shown in steps
        if shown.after is not None and shown.after.id != pictures.result.id
    ]
    if pictures.edited:
        named.append(("result", pictures.result))
    unique: dict[str, tuple[str, Picture]] = {}
    for name, picture in named:
        if picture is not None:
            unique.setdefault(picture.id, (name, picture))
    return list(unique.values())


def _metrics(metrics: MetricTables) -> list[Row]:
    """The metrics of the whole picture, before the first edit and at the end."""
    return [
        Row(
            name=name,
            words=wording.METRICS.get(name, ""),
            fused=fused,
            result=metrics.result[name],
            change=100 * (metrics.result[name] - fused) / abs(fused) if fused else None,
            digits=2 if abs(fused) >= 10 else 4,
        )
        for name, fused in metrics.fused.items()
    ]


def _facts(record: Record) -> dict[str, list[tuple[str, Any]]]:
    """Times, versions and settings, as rows of tables."""
    llm, tools, whole = record.llm, record.tools, record.seconds
    rest = max(0.0, whole - llm.seconds - tools.seconds)
    chosen = record.settings.model_dump(mode="json")
    settings = {key: value for key, value in chosen.items() if value not in (None, {}, [])}
    limits = settings.pop("limits")
    masks = ", ".join(settings.pop("masks", {}))
    settings |= {"prompts": settings["prompts"][:12]} | ({"masks": masks} if masks else {})
    return {
        "Time": [
            ("language model", wording.seconds(llm.seconds)),
            ("tools", wording.seconds(tools.seconds)),
            ("the rest", wording.seconds(rest)),
            ("the whole run", wording.seconds(whole)),
        ],
        "Calls": [
            ("language model", llm.name),
            ("its calls", llm.calls),
            ("tokens read", llm.prompt_tokens),
            ("tokens written", llm.completion_tokens),
            ("tool calls", tools.calls),
        ],
        "Versions": list(record.versions.items()),
        "Settings": [(name.replace("_", " "), value) for name, value in settings.items()],
        "Limits": [(name.replace("_", " "), f"{value:g}") for name, value in limits.items()],
    }


def _measures(picture: Picture) -> str:
    """The shape that every picture of this run has, for the style."""
    return f":root {{ --width: {picture.width}; --height: {picture.height}; }}\n"
