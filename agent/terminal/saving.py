"""Save the picture of a conversation under a name of the person's own: PNG, JPEG or TIFF, inside the working folder."""

import re
from pathlib import Path

from wordfuse.agent.errors import InputError
from wordfuse.fusion.files.export import FORMATS, write_as

_NAMED = re.compile(r"[^\s'\"<>|:*?]+\.(?:png|jpe?g|tiff?)\b", re.IGNORECASE)


def name_in(text: str) -> str | None:
    """The file name in words such as "save this as out.png"; None where there is none."""
    found = _NAMED.search(text)
    return found.group() if found else None


def save_picture(picture: Path, name: str, folder: Path) -> Path:
    """Write a picture of a run anew; a gray one stays gray.

    Args:
        picture: the file in the run folder.
        name: of the file, relative to ``folder``; its ending says in which format.
        folder: the working folder: nothing is written outside of it.

    Returns:
        The file.

    Raises:
        InputError: the name leads elsewhere, is of no known format, exists already, or cannot be written.
    """
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError("lies outside of the working folder", subject=name, remedy=f"name a file in {folder}")
    if path.suffix.lower() not in FORMATS:
        raise InputError("is no picture file", subject=name, remedy="end the name in .png, .jpg or .tiff")
    if path.exists():
        raise InputError("exists", subject=name, remedy="choose another name")
    if not path.parent.is_dir():
        raise InputError("its folder does not exist", subject=name, remedy="make it, or name another")
    write_as(picture, path)
    return path
