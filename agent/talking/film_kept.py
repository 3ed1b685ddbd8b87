"""What the folder of a conversation about a film keeps: which films, which settings, and which frame is talked about.

A terminal and a page keep the same, so that what was begun at one goes on at the other. Each frame that was talked
about has a run folder of its own within.
"""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from wordfuse.agent.errors import InputError
from wordfuse.agent.film.wanted import Wanted
from wordfuse.fusion.files.json_file import read_json
from wordfuse.tools.calls.invalid import what_is_wrong
from wordfuse.tools.types import Strict

TALK = "talk.json"


class Kept(Strict):
    """What ``talk.json`` holds.

    Attributes:
        ir: the infrared film; in the folder, where it was uploaded.
        vi: the visible one.
        settings: of all conversations.
        wanted: how its films are made, by which clock, and how fast frames of a folder come.
        at: the folder of the conversation that is held, relative to this one; None: none yet.
        seconds: when its frame is shown; None: told by its number alone, as it was before there were times here.
        frame: the number of its frame; None: nobody has counted the frames.
    """

    ir: str
    vi: str
    settings: dict[str, Any]
    wanted: Wanted = Wanted()
    at: str | None = None
    seconds: float | None = Field(None, ge=0)
    frame: int | None = Field(None, ge=0)


def kept_in(folder: Path) -> Kept:
    """What a folder keeps.

    Raises:
        InputError: it is none of a film that is talked about.
    """
    try:
        return Kept.model_validate(read_json(folder / TALK))
    except ValidationError as error:
        raise InputError(f"not the folder of a film ({what_is_wrong(error, most=1)})", subject=folder / TALK) from error


def held_in(folder: Path) -> Path:
    """The folder of the conversation that a run folder holds: of a film the one at its frame, else itself."""
    if not is_film_folder(folder):
        return folder
    at = kept_in(folder).at
    return folder if at is None else folder / at


def is_film_folder(folder: Path) -> bool:
    """Whether a folder is that of conversations about a film."""
    return (folder / TALK).is_file()
