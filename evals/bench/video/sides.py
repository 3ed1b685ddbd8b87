"""The two sides of the comparison: a film as a film, and the same film as so many pictures."""

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.agent.film.deciding import Remembered
from wordfuse.agent.film.record import FilmRecord
from wordfuse.agent.film.session import FilmSession
from wordfuse.agent.film.wanted import Wanted
from wordfuse.agent.record import Record
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Settings
from wordfuse.fusion.film.applying import Scene, apply
from wordfuse.fusion.film.fusing import FilmFuser
from wordfuse.fusion.film.reader import open_film
from wordfuse.fusion.film.writer import write_frame
from wordfuse.fusion.images import Pair, read_picture, to_uint8
from wordfuse.tools.film.fitting import Fitter
from wordfuse.tools.film.types import Decided

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Side:
    """What came of some frames.

    Attributes:
        frames: edited, by number.
        masks: of every step, (H, W) bool, by number; a step without its region has none.
        cpu_s: CPU seconds a frame.
        wall_s: wall seconds a frame, which depend on what else the machine does.
    """

    frames: dict[int, Pixels]
    masks: dict[int, list[NDArray[np.bool_] | None]]
    cpu_s: float
    wall_s: float


def write_clip(source: Path, folder: Path, count: int) -> tuple[Path, Path]:
    """The first frames of two films as two folders of PNG files, which every side reads alike."""
    made = []
    for name in ("ir", "vi"):
        film = next(path for path in (source / f"{name}.mp4", source / name) if path.exists())
        (folder / name).mkdir(parents=True)
        for frame in open_film(film, thermal=name == "ir").frames():
            if frame.number >= count:
                break
            write_frame(folder / name, frame.number, frame.values)
        made.append(folder / name)
    return made[0], made[1]


def as_film(
    films: tuple[Path, Path], words: str, settings: Settings, model: Remembered, folder: Path
) -> tuple[FilmRecord, Side]:
    """The whole clip as a film."""
    wanted = Wanted(frames=True, masks=True)
    session = FilmSession.create(folder, *films, [words], settings, wanted, model)
    cpu, wall = time.process_time(), time.monotonic()
    record = session.run()
    spent = time.process_time() - cpu, time.monotonic() - wall
    count = record.film.frames
    numbers = range(count)
    frames = {number: read_picture(folder / "frames" / f"{number:06d}.png") for number in numbers}
    masks = {
        number: [_mask(folder / "masks" / f"{number:06d}-{step}.png") for step in range(1, len(record.steps) + 1)]
        for number in numbers
    }
    return record, Side(frames, masks, spent[0] / count, spent[1] / count)


def frame_by_frame(
    films: tuple[Path, Path], numbers: range, words: str, settings: Settings, model: Remembered, folder: Path
) -> tuple[list[Record], Side]:
    """Each frame as a run of its own; with the plan of the film, so that planning costs nothing here."""
    frames: dict[int, Pixels] = {}
    masks: dict[int, list[NDArray[np.bool_] | None]] = {}
    records: list[Record] = []
    cpu = wall = 0.0
    for number in numbers:
        name = f"{number:06d}.png"
        began = time.process_time(), time.monotonic()
        session = Session.create(folder / str(number), films[0] / name, films[1] / name, [words], settings, model)
        record = session.run()
        cpu, wall = cpu + time.process_time() - began[0], wall + time.monotonic() - began[1]
        frames[number] = read_picture(session.folder / "result.png")
        masks[number] = [_mask(session.folder / step.mask) if step.mask else None for step in record.steps]
        records.append(record)
    return records, Side(frames, masks, cpu / len(numbers), wall / len(numbers))


def same_edits(record: FilmRecord, pairs: dict[int, Pair], settings: Settings) -> dict[int, Pixels]:
    """The edits of a film on single frames: fused, fitted and made on each alone, with nothing from the frames around.

    A run of its own on each may decide on other edits, or on none; then its pictures tell nothing of what is lost by
    carrying and smoothing.
    """
    tools = settings.for_tools()
    fitter, fuser = Fitter(tools), FilmFuser(tools.fuser)
    decided = [Decided(region=step.region, calls=step.calls) if step.calls else None for step in record.steps]
    made = {}
    for number, pair in pairs.items():
        numbers = fuser.numbers(pair)
        picture = fused = fuser.fuse(pair, numbers, None)
        again = partial(fuser.again, pair, numbers)
        scene = Scene(pair.infrared, pair.visible, fused, again, tools.device)
        for state in fitter.fit(pair, fused, decided, ())[1]:
            for edit in state.edits:
                picture = picture if edit is None else apply(edit, picture, scene)
        made[number] = to_uint8(picture)
    return made


def _mask(path: Path) -> NDArray[np.bool_] | None:
    if not path.exists():
        return None
    inside = read_picture(path)[..., 0] > 127
    return inside if inside.any() else None
