"""Where results cannot go."""

import shutil
from pathlib import Path

import pytest

from tests.commandline import MODELS, Scene, complaint, files_under, serving, wordfuse


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("missing/out.png", "folder does not exist"),
        ("file/out.png", "folder does not exist"),
        (".", "is a folder"),
        ("", "is a folder"),
        ("out.jpg", "end the name in .png"),
        ("/proc/out.png", "cannot be written"),
        ("x" * 300 + ".png", "File name too long"),
    ],
)
def test_an_output_that_cannot_be_written(scene: Scene, here: Path, out: str, words: str) -> None:
    (here / "file").touch()
    result = wordfuse("fuse", *scene.pair, *scene.network, "--out", out, "--json")
    assert words in complaint(result, 2)


@pytest.mark.parametrize("name", ["ir", "vi", "fused", "mask"])
def test_inputs_are_never_changed(scene: Scene, here: Path, name: str) -> None:
    files = {}
    for option, source in {"ir": "ir", "vi": "vi", "fused": "vi", "mask": "people"}.items():
        files[option] = here / f"{option}.png"
        shutil.copy(scene.folder / f"{source}.png", files[option])
    before = files_under(here)
    (here / "link.png").symlink_to(files[name])
    given = [part for option, path in files.items() for part in (f"--{option}", path)]
    for out in (files[name], here / "link.png"):
        said = complaint(wordfuse("incline", *given, *scene.network, "--out", out, "--json"), 2)
        assert "one of the inputs" in said
    (here / "link.png").unlink()
    assert files_under(here) == before


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("full", "not an empty folder"),
        ("file", "not an empty folder"),
        ("file/below", "cannot be made"),
        ("/proc/run", "cannot be made"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_run_folder_that_cannot_be_used(scene: Scene, here: Path, out: str, words: str) -> None:
    (here / "full").mkdir()
    (here / "full" / "thesis.txt").write_text("mine")
    (here / "file").write_text("mine")
    before = files_under(here)
    with serving(lambda path, sent: MODELS) as server:
        given = [*scene.pair, "-i", "denoise", "--llm", server.url, *scene.network, "--out", out, "--json"]
        assert words in complaint(wordfuse("run", *given), 2)
    assert files_under(here) == before


def test_only_a_run_folder_can_be_resumed(here: Path) -> None:
    (here / "full").mkdir()
    (here / "broken").mkdir()
    (here / "broken" / "session.json").write_text('{"given": {}, "settings": [1, 2')
    for folder in ("missing", "full", "broken"):
        said = complaint(wordfuse("resume", folder, "--json"), 2)
        assert folder in said
        assert "--out" in said
