"""Save a picture under a name of one's own: the formats, and that nothing else on the disk is touched."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wordfuse.agent.errors import InputError
from wordfuse.agent.talking.saving import free_name, save_picture
from wordfuse.fusion.images import write_png


@pytest.fixture
def colour(tmp_path: Path) -> Path:
    """A picture of a run: a smooth ramp, so that JPEG changes little."""
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.stack([np.tile(ramp, (48, 1)), np.tile(ramp[::-1], (48, 1)), np.full((48, 64), 90, np.uint8)], axis=2)
    path = tmp_path / "run/images/001.png"
    path.parent.mkdir(parents=True)
    write_png(path, pixels)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the person works."""
    path = tmp_path / "here"
    path.mkdir()
    return path


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("out.png", "PNG"),
        ("OUT.PNG", "PNG"),
        ("out.tif", "TIFF"),
        ("out.tiff", "TIFF"),
        ("out.jpg", "JPEG"),
        ("out.jpeg", "JPEG"),
        ("two.dots.png", "PNG"),
    ],
)
def test_the_ending_says_in_which_format(colour: Path, folder: Path, name: str, kind: str) -> None:
    path = save_picture(colour, name, folder)
    assert path == (folder / name).resolve()
    with Image.open(path) as picture:
        assert (picture.format, picture.mode, picture.size) == (kind, "RGB", (64, 48))
    difference = np.abs(pixels_of(path).astype(int) - pixels_of(colour))
    assert difference.max() == 0 if kind != "JPEG" else 0 < difference.mean() < 2
    assert [file.name for file in folder.iterdir()] == [name], "no scratch file is left"


@pytest.mark.parametrize("name", ["out.png", "out.tif", "out.jpg"])
def test_gray_stays_gray(tmp_path: Path, folder: Path, name: str) -> None:
    write_png(tmp_path / "gray.png", np.tile(np.arange(64, dtype=np.uint8), (48, 1)))
    with Image.open(save_picture(tmp_path / "gray.png", name, folder)) as picture:
        assert picture.mode == "L"


def test_a_folder_inside_is_no_folder_outside(colour: Path, folder: Path) -> None:
    (folder / "mine").mkdir()
    assert save_picture(colour, "mine/out.png", folder).is_file()
    assert save_picture(colour, "mine/../other.png", folder) == (folder / "other.png").resolve()
    assert save_picture(colour, str(folder / "whole.png"), folder).is_file()


@pytest.mark.parametrize("name", ["../out.png", "mine/../../out.png", "/tmp/wordfuse-test/out.png", "link/out.png"])
def test_nothing_is_written_outside(colour: Path, folder: Path, tmp_path: Path, name: str) -> None:
    (folder / "mine").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="lies outside of the working folder"):
        save_picture(colour, name, folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_no_file_is_written_over(colour: Path, folder: Path) -> None:
    (folder / "out.png").write_bytes(b"mine")
    with pytest.raises(InputError, match="exists"):
        save_picture(colour, "out.png", folder)
    assert (folder / "out.png").read_bytes() == b"mine"
    (folder / "folder.png").mkdir()
    with pytest.raises(InputError, match="exists"):
        save_picture(colour, "folder.png", folder)
    (folder / "link.png").symlink_to(folder / "out.png")
    with pytest.raises(InputError, match="exists"):
        save_picture(colour, "link.png", folder)


@pytest.mark.parametrize("name", ["out", "out.gif", "out.png.exe", "run.yaml", ".png"])
def test_only_pictures_are_written(colour: Path, folder: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"is no picture file.*end the name in \.png, \.jpg or \.tiff"):
        save_picture(colour, name, folder)
    assert list(folder.iterdir()) == []


def test_no_folder_is_made(colour: Path, folder: Path) -> None:
    with pytest.raises(InputError, match="its folder does not exist"):
        save_picture(colour, "new/out.png", folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("named", "name"),
    [
        ("out.jpg", "out.jpg"),
        ("taken.png", "taken.png"),  # which save_picture refuses: a name of the person's own is not changed
        ("road", "road"),  # which save_picture refuses: it says no format
        ("jpg", "street.jpg"),
        ("TIFF", "street.tiff"),
        ("", "street-3.png"),
        (None, "street-3.png"),
    ],
)
def test_a_name_that_is_not_taken(folder: Path, named: str | None, name: str) -> None:
    for taken in ("taken.png", "street.png", "street-2.png"):
        (folder / taken).touch()
    assert free_name("street", named, folder) == name
