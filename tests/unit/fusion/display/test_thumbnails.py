"""Small pictures for pages: what several threads ask for at once is decoded once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.pictures import save
from wordfuse.fusion.display import thumbnails
from wordfuse.fusion.images import read_picture


def test_threads_that_ask_at_once_share_one_reading(tmp_path: Path) -> None:
    pixels = np.random.default_rng(11).integers(0, 256, (40, 50, 3), np.uint8)  # in no other test
    picture = save(tmp_path / "a.png", Image.fromarray(pixels))
    together, readings = Barrier(8), []

    def read(path: Path, *, max_pixels: int) -> NDArray[np.uint8]:
        readings.append(path)
        return read_picture(path, max_pixels=max_pixels)

    def ask(_: int) -> thumbnails.Thumbnail:
        together.wait(30)
        return thumbnails.of_picture(picture, read=read)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(ask, range(8)))
    assert readings == [picture]
    assert all(one is made[0] for one in made)
