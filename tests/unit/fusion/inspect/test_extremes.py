"""The hottest and coldest places: what belongs together is one, a single pixel is none, a mask is kept to."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.inspect.extremes import LEAST_PIXELS, Place, extreme_pixels, extremes

Plane = NDArray[np.float32]
HEIGHT, WIDTH = 90, 120


def plane(*squares: tuple[int, int, int, float], around: float = 0.3) -> Plane:
    """An infrared picture with squares: x, y, side, level."""
    picture = np.full((HEIGHT, WIDTH), around, np.float32)
    for x, y, side, level in squares:
        picture[y : y + side, x : x + side] = level
    return picture


def centres(places: list[Place]) -> list[tuple[int, int]]:
    return [(round((x0 + x1) / 2), round((y0 + y1) / 2)) for x0, y0, x1, y1 in (place.box for place in places)]


def test_one_hot_square_is_one_place() -> None:
    (place,) = extremes(plane((40, 20, 16, 0.9)))
    x0, y0, x1, y1 = place.box
    # Smoothing takes a pixel or two off its corners.
    assert (x0, y0, x1, y1) == pytest.approx((40, 20, 56, 36), abs=2)
    assert place.level == pytest.approx(0.9, abs=1e-4)
    assert place.area == pytest.approx(16 * 16 / (HEIGHT * WIDTH), rel=0.3)


def test_the_box_and_the_area_are_those_of_its_pixels() -> None:
    """A box is whole pixels, its end exclusive: what it covers is never less than the area says."""
    for place in extremes(plane((0, 0, 12, 0.9), (108, 78, 12, 0.9))):
        x0, y0, x1, y1 = place.box
        assert 0 <= x0 < x1 <= WIDTH and 0 <= y0 < y1 <= HEIGHT
        assert 0 < place.area <= (x1 - x0) * (y1 - y0) / (HEIGHT * WIDTH) + 1e-6  # as it is rounded


def test_the_coldest_are_the_hottest_of_the_negative() -> None:
    picture = plane((40, 20, 16, 0.05), (80, 60, 10, 0.07))
    cold, hot = extremes(picture, cold=True), extremes(1 - picture)
    assert centres(cold) == centres(hot) == [(48, 28), (85, 65)]
    assert [place.level for place in cold] == pytest.approx([0.05, 0.07], abs=1e-3)
    assert [place.level for place in hot] == pytest.approx([0.95, 0.93], abs=1e-3)


def test_the_most_extreme_come_first_and_what_is_less_so_not_at_all() -> None:
    found = extremes(plane((10, 10, 14, 0.86), (60, 10, 14, 0.9), (100, 60, 14, 0.88), (20, 60, 14, 0.6)))
    assert centres(found) == [(67, 17), (107, 67), (17, 17)], "the one at 0.6 is warm, and no extreme"


@pytest.mark.parametrize("most", [1, 3, 5])
def test_so_many_at_most(most: int) -> None:
    squares = [(x, y, 10, 0.8 + 0.001 * (x + y) / 10) for x in (10, 50, 90) for y in (10, 50)]
    found = extremes(plane(*squares), most=most)
    assert len(found) == most
    assert centres(found)[0] == (95, 55)


def test_a_single_hot_pixel_is_a_fault_of_the_sensor() -> None:
    picture = plane((40, 20, 16, 0.8))
    picture[70, 100] = 1.0
    (place,) = extremes(picture)
    assert centres([place]) == [(48, 28)]


def test_what_is_too_small_counts_where_there_is_nothing_larger() -> None:
    picture = plane((60, 40, 2, 1.0))
    (place,) = extremes(picture)
    assert centres([place]) == [(61, 41)]
    assert place.area * HEIGHT * WIDTH < LEAST_PIXELS + 0.5


def test_a_flat_picture_is_one_place() -> None:
    (place,) = extremes(plane())
    assert (place.box, place.level, place.area) == ((0, 0, WIDTH, HEIGHT), pytest.approx(0.3, abs=1e-4), 1.0)


def test_a_gradual_warmth_ends_where_it_is_clearly_cooler() -> None:
    ramp = np.tile(np.linspace(0, 1, WIDTH, dtype=np.float32), (HEIGHT, 1))
    (place,) = extremes(ramp)
    # Within 12 % of the range, which is 98 % of the whole.
    assert place.box[0] == pytest.approx(WIDTH * (1 - 0.12), abs=3)
    assert place.box[2] == WIDTH


def mask(x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    drawn[y : y + height, x : x + width] = 255
    return drawn


def test_only_the_inside_of_a_mask_is_looked_at() -> None:
    picture = plane((40, 20, 16, 0.9), (80, 60, 10, 0.6))
    (place,) = extremes(picture, mask(70, 50, 40, 30))
    assert centres([place]) == [(85, 65)]
    assert place.level == pytest.approx(0.6, abs=1e-3)


def test_what_is_hot_beside_a_mask_does_not_warm_its_border() -> None:
    """The hottest place of a road is not its rim beside a car."""
    picture = plane((40, 20, 30, 1.0), (20, 70, 12, 0.5))
    for cold, seen in ((False, picture), (True, 1 - picture)):
        (place,) = extremes(seen, mask(0, 50, WIDTH, 40), cold=cold)
        assert centres([place]) == [(26, 76)]


def test_a_mask_of_gray_values_ends_at_its_middle() -> None:
    soft = mask(70, 50, 40, 30)
    soft[:, :70] = 127
    (place,) = extremes(plane((40, 60, 16, 0.9), (80, 60, 10, 0.6)), soft)
    assert centres([place]) == [(85, 65)]


def test_an_empty_mask_is_said() -> None:
    with pytest.raises(RegionError, match="the mask is empty"):
        extremes(plane(), np.zeros((HEIGHT, WIDTH), np.uint8))


def test_a_small_hot_place_counts_for_itself_and_a_single_pixel_does_not() -> None:
    """With degrees an exhaust of 3x3 pixels is hotter than a person; on average over its surroundings it is not."""
    infrared = np.full((600, 600), 0.2, np.float32)
    infrared[50:90, 50:70] = 0.6
    infrared[120:123, 150:153] = 1.0
    infrared[20, 20] = 1.0  # a fault of the sensor
    (person,) = extremes(infrared, most=1)
    (exhaust,) = extremes(infrared, most=1, smoothed=False)
    assert 50 <= person.box[0] < person.box[2] <= 70 and 50 <= person.box[1] < person.box[3] <= 90
    assert exhaust.box == pytest.approx((150, 120, 153, 123), abs=1)
    assert extreme_pixels(infrared, smoothed=False)[121, 151] and not extreme_pixels(infrared)[121, 151]
