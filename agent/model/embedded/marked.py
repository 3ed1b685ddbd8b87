"""Folders with a model that were made here: marked once they are whole, and looked at each time they are used.

Reading all weights at each start would take as long as loading them. So the marker holds their size and the time at
which they were written as well: only where these differ are the weights read and held against their sum. The rest is
small, and held against its sum each time.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.json_file import read_json

MARKER = "wordfuse.json"  # in the folder


def mark(folder: Path, made_from: str, sha256: str | None = None) -> None:
    """Mark a folder as whole.

    Args:
        folder: holds safetensors.
        made_from: what the weights follow from, by its sum or name.
        sha256: of the weights, where it is known.

    Raises:
        OSError: it holds none, or cannot be written to.
    """
    size, modified = _seen(folder)
    marker = {
        "from": made_from,
        "bytes": size,
        "modified": modified,
        "sha256": sha256 or _read_sha256(folder),
        "others": _others_sha256(folder),
    }
    part = folder / f"{MARKER}.{os.getpid()}.part"
    part.write_text(json.dumps(marker), encoding="utf-8")
    part.replace(folder / MARKER)


def is_whole(folder: Path, made_from: str) -> bool:
    """Whether a folder was finished from this, and its weights are still what was written."""
    try:
        marker = read_json(folder / MARKER)
        size, modified = _seen(folder)
        # Earlier versions called what it was made from a wheel.
        if (marker.get("from", marker.get("wheel")), marker["bytes"]) != (made_from, size):
            return False
        if marker.get("others") not in (None, _others_sha256(folder)):  # earlier versions did not note it
            return False
        if modified == marker["modified"]:
            return True
        # Copied, touched or overwritten since: reading it all settles what it is, once.
        if _read_sha256(folder) != marker["sha256"]:
            return False
    except (OSError, InputError, KeyError, TypeError, AttributeError):
        return False
    with suppress(OSError):
        mark(folder, made_from, marker["sha256"])
    return True


def weights_sha256(folder: Path) -> str:
    """Sum over a folder's safetensors, of one alone its own; not read where the marker still knows it."""
    with suppress(OSError, InputError, KeyError, TypeError):
        marker = read_json(folder / MARKER)
        if (marker["bytes"], marker["modified"]) == _seen(folder):
            return str(marker["sha256"])
    return _read_sha256(folder)


def _read_sha256(folder: Path) -> str:
    sums = [file_sha256(file) for file in _weights(folder)]
    return sums[0] if len(sums) == 1 else hashlib.sha256(" ".join(sums).encode("ascii")).hexdigest()


def file_sha256(path: Path) -> str:
    """Sum of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _others_sha256(folder: Path) -> str:
    """Sum over configuration and tokenizer, which are small."""
    files = (file for file in folder.iterdir() if file.is_file() and not file.name.startswith(MARKER))
    told = sorted(f"{file.name} {file_sha256(file)}" for file in files if file.suffix != ".safetensors")
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def _seen(folder: Path) -> tuple[int, int]:
    """Size of the weights in bytes, and when they were last written to."""
    stats = [file.stat() for file in _weights(folder)]
    if not stats:
        raise FileNotFoundError(f"{folder} holds no weights")
    return sum(stat.st_size for stat in stats), max(stat.st_mtime_ns for stat in stats)
