"""Cameras in the place of films: both are recorded first, by one clock, and are then films like any others."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.folders import new_folder


@dataclass(frozen=True)
class Recorded:
    """What two cameras gave.

    Attributes:
        infrared: the infrared film.
        visible: the visible one.
        offset_s: how much later the infrared one began.
    """

    infrared: Path
    visible: Path
    offset_s: float


def are_cameras(ir: str, vi: str) -> bool:
    """Whether both name cameras by their numbers, and no files.

    Raises:
        InputError: only one of the two does.
    """
    numbers = [given.isdecimal() and not Path(given).exists() for given in (ir, vi)]
    if numbers[0] != numbers[1]:
        name, given = ("ir", ir) if numbers[0] else ("vi", vi)
        raise InputError(
            "is a camera, and the other one is a film",
            argument=name,
            subject=given,
            remedy="give two cameras, or two films",
        )
    return all(numbers)


def recorded(ir: str, vi: str, out: Path, seconds: float | None, wanted: Callable[[], bool]) -> Recorded:
    """Record both cameras into a folder beside the run's.

    Args:
        ir: number of the infrared camera.
        vi: number of the visible one.
        out: the run folder; the films go into one of its name with ``-recorded`` behind it.
        seconds: how long; None: as long as ``wanted`` says.
        wanted: asked again and again whether to go on.

    Raises:
        InputError: a camera is not there or gives nothing.
        StorageError: the disk is full.
    """
    from wordfuse.fusion.film.camera import record

    def place() -> Path:
        return new_folder(out.with_name(f"{out.name}-recorded"))

    films = record({"ir": int(ir), "vi": int(vi)}, place, seconds, wanted)
    return Recorded(films["ir"][0], films["vi"][0], round(films["ir"][1] - films["vi"][1], 3))
