"""What every test shares."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.commandline import Scene
    from tests.fakes import Small

# One thread each: small pictures run no faster on more, and results stay the same on any number of cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["HF_HUB_OFFLINE"] = "1"

# Hypothesis measures time as well, and fails what is slow: on a busy machine everything is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_logs(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commands in processes of their own keep their debug log in a folder of the tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True)
def looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The region network computes what it sees in a picture once, whatever number of tests look at that."""
    from tests.remembered import remembering_eye_on

    monkeypatch.setattr("wordfuse.fusion.regions.embedded.backend.eye_on", remembering_eye_on)


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


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> "Small":
    """A pair of 128x96 pixels with masks and a tiny fusion network."""
    from tests.fakes import render_small

    return render_small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fine-tuning takes a few epochs on small crops: real, but not for show."""
    from tests.fakes import quicken

    quicken(monkeypatch.setitem)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> "Scene":
    """A small pair on disk with a network, for the command line."""
    from tests.commandline import make_scene

    return make_scene(tmp_path_factory)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, without variables of the caller's."""
    from tests.commandline import isolate

    return isolate(monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def bench_data(small: "Small", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layout of the three benchmark sets, with one small pair each, and TNO's gray."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("RoadScene", "MSRS", "TNO"):
        for source, picture in (("ir", small.ir), ("vi", small.vi_gray if name == "TNO" else small.vi)):
            (folder / name / source).mkdir(parents=True)
            shutil.copy(picture, folder / name / source / f"{name}-1.png")
    return folder
