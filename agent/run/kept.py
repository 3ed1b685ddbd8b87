"""What a run was begun with, as its folder keeps it: its settings, its sources, and that these are still the same."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.names import LOCK
from wordfuse.agent.settings import Settings
from wordfuse.agent.telling.shown import brief
from wordfuse.fusion.errors import argument_named

PIECE = 1 << 20


def settings_now(saved: Mapping[str, Any], overrides: Mapping[str, object] | None) -> Settings:
    """The settings of a run that goes on.

    Args:
        saved: as the folder keeps them.
        overrides: those that differ now: a server that has moved, another device.

    Raises:
        ValueError: they are none.
        KeyError: likewise.
    """
    now = dict(overrides or {})
    if now.get("llm", saved["llm"]) != saved["llm"]:
        now.setdefault("model", None)  # the name belonged to the language model before
    return Settings.model_validate({**saved, **now})


def digest_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, of the names, sizes and contents of the files in it."""
    digest = hashlib.sha256()
    for one in sorted(path.iterdir()) if path.is_dir() else [path]:
        if not one.is_file():
            continue
        if path.is_dir():
            digest.update(f"{one.name}\0{one.stat().st_size}\0".encode(errors="surrogateescape"))
        with one.open("rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    return digest.hexdigest()


def check_unchanged(digests: Mapping[Path, str]) -> None:
    """See that sources are what they were.

    Raises:
        InputError: one has changed or is gone.
    """
    for path, digest in digests.items():
        if not path.exists() or digest_of(path) != digest:
            raise InputError(
                "missing or changed since the run began", subject=path, remedy="put it back, or start a new run"
            )


def not_of_a_run(folder: Path, name: str, error: Exception, what: str = "a run folder") -> InputError:
    """What to raise where a folder is none of a run.

    Args:
        folder: the folder.
        name: of the file that says what the run was begun with.
        error: what came of reading it.
        what: the folder was to be.
    """
    why = f"{name}: {error.problem if isinstance(error, InputError) else brief(error)}"
    remedy = f"name the folder that {argument_named('out')} was given"
    if (folder / LOCK).exists() and not (folder / name).exists():
        remedy = "begin anew: it was killed before anything was kept, and the same command takes the folder"
    return InputError(f"not {what} ({why})", subject=folder, remedy=remedy)


def not_empty(folder: Path, *, begun: bool) -> InputError:
    """What to raise where a new run is to take a folder that holds something, perhaps a run that was ``begun``."""
    hint = "; or go on with it: wordfuse resume" if begun else ""
    return InputError(
        "exists and is not an empty folder", argument="out", subject=folder, remedy=f"choose another{hint}"
    )
