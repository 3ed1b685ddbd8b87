"""Films that cannot be used: one line that names the option and the remedy, exit code 2, and no folder."""

from pathlib import Path

import pytest

from tests.commandline import complaint, usage_complaint, wordfuse
from tests.films import infrared_at, visible_at, write_film, write_folder


@pytest.fixture
def films(here: Path) -> tuple[Path, Path]:
    frames = range(3)
    return (
        write_film(here / "ir.mp4", [infrared_at(place) for place in frames]),
        write_film(here / "vi.mp4", [visible_at(place) for place in frames]),
    )


def refused(ir: Path, vi: Path, *more: str) -> str:
    told = complaint(wordfuse("video", "--ir", ir, "--vi", vi, "-i", "denoise it", "--out", "run", *more), 2)
    assert not Path("run").exists()
    return told


def test_films_that_are_none(films: tuple[Path, Path], here: Path) -> None:
    (here / "words.mp4").write_text("no film\n" * 99)
    (here / "empty.mp4").touch()
    (here / "folder").mkdir()
    whole = films[1].read_bytes()
    (here / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert "--ir none.mp4: no such file; check the name" in refused(Path("none.mp4"), films[1])
    assert "--vi words.mp4: not a film that can be read" in refused(films[0], Path("words.mp4"))
    assert "--vi empty.mp4: the file is empty" in refused(films[0], Path("empty.mp4"))
    assert "--vi folder: holds no picture" in refused(films[0], Path("folder"))
    assert "cut short" in refused(films[0], Path("cut.mp4"))


def test_options_that_cannot_be_used(films: tuple[Path, Path]) -> None:
    assert "--offset soon: is no offset; give seconds" in refused(*films, "--offset", "soon")
    assert "--max-pixels" in refused(*films, "--max-pixels", "1000")
    assert "an instruction is empty" in refused(*films, "-i", " ")
    told = usage_complaint(wordfuse("video", "--ir", films[0], "--vi", films[1], "-i", "x", "--every", "1"))
    assert "--every" in told
    assert "Missing option '--vi'" in usage_complaint(wordfuse("video", "--ir", films[0], "-i", "x"))


def test_a_camera_and_a_film_are_no_pair(films: tuple[Path, Path]) -> None:
    assert "--ir 0: is a camera, and the other one is a film" in refused(Path("0"), films[1])
    assert "no such camera" in complaint(wordfuse("video", "--ir", "97", "--vi", "98", "-i", "x", "--quiet"), 2)


def test_a_folder_that_holds_something_stays_as_it_is(films: tuple[Path, Path], here: Path) -> None:
    (here / "run").mkdir()
    (here / "run" / "mine.txt").write_text("mine")
    told = complaint(wordfuse("video", "--ir", films[0], "--vi", films[1], "-i", "x", "--out", "run"), 2)
    assert "--out run: exists and is not an empty folder" in told
    assert [path.name for path in (here / "run").iterdir()] == ["mine.txt"]


def test_frames_of_several_sizes(here: Path) -> None:
    large = [visible_at(0), visible_at(1), visible_at(2)[:64]]
    write_folder(here / "vi", large)
    write_folder(here / "ir", [infrared_at(place) for place in range(3)])
    result = wordfuse("video", "--ir", "ir", "--vi", "vi", "-i", "brighten the dark areas", "--out", "run", "--quiet")
    assert "is 128x64, the first one is 128x96; cut the film there" in complaint(result, 2)
    write_folder(here / "whole", [visible_at(place) for place in range(3)])
    write_folder(here / "narrower", [infrared_at(0), infrared_at(1), infrared_at(2)[:64]])
    told = complaint(wordfuse("video", "--ir", "narrower", "--vi", "whole", "--out", "other", "--quiet"), 2)
    assert "frame 2 of the infrared film is 128x64 but frame 2 of the visible one is 128x96" in told
