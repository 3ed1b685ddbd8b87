"""Folders of the user's own, for what is kept from one command to the next: a cache, a history, a log."""

import errno
import os
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_dir, user_log_dir, user_state_dir

from wordfuse.fusion.errors import BackendUnreachable

_KINDS = {"cache": user_cache_dir, "log": user_log_dir, "state": user_state_dir}


def user_folder(kind: Literal["cache", "log", "state"]) -> Path:
    """Where the system keeps such things of the user's; it may have to be made.

    Raises:
        FileNotFoundError: there is no home for it.
    """
    try:
        found = _KINDS[kind]("wordfuse", appauthor=False)
    except RuntimeError:  # so newer versions of platformdirs say it; older ones leave the ~ where it is
        found = "~"
    return at_home(found)


def at_home(folder: str) -> Path:
    """A folder with its ``~`` followed.

    Raises:
        FileNotFoundError: there is no home to follow it to: no such user, or neither ``HOME`` nor an account tells.
    """
    path = Path(os.path.expanduser(folder))  # noqa: PTH111 (Path.expanduser raises what is no OSError)
    if path.parts and path.parts[0].startswith("~"):
        raise FileNotFoundError(errno.ENOENT, f"no home for {path.parts[0]}", folder)
    return path


def cache_for(what: str) -> Path:
    """The folder for what is fetched once: ``WORDFUSE_CACHE``, or the user's cache folder.

    Args:
        what: is to be kept in it, as a message would say.

    Raises:
        BackendUnreachable: there is no home for it.
    """
    chosen = os.environ.get("WORDFUSE_CACHE")
    try:
        return at_home(chosen) if chosen else user_folder("cache")
    except FileNotFoundError as error:
        raise BackendUnreachable(
            f"{what} has no folder to be kept in ({error.strerror})",
            remedy="set HOME, or name a folder in WORDFUSE_CACHE",
        ) from error
