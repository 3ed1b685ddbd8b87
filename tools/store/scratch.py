"""Folders for files that nobody keeps."""

from tempfile import TemporaryDirectory

from wordfuse.fusion.errors import storage_error


def scratch_folder() -> "TemporaryDirectory[str]":
    """A folder that is removed with all that is in it when it is closed.

    Raises:
        StorageError: none can be made.
    """
    try:
        return TemporaryDirectory(prefix="wordfuse-", ignore_cleanup_errors=True)
    except OSError as error:
        temporary = "the folder for temporary files"
        raise storage_error(error, temporary, verb="made", instead="name another in TMPDIR") from error
