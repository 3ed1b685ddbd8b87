"""Each measure follows its own damage, and nothing that only looks like it."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.pictures import town
from wordfuse.evals.damage.ladders import LADDERS
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.inspect.blur import blur_width, edges_of
from wordfuse.fusion.inspect.cast import cast_of
from wordfuse.fusion.inspect.grain import grain, responses
from wordfuse.fusion.inspect.inspecting import Found, Regions, frame_number, inspect_pair, looked_at, number_of
from wordfuse.fusion.inspect.kinds import FAULTS, IN_COLOUR, Kind
from wordfuse.fusion.inspect.planes import luma_of
from wordfuse.fusion.inspect.polarity import black_hot
from wordfuse.fusion.inspect.sensor import frame_of
from wordfuse.fusion.inspect.severity import ALARM, Scale, fitted, scales

Picture = NDArray[np.uint8]
HEIGHT, WIDTH = 240, 320


@pytest.fixture(scope="module")
def scene() -> Picture:
    return town()


def number(kind: Kind, picture: Picture) -> float:
    found = number_of(kind, looked_at(picture)[0])
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [kind for kind in LADDERS if kind not in ("shift", "frame")])
def test_a_number_follows_its_damage_and_so_does_the_severity(scene: Picture, kind: Kind) -> None:
    ladder = LADDERS[kind]
    where = "visible" if "visible" in FAULTS[kind].where else "infrared"
    picture = scene if where == "visible" else cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    numbers = [number(kind, ladder.damage(picture, amount, np.random.default_rng(1))) for amount in ladder.steps]
    severities = [scales()[f"{kind} {where}"].severity(one) for one in numbers]
    assert severities[0] < ALARM
    assert severities[-1] > 0.45
    assert severities == sorted(severities)


def test_a_frame_is_measured_and_left_out_of_the_rest(scene: Picture) -> None:
    framed = LADDERS["frame"].damage(scene, 0.2, np.random.default_rng(2))
    seen, frame = looked_at(framed)
    assert frame_number(frame) == pytest.approx(20, abs=1.5)
    assert number_of("clipped", seen) == pytest.approx(number("clipped", scene), abs=0.5)


def test_a_night_sky_is_no_frame(scene: Picture) -> None:
    night = scene // 8
    night[:60] = 0
    night[60:100] = np.minimum(night[60:100], np.arange(40)[:, None, None] // 3)  # goes over into what is below
    night[100:] += np.random.default_rng(5).integers(0, 9, night[100:].shape, np.uint8)
    assert not frame_of(luma_of(night)).any()


def test_texture_is_no_noise(scene: Picture) -> None:
    random = np.random.default_rng(3)
    textured = scene.copy()
    textured[150:] = random.integers(40, 170, (HEIGHT - 150, WIDTH, 1))
    everywhere = np.ones(scene.shape[:2], bool)
    assert (grain(responses(luma_of(textured)), everywhere) or 0) < 1
    noisy = np.clip(scene + random.normal(0, 10, scene.shape[:2])[..., None], 0, 255).astype(np.uint8)
    assert grain(responses(luma_of(noisy)), looked_at(noisy)[0].unclipped) == pytest.approx(10, rel=0.15)


def test_the_width_of_a_blur_is_measured() -> None:
    squares = np.zeros((200, 200), np.float32)
    squares[::, ::] = 60
    squares[40:160, 40:160] = 190
    for sigma in (1.5, 3.0):
        soft = cv2.GaussianBlur(squares, (0, 0), sigma)
        assert blur_width(edges_of(soft), np.ones(soft.shape, bool), 0.0) == pytest.approx(sigma, rel=0.15)


def test_the_end_of_a_half_is_no_sharp_edge_of_it() -> None:
    """The left half is out of focus, and the right one is dark: the step at the middle is of neither."""
    halves = np.full((200, 240), 40, np.float32)
    halves[:, :120] = 90
    halves[60:140, 30:90] = 200
    halves[:, :120] = cv2.GaussianBlur(halves[:, :120], (0, 0), 2.5)
    left = np.zeros(halves.shape, np.uint8)
    left[:, :120] = 255
    assert number_of("blur", looked_at(halves.astype(np.uint8), left)[0]) == pytest.approx(2.5, rel=0.1)


def test_a_flat_wall_and_a_dark_street_are_not_called_blurred(scene: Picture) -> None:
    wall = np.full((HEIGHT, WIDTH), 120, np.float32)
    assert blur_width(edges_of(wall), np.ones(wall.shape, bool), 0.0) is None
    night = luma_of(scene // 12)
    width = blur_width(edges_of(night), np.ones(night.shape, bool), 0.0)
    assert width is None or scales()["blur visible"].severity(width) < ALARM


def test_a_park_has_no_cast_and_a_gray_picture_no_colour(scene: Picture) -> None:
    park = scene.copy()
    park[:150] = np.where(park[:150] > 150, park[:150], np.clip(park[:150] * (0.7, 1.0, 0.45), 0, 255)).astype(np.uint8)
    everywhere = np.ones(scene.shape[:2], bool)
    assert scales()["cast visible"].severity(cast_of(park, everywhere) or 0) < ALARM
    assert cast_of(np.repeat(scene[..., :1], 3, axis=2), everywhere) is None


def test_a_gray_sky_is_no_haze(scene: Picture) -> None:
    overcast = scene.copy()
    overcast[:110] = np.where(overcast[:110] > 100, 190, overcast[:110])
    assert scales()["haze visible"].severity(number("haze", overcast)) < ALARM


def test_white_hot_and_black_hot() -> None:
    infrared = np.full((120, 160), 100, np.float32)
    infrared[:40] = 40
    person, sky = np.zeros((120, 160), bool), np.zeros((120, 160), bool)
    person[60:100, 70:84], sky[:40] = True, True
    infrared[person] = 200
    white = black_hot(infrared, [person], sky)
    black = black_hot(255 - infrared, [person], sky)
    assert white is not None
    assert black == pytest.approx(-white, abs=0.01)
    assert scales()["black hot infrared"].severity(white) < ALARM
    assert scales()["black hot infrared"].severity(black) > 0.5
    assert black_hot(infrared, [], None) is None


def found_in(found: list[Found], kind: Kind, where: str) -> list[Found]:
    return [one for one in found if (one.kind, one.where) == (kind, where)]


def test_a_pair_is_inspected_whole_and_by_region(scene: Picture) -> None:
    infrared = np.asarray(cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY))
    road = np.zeros(infrared.shape, np.uint8)
    road[150:] = 255
    hurt = scene.copy()
    noise = np.random.default_rng(4).normal(0, 20, (90, WIDTH, 1))
    hurt[150:] = np.clip(hurt[150:] + noise, 0, 255).astype(np.uint8)
    person = np.zeros(infrared.shape, np.uint8)
    person[175:195, 150:162] = 255
    told = inspect_pair(infrared, hurt, scene, regions=Regions({"road": road}, [person]))
    assert [one.severity for one in told] == sorted((one.severity for one in told), reverse=True)
    (noisy,) = [one for one in found_in(told, "noise", "visible") if one.region]
    assert (noisy.region, noisy.box) == ("road", (0, 150, WIDTH, HEIGHT))
    (hidden,) = found_in(told, "hard to see", "fused")
    assert hidden.severity == 1, "the person is road all over"
    assert {one.kind for one in told if one.where == "infrared"} <= {*FAULTS} - {"haze", "dark", "cast"}


def test_inside_a_mask_only(scene: Picture) -> None:
    infrared = np.asarray(cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY))
    mask = np.zeros(infrared.shape, np.uint8)
    with pytest.raises(RegionError):
        inspect_pair(infrared, scene, None, mask=mask)
    mask[150:] = 255
    told = inspect_pair(infrared, scene, None, mask=mask)
    assert {one.where for one in told} == {"infrared", "visible"}
    assert not {"frame", "shift", "black hot"} & {one.kind for one in told}
    assert all(one.region is None for one in told)


def test_every_fault_has_a_scale_in_every_picture() -> None:
    assert {f"{kind} {where}" for kind, fault in FAULTS.items() for where in fault.where} == set(scales())
    assert all(set(IN_COLOUR) == set(FAULTS[kind].where) for kind in ("haze", "dark", "cast"))


def test_scales_rise_or_fall() -> None:
    rising, falling = fitted(2, [1.5, 3, 3, 5]), fitted(90, [80, 40])
    assert rising == Scale((2, 3, 5))
    assert [rising.severity(one) for one in (0, 2, 3, 4, 9)] == [0, 0, 0.5, 0.75, 1]
    assert [falling.severity(one) for one in (120, 85, 80, 60, 0)] == [0, 0.25, 0.5, 0.75, 1]
    with pytest.raises(InputError):
        Scale((1, 3, 2))
