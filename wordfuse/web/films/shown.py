"""A film as its page shows it: its frames in time, and what was made of it, with its curves."""

from pathlib import Path

from starlette.responses import FileResponse, Response

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.outcome import clock
from wordfuse.agent.film.page import HIGH, WIDE, shown_steps
from wordfuse.agent.film.record import FilmRecord, read_film_record
from wordfuse.agent.report import wording
from wordfuse.agent.run.names import RECORD
from wordfuse.agent.state import Json
from wordfuse.agent.telling.text import printable
from wordfuse.web.films.talk import PageFilm, words_of
from wordfuse.web.guard import REPORT_POLICY
from wordfuse.web.showing.pictures import stamp_of

#: What a stage does, for the person.
STAGES = {
    "looking": "looking at the film", "deciding": "deciding at key frames", "looking again": "looking again",
    "making": "making the film",
}  # fmt: skip
UNITS = {"deciding": "key frames", "looking again": "key frames"}
_KINDS = {"film.mp4": "video/mp4", "run.json": "application/json"}


def film_view(film: PageFilm) -> Json:
    """Where the conversation is in a film, and what was made of it."""
    return {"frame": film.frame, "made": [_made(folder) for folder in film.films()]}


def reel_view(film: PageFilm) -> Json:
    """What does not change: when each frame is shown, and which ones are marked."""
    width, height = film.reel.size
    return {
        "width": width,
        "height": height,
        "seconds": film.reel.seconds,
        "keys": [key.number for key in film.reel.scan.keys],
        "fps": film.reel.scan.fps,
    }


def download(folder: Path, stem: str, name: str) -> Response:
    """A file of a film that was made.

    Raises:
        InputError: there is none of that name.
    """
    path = folder / name
    if name == "report.html" and path.is_file():
        return FileResponse(path, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})
    if name in _KINDS and path.is_file() and (folder / RECORD).is_file():
        return FileResponse(path, media_type=_KINDS[name], filename=f"{stem}-{folder.name}{path.suffix}")
    raise InputError("no such file", subject=name[:80])


def told_of(record: FilmRecord) -> list[str]:
    """What came of a film, a step a line."""
    told = [f"The film is made: {record.film.frames} frames, {clock(record.film.seconds)}."]
    for one in shown_steps(record):
        told.append(printable(f"{one.words}: {one.outcome.words}. {one.step.notice or ''}".strip()))
    return told


def _made(folder: Path) -> Json:
    name = "; ".join(printable(text) for text in words_of(folder))
    told: Json = {"id": folder.name, "name": name, "done": (folder / RECORD).is_file()}
    if not told["done"]:
        return told
    record = read_film_record(folder / RECORD)
    return told | {
        "stamp": stamp_of(folder / "film.mp4"),
        "keys": [key.number for key in record.keys],
        "frames": record.film.frames,
        "refused": [
            printable(why)
            for said in record.instructions
            for why in ([said.refusal] if said.refusal else said.not_done)
        ],
        "wide": WIDE,
        "high": HIGH,
        "steps": [
            {
                "words": printable(one.words),
                "outcome": {"kind": one.outcome.kind, "words": one.outcome.words},
                "notice": printable(one.step.notice or ""),
                "area": one.line.area,
                "amount": one.line.amount,
                "most": wording.share(one.line.most_area),
                "marks": one.line.marks,
                "summary": one.line.summary,
            }
            for one in shown_steps(record)
        ],
    }
