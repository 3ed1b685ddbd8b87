"""Runs to break: one that ended, and one that was stopped between its first picture and its second."""

import shutil
from pathlib import Path

import pytest

from tests import commandline
from tests.fakes import ScriptedModel, Small, plan, step
from wordfuse.agent.context import Event

WORDS = ("brighten the sky", "brighten the dark areas")
SERVED = commandline.LanguageModel(
    {words: commandline.plan(commandline.step("relight", "brighter", words[13:])) for words in WORDS}
)


def model() -> ScriptedModel:
    return ScriptedModel({words: plan(step("relight", "brighter", words[13:])) for words in WORDS})


@pytest.fixture(scope="session")
def finished_run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "run"
    small.run(folder, model(), *WORDS)
    return folder


@pytest.fixture(scope="session")
def stopped_run(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, measured = tmp_path_factory.mktemp("stopped") / "run", 0

    def stop(event: Event) -> None:
        nonlocal measured
        measured += event.kind == "measured"
        if measured == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        small.run(folder, model(), *WORDS, notify=stop)
    assert (folder / "images/001.png").exists() and not (folder / "run.json").exists()
    return folder


@pytest.fixture
def finished(finished_run: Path, here: Path) -> Path:
    """A copy of a finished run, to break."""
    return Path(shutil.copytree(finished_run, here / "run"))


@pytest.fixture
def stopped(stopped_run: Path, here: Path) -> Path:
    """A copy of a run that was stopped, to break."""
    return Path(shutil.copytree(stopped_run, here / "run"))
