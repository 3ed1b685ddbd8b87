from pathlib import Path

import numpy as np
import pytest
import torch

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.files.pairs import find_pairs
from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.images import read_pair, read_picture
from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.networks.regions import RegionNetwork, eye_of
from wordfuse.fusion.regions import DOUBT, Models, Sources, create_backend, ground, segment
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.cutting import _main_parts
from wordfuse.fusion.regions.embedded.looking import (
    Object,
    View,
    _look_at,
    _merged,
    _stretched,
    believed,
    with_near,
    without_parts,
)
from wordfuse.fusion.regions.embedded.looking import overlap as overlap_of
from wordfuse.fusion.regions.embedded.meant import meant as meant_by
from wordfuse.fusion.regions.embedded.stuff import stuff_of
from wordfuse.fusion.regions.tones import filled
from wordfuse.fusion.regions.types import mean_confidence
from wordfuse.fusion.regions.words.far import is_far
from wordfuse.fusion.regions.words.meaning import Wanted, understand

HEIGHT, WIDTH = 96, 160
LEFT_CAR = Object("car", (4.0, 40.0, 36.0, 60.0), 0.9)
NEAR_CAR = Object("car", (80.0, 50.0, 150.0, 94.0), 0.8)
FAR_CAR = Object("car", (100.0, 30.0, 110.0, 36.0), 0.7)
PERSON = Object("person", (60.0, 30.0, 72.0, 66.0), 0.95)
DOUBTFUL = Object("person", (20.0, 30.0, 25.0, 45.0), 0.05)
STREET = Path("examples/street")


def sources() -> Sources:
    """A cool gray street; the car on the left is hot."""
    infrared = np.full((HEIGHT, WIDTH), 0.2, np.float32)
    infrared[40:60, 4:36] = 0.9
    visible = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    return Sources(infrared, visible, visible)


def view() -> View:
    """Four objects that fill their boxes, a sky over a road."""
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("sky"), :6] = 0.9
    chances[CLASSES.index("road"), 6:] = 0.8
    for seen in (LEFT_CAR, NEAR_CAR, FAR_CAR, PERSON):
        x0, y0, x1, y1 = (round(x / 4) for x in seen.box)
        chances[:, y0:y1, x0:x1] = 0.01
        chances[CLASSES.index(seen.name), y0:y1, x0:x1] = 0.9
    return View((PERSON, LEFT_CAR, NEAR_CAR, FAR_CAR, DOUBTFUL), chances)


def one(phrase: str) -> Wanted:
    wanted = understand(phrase)
    assert not isinstance(wanted, str)
    return wanted[0]


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("cars", [LEFT_CAR, NEAR_CAR, FAR_CAR]),
        ("the car", [LEFT_CAR, NEAR_CAR, FAR_CAR]),  # which one, nobody said
        ("the car on the left", [LEFT_CAR]),
        ("the rightmost car", [NEAR_CAR]),
        ("the car furthest right", [NEAR_CAR]),
        ("cars on the right", [NEAR_CAR, FAR_CAR]),
        ("the nearest car", [NEAR_CAR]),
        ("the two largest cars", [NEAR_CAR, LEFT_CAR]),
        ("the most distant vehicle", None),
        ("the farthest vehicle", [FAR_CAR]),
        ("the hot cars", [LEFT_CAR]),
        ("people", [PERSON]),
        ("cyclists", []),  # nobody is on a bicycle
        ("the leftmost person", [PERSON]),
        ("the lowest car", [NEAR_CAR]),
        ("the topmost vehicle", [FAR_CAR]),
        ("the hottest car", [LEFT_CAR]),
        ("everyone on the left", [PERSON]),
        ("9 cars", [LEFT_CAR, NEAR_CAR, FAR_CAR]),
        ("bicycles", []),
        ("people in the lower right corner", []),
    ],
)
def test_which_objects_a_phrase_means(phrase: str, meant: list[Object] | None) -> None:
    if meant is None:
        assert isinstance(understand(phrase), str)
        return
    found = meant_by(sources(), view(), one(phrase)).objects
    assert sorted(found, key=lambda seen: seen.box) == sorted(meant, key=lambda seen: seen.box)


def test_cyclists_are_people_on_bicycles() -> None:
    seen = view()
    bicycle = Object("bicycle", (56.0, 44.0, 78.0, 70.0), 0.6)
    both = meant_by(sources(), View((*seen.objects, bicycle), seen.chances), one("the cyclist")).objects
    assert set(both) == {PERSON, bicycle}


def test_stuff_follows_the_pixels_and_the_words_beside_it() -> None:
    sky = stuff_of(sources(), view(), one("the sky"))
    assert sky[:16].mean() > 0.95 and not sky[40:].any()
    left = stuff_of(sources(), view(), one("the sky on the left"))
    assert left[:16, : WIDTH // 2].mean() > 0.95 and not left[:, WIDTH // 2 :].any()
    assert not stuff_of(sources(), view(), one("trees")).any()
    assert not stuff_of(sources(), view(), one("hot sky")).any()


@pytest.mark.parametrize("scale", [1, 3, 6], ids=["as it is", "wide windows", "very wide windows"])
def test_the_guided_filter_moves_an_edge_to_that_of_the_picture(scale: int) -> None:
    edge = 30 * scale + (scale > 1)  # on no grid of a smaller picture
    guide = np.zeros((40 * scale, 60 * scale, 1), np.float32)
    guide[:, edge:] = 1
    soft = np.clip((np.arange(60 * scale, dtype=np.float32) / scale - 24) / 16, 0, 1)  # and off by 2
    coarse = soft[None].repeat(40 * scale, axis=0)
    fine = guided_filter(guide, coarse, 6 * scale, 1e-3)
    assert (fine[:, :edge] < 0.5).all() and (fine[:, edge:] > 0.5).all()
    assert not ((coarse > 0.5)[:, edge:]).all()


def test_a_mirror_shows_the_same_the_other_way_round() -> None:
    torch.manual_seed(0)
    eye = eye_of(RegionNetwork().eval())
    rng = np.random.default_rng(0)
    pair = Sources(*(rng.random(shape, np.float32) for shape in ((64, 96), (64, 96, 3), (64, 96, 3))))
    both = np.dstack([pair.infrared, pair.visible])
    seen, mirrored = (
        _look_at(eye, one, (96, 64), is_mirrored) for one, is_mirrored in ((both, False), (both[:, ::-1], True))
    )
    np.testing.assert_allclose(mirrored.classes, seen.classes[..., ::-1], atol=1e-5)
    np.testing.assert_allclose(mirrored.centres, seen.centres[..., ::-1], atol=1e-5)
    left, top, right, bottom = seen.sides[..., ::-1]
    np.testing.assert_allclose(mirrored.sides, np.stack([right, top, left, bottom]), atol=1e-4, rtol=1e-5)


def street() -> Sources:
    pair = read_pair(STREET / "ir.png", STREET / "vi.png")
    return Sources(pair.infrared, pair.visible, pair.visible)


def overlap(one: np.ndarray, two: np.ndarray) -> float:
    return float((one & two).sum() / (one | two).sum())


@pytest.mark.parametrize(
    ("phrase", "name", "least"),
    [("people", "people", 0.5), ("cars", "cars", 0.5), ("the sky", "sky", 0.7), ("the road", "road", 0.6)],
)
def test_the_bundled_street(phrase: str, name: str, least: float) -> None:
    backend = create_backend("auto", Models("cpu"))
    assert backend.name == "embedded"
    mask = segment(street(), ground(street(), [phrase], backend=backend, masks={}), backend=backend)
    exact = read_picture(STREET / "masks" / f"{name}.png")[..., 0] > 127
    assert overlap(mask > 127, exact) >= least


def test_what_is_not_there_or_not_known_is_said() -> None:
    backend = EmbeddedBackend("cpu")
    unknown, missing = backend.ground(street(), ["the red teapot", "bicycles"])
    assert not unknown.found and "does not know 'red teapot'; what can be found here: people" in unknown.told()
    assert "it knows people, cars" in unknown.told()
    assert unknown.plain is not None and unknown.plain.startswith(
        "I know no 'red teapot'; what can be found here: people"
    )
    assert "mask" not in unknown.plain and "backend" not in unknown.plain, "who talks has no arguments to give"
    assert not missing.found and "'bicycles' was not found" in missing.reason
    with pytest.raises(RegionError, match="does not know"):
        segment(street(), [unknown], backend=backend)


def test_a_phrase_with_a_side_is_one_of_several() -> None:
    backend = EmbeddedBackend("cpu")
    everyone, one_person = backend.ground(street(), ["people", "the person on the left"])
    assert len(everyone.detections) >= 2
    (chosen,) = one_person.detections
    assert chosen.box == min((detection.box for detection in everyone.detections), key=lambda box: box[0] + box[2])
    mask = backend.segment(street(), one_person.detections) > 127
    x0, y0, x1, y1 = chosen.box
    outside = mask.copy()
    outside[max(0, int(y0) - 8) : int(y1) + 9, max(0, int(x0) - 8) : int(x1) + 9] = False
    assert mask.any() and not outside.any()


NAMED = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.5, np.float32)


def test_boxes_that_overlap_are_one_object_between_them() -> None:
    shifted = Object("car", tuple(x + shift for x, shift in zip(LEFT_CAR.box, (2, 1, 2, 1), strict=True)), 0.4)
    assert overlap_of(LEFT_CAR.box, shifted.box) > 0.55
    merged, other = _merged([[LEFT_CAR, NEAR_CAR], [shifted]], NAMED, (HEIGHT, WIDTH))
    assert other.box == NEAR_CAR.box and merged.name == "car"
    weight = 0.4 / (0.4 + LEFT_CAR.score)
    assert merged.box == pytest.approx(
        [x + weight * shift for x, shift in zip(LEFT_CAR.box, (2, 1, 2, 1), strict=True)]
    )
    beside = Object("person", LEFT_CAR.box, 0.4)
    assert len(_merged([[beside, LEFT_CAR]], NAMED, (HEIGHT, WIDTH))) == 2, "a driver is no car"


def test_what_more_looks_see_is_surer() -> None:
    seen, blind = [Object("person", PERSON.box, 0.5)], list[Object]()
    once, twice, always = (
        _merged(looks, NAMED, (HEIGHT, WIDTH))[0].score
        for looks in ([seen, blind, blind], [seen, seen, blind], [seen, seen, seen])
    )
    assert once < twice < DOUBT < always < 1


def test_a_part_of_a_thing_is_no_second_one() -> None:
    x0, y0, x1, y1 = NEAR_CAR.box
    wheel, group = Object("car", (x0, y0, x0 + 30, y1), 0.5), Object("car", (x0 - 60, y0, x1, y1), 0.6)
    kept = {one.box: one.score for one in without_parts((NEAR_CAR, group, wheel, PERSON))}
    assert kept[NEAR_CAR.box] == NEAR_CAR.score and kept[PERSON.box] == PERSON.score
    assert kept[group.box] == pytest.approx(0.3), "it holds the whole car"
    assert kept[wheel.box] == pytest.approx(0.125), "it lies in both"


def test_beside_what_is_sure_little_faith_is_none() -> None:
    shed, far = Object("person", (10.0, 20.0, 40.0, 60.0), 0.12), Object("car", FAR_CAR.box, 0.12)
    chances = view().chances
    assert believed(View((PERSON, shed, far), chances)) == [PERSON, far]
    assert believed(View((shed,), chances)) == [shed], "it is all there is, and in doubt"
    assert believed(View((PERSON, shed, far), chances, beside=0.1)) == [PERSON, shed, far]


def test_a_dull_infrared_picture_is_stretched_and_a_flat_one_is_not() -> None:
    warm = np.linspace(0.3, 0.5, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    assert np.ptp(_stretched(warm)) > 0.95
    noise = np.random.default_rng(0).normal(0.4, 0.01, (HEIGHT, WIDTH)).astype(np.float32)
    assert np.ptp(_stretched(noise)) < 0.7
    assert not _stretched(np.zeros((HEIGHT, WIDTH), np.float32)).any()


def treetops() -> tuple[Sources, View, np.ndarray, np.ndarray]:
    """A bright cold sky over dark warm trees, a house with a pale warm wall; where sky is, and where the wall."""
    rng = np.random.default_rng(1)
    height, width = 240, 320
    sky = np.zeros((height, width), np.bool_)
    for left in range(0, width, 20):  # crowns of different heights, which the network's grid cannot follow
        sky[: 80 + int(rng.integers(-16, 17)), left : left + 20] = True
    wall = np.zeros_like(sky)
    wall[160:190, 200:260] = True
    light = np.where(sky, 0.85, np.where(wall, 0.8, 0.25)) + rng.normal(0, 0.01, sky.shape)
    heat = np.where(sky, 0.1, np.where(wall, 0.6, 0.45)) + rng.normal(0, 0.01, sky.shape)
    visible = np.repeat(light[..., None], 3, axis=2).astype(np.float32)
    chances = np.full((len(CLASSES), height // 4, width // 4), 0.001, np.float32)
    chances[CLASSES.index("tree")] = 0.9
    rows = np.arange(height // 4)[:, None]
    chances[CLASSES.index("sky")] = 1 / (1 + np.exp((rows - 20) / 2.5))  # a straight and soft border
    chances[CLASSES.index("sky"), 41:47, 51:64] = 0.7  # and an island on the house
    return Sources(heat.astype(np.float32), visible, visible), View((), chances), sky, wall


def test_the_sky_ends_where_the_trees_begin_and_has_no_islands_on_houses() -> None:
    pair, seen, sky, wall = treetops()
    found = stuff_of(pair, seen, one("the sky"))
    assert overlap(found, sky) > 0.93
    assert not found[wall].any()


def test_a_pale_warm_front_that_reaches_the_top_is_no_sky_where_that_is_not_sure() -> None:
    pair, seen, sky, _ = treetops()
    height, width = sky.shape
    front = np.zeros_like(sky)
    front[:70, -60:] = True
    heat, light = (
        np.where(front, np.float32(to), plane) for plane, to in ((pair.infrared, 0.4), (pair.visible[..., 0], 0.86))
    )
    heat[:, -76:-60], light[:, -76:-60] = 0.45, 0.25  # a tree before it
    sky[:, -80:] = False
    rows, columns = seen.chances.shape[1:]
    seen.chances[CLASSES.index("sky"), :, columns * (width - 80) // width :] = 0.05
    seen.chances[CLASSES.index("sky"), : rows * 70 // height, columns - columns * 60 // width :] = 0.6
    visible = np.repeat(light[..., None], 3, axis=2)
    found = stuff_of(Sources(heat, visible, visible), seen, one("the sky"))
    assert not (found & front)[:, -50:].any()
    assert overlap(found, sky & ~front) > 0.9


def test_a_white_sky_is_also_what_is_seen_of_it_between_leaves() -> None:
    pair, seen, sky, wall = treetops()
    light = np.where(sky, np.float32(1), pair.visible[..., 0])
    rows = np.flatnonzero(sky.all(axis=1))[-1]
    gap = np.zeros_like(sky)
    gap[rows + 22 : rows + 32, 100:112] = True
    heat, light = np.where(gap, np.float32(0.1), pair.infrared), np.where(gap, np.float32(1), light)
    seen.chances[CLASSES.index("sky")] = np.maximum(seen.chances[CLASSES.index("sky")], 0.2)
    visible = np.repeat(light[..., None], 3, axis=2)
    found = stuff_of(Sources(heat, visible, visible), seen, one("the sky"))
    assert found[gap].all() and not (found & wall).any()


def test_a_sky_below_branches_is_sky_where_it_looks_like_the_sky_above() -> None:
    pair, seen, *_ = treetops()
    heat, visible = pair.infrared.copy(), pair.visible.copy()
    gap = (slice(110, 140), slice(40, 100))
    heat[gap], visible[gap] = 0.1, 0.85
    seen.chances[CLASSES.index("sky"), 28:35, 10:25] = 0.7
    found = stuff_of(Sources(heat, visible, visible), seen, one("the sky"))
    assert found[gap].mean() > 0.8


def test_crumbs_and_holes_of_a_mask_are_none() -> None:
    body = np.zeros((40, 60), np.bool_)
    body[5:35, 10:40] = True
    body[20, 20] = False  # a button
    body[2:4, 50:52] = True  # a crumb
    whole = _main_parts(body)
    assert whole[5:35, 10:40].all() and whole.sum() == 30 * 30
    assert not filled(whole, 4)[0].any()


def test_a_region_says_how_sure_it_is() -> None:
    backend = EmbeddedBackend("cpu")
    people, sky = backend.ground(street(), ["people", "the sky"])
    assert people.confidence is not None and people.confidence > DOUBT
    assert people.confidence == pytest.approx(mean_confidence(people.detections))
    assert sky.confidence is not None and 0.5 < sky.confidence <= 1


def real(shared: Path, name: str, stem: str) -> Sources:
    (files,) = [pair for pair in find_pairs(shared / "data" / "dev" / name) if pair.infrared.stem == stem]
    pair = read_pair(files.infrared, files.visible)
    return Sources(pair.infrared, pair.visible, pair.visible)


@pytest.mark.parametrize(
    ("name", "stem", "phrase", "least", "most"),
    [
        ("RoadScene", "FLIR_05027", "people", 1, 1),  # four boxes for one pedestrian
        ("VIFB", "manlight", "people", 2, 4),  # nobody, beside headlights in a dull infrared picture
        ("VIFB", "manwithbag", "people", 1, 3),  # likewise
        ("VIFB", "fight", "cars", 9, 16),  # most were missed
        ("TNO", "01", "people", 1, 1),  # two on the shed
    ],
)
def test_pairs_on_which_things_were_missed_or_doubled(
    shared: Path, name: str, stem: str, phrase: str, least: int, most: int
) -> None:
    (found,) = EmbeddedBackend("cpu").ground(real(shared, name, stem), [phrase])
    assert least <= len(found.detections) <= most


@pytest.mark.parametrize(("name", "stem", "rows"), [("RoadScene", "FLIR_05027", 0.45), ("TNO", "01", 0.55)])
def test_no_sky_on_houses(shared: Path, name: str, stem: str, rows: float) -> None:
    pair = real(shared, name, stem)
    (sky,) = EmbeddedBackend("cpu").ground(pair, ["the sky"])
    assert sky.mask is not None
    inside = sky.mask > 127
    assert inside.mean() > 0.05 and not inside[int(rows * pair.shape[0]) :].any()


def test_four_in_windows_are_in_doubt(shared: Path) -> None:
    (people,) = EmbeddedBackend("cpu").ground(real(shared, "VIFB", "manCar"), ["person"])
    assert not people.found or (people.confidence is not None and people.confidence < DOUBT)


@pytest.mark.parametrize(
    ("phrase", "far"),
    [
        ("back", True), ("the far end of the street", True), ("stuff in the distance", True), ("rear", True),
        ("people at the back", False), ("back of the car", False), ("background", False),
    ],
)  # fmt: skip
def test_words_for_the_far_part(phrase: str, far: bool) -> None:
    assert is_far(phrase) is far


def test_a_large_car_that_coarse_looks_see_is_one_with_its_parts() -> None:
    bumper = Object("car", (80.0, 60.0, 150.0, 94.0), 0.4)
    coarse = [[Object("car", NEAR_CAR.box, score)] for score in (0.4, 0.6, 0.7)]
    area = HEIGHT * WIDTH
    (found,) = with_near((bumper,), coarse, area)
    assert found.score > DOUBT and overlap_of(found.box, NEAR_CAR.box) > 0.85
    sure = Object("car", NEAR_CAR.box, 0.95)
    assert with_near((sure,), coarse, area) == (sure,), "what is surer stays as it is"
    small = [[Object("car", FAR_CAR.box, 0.7)]] * 3
    assert with_near((), small, area) == (), "far cars are no matter of coarse looks"
    assert with_near((), [coarse[2], [], []], area) == (), "nor what one of them sees"
    assert with_near((), [[Object("person", NEAR_CAR.box, 0.7)]] * 3, area) == ()
