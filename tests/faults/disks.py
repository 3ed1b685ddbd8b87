"""Disks that are full or read-only: real ones, small, in memory, where this process may mount them."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Disk:
    """A disk of so many kilobytes, mounted at a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def remount(self, options: str) -> None:
        """Change its size (``size=9m``), or make it read-only (``ro``) or writable (``rw``)."""
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True, capture_output=True)

    def fill(self) -> None:
        """Leave no space on it."""
        blocks = os.statvfs(self.folder)
        (self.folder / "filler").write_bytes(bytes(blocks.f_bavail * blocks.f_frsize))


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Disk]:
    """Mount one until the end of the block; skips the test where that is not allowed."""
    folder.mkdir()
    options = f"size={kilobytes}k"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this process may not mount a disk")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes (``ulimit -f``)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
