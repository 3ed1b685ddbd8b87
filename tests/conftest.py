"""What every test shares."""

import os
from pathlib import Path

import pytest

# One thread each: small pictures run no faster on more, and results stay the same on any number of cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pairs and parity figures beside the checkout."""
    for folder in (ROOT.parent / "shared", ROOT / "shared"):
        if (folder / "data").is_dir():
            return folder
    pytest.skip("the folder shared/ with real pairs is not beside this checkout")


@pytest.fixture(scope="session")
def examples() -> Path:
    """The bundled example."""
    return ROOT / "examples"
