"""Which files of a folder are pictures, and which of them are pairs: what systems leave beside them is neither."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from wordfuse.agent.batch.expand import jobs_of
from wordfuse.agent.batch.script import read_script
from wordfuse.evals.language.record_turns import pairs_of
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.pairs import find_pairs, is_hidden, pictures_by_stem

RESOURCE_FORK = b"\0\5\26\7\0\2\0\0Mac OS X        " + bytes(64)


@pytest.fixture
def littered(tmp_path: Path) -> Path:
    """One pair in folders that went through macOS, a notebook and a zip file."""
    for name in ("ir", "vi"):
        folder = tmp_path / "set" / name
        (folder / ".ipynb_checkpoints").mkdir(parents=True)
        Image.new("L", (32, 24)).save(folder / "001.png")
        (folder / "._001.png").write_bytes(RESOURCE_FORK)
        shutil.copy(folder / "001.png", folder / ".ipynb_checkpoints" / "001-checkpoint.png")
        forks = tmp_path / "__MACOSX" / "set" / name
        forks.mkdir(parents=True)
        shutil.copy(folder / "001.png", forks / "002.png")
    return tmp_path


def test_hidden_names_are_no_pictures(littered: Path) -> None:
    assert pictures_by_stem(littered / "set" / "ir") == {Path("001"): littered / "set" / "ir" / "001.png"}


def test_a_tree_is_searched_past_hidden_folders(littered: Path) -> None:
    for name in ("ir", "vi"):
        shutil.copytree(littered / "set" / name, littered / ".cache" / name)
    assert [pair.infrared for pair in find_pairs(littered)] == [littered / "set" / "ir" / "001.png"]
    assert pairs_of(littered) == [(littered / "set" / "ir" / "001.png", littered / "set" / "vi" / "001.png")]


def test_a_hidden_folder_that_is_named_is_searched(littered: Path) -> None:
    hidden = littered / ".data"
    shutil.copytree(littered / "set", hidden / "set")
    assert [pair.infrared for pair in find_pairs(hidden)] == [hidden / "set" / "ir" / "001.png"]


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("._001.png", True),
        (".hidden/001.png", True),
        ("__MACOSX/ir/001.png", True),
        ("ir/001.png", False),
        ("../ir/0.0.1.png", False),
        ("./001.png", False),
    ],
)
def test_hidden_paths(path: str, hidden: bool) -> None:
    assert is_hidden(Path(path)) is hidden


@pytest.mark.parametrize("pattern", ["set/{}/*.png", "**/{}/*.png", "set/{}/*", "set/{}/[.0]*.png"])
def test_patterns_of_a_script_find_no_hidden_names(littered: Path, pattern: str) -> None:
    assert script_pairs(littered, pattern) == ["001.png"]


def test_a_script_may_name_a_hidden_folder(littered: Path) -> None:
    shutil.copytree(littered / "set", littered / ".data")
    assert script_pairs(littered, ".data/{}/*.png") == ["001.png"]
    assert script_pairs(littered, str(littered / ".data" / "{}" / "*.png")) == ["001.png"]


def test_a_pattern_for_hidden_names_alone_finds_nothing(littered: Path) -> None:
    with pytest.raises(InputError, match="finds no picture"):
        script_pairs(littered, "set/{}/._*.png")


def script_pairs(folder: Path, pattern: str) -> list[str]:
    """The names of the infrared pictures of a script with one pattern."""
    script = folder / "jobs.yaml"
    patterns = f"{{ir: '{pattern.format('ir')}', vi: '{pattern.format('vi')}'}}"
    script.write_text(f"jobs:\n  - {{pairs: {patterns}, say: [denoise]}}\n")
    return [job.ir.name for job in jobs_of(read_script(script), folder / "out", {}, warn=pytest.fail)]
