"""What is drawn on a picture is seen: on black, gray and white, by those who see no colours too."""

import numpy as np
import pytest

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.display.overlay import _corner, overlay

HEIGHT, WIDTH = 120, 160


def square() -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[40:80, 50:100] = 255
    return mask


@pytest.mark.parametrize("gray", [0, 60, 128, 200, 255])
def test_an_outline_and_a_box_stand_out_by_lightness_alone(gray: int) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), gray, np.uint8)
    for drawn in (
        overlay(picture, square()),
        overlay(picture, np.zeros((HEIGHT, WIDTH), np.uint8), [(50.0, 40.0, 100.0, 80.0)]),
    ):
        assert (drawn.max(axis=2) == drawn.min(axis=2)).all(), "no hue says anything"
        across = (drawn @ np.array(LUMA))[60, 40:60]  # over the left side
        assert np.ptp(across) > 150


def test_the_inside_stays_as_it_is_and_the_outside_is_dimmed() -> None:
    picture = np.random.default_rng(0).integers(60, 250, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    drawn = overlay(picture, square())
    assert np.array_equal(drawn[44:76, 54:96], picture[44:76, 54:96])
    assert drawn[:30].mean() < 0.7 * picture[:30].mean()
    assert np.array_equal(overlay(picture, np.zeros((HEIGHT, WIDTH), np.uint8)), picture)


def test_numbers_are_dark_on_light_and_inside_the_picture() -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 30, np.uint8)
    nothing = np.zeros((HEIGHT, WIDTH), np.uint8)
    for box in ((60.0, 50.0, 90.0, 90.0), (0.0, 0.0, 20.0, 30.0), (150.0, 100.0, 160.0, 120.0)):
        plain, numbered = (overlay(picture, nothing, [box], numbered=wanted) for wanted in (False, True))
        label = np.argwhere((plain != numbered).any(axis=2))
        (top, left), (bottom, right) = label.min(axis=0), label.max(axis=0)
        assert bottom - top >= 9 and right - left >= 6
        shown = numbered[top : bottom + 1, left : right + 1, 0]
        assert (shown == 255).mean() > 0.3 and (shown < 80).sum() >= 12, box


def test_labels_of_near_boxes_lie_side_by_side() -> None:
    shape = (240, 320)
    boxes = [(100.0 + 6 * at, 60.0 + 2 * (at % 3), 104.0 + 6 * at, 66.0 + 2 * (at % 3)) for at in range(12)]
    taken: list[tuple[int, int, int, int]] = []
    for box in boxes:
        x, y = _corner(shape, box, (18, 15), taken)
        label = (x, y, x + 18, y + 15)
        assert 0 <= x and x + 18 < 320 and 0 <= y and y + 15 < 240
        assert not any(x <= o[2] and o[0] <= label[2] and y <= o[3] and o[1] <= label[3] for o in taken)
        taken.append(label)
    assert taken[0][:2] == (100, 45), "the first stands above its corner, as it would alone"
