"""A folder that no path leaves: for callers who name files, but may not choose among all there are."""

import re
from pathlib import Path

from wordfuse.agent.errors import InputError

# A path that begins at the root, told from the slash of "and/or", of "3/4" and of an address (http://...).
_ABSOLUTE = re.compile(r"(?<![\w.:/\\-])/(?:[^/\s'\",;:]+/)*([^/\s'\",;:]+)")


class Confined:
    """The folder, and the files in it by relative names."""

    def __init__(self, folder: Path) -> None:
        """Take the folder itself, wherever a link may lead.

        Raises:
            InputError: there is no such folder.
        """
        if not folder.is_dir():
            raise InputError("no such folder", subject=folder, remedy="name the one that holds the pictures")
        self.folder = folder.resolve()

    def path(self, name: str) -> Path:
        """The file, or file to be, that a relative name stands for, with its links followed.

        Raises:
            InputError: the name is absolute, leads out of the folder or could be none.
        """
        if not name.strip() or not name.isprintable():
            raise InputError(
                "no file name", subject=f"{name!a}", remedy="give a path relative to the folder that is served"
            )
        given = Path(name)
        if given.is_absolute():
            raise InputError(
                "is an absolute path", subject=name, remedy="give one relative to the folder that is served"
            )
        if ".." in given.parts:
            raise InputError("has '..' in it", subject=name, remedy="give a path inside the folder that is served")
        try:
            found = (self.folder / given).resolve()
        except (OSError, RuntimeError) as error:  # links in a circle
            raise InputError(
                f"cannot be followed ({type(error).__name__})", subject=name, remedy="choose another file"
            ) from error
        if not found.is_relative_to(self.folder):
            raise InputError(
                "is a link that leads out of the folder that is served", subject=name, remedy="choose another file"
            )
        return found

    def holds(self, folder: Path) -> bool:
        """Whether a folder in it is what it was made as: no links, in it or to it, that could lead out."""
        return folder.resolve() == folder and not any(path.is_symlink() for path in folder.rglob("*"))

    def name(self, path: Path) -> str:
        """The relative name of a file in the folder."""
        return path.relative_to(self.folder).as_posix()

    def plain(self, text: str) -> str:
        """A message without absolute paths: relative to the folder, or the bare name of what lies elsewhere."""
        return _ABSOLUTE.sub(r"\1", text.replace(f"{self.folder}/", "").replace(str(self.folder), "."))
