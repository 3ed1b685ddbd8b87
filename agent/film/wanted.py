"""What is wished of a film beside its words. Light: whoever hands jobs out needs no more."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from wordfuse.fusion.choices import FILM_SUFFIXES
from wordfuse.tools.types import Strict

FILM = "film.json"  # of a run folder: what was asked
EVERY = 20  # frames from one key frame to the next


class Wanted(Strict):
    """How a film is made, as its folder keeps it.

    Attributes:
        every: frames from one key frame to the next.
        offset_s: what is to be added to infrared times; None: found from the pictures.
        fps: frames a second of folders of pictures; None: 25.
        codec: of the film that comes out.
        frames: every frame as a PNG, too.
        fused: a film of the frames before any edit, too.
        masks: the region of every step in every frame as a PNG, too.
    """

    every: int = Field(EVERY, ge=2, le=10_000)
    offset_s: float | None = 0.0
    fps: float | None = Field(None, gt=0, le=1000)
    codec: Literal["mpeg4", "vp9"] = "mpeg4"
    frames: bool = False
    fused: bool = False
    masks: bool = False


def is_film(path: Path) -> bool:
    """Whether a path is meant as a film: by its name, or as a folder of frames."""
    return path.suffix.lower() in FILM_SUFFIXES or path.is_dir()


def is_film_run(folder: Path) -> bool:
    """Whether a folder is that of a run over a film."""
    return (folder / FILM).exists()
