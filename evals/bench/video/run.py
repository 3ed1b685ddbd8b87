"""``wordfuse bench video``: films beside the same films frame by frame, in one run.

It writes ``bench_video.md`` and ``bench_video.json``. Of every film the first frames are made as a film, and a block of
them frame by frame, which takes much longer. CPU seconds are compared: they depend less on what else the machine does.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from wordfuse.agent.context import connect_model
from wordfuse.agent.film.deciding import Remembered
from wordfuse.agent.film.record import FilmRecord
from wordfuse.agent.record import Record
from wordfuse.agent.settings import Settings
from wordfuse.evals.bench.speed.processor import processor
from wordfuse.evals.bench.video.flicker import Step
from wordfuse.evals.bench.video.sides import Side, as_film, frame_by_frame, same_edits, write_clip
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import Pair, read_pair, to_uint8
from wordfuse.fusion.metrics import evaluate

WORDS = "make the people stand out, denoise the dark areas"
Frames = dict[int, NDArray[np.uint8]]
METRICS = ("SSIM", "Qabf", "VIF", "CC")


@dataclass(frozen=True)
class Beside:
    """A film beside the same frames one by one.

    Attributes:
        name: of the film.
        frames: of the clip.
        block: frames that were made one by one, too.
        flicker: of the film, gray values beyond its sources.
        flicker_single: frame by frame.
        untouched: change of the film where no step is at work, over that of the visible film.
        untouched_single: the same frame by frame.
        quality: mean relative difference of the metrics of the frames, film less the same edits on single frames.
        quality_single: the same, film less frame by frame: where a frame alone is edited otherwise, of two edits.
        overlap: of the regions with those that a look at the same frame finds, intersection over union.
        exact: of the regions of people with the exact masks, where these are known; and of single looks with them.
        exact_single: the latter.
        cpu_s: a frame of the film.
        cpu_s_single: a frame alone.
        fuse_s: fusing one pair.
        held: measured frames in which goals held, and all of them.
        held_single: steps that were satisfied frame by frame, and all of them.
    """

    name: str
    frames: int
    block: int
    flicker: float
    flicker_single: float
    untouched: float
    untouched_single: float
    quality: float
    quality_single: float
    overlap: float | None
    exact: float | None
    exact_single: float | None
    cpu_s: float
    cpu_s_single: float
    fuse_s: float
    held: tuple[int, int]
    held_single: tuple[int, int]


@dataclass(frozen=True)
class VideoReport:
    """All films, and where and when they were measured."""

    machine: str
    day: str
    words: str
    films: tuple[Beside, ...]

    def markdown(self) -> str:
        """The table."""
        head = (
            "| film | frames | flicker | frame by frame | ratio | untouched | quality | overlap | "
            "times as fast | CPU s a frame | goals held |"
        )
        rows = [f"`{self.words}`, {self.machine}, {self.day}", "", head, "|" + "---|" * 11, *map(_row, self.films)]
        return "\n".join(rows) + "\n"

    def as_json(self) -> str:
        """One document."""
        return json.dumps(asdict(self), indent=1)


def _row(one: Beside) -> str:
    exact = "" if one.exact is None else f"; exact {one.exact:.2f}, single looks {one.exact_single or 0:.2f}"
    overlap = "-" if one.overlap is None else f"{one.overlap:.2f}{exact}"
    cells = (
        one.name,
        f"{one.frames} ({one.block})",
        f"{one.flicker:.3f}",
        f"{one.flicker_single:.3f}",
        f"{_ratio(one.flicker, one.flicker_single):.2f}",
        f"{one.untouched:.2f} ({one.untouched_single:.2f})",
        f"{100 * one.quality:+.1f}% ({100 * one.quality_single:+.1f}%)",
        overlap,
        f"{one.cpu_s_single / one.cpu_s:.1f}",
        f"{one.cpu_s:.2f}",
        f"{one.held[0]}/{one.held[1]} ({one.held_single[0]}/{one.held_single[1]})",
    )
    return f"| {' | '.join(cells)} |"


def bench_video(
    data: Path, out: Path, words: str, frames: int, block: int, settings: Settings, console: Console
) -> VideoReport:
    """Measure every film in a folder.

    Args:
        data: holds folders with ``ir.mp4`` and ``vi.mp4``, or ``ir/`` and ``vi/``; perhaps ``masks/`` of people.
        out: folder for the tables; made if missing.
        words: what is done.
        frames: of each film.
        block: of these that are made one by one, too.
        settings: of the runs.
        console: for progress.

    Raises:
        InputError: there is no film.
    """
    sources = sorted(
        path
        for path in _folders(data)
        if any((path / f"ir{end}").exists() and (path / f"vi{end}").exists() for end in ("", ".mp4"))
    )
    if not sources:
        raise InputError("holds no film", argument="data", subject=data, remedy="name a folder with ir.mp4 and vi.mp4")
    model = Remembered(connect_model(settings))
    out.mkdir(parents=True, exist_ok=True)
    report = VideoReport(processor(), date.today().isoformat(), words, ())
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="wordfuse-video-") as folder:
            console.print(f"{source.name}: {frames} frames", markup=False)
            one = _beside(source, Path(folder), words, frames, block, settings, model)
        report = VideoReport(report.machine, report.day, words, (*report.films, one))
        write_bytes_atomic(out / "bench_video.md", report.markdown().encode())
        write_bytes_atomic(out / "bench_video.json", report.as_json().encode())
        console.print(_row(one), markup=False, soft_wrap=True)
    return report


def _folders(data: Path) -> list[Path]:
    """The folder, and those in it; links are followed."""
    return [data, *(path for path in data.iterdir() if path.is_dir())] if data.is_dir() else []


def _beside(
    source: Path, folder: Path, words: str, frames: int, block: int, settings: Settings, model: Remembered
) -> Beside:
    films = write_clip(source, folder / "clip", frames)
    count = len(list(films[1].glob("*.png")))
    # In the middle between key frames as well as at one.
    middle = max(0, min(count - block, count // 2))
    numbers = range(middle, min(count, middle + block))
    # Everything that is loaded once is loaded before anything is timed.
    frame_by_frame(films, range(1), words, settings, model, folder / "warm")
    record, film = as_film(films, words, settings, model, folder / "film")
    records, single = frame_by_frame(films, numbers, words, settings, model, folder / "single")
    pairs = {n: read_pair(films[0] / f"{n:06d}.png", films[1] / f"{n:06d}.png") for n in numbers}
    steps = [(one, two, Step.between(pairs[one], pairs[two])) for one, two in pairwise(numbers)]

    def flicker(shown: dict[int, NDArray[np.uint8]]) -> float:
        return float(np.mean([step.flicker(shown[one], shown[two]) for one, two, step in steps]))

    overlaps = [
        _overlap(a, b) for n in numbers for a, b in zip(film.masks[n], single.masks[n], strict=False) if a is not None
    ]
    exact = _exact(source, film, range(count)), _exact(source, single, numbers)
    return Beside(
        name=source.name,
        frames=count,
        block=len(numbers),
        flicker=flicker(film.frames),
        flicker_single=flicker(single.frames),
        untouched=_untouched(steps, film, single),
        untouched_single=_untouched(steps, single, film),
        quality=_quality(film.frames, same_edits(record, pairs, settings), pairs),
        quality_single=_quality(film.frames, single.frames, pairs),
        overlap=float(np.mean(overlaps)) if overlaps else None,
        exact=exact[0],
        exact_single=exact[1],
        cpu_s=film.cpu_s,
        cpu_s_single=single.cpu_s,
        fuse_s=_fusing(next(iter(pairs.values())), settings.for_tools().fuser),
        held=_held(record),
        held_single=_held_single(records),
    )


def _untouched(steps: Sequence[tuple[int, int, Step]], side: Side, other: Side) -> float:
    """Change over that of the visible film, where neither side's steps are at work in either frame."""
    changes = []
    for one, two, step in steps:
        masks = [mask for s in (side, other) for n in (one, two) for mask in s.masks[n] if mask is not None]
        covered = np.any(masks, axis=0) if masks else np.zeros(step.sure.shape, bool)
        changes.append(step.untouched(side.frames[one], side.frames[two], covered))
    own, visible = (float(np.mean(values)) for values in zip(*changes, strict=True))
    return _ratio(own, visible)


def _quality(film: Frames, others: Frames, pairs: dict[int, Pair]) -> float:
    differences = []
    for number, pair in pairs.items():
        sources = to_uint8(pair.infrared), to_uint8(pair.visible)
        ours, theirs = (evaluate(frames[number], *sources) for frames in (film, others))
        differences += [_ratio(ours[name], theirs[name]) - 1 for name in METRICS]
    return float(np.mean(differences))


def _overlap(one: NDArray[np.bool_], other: NDArray[np.bool_] | None) -> float:
    return 0.0 if other is None else float((one & other).sum() / max(1, (one | other).sum()))


def _exact(source: Path, side: Side, numbers: range) -> float | None:
    """Overlap of the first step's regions with exact masks."""
    from wordfuse.fusion.images import read_picture

    if not (source / "masks").is_dir():
        return None
    found = []
    for number in numbers:
        truth = read_picture(source / "masks" / f"{number:06d}.png")[..., 0] > 127
        mask = side.masks[number][0]
        if truth.any():
            found.append(0.0 if mask is None else _overlap(mask, truth))
    return float(np.mean(found)) if found else None


def _fusing(pair: Pair, fuser: Fuser) -> float:
    times = []
    for _ in range(3):
        began = time.process_time()
        fuser.fuse_pair(pair)
        times.append(time.process_time() - began)
    return min(times)


def _held(record: FilmRecord) -> tuple[int, int]:
    checked = [one for step in record.steps for one in step.checked]
    return sum(one.met for one in checked), len(checked)


def _held_single(records: Sequence[Record]) -> tuple[int, int]:
    tried = [step for record in records for step in record.steps if step.attempts and step.reason is None]
    return sum(step.satisfied for step in tried), len(tried)


def _ratio(one: float, other: float) -> float:
    return one / other if other else 1.0
