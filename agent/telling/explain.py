"""What an error means for the user: one line and an exit code."""

import traceback
from pathlib import Path

from wordfuse.agent.telling.shown import without_secrets
from wordfuse.fusion.errors import InputError, WordfuseError
from wordfuse.tools.calls.spelling import dashed


def explained(error: Exception) -> tuple[str, int]:
    """One sentence about an error, as the command line puts it, without keys and passwords, and its exit code."""
    text, exit_code = _explained(error)
    return without_secrets(text), exit_code


def _explained(error: Exception) -> tuple[str, int]:
    if isinstance(error, WordfuseError):
        return error.told(dashed), error.exit_code
    if isinstance(error, OSError) and error.filename is not None:
        # A name that is too long, a folder that may not be entered, a disk that is full: not a fault of ours.
        text = f"{error.filename}: {error.strerror}; check the name, the permissions and the free space"
        return text, InputError.exit_code
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    return f"a fault of ours, please report it: {what}", WordfuseError.exit_code
