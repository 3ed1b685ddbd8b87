"""Bad input: the documented exit code, one clear line that names what is wrong, and nothing left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import files_under


@pytest.fixture(autouse=True)
def nothing_left(here: Path, tmp_path: Path) -> Iterator[None]:
    """After every test: no result, no half of one, no temporary folder."""
    yield
    assert files_under(tmp_path / "temporary") == {}
    left = [name for name in files_under(here) if name.startswith(("out", "runs", ".wordfuse")) or "/.wordfuse" in name]
    assert left == []
