"""Traffic lights: lit ones are told by the colour of their rim, and are no lamps; of unlit ones nothing is said."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.images import read_pair
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend, with_lights
from wordfuse.fusion.regions.embedded.cutting import cut_out
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.meant import meant
from wordfuse.fusion.regions.embedded.signals import SIGNAL, signals
from wordfuse.fusion.regions.words.meaning import LIGHTS, understand

HEIGHT, WIDTH = 240, 320
RED, CYAN, WARM = (1.0, 0.1, 0.05), (0.35, 0.8, 0.95), (1.0, 0.95, 0.6)
CAR = Object("car", (200.0, 130.0, 300.0, 170.0), 0.9)
Spot = tuple[tuple[int, int], tuple[float, float, float]]
STOP, GO, LAMP, TAIL = ((60, 60), RED), ((120, 50), CYAN), ((250, 30), WARM), ((215, 140), RED)


def night(*spots: Spot, dark: float = 0.12) -> Sources:
    """A dark street with some lights, each white in the middle and coloured at its rim."""
    visible = np.full((HEIGHT, WIDTH, 3), dark, np.float32)
    for middle, colour in spots:
        cv2.circle(visible, middle, 8, colour, -1)
        cv2.circle(visible, middle, 4, (1, 1, 1), -1)
    return Sources(np.full((HEIGHT, WIDTH), 0.3, np.float32), visible, visible)


def street(*objects: Object) -> View:
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("tree"), :38] = chances[CLASSES.index("road"), 38:] = 0.9
    return View(objects, chances)


def middles(objects: list[Object] | tuple[Object, ...]) -> set[tuple[int, int]]:
    return {(int(seen.box[0] + seen.box[2]) // 2, int(seen.box[1] + seen.box[3]) // 2) for seen in objects}


def test_red_and_green_rims_are_traffic_lights_and_lamps_and_tail_lights_are_none() -> None:
    found = signals(night(STOP, GO, LAMP, TAIL), street(CAR))
    assert middles(found) == {STOP[0], GO[0]}


def test_on_the_road_and_in_a_gray_picture_there_are_none() -> None:
    assert not signals(night(((60, 200), RED)), street())
    pair = night(STOP, GO)
    gray = np.repeat(pair.visible.mean(axis=2, keepdims=True), 3, axis=2)
    assert not signals(Sources(pair.infrared, gray, gray), street())


@pytest.mark.parametrize("tint", [(0.1, -0.02, 0.0), (-0.02, 0.05, 0.0)], ids=["red", "green"])
def test_in_a_night_that_a_camera_sees_in_one_colour_a_white_lamp_is_none(tint: tuple[float, float, float]) -> None:
    pair = night(((250, 30), (0.9, 0.9, 0.9)))
    visible = np.clip(pair.visible + np.where(pair.visible < 0.5, np.array(tint, np.float32), 0), 0, 1)
    assert not signals(Sources(pair.infrared, visible, visible), street())


def test_by_day_a_bit_of_sky_between_leaves_is_no_green_light() -> None:
    pair = night(((60, 60), CYAN), ((80, 60), CYAN), ((70, 75), CYAN), dark=0.6)
    assert not signals(pair, street())


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("the traffic lights", {STOP[0], GO[0]}),
        ("the red traffic light", {STOP[0]}),
        ("traffic light on the left", {STOP[0]}),
        ("street lamps", {LAMP[0]}),
        ("headlights", set()),
        ("all lights", {STOP[0], GO[0], LAMP[0]}),
    ],
)
def test_words_for_what_shines(phrase: str, found: set[tuple[int, int]]) -> None:
    pair = night(STOP, GO)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    away = np.maximum(np.hypot(columns - LAMP[0][0], rows - LAMP[0][1]) - 4, 0)
    glow = np.where((away == 0)[..., None], 1, np.exp(-away / 5)[..., None] * np.array(WARM))  # as no signal has
    pair.visible[:] = np.maximum(pair.visible, glow)
    (wanted,) = understand(phrase)
    objects = meant(pair, with_lights(pair, street()), wanted).objects  # type: ignore[arg-type]
    assert middles(objects) == found


def test_the_mask_of_one_is_its_glass_and_its_rim() -> None:
    pair = night(STOP, LAMP)
    (signal,) = signals(pair, street())
    mask = cut_out(pair, street(), signal)
    disc = np.zeros(mask.shape, np.uint8)
    cv2.circle(disc, STOP[0], 8, 1, -1)
    assert (mask & (disc > 0)).sum() > 0.8 * (mask | (disc > 0)).sum()


def test_where_none_is_lit_that_is_said() -> None:
    (found,) = EmbeddedBackend("cpu").ground(night(LAMP), ["the traffic lights"])
    assert not found.found
    assert "no traffic light found, and one that is not lit red or green is not recognised" in found.reason


@pytest.mark.parametrize(("stem", "count"), [("FLIR_06953", 3), ("FLIR_06962", 2), ("FLIR_07028", 2)])
def test_on_real_streets(shared: Path, stem: str, count: int) -> None:
    (files,) = [pair for pair in find_pairs(shared / "data" / "dev" / "RoadScene") if pair.infrared.stem == stem]
    read = read_pair(files.infrared, files.visible)
    pair = Sources(read.infrared, read.visible, read.visible)
    found, lamps = EmbeddedBackend("cpu").ground(pair, ["traffic lights", "street lamps"])
    assert len(found.detections) == count
    assert not {one.box for one in found.detections} & {one.box for one in lamps.detections}


def test_names() -> None:
    (wanted,) = understand("the traffic light")
    assert not isinstance(wanted, str) and wanted.classes == (SIGNAL,) and wanted.singular
    (every,) = understand("lights")
    assert not isinstance(every, str) and set(every.classes) == {*LIGHTS, SIGNAL}
