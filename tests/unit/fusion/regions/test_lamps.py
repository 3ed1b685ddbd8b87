"""Lights by night: what glows is one, and no sleeve, window, paint or white car; where it is tells what it is."""

import cv2
import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import DOUBT, Sources
from wordfuse.fusion.regions.embedded.backend import with_lights
from wordfuse.fusion.regions.embedded.lights import HEADLIGHT, LIGHT, TAIL_LIGHT, lights, lit
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.meant import meant
from wordfuse.fusion.regions.embedded.signals import SIGNAL
from wordfuse.fusion.regions.words.meaning import understand

HEIGHT, WIDTH = 240, 320
Colour = tuple[float, float, float]
WHITE, RED = (1.0, 1.0, 1.0), (1.0, 0.55, 0.5)
LAMP, LEFT, RIGHT, REAR, GLARE = (60, 30), (180, 150), (240, 150), (100, 160), (150, 150)  # x, y
CAR, CAR_AHEAD = Object("car", (160.0, 120.0, 260.0, 180.0), 0.9), Object("car", (80.0, 140.0, 140.0, 180.0), 0.9)


def glowing(visible: np.ndarray, middle: tuple[int, int], half: float, colour: Colour = WHITE) -> None:
    """Draw a lamp: burnt out up to a half width, and fainter the farther from it, in its colour."""
    rows, columns = np.mgrid[: visible.shape[0], : visible.shape[1]]
    away = np.hypot(columns - middle[0], rows - middle[1])
    glow = np.exp(-np.maximum(away - half, 0) / (1.2 * half))[..., None] * np.array(colour, np.float32)
    visible[:] = np.maximum(visible, np.where((away <= half)[..., None], 1, glow))


def pair_of(visible: np.ndarray, infrared: np.ndarray | None = None) -> Sources:
    heat = np.full(visible.shape[:2], 0.2, np.float32) if infrared is None else infrared
    return Sources(heat, visible, visible)


def dark(level: float = 0.08) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), level, np.float32)


def street(*objects: Object, sky: float = 0.0, walls: float = 0.0) -> View:
    """A view with a road from row 120 on, and a sky or a wall above it."""
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("road"), 30:] = 0.7
    chances[CLASSES.index("sky"), :30], chances[CLASSES.index("building"), :30] = sky, walls
    return View(objects, chances)


def middles(objects: list[Object] | tuple[Object, ...], name: str | None = None) -> set[tuple[int, int]]:
    """Middles of the objects of a name, (x, y), to 5 pixels."""
    return {
        (5 * round((seen.box[0] + seen.box[2]) / 10), 5 * round((seen.box[1] + seen.box[3]) / 10))
        for seen in objects
        if name in (None, seen.name)
    }


def night() -> Sources:
    """A street lamp, a car with two headlights, and one ahead with a tail light."""
    visible = dark()
    for middle in (LAMP, LEFT, RIGHT):
        glowing(visible, middle, 4)
    glowing(visible, REAR, 4, RED)
    return pair_of(visible)


def test_what_shines_on_a_car_is_a_headlight_or_red_a_tail_light_and_all_else_a_lamp() -> None:
    found = lights(night(), street(CAR, CAR_AHEAD))
    assert middles(found, HEADLIGHT) == {LEFT, RIGHT}
    assert middles(found, TAIL_LIGHT) == {REAR}
    assert middles(found, LIGHT) == {LAMP}


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("the two headlights", {LEFT, RIGHT}),
        ("the glaring headlights", {LEFT, RIGHT}),
        ("head lights blinding me", {LEFT, RIGHT}),
        ("the headlight on the right", {RIGHT}),
        ("tail lights", {REAR}),
        ("car lights", {LEFT, RIGHT, REAR}),
        ("street lamps that are switched on", {LAMP}),
        ("the ones that are switched on", {LEFT, RIGHT, REAR, LAMP}),
        ("light sources", {LEFT, RIGHT, REAR, LAMP}),
        ("the lights", {LEFT, RIGHT, REAR, LAMP}),
    ],
)
def test_words_for_them(phrase: str, found: set[tuple[int, int]]) -> None:
    (wanted,) = understand(phrase)
    seen = with_lights(night(), street(CAR, CAR_AHEAD))
    assert middles(meant(night(), seen, wanted).objects) == found  # type: ignore[arg-type]


def test_what_is_white_and_ends_at_once_is_no_light() -> None:
    visible = dark()
    visible[40:52, 10:16] = 1  # a window
    visible[150:156, 200:206] = 1  # chrome on a car
    visible[130:160, 170:178] = 1  # a sleeve
    visible[200:206, 100:140] = 1  # paint
    assert not lights(pair_of(visible), street(CAR))


def test_a_white_car_in_the_light_is_no_light_though_it_is_soft_to_one_side() -> None:
    visible = dark(0.3)
    visible[130:175, 170:250] = np.linspace(1.4, 0.5, 80, dtype=np.float32).clip(0, 1)[None, :, None]
    assert not lights(pair_of(visible), street(CAR))


@pytest.mark.parametrize("seen", [street(), street(CAR)], ids=["no car seen", "a car"])
def test_what_blinds_low_in_the_picture_is_a_headlight_in_whole_with_its_glow(seen: View) -> None:
    visible = dark()
    glowing(visible, GLARE, 16)
    (found,) = lights(pair_of(visible), seen)
    assert found.name == HEADLIGHT and middles([found]) == {GLARE}
    inside = lit(pair_of(visible), found)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    away = np.hypot(columns - GLARE[0], rows - GLARE[1])
    assert inside[away <= 26].all() and not inside[away >= 45].any()


def test_what_blinds_high_above_is_a_street_lamp() -> None:
    visible = dark()
    glowing(visible, (150, 45), 16)
    assert [one.name for one in lights(pair_of(visible), street())] == [LIGHT]


def test_two_lamps_with_what_they_blind_between_them_are_one() -> None:
    visible = dark()
    for x in (135, 175):
        glowing(visible, (x, 150), 14)
    cv2.rectangle(visible, (135, 145), (175, 155), WHITE, -1)
    (found,) = lights(pair_of(visible), street(Object("car", (110.0, 110.0, 200.0, 175.0), 0.9)))
    assert found.name == HEADLIGHT and found.box[0] <= 122 and found.box[2] >= 188


def test_light_on_the_road_and_on_wheels_is_none() -> None:
    visible = dark()
    glowing(visible, (60, 200), 5)
    glowing(visible, (180, 177), 3)
    seen = street(CAR)
    seen.chances[CLASSES.index("road"), 45:] = 0.95
    assert not middles(lights(pair_of(visible), seen), HEADLIGHT)
    assert (60, 200) not in middles(lights(pair_of(visible), seen))


def test_a_glint_on_a_car_and_a_white_post_in_a_beam_are_none() -> None:
    visible = dark(0.3)
    for middle, high in (((200, 140), 5), ((60, 200), 9)):
        cv2.ellipse(visible, middle, (6, high), 0, 0, 360, WHITE, -1)
    soft = cv2.GaussianBlur(visible, (0, 0), 1.6)
    assert not lights(pair_of(soft), street(CAR))


def test_a_soft_window_in_a_wall_is_no_lamp() -> None:
    visible = dark()
    visible[30:44, 50:62] = 1.5
    soft = np.clip(cv2.GaussianBlur(visible, (0, 0), 2.5), 0, 1)
    assert not lights(pair_of(soft), street(walls=0.9))


def test_by_day_nothing_is_lit() -> None:
    by_day = dark(0.5)
    for middle in (LAMP, LEFT, RIGHT):
        glowing(by_day, middle, 4)
    assert not lights(pair_of(by_day), street(CAR)), "no sky is seen"
    bright = night().visible.copy()
    bright[:120] = np.maximum(bright[:120], 0.8)
    assert not lights(pair_of(bright), street(CAR, sky=0.9)), "dark ground under a bright sky"
    shaded = street(CAR)
    shaded.chances[CLASSES.index("sky"), :2, :20] = 0.9
    bright = night().visible.copy()
    bright[:8, :80] = 0.8
    assert not lights(pair_of(bright), shaded), "a bit of bright sky over dark houses"
    dull = np.repeat(np.maximum(night().visible, 0.25).mean(axis=2, keepdims=True), 3, axis=2)
    assert not lights(pair_of(dull), street(CAR)), "a gray camera on a dull day"


def test_a_sky_that_a_lamp_lights_up_in_part_is_one_of_the_night() -> None:
    visible = dark(0.5)
    visible[:120, :120] = 0.3
    glowing(visible, LAMP, 4)
    assert middles(lights(pair_of(visible), street(sky=0.9))) == {LAMP}


def test_a_light_is_surer_where_it_is_warm_and_not_in_a_wall() -> None:
    visible, infrared = dark(), np.full((HEIGHT, WIDTH), 0.2, np.float32)
    glowing(visible, LAMP, 4)
    infrared[26:35, 56:65] = 0.9
    pair = pair_of(visible, infrared)
    assert lights(pair, street())[0].score >= DOUBT > lights(pair, street(walls=0.9))[0].score


def test_a_light_is_one_of_the_visible_picture_not_what_fusing_made_white() -> None:
    assert not lights(Sources(night().infrared, dark(), night().visible), street())


def test_of_a_light_its_own_pixels_and_glow_are_cut_out_and_not_another_one() -> None:
    visible = dark()
    glowing(visible, (100, 60), 4)
    glowing(visible, (130, 60), 4)
    found = next(one for one in lights(pair_of(visible), street()) if one.box[0] < 110)
    inside = lit(pair_of(visible), found)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    assert inside[np.hypot(columns - 100, rows - 60) <= 6].all()
    assert not inside[np.hypot(columns - 130, rows - 60) <= 4].any()


STREET_LAMP, SHIRT = Object(LIGHT, (100.0, 20.0, 106.0, 26.0), 0.7), Object(LIGHT, (30.0, 110.0, 40.0, 122.0), 0.45)
PAINT, GREEN = Object(LIGHT, (100.0, 220.0, 120.0, 224.0), 0.45), Object(SIGNAL, (200.0, 20.0, 206.0, 26.0), 0.7)
MAN = Object("person", (25.0, 90.0, 45.0, 180.0), 0.9)


@pytest.mark.parametrize(
    ("phrase", "objects"),
    [
        ("street lamps", {STREET_LAMP}),
        ("the lamps", {STREET_LAMP}),
        ("lights", {STREET_LAMP, SHIRT, PAINT, GREEN}),  # whatever shines
    ],
)
def test_what_shines_on_a_person_or_the_road_is_no_street_lamp(phrase: str, objects: set[Object]) -> None:
    (wanted,) = understand(phrase)
    seen = street(MAN, STREET_LAMP, SHIRT, PAINT, GREEN)
    assert set(meant(night(), seen, wanted).objects) == objects  # type: ignore[arg-type]
