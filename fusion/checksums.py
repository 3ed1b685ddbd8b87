"""Files that ship, held against their line in a ``sha256sum`` list."""

import hashlib
from pathlib import Path

from wordfuse.fusion.errors import InputError


def verify(path: Path, checksums: Path) -> None:
    """Compare a file with its line in a ``sha256sum`` list.

    Raises:
        InputError: the file is missing, not listed, or damaged.
    """
    if not path.is_file():
        raise InputError("the trained weights are missing", subject=path, remedy="reinstall wordfuse")
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if listed(checksums).get(path.name) != actual:
        raise InputError(
            f"sha256 {actual} is not the one in {checksums.name}",
            subject=path,
            remedy="the file is damaged: reinstall",
        )


def listed(checksums: Path) -> dict[str, str]:
    """The digests of such a list by the names of the files."""
    lines = (line.split(maxsplit=1) for line in checksums.read_text().splitlines())
    return {name.strip(): digest for digest, name in lines}
