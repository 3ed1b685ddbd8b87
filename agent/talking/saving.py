"""Save the picture of a conversation under a name of the person's own: PNG, JPEG or TIFF, inside the working folder."""

from itertools import chain, count
from pathlib import Path

from wordfuse.agent.errors import InputError
from wordfuse.fusion.files.export import FORMATS, write_as


def free_name(stem: str, named: str | None, folder: Path) -> str:
    """The name under which a picture is saved.

    Args:
        stem: what it is called where no name was said.
        named: a file name, or only a format ("jpg"); None: PNG.
        folder: where it goes: a name of ours is one that is not taken there.
    """
    if named and f".{named.lower()}" not in FORMATS:
        return named
    ending = (named or "png").lower()
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(f"{name}.{ending}" for name in chain([stem], numbered) if not (folder / f"{name}.{ending}").exists())


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
