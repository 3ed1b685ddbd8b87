"""Two films to look at: the frame that is asked for, whatever was asked for before."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.films import infrared_at, walk, write_film
from wordfuse.agent.settings import Settings
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import read_picture
from wordfuse.tools.film.reel import Reel, glimpse

FRAMES = 45


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    folder = tmp_path_factory.mktemp("reel")
    infrared, visible = walk(FRAMES)
    films = write_film(folder / "ir.mp4", infrared), write_film(folder / "vi.mp4", visible)
    (folder / "film").mkdir()
    write_film(folder / "film" / "film.mp4", [255 - picture for picture in visible])
    return Reel.of(*films, folder, Settings(device="cpu").for_tools(), lambda done, total: None)


def place(data: bytes) -> float:
    """Where the person is who walks a pixel a frame: the middle of what is brightest."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    return float(np.nonzero(pixels > 170)[1].mean())


def test_each_frame_is_the_one_that_was_asked_for(reel: Reel) -> None:
    first = float(np.nonzero(infrared_at(0) > 170)[1].mean())
    for number in (0, 3, 4, 40, 7, 44, 0, 21):
        assert place(reel.picture("infrared", number, 400)) == pytest.approx(first + number, abs=1)
        made = np.asarray(Image.open(io.BytesIO(reel.picture("film", number, 400))), float)
        seen = np.asarray(Image.open(io.BytesIO(reel.picture("visible", number, 400))), float)
        assert np.abs(255 - made - seen).mean() < 6


def test_frames_have_times(reel: Reel, tmp_path: Path) -> None:
    assert reel.seconds[:3] == [0.0, 0.1, 0.2]
    assert len(reel.seconds) == FRAMES
    assert [reel.at(seconds) for seconds in (0, 0.1, 0.19, 0.2, 4.4, 5.0)] == [0, 1, 1, 2, 44, 44]
    ir, vi = reel.write(12, tmp_path)
    assert read_picture(ir).shape == read_picture(vi).shape == (96, 128, 3)
    keys = [key.number for key in reel.scan.keys]
    assert keys[0] == 0 and keys[-1] == FRAMES - 1


def test_what_is_not_there_is_told(reel: Reel) -> None:
    for seconds in (-1.0, 60.0):
        with pytest.raises(InputError, match=r"the film ends at 4\.4 s"):
            reel.at(seconds)
    with pytest.raises(InputError, match="frame 45: the film has 45 frames"):
        reel.picture("visible", 45, 400)
    with pytest.raises(InputError, match="no such film"):
        reel.picture("film-2", 0, 400)


def test_the_look_is_taken_once(reel: Reel, tmp_path: Path) -> None:
    folder = reel._folder
    assert not (folder / "keys").exists(), "frames are read from the films"

    def told(done: int, total: int | None) -> None:
        raise AssertionError("it was looked at again")

    again = Reel.of(folder / "ir.mp4", folder / "vi.mp4", folder, Settings(device="cpu").for_tools(), told)
    assert again.seconds == reel.seconds


def test_a_glimpse_reads_the_beginning(reel: Reel) -> None:
    seen = glimpse(reel._folder / "ir.mp4", reel._folder / "vi.mp4", 10**7)
    assert (seen.frames, seen.fps, seen.pair.visible.shape) == (FRAMES, 10.0, (96, 128, 3))
    with pytest.raises(InputError):
        glimpse(reel._folder / "ir.mp4", reel._folder / "order.npz", 10**7)
