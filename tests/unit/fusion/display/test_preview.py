"""A small copy of a picture, to look at."""

import io

import numpy as np
import pytest
from PIL import Image

from wordfuse.fusion.display.preview import preview_jpeg


@pytest.mark.parametrize(
    ("shape", "size"),
    [((300, 400, 3), (100, 75)), ((400, 300), (75, 100)), ((16, 5000), (100, 1)), ((64, 100, 3), (100, 64))],
)
def test_the_longer_side_shrinks_to_what_was_asked(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    shown = Image.open(io.BytesIO(preview_jpeg(np.full(shape, 90, np.uint8), 100)))
    assert (shown.format, shown.size) == ("JPEG", size)
    assert shown.mode == ("RGB" if len(shape) == 3 else "L")
    assert abs(np.asarray(shown).astype(int) - 90).max() <= 1
