"""Lamps: in a hazy night as well, and never what shines on a car, a person or the road."""

import cv2
import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import DOUBT, Sources
from wordfuse.fusion.regions.embedded.lights import LIGHT, lights
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.meant import meant
from wordfuse.fusion.regions.words.meaning import understand

HEIGHT, WIDTH = 240, 320
NOTHING = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
SKY = NOTHING.copy()
SKY[:20] = 0.9
DISC = (150, 120, 5)  # x, y, radius


def hazy(sky: float = 0.35, disc: tuple[int, int, int] = DISC, box: tuple[int, int, int, int] | None = None) -> Sources:
    """A night whose haze is lit, not dark; with a lamp, and a white board perhaps (x0, y0, x1, y1)."""
    visible = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    visible[:80] = sky
    cv2.circle(visible, disc[:2], disc[2], (1, 1, 1), -1)
    if box is not None:
        visible[box[1] : box[3], box[0] : box[2]] = 1
    return Sources(visible[..., 0].copy(), visible, visible)


def test_in_a_hazy_night_a_small_round_blown_out_blob_is_a_lamp_in_doubt() -> None:
    (lamp,) = lights(hazy(box=(20, 100, 60, 110)), NOTHING, SKY)  # and no lit board
    assert np.allclose(lamp.box, (145, 115, 156, 126), atol=1) and lamp.score < DOUBT


@pytest.mark.parametrize(
    ("sources", "walls", "sky"),
    [
        (hazy(sky=0.9), NOTHING, SKY),  # by day
        (hazy(), NOTHING, NOTHING),  # nothing tells that it is night
        (hazy(), NOTHING + 1, SKY),  # a window
        (hazy(disc=(150, 120, 14)), NOTHING, SKY),  # no lamp is so large
    ],
)
def test_by_day_and_in_walls_there_are_none(sources: Sources, walls: np.ndarray, sky: np.ndarray) -> None:
    assert not lights(sources, walls, sky)


STREET_LAMP, HEADLIGHT = (
    Object(LIGHT, (100.0, 20.0, 106.0, 26.0), 0.7),
    Object(LIGHT, (210.0, 150.0, 216.0, 156.0), 0.7),
)
BESIDE, SHIRT = Object(LIGHT, (296.0, 150.0, 302.0, 156.0), 0.45), Object(LIGHT, (30.0, 110.0, 40.0, 122.0), 0.45)
PAINT = Object(LIGHT, (100.0, 220.0, 120.0, 224.0), 0.45)
CAR, MAN = Object("car", (200.0, 120.0, 295.0, 180.0), 0.2), Object("person", (25.0, 90.0, 45.0, 180.0), 0.9)


def view() -> View:
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("tree"), :50] = chances[CLASSES.index("road"), 50:] = 0.9
    return View((MAN, STREET_LAMP, HEADLIGHT, BESIDE, SHIRT, PAINT, CAR), chances)


@pytest.mark.parametrize(
    ("phrase", "objects"),
    [
        ("street lamps", {STREET_LAMP}),
        ("the lamps", {STREET_LAMP}),
        ("lights", {STREET_LAMP, HEADLIGHT, BESIDE, SHIRT, PAINT}),  # whatever shines
    ],
)
def test_what_shines_on_a_car_a_person_or_the_road_is_no_street_lamp(phrase: str, objects: set[Object]) -> None:
    (wanted,) = understand(phrase)
    assert set(meant(hazy(), view(), wanted).objects) == objects  # type: ignore[arg-type]
