"""Small pictures for pages."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.patience import PATIENCE_S
from tests.pictures import save
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.images import read_picture, write_png


def test_a_picture_that_changed_is_read_again(tmp_path: Path) -> None:
    file, mask = tmp_path / "picture.png", np.zeros((40, 60), np.uint8)
    write_png(file, np.full((40, 60, 3), 10, np.uint8))
    before = thumbnails.of_picture(file)
    assert thumbnails.of_picture(file) is before
    write_png(file, np.full((40, 60, 3), 200, np.uint8))
    assert thumbnails.of_picture(file).data != before.data
    mask[10:30, 10:30] = 255
    write_png(tmp_path / "mask.png", mask)
    drawn = decoded(thumbnails.of_overlay(file, tmp_path / "mask.png"))
    assert abs(int(drawn[20, 20].mean()) - 200) < 10  # as it is inside
    assert drawn[35, 50].max() < 150  # dimmed outside


def test_a_thumbnail_of_deep_sources_fills_the_range(tmp_path: Path) -> None:
    ramp = np.linspace(20000, 30000, 64 * 48).reshape(48, 64).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / "ir.png")
    write_png(tmp_path / "vi.png", np.full((48, 64), 90, np.uint8))
    infrared, visible = (decoded(small) for small in thumbnails.of_sources(tmp_path / "ir.png", tmp_path / "vi.png"))
    assert infrared.min() < 10
    assert infrared.max() > 245
    assert abs(int(visible.mean()) - 90) <= 2


def decoded(thumbnail: thumbnails.Thumbnail) -> np.ndarray:
    import io

    with Image.open(io.BytesIO(thumbnail.data)) as picture:
        assert picture.format == "WEBP"
        return np.asarray(picture.convert("RGB"))


def test_threads_that_ask_at_once_share_one_reading(tmp_path: Path) -> None:
    pixels = np.random.default_rng(11).integers(0, 256, (40, 50, 3), np.uint8)  # in no other test
    picture = save(tmp_path / "a.png", Image.fromarray(pixels))
    together, readings = Barrier(8), []

    def read(path: Path, *, max_pixels: int) -> NDArray[np.uint8]:
        readings.append(path)
        return read_picture(path, max_pixels=max_pixels)

    def ask(_: int) -> thumbnails.Thumbnail:
        together.wait(PATIENCE_S)
        return thumbnails.of_picture(picture, read=read)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(ask, range(8)))
    assert readings == [picture]
    assert all(one is made[0] for one in made)
