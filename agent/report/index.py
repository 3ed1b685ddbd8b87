"""The page of a batch: what became of each job, with a link to its report."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from wordfuse.agent.errors import InputError
from wordfuse.agent.record import read_record
from wordfuse.agent.report import wording
from wordfuse.agent.report.engine import data_uri, render
from wordfuse.agent.state import Json
from wordfuse.fusion.display import thumbnails

PICTURES = ("fused", "result")
SIDE_PX, MANY_SIDE_PX = 360, 200
MANY = 60  # jobs; beyond it a page stays below a few megabytes by smaller pictures


@dataclass(frozen=True)
class Card:
    """A job as the page shows it; what its folder does not hold is None or empty."""

    job: Json
    anchor: str
    outcome: wording.Outcome
    link: str | None
    pictures: list[Json]
    steps: list[tuple[str, wording.Outcome]]


def render_index(jobs: list[Json], folder: Path, title: str) -> str:
    """The page of a batch.

    Args:
        jobs: one line a job, as ``wordfuse script`` prints them; of a job that failed, there need be no folder.
        folder: where the page will lie. Links are relative to it; a job whose folder is elsewhere has none.
        title: what the batch is called.
    """
    side_px = SIDE_PX if len(jobs) <= MANY else MANY_SIDE_PX
    runs = [where and folder / where for where in (_inside(Path(job["out"]), folder) for job in jobs)]
    files = [run / f"{name}.png" for run in runs if run for name in PICTURES]
    made = dict(zip(files, thumbnails.of_many(files, side_px, max_pixels=sys.maxsize), strict=True))
    cards = [_card(job, number, folder, made) for number, job in enumerate(jobs, start=1)]
    kinds = [card.outcome.kind for card in cards]
    counts = [(kind, words, kinds.count(kind)) for kind, words in _KINDS.items()]
    return render(
        "index.html",
        title=title,
        cards=cards,
        counts=[count for count in counts if count[2]],
        jobs=wording.counted(len(jobs), "job"),
        seconds=sum(job["seconds"] or 0.0 for job in jobs),
    )


_KINDS = {"done": "satisfied", "partly": "not satisfied", "failed": "failed"}


def _card(job: Json, number: int, folder: Path, made: Mapping[Path, thumbnails.Thumbnail | None]) -> Card:
    kind = {0: "done", 3: "partly"}.get(job["exit_code"], "failed")
    where = _inside(Path(job["out"]), folder)
    link = quote(f"{where.as_posix()}/report.html") if where and (folder / where / "report.html").is_file() else None
    pictures = _pictures(folder / where, made) if where else []
    steps = _steps(folder / where) if where else []
    return Card(job, f"job-{number}", wording.Outcome(kind, _KINDS[kind]), link, pictures, steps)


def _inside(out: Path, folder: Path) -> Path | None:
    """The folder of a job relative to that of the batch, if it lies in it."""
    # Not resolved: a folder may be a link to another disk.
    relative = Path(os.path.relpath(out, folder))
    return None if relative.is_absolute() or relative.parts[:1] in ((), ("..",)) else relative


def _pictures(run: Path, made: Mapping[Path, thumbnails.Thumbnail | None]) -> list[Json]:
    """The fused picture of a job and its result, as far as it came; one picture where nothing was edited."""
    found = {name: small for name in PICTURES if (small := made[run / f"{name}.png"]) is not None}
    if len(found) == 2 and found["fused"].data == found["result"].data:
        del found["result"]
    return [
        {"name": name, "source": data_uri("image/webp", small.data), "width": small.width, "height": small.height}
        for name, small in found.items()
    ]


def _steps(run: Path) -> list[tuple[str, wording.Outcome]]:
    """The steps of a finished job and how each ended; none if it did not finish."""
    try:
        record = read_record(run)
    except InputError:
        return []
    return [(wording.step_words(step), wording.step_outcome(step)) for step in record.steps]
