"""What unit tests share: a small pair of files, and a tiny language model."""

from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import COLOUR, GRAY, save
from tests.tiny import Tiny


@pytest.fixture(scope="session")
def tiny() -> type[Tiny]:
    """Makers of a tiny language model."""
    return Tiny


@pytest.fixture
def visible(tmp_path: Path) -> Path:
    """A colour picture of 32x24 pixels."""
    return save(tmp_path / "visible.png", Image.fromarray(COLOUR))


@pytest.fixture
def infrared(tmp_path: Path) -> Path:
    """A gray picture of the same size."""
    return save(tmp_path / "infrared.png", Image.fromarray(GRAY))
