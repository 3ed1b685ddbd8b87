"""What can be read as a film, in which order, and what is said of what cannot."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.films import infrared_at, visible_at, walk, write_film, write_folder
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.film.reader import is_gray, natural, open_film


def test_a_film_gives_its_frames_with_their_times(tmp_path: Path) -> None:
    _, frames = walk(12)
    film = open_film(write_film(tmp_path / "vi.mp4", frames, fps=10))
    read = list(film.frames())
    assert [frame.number for frame in read] == list(range(12))
    assert [round(frame.seconds, 3) for frame in read] == [round(number / 10, 3) for number in range(12)]
    assert film.count == 12 and film.fps == pytest.approx(10)
    # RGB, not OpenCV's order: red is the weakest channel of this picture.
    red, _, blue = read[0].values[:, :64].reshape(-1, 3).mean(axis=0)
    assert red < blue


def test_reading_begins_where_it_is_told(tmp_path: Path) -> None:
    frames, _ = walk(12)
    film = open_film(write_film(tmp_path / "ir.mp4", frames))
    whole, part = list(film.frames()), list(film.frames(first=7))
    assert [frame.number for frame in part] == [7, 8, 9, 10, 11]
    assert np.array_equal(part[0].values, whole[7].values) and part[0].seconds == whole[7].seconds


def test_a_folder_is_read_in_the_order_that_people_count(tmp_path: Path) -> None:
    names = ("frame10.png", "frame9.png", "Frame1.png")
    folder = tmp_path / "ir"
    folder.mkdir()
    for place, name in enumerate(names):
        cv2.imwrite(str(folder / name), infrared_at(place))
    (folder / "notes.txt").write_text("no picture")
    (folder / "._frame2.png").write_bytes(b"left behind by macOS")
    film = open_film(folder, fps=5)
    assert [path.name for path in film.pictures] == ["Frame1.png", "frame9.png", "frame10.png"]
    assert [frame.seconds for frame in film.frames()] == [0.0, 0.2, 0.4]
    assert natural(Path("b")) > natural(Path("a"))


def test_what_cannot_be_read_of_a_folder_is_skipped_and_counted(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "vi", [visible_at(place) for place in range(6)])
    (folder / "3.png").write_bytes((folder / "3.png").read_bytes()[:200])
    film = open_film(folder)
    assert [frame.number for frame in film.frames()] == [0, 1, 2, 4, 5]
    assert film.unreadable == {3}


def test_deep_frames_keep_their_values(tmp_path: Path) -> None:
    kelvin = np.full((32, 40), 30000, np.uint16)
    kelvin[4:9, 4:9] = 31000
    (folder := tmp_path / "ir").mkdir()
    cv2.imwrite(str(folder / "0.png"), kelvin)
    (frame,) = open_film(folder, thermal=True).frames()
    assert frame.bits == 16 and np.array_equal(frame.values, kelvin)


def complaint_of(path: Path) -> str:
    with pytest.raises(InputError) as told:
        list(open_film(path, argument="ir").frames())
    return str(told.value)


def test_what_is_no_film_is_told(tmp_path: Path) -> None:
    assert "no such file" in complaint_of(tmp_path / "none.mp4")
    (tmp_path / "empty.mp4").touch()
    assert "empty" in complaint_of(tmp_path / "empty.mp4")
    (tmp_path / "words.mp4").write_text("this is no film\n" * 50)
    assert "not a film" in complaint_of(tmp_path / "words.mp4")
    whole = write_film(tmp_path / "whole.mp4", [visible_at(place) for place in range(8)]).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    assert "cut short" in complaint_of(tmp_path / "cut.mp4")
    (tmp_path / "folder").mkdir()
    assert "holds no picture" in complaint_of(tmp_path / "folder")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "0.png").write_text("no picture")
    assert "not one frame of it can be read" in complaint_of(tmp_path / "bad")


def test_frames_that_are_too_large_are_refused_unread(tmp_path: Path) -> None:
    film = write_film(tmp_path / "vi.mp4", [visible_at(0)] * 2)
    with pytest.raises(InputError, match=r"more than the 0\.01 allowed"):
        open_film(film, max_pixels=10_000)


def test_gray_films_are_told_from_coloured_ones() -> None:
    gray = np.repeat(infrared_at(0)[..., None], 3, axis=2)
    assert is_gray(gray) and is_gray(infrared_at(0))
    assert not is_gray(np.stack([gray[..., 0], gray[..., 0] // 2, gray[..., 0]], axis=-1))
