"""``report.html`` of a film: what was asked, how it holds over time, and the key frames with their regions."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.outcome import clock
from wordfuse.agent.film.record import Curve, FilmRecord, FilmStep, KeyFrame
from wordfuse.agent.report import wording
from wordfuse.agent.report.album import Picture, picture_of
from wordfuse.agent.report.engine import render
from wordfuse.agent.report.wording import Outcome
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.temperatures.units import shown

SHOWN = 12  # key frames on the page
SIDE_PX = 320  # of their pictures
WIDE, HIGH = 640, 90  # of a curve
POINTS = 400  # of a curve: more are not told apart


@dataclass(frozen=True)
class Line:
    """A step over time, drawn.

    Attributes:
        area: points of the share of the picture, for a polyline.
        amount: points of how far it goes.
        most_area: what the top of the first is.
        marks: where it was measured: x, and whether its goal held.
        summary: the same in words.
    """

    area: str
    amount: str
    most_area: float
    marks: tuple[tuple[float, bool], ...]
    summary: str


@dataclass(frozen=True)
class Shown:
    """A step on the page."""

    number: int
    step: FilmStep
    words: str
    outcome: Outcome
    line: Line


@dataclass(frozen=True)
class KeyShown:
    """A key frame on the page: its pictures as addresses, and what is told of it."""

    words: str
    pictures: tuple[tuple[str, Picture], ...]
    decided: str | None


def shown_steps(record: FilmRecord) -> list[Shown]:
    """The steps of a film with their curves."""
    return [
        Shown(number, step, wording.step_words(step), _outcome(step), _line(step, record.curves[number - 1], record))
        for number, step in enumerate(record.steps, start=1)
    ]


def render_film_report(record: FilmRecord, folder: Path) -> str:
    """The page of a run over a film; it holds all it shows, and leads to the film beside it.

    Args:
        record: the run record.
        folder: the run folder, with its key frames and its film.
    """
    texts = [said.text for said in record.instructions]
    return render(
        "film.html",
        title=wording.shortened(texts[0], 90) if texts else "film",
        record=record,
        steps=shown_steps(record),
        keys=_keys(record, folder),
        clock=clock,
        facts=_facts(record),
        outcome=_whole(record),
    )


def _outcome(step: FilmStep) -> Outcome:
    if step.satisfied:
        return Outcome("done", "nothing to gain" if step.reason else "satisfied")
    return Outcome("partly" if step.calls else "failed", "not all the time" if step.calls else "not done")


def _whole(record: FilmRecord) -> Outcome:
    if all(said.satisfied for said in record.instructions):
        return Outcome("done", "satisfied all the time")
    return Outcome("partly", "not all satisfied")


def _line(step: FilmStep, curve: Curve, record: FilmRecord) -> Line:
    count = len(curve.areas)
    every = max(1, count // POINTS)
    places = range(0, count, every)
    most = max(curve.areas, default=0.0) or 1.0
    amounts = [abs(amount or 0.0) for amount in curve.amounts]
    most_amount = max(amounts, default=0.0) or 1.0

    def points(values: Sequence[float], top: float) -> str:
        return " ".join(
            f"{WIDE * place / max(1, count - 1):.1f},{HIGH - (HIGH - 6) * values[place] / top:.1f}" for place in places
        )

    marks = tuple((WIDE * one.number / max(1, count - 1), one.met) for one in step.checked)
    there = ", ".join(f"{clock(span.from_s)} to {clock(span.to_s)}" for span in step.there) or "never"
    held = sum(one.met for one in step.checked)
    summary = f"Region there: {there}. Goal held in {held} of {len(step.checked)} measured frames."
    return Line(points(curve.areas, most), points(amounts, most_amount), most, marks, summary)


def _keys(record: FilmRecord, folder: Path) -> list[KeyShown]:
    every = max(1, -(-len(record.keys) // SHOWN))
    return [_key(key, record, folder / "keys") for key in record.keys[::every]]


def _key(key: KeyFrame, record: FilmRecord, home: Path) -> KeyShown:
    name, limit = f"{key.number:06d}", record.settings.max_pixels
    made: list[tuple[str, Callable[[], thumbnails.Thumbnail]]] = [
        (kind, partial(thumbnails.of_picture, home / f"{name}-{file}.png", SIDE_PX, max_pixels=limit))
        for kind, file in (("infrared", "ir"), ("visible", "vi"), ("result", "result"))
    ]
    for number, step in enumerate(record.steps):
        if step.region.phrases:
            files = home / f"{name}-result.png", home / f"{name}-mask-{number}.png"
            made.append((str(step.region), partial(thumbnails.of_overlay, *files, SIDE_PX, max_pixels=limit)))
    pictures = []
    for kind, make in made:
        with suppress(InputError):  # of a key frame without the region, or one that is the last of its scene
            alt = f"{kind} at {clock(key.seconds)}"
            pictures.append((kind, picture_of(make(), alt)))
    areas = [f"{step.region}: {_there(step, area)}" for area, step in zip(key.areas, record.steps, strict=False)]
    words = f"{clock(key.seconds)}, frame {key.number} ({_WHY[key.why]}): {'; '.join(areas) or 'nothing to do'}"
    return KeyShown(words, tuple(pictures), key.decided)


def _there(step: FilmStep, area: float | None) -> str:
    if not step.calls:
        return "nothing is done"
    return "not found" if area is None else wording.share(area)


_WHY = {
    "start": "the first",
    "end": "the last of a scene",
    "every": "in its turn",
    "cut": "a scene begins",
    "drift": "much had moved",
}


def _facts(record: FilmRecord) -> list[tuple[str, Any]]:
    film = record.film
    found = {None: "as given", True: "found from the pictures", False: "could not be told from the pictures"}
    rows = [
        ("frames", film.frames),
        ("length", clock(film.seconds)),
        ("frames a second", f"{film.fps:.4g}"),
        ("size", f"{film.width}x{film.height}"),
        ("scenes", film.scenes),
        ("key frames", len(record.keys)),
        ("infrared clock", f"{film.offset_s:+.3g} s, {found[film.offset_found]}"),
        ("not readable", f"{film.skipped[0]} infrared, {film.skipped[1]} visible"),
        ("visible frames without infrared", film.unmatched),
        ("sound", "that of the visible film" if film.sound else "none"),
        ("language model", f"{record.llm.name}, {record.llm.calls} calls"),
        ("time", wording.seconds(record.seconds)),
    ]
    if "range_c" in film.temperatures:
        low, high = film.temperatures["range_c"]
        rows.append(("temperatures", f"{shown(low)} to {shown(high)}, {film.temperatures['kind']}"))
    if film.moved:
        moved = ", ".join(f"{name} {value:.3g}" for name, value in film.moved.items())
        rows.append(("infrared moved by", moved))
    return rows
