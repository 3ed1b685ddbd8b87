"""Parts of pictures, enlarged."""

from pathlib import Path

import numpy as np
import pytest

from wordfuse.fusion.display.closer import Box, box_of, draw_closer, times_for, window_around
from wordfuse.fusion.images import read_picture

SIZE = (640, 480)


@pytest.mark.parametrize(
    "box",
    [(300.0, 200.0, 320.0, 260.0), (0.0, 0.0, 8.0, 8.0), (630.0, 470.0, 640.0, 480.0), (0.0, 200.0, 640.0, 210.0)],
)
def test_a_window_holds_the_part_with_what_is_around_it(box: Box) -> None:
    left, top, right, bottom = window_around(box, SIZE)
    assert left <= box[0] and top <= box[1] and right >= box[2] and bottom >= box[3]
    assert left >= 0 and top >= 0 and right <= SIZE[0] and bottom <= SIZE[1]
    assert all(float(edge).is_integer() for edge in (left, top, right, bottom))
    assert min(right - left, bottom - top) >= 80


def test_small_parts_are_enlarged_more_and_none_without_end() -> None:
    small, large, huge = (0.0, 0.0, 100.0, 80.0), (0.0, 0.0, 640.0, 480.0), (0.0, 0.0, 6000.0, 4000.0)
    assert times_for([small]) == 8 and times_for([small, small]) == 6 and times_for([large]) == 2
    assert times_for([huge]) == 1


def test_what_is_inside_a_mask_has_a_box() -> None:
    mask = np.zeros((48, 64), np.uint8)
    assert box_of(mask) == (0, 0, 64, 48)
    mask[10:20, 5:9] = 255
    assert box_of(mask) == (5, 10, 9, 20)


def test_pictures_stand_side_by_side_where_there_is_room(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    gray, colour = (rng.integers(0, 256, (480, 640, *more), np.uint8) for more in ((), (3,)))
    pictures = {"infrared": gray, "fused": colour}
    small, whole = (100.0, 100.0, 200.0, 180.0), (0.0, 0.0, 640.0, 480.0)
    assert draw_closer(pictures, [small], tmp_path / "one.png") == ["infrared", "fused"]
    drawn = read_picture(tmp_path / "one.png")
    assert drawn.shape[1] == 2 * 800 + 6 and drawn.shape[0] >= 8 * 80
    assert draw_closer(pictures, [small, small], tmp_path / "two.png") == ["infrared", "fused"]
    assert read_picture(tmp_path / "two.png").shape[0] >= 2 * 6 * 80
    assert draw_closer(pictures, [whole], tmp_path / "whole.png") == ["fused"]
    assert read_picture(tmp_path / "whole.png").shape[1] == 1280
