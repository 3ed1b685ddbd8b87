"""Films from the command line: the whole of it, and runs that are killed."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commandline import wordfuse
from tests.films import read_film, walk, write_film
from tests.killed_film import begin, model
from tests.patience import PATIENCE_S
from wordfuse.agent.film.session import FilmSession

FRAMES = 14


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, (infrared, visible) = tmp_path_factory.mktemp("films"), walk(FRAMES)
    return write_film(folder / "ir.mp4", infrared), write_film(folder / "vi.mp4", visible)


@pytest.fixture(scope="module")
def whole(films: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    begin(folder, *films).run()
    return folder


def test_a_killed_run_goes_on_to_the_same_film(films: tuple[Path, Path], whole: Path, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.killed_film", tmp_path / "run", *films, "making", "8"],
        cwd=Path(__file__).parents[2],
        timeout=PATIENCE_S,
        check=False,
    )
    assert told.returncode == -signal.SIGKILL
    FilmSession.open(tmp_path / "run", model()).run()
    assert (tmp_path / "run/film.mp4").read_bytes() == (whole / "film.mp4").read_bytes()
    frames = sorted((whole / "frames").glob("*.png"))
    assert len(frames) == FRAMES
    for frame in frames:
        assert (tmp_path / "run/frames" / frame.name).read_bytes() == frame.read_bytes()


@pytest.mark.real
@pytest.mark.slow
def test_words_on_a_film_with_the_embedded_model(films: tuple[Path, Path], here: Path) -> None:
    words = ("-i", "brighten the dark areas", "-i", "denoise the left half")
    result = wordfuse("video", "--ir", films[0], "--vi", films[1], *words, "--out", "run", "--every", 6, "--json")
    record = json.loads(result.stdout)
    assert result.exit_code in (0, 3), result.stderr
    assert [step["task"] for said in record["instructions"] for step in said["steps"]] == ["relight", "denoise"]
    assert len(read_film(here / "run/film.mp4")) == FRAMES
    again = wordfuse("resume", "run", "--json")
    assert (again.exit_code, json.loads(again.stdout)) == (result.exit_code, record)
    fused = wordfuse("video", "--ir", films[0], "--vi", films[1], "--out", "fused", "--quiet")
    assert fused.exit_code == 0 and len(read_film(here / "fused/film.mp4")) == FRAMES
