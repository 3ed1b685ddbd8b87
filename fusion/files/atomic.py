"""Files that appear whole or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from wordfuse.fusion.errors import InputError


def write_bytes_atomic(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file so that readers see the old content or the new, never a part, even across a power cut.

    Args:
        path: where.
        data: all of it.
        private: only the user may read it, from the first byte on.

    Raises:
        InputError: the folder is missing or cannot be written; no temporary file stays behind.
    """
    temporary = path.parent / f".wordfuse-{secrets.token_hex(8)}.tmp"
    try:
        try:
            # Not tempfile: its files are private (0600), and results are for everyone the umask lets in.
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o644)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"cannot be written ({reason})",
            subject=path,
            remedy=f"check that the folder {path.parent} exists, is writable and has space, or choose another place",
        ) from error
