"""What an error means for the user: one line and an exit code."""

import traceback
from pathlib import Path

from wordfuse.agent.telling.shown import without_secrets
from wordfuse.fusion.errors import STORAGE_ERRORS, WordfuseError, storage_error
from wordfuse.tools.calls.spelling import dashed


def explained(error: Exception) -> tuple[str, int]:
    """One sentence about an error, as the command line puts it, without keys and passwords, and its exit code."""
    text, exit_code = _explained(error)
    return without_secrets(text), exit_code


def _explained(error: Exception) -> tuple[str, int]:
    if isinstance(error, WordfuseError):
        return error.told(dashed), error.exit_code
    if isinstance(error, OSError) and (error.filename is not None or error.errno in STORAGE_ERRORS):
        # A name that is too long, a folder that may not be entered, a disk that is full: not a fault of ours.
        subject = Path(error.filename) if isinstance(error.filename, str) else "a file"
        return _explained(storage_error(error, subject, verb="used"))
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    return f"a fault of ours, please report it: {what}", WordfuseError.exit_code
