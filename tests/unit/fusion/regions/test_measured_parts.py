"""Parts of things that pixels tell: paint on roads, trunks of trees, tail lights, what is under cars."""

import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import DOUBT, Grounding, Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.words.measured import Part, measured

HEIGHT, WIDTH = 120, 200
CAR = Object("car", (20.0, 40.0, 80.0, 80.0), 0.9)
LAMP = slice(55, 60), slice(24, 30)  # of the car, red
LINE = slice(90, 93), slice(100, 190)  # yellow
STRIPE = slice(102, 106), slice(110, 180)  # white


class Street(EmbeddedBackend):
    """The backend before a road with a car, houses above it."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
        chances[CLASSES.index("building"), : HEIGHT // 12] = 0.9
        chances[CLASSES.index("road"), HEIGHT // 12 :] = 0.9
        chances[:, 10:20, 5:20] = 0.01
        chances[CLASSES.index("car"), 10:20, 5:20] = 0.9
        return View((CAR,), chances)


def street(light: float = 0.4, *, painted: bool = True) -> Sources:
    visible = np.full((HEIGHT, WIDTH, 3), light, np.float32)
    infrared = np.full((HEIGHT, WIDTH), 0.2, np.float32)
    visible[40:80, 20:80] = light * 0.5
    infrared[40:80, 20:80] = 0.7
    visible[LAMP] = (0.6, 0.1, 0.1)
    if painted:
        visible[STRIPE] = 2 * light
        visible[LINE] = (2 * light, 1.7 * light, 0.2 * light)
    return Sources(infrared, visible, visible)


def looked_for(phrase: str, pair: Sources) -> Grounding:
    (found,) = Street("cpu").ground(pair, [phrase])
    return found


def inside(found: Grounding) -> np.ndarray:
    assert found.found and found.mask is not None, found.reason
    return found.mask > 127


@pytest.mark.parametrize("phrase", ["road markings", "the lines", "stripes on the road", "lane paint"])
def test_what_is_painted_on_the_road(phrase: str) -> None:
    found = looked_for(phrase, street())
    mask = inside(found)
    assert mask[STRIPE].mean() > 0.8 and mask[LINE].mean() > 0.6
    mask[88:108] = False
    assert mask.mean() < 0.002 and found.confidence is not None and found.confidence >= DOUBT


def test_paint_has_the_colour_that_is_said() -> None:
    mask = inside(looked_for("the yellow line", street()))
    assert mask[LINE].mean() > 0.6 and not mask[STRIPE].any()
    assert not looked_for("the blue line", street()).found


def test_by_night_paint_is_in_doubt_and_of_a_crossing_it_is_not_told_which() -> None:
    found = looked_for("the zebra crossing", street(0.12))
    assert inside(found)[STRIPE].mean() > 0.6 and found.confidence is not None and found.confidence < DOUBT
    assert found.note is not None and "by night" in found.note and "which of the paint" in found.note


def test_where_nothing_is_painted_the_road_is_offered() -> None:
    found = looked_for("the lane markings", street(painted=False))
    assert not found.found and found.offer == "road"


def test_tail_lights_are_what_is_red_of_a_car() -> None:
    found = looked_for("the car's tail lights", street())
    mask = inside(found)
    assert mask[LAMP].mean() > 0.9
    mask[53:62, 22:32] = False
    assert not mask.any()


def test_under_the_car_is_the_strip_below_it() -> None:
    mask = inside(looked_for("the shadow under the car", street()))
    rows = np.flatnonzero(mask.any(axis=1))
    assert 70 <= rows[0] and rows[-1] <= 90 and not mask[:, 85:].any()


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("tree trunks", "trunk"),
        ("the bark of the big tree", "trunk"),
        ("the trunk of the car", None),
        ("white lines on the left", "paint"),
        ("an arrow on the road", "paint"),
        ("the arrow", None),  # it may be a sign's
        ("power lines", None),
        ("wires on the left", None),
        ("the wire across the path", None),
        ("barbed wire", None),
        ("mooring lines", None),
        ("the brake lights of the van", "tail_light"),
        ("the halo around the lamps", "glow"),
        ("the glow on the hill", None),
        ("underneath the lorry", "under"),
        ("under the trees", None),
        ("the man by the crossing", None),
    ],
)
def test_which_words_name_a_part(phrase: str, part: Part | None) -> None:
    found = measured(phrase)
    assert (None if found is None else found.part) == part


@pytest.mark.parametrize("phrase", ["the lines on his face", "white stripes on the shirt"])
def test_lines_on_something_else_are_none_of_a_road(phrase: str) -> None:
    assert measured(phrase) is None
