"""Which objects a phrase means by colours, by what they are beside, by how near they are; and what is said of it."""

import numpy as np
import pytest

from wordfuse.fusion.networks.regions import CLASSES
from wordfuse.fusion.regions import DOUBT, Sources
from wordfuse.fusion.regions.colours import coloured
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.meant import Meant, meant
from wordfuse.fusion.regions.embedded.parts.heads import head_of
from wordfuse.fusion.regions.resolve import ground
from wordfuse.fusion.regions.tones import luma
from wordfuse.fusion.regions.words.colours import Colour
from wordfuse.fusion.regions.words.meaning import understand

HEIGHT, WIDTH = 120, 200
BLUE_CAR = Object("car", (10.0, 60.0, 60.0, 90.0), 0.9)
RED_CAR = Object("car", (130.0, 50.0, 170.0, 74.0), 0.8)
BY_BLUE = Object("person", (66.0, 50.0, 78.0, 94.0), 0.9)  # in a red jacket
FAR_MAN = Object("person", (100.0, 30.0, 104.0, 42.0), 0.7)
NO_SKY = np.zeros((HEIGHT // 4, WIDTH // 4), np.float32)
PAINT = {BLUE_CAR: (0.1, 0.15, 0.6), RED_CAR: (0.6, 0.1, 0.1)}


def scene() -> tuple[Sources, View]:
    """A gray street with two cars and two people, all warm; the lower half of the network's map is road."""
    visible = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    infrared = np.full((HEIGHT, WIDTH), 0.2, np.float32)
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("building"), : HEIGHT // 8] = 0.9
    chances[CLASSES.index("road"), HEIGHT // 8 :] = 0.9
    for seen in (BLUE_CAR, RED_CAR, BY_BLUE, FAR_MAN):
        x0, y0, x1, y1 = (round(x) for x in seen.box)
        infrared[y0:y1, x0:x1] = 0.8
        visible[y0:y1, x0:x1] = PAINT.get(seen, (0.25, 0.25, 0.25))
        cells = slice(y0 // 4, -(-y1 // 4)), slice(x0 // 4, -(-x1 // 4))
        chances[(slice(None), *cells)] = 0.01
        chances[(CLASSES.index(seen.name), *cells)] = 0.9
    visible[58:68, 66:78] = (0.6, 0.1, 0.1)
    return Sources(infrared, visible, visible), View((BLUE_CAR, BY_BLUE, RED_CAR, FAR_MAN), chances)


def gray() -> Sources:
    """The same street by a gray camera, compressed: some chroma is left."""
    pair = scene()[0]
    noise = np.random.default_rng(0).normal(0, 0.004, (HEIGHT, WIDTH, 3)).astype(np.float32)
    visible = np.clip(luma(pair.visible)[..., None] + noise, 0, 1)
    return Sources(pair.infrared, visible, visible)


def found(phrase: str) -> Meant:
    (wanted,) = understand(phrase)
    assert not isinstance(wanted, str)
    return meant(*scene(), wanted)


@pytest.mark.parametrize(
    ("phrase", "objects"),
    [
        ("the blue car", {BLUE_CAR}),
        ("red cars", {RED_CAR}),
        ("the green car", set()),
        ("the guy in the red jacket", {BY_BLUE}),
        ("people in green", set()),
        ("people by the car", {BY_BLUE}),
        ("people by the blue car", {BY_BLUE}),
        ("people by the red car", set()),
        ("the person next to the man", set()),  # too far from each other
        ("the guy in front", {BY_BLUE}),
        ("the person at the back", {FAR_MAN}),
        ("people on the road", {BY_BLUE}),
        ("people by the tree", {BY_BLUE, FAR_MAN}),  # no tree was found: it could not be looked at
    ],
)
def test_which_are_meant(phrase: str, objects: set[Object]) -> None:
    assert set(found(phrase).objects) == objects


@pytest.mark.parametrize(
    ("phrase", "scores", "meant_ones", "spoken_of"),
    [
        ("the two girls", (0.9, 0.8, 0.7), 3, 2),
        ("both people", (0.9, 0.8, 0.7), 3, 2),
        ("one person", (0.9, 0.8, 0.7), 3, 1),
        ("the two girls", (0.9, 0.8, 0.3), 2, None),  # the third is in doubt
        ("the two girls", (0.9, 0.4, 0.3), 3, 2),  # and here the second is as well
        ("the two girls", (0.9, 0.8), 2, None),
        ("the three girls", (0.9, 0.8), 2, None),
        ("the two girls on the left", (0.9, 0.8, 0.7), 2, None),
        ("the two nearest girls", (0.9, 0.8, 0.7), 2, None),
        ("people", (0.9, 0.8, 0.7), 3, None),
    ],
)
def test_where_more_are_found_than_spoken_of_none_is_chosen_by_chance(
    phrase: str, scores: tuple[float, ...], meant_ones: int, spoken_of: int | None
) -> None:
    sources, seen = scene()
    people = tuple(Object("person", (10.0 + 20 * i, 50.0, 18.0 + 20 * i, 90.0), x) for i, x in enumerate(scores))
    (wanted,) = understand(phrase)
    assert not isinstance(wanted, str)
    told = meant(sources, View(people, seen.chances), wanted)
    assert (len(told.objects), told.spoken_of) == (meant_ones, spoken_of)


def test_what_could_not_be_looked_at_is_said_and_what_did_not_hold() -> None:
    assert found("people by the tree").untold == ("'by the tree'",)
    assert found("people by the blue car").untold == ()
    none = found("the green car")
    assert (none.of, none.asked) == (2, ("green",))


@pytest.mark.parametrize(
    ("rgb", "colour"),
    [
        ((200, 30, 30), "red"),
        ((240, 130, 20), "orange"),
        ((230, 220, 40), "yellow"),
        ((60, 110, 50), "green"),
        ((30, 60, 140), "blue"),
        ((120, 40, 130), "purple"),
        ((240, 150, 180), "pink"),
        ((110, 70, 40), "brown"),
        ((15, 15, 18), "black"),
        ((120, 120, 122), "gray"),
        ((240, 240, 240), "white"),
    ],
)
def test_colours(rgb: tuple[int, int, int], colour: Colour) -> None:
    picture = np.full((40, 60, 3), 0.9, np.float32)
    picture[10:30, 20:40] = np.array(rgb, np.float32) / 255
    selection = coloured(picture, colour)
    assert selection[12:28, 22:38].all()
    if colour != "white":
        assert not selection[:6].any()


def test_haze_lifts_black_and_leaves_a_dark_red_red() -> None:
    picture = np.full((40, 60, 3), 0.7, np.float32)
    picture[:, :20] = 0.25  # the darkest: a tyre behind haze
    picture[10:30, 30:50] = (0.36, 0.16, 0.16)
    assert coloured(picture, "black")[12:28, 2:18].all()
    assert coloured(picture, "red")[12:28, 32:48].all()


def test_a_head_is_the_top_of_who_stands_and_more_of_who_is_cut_off() -> None:
    assert head_of((0.0, 0.0, 14.0, 70.0), 100) == (0.0, 0.0, 14.0, 10.0)
    assert head_of((0.0, 0.0, 40.0, 50.0), 100) == (0.0, 0.0, 40.0, 16.0)
    assert head_of((0.0, 50.0, 40.0, 100.0), 100) == (0.0, 50.0, 40.0, 72.0), "at the lower border"


class Seen(EmbeddedBackend):
    """The backend with a scene for what its network would see."""

    def _view(self, sources: Sources) -> View:
        return scene()[1]


def test_a_word_that_was_not_looked_at_lowers_the_confidence_and_is_said() -> None:
    one, several, all_of_it = Seen("cpu").ground(
        scene()[0], ["the parked car on the left", "the parked cars", "the cars"]
    )
    assert len(one.detections) == 1 and one.note == "'parked' cannot be told from the pictures" and not one.ambiguous
    assert one.confidence is not None and one.confidence < DOUBT
    assert len(several.detections) == 2 and several.ambiguous
    assert all_of_it.confidence is not None and all_of_it.confidence > DOUBT and all_of_it.note is None


def test_what_is_there_but_not_as_it_was_said_is_told() -> None:
    none, pavement = Seen("cpu").ground(scene()[0], ["the green car", "the pavement"])
    assert not none.found and none.offer == "car"
    assert not pavement.found and pavement.offer == "road" and "no pavement found" in pavement.reason
    assert none.plain == "'the green car' was not found in the picture: 2 found as car, none of them is green"


@pytest.mark.parametrize(
    ("phrase", "objects", "note"),
    [
        ("the blue cars", {BLUE_CAR, RED_CAR}, "'blue' cannot be told from the pictures"),
        ("the blue car on the left", {BLUE_CAR}, "'blue' cannot be told from the pictures"),
        ("the guy in the red jacket", {BY_BLUE, FAR_MAN}, "'in red' cannot be told from the pictures"),
        ("people by the blue car", {BY_BLUE, FAR_MAN}, "'by the blue car' cannot be told from the pictures"),
        ("the black cars", {BLUE_CAR}, None),
    ],
)
def test_a_gray_camera_denies_no_colour(phrase: str, objects: set[Object], note: str | None) -> None:
    (one,) = Seen("cpu").ground(gray(), [phrase])
    assert one.found and {seen.box for seen in one.detections} == {seen.box for seen in objects}
    assert one.note == note
    assert one.confidence is not None and (one.confidence < DOUBT) is (note is not None)


def test_black_and_white_can_be_told_in_a_gray_picture() -> None:
    (white,) = Seen("cpu").ground(gray(), ["the white car"])
    assert not white.found and white.reason.endswith("2 found as car, none of them is white")


def test_the_areas_of_a_colour_cannot_be_told_in_a_gray_picture() -> None:
    red, both = ground(gray(), ["the red areas", "red or hot areas"], backend=Seen("cpu"), masks={})
    assert not red.found and red.reason == "'the red areas': the visible image is gray, so 'red' cannot be told"
    assert both.found and both.note == "'red' cannot be told from the pictures"
    (denied,) = ground(scene()[0], ["the green areas"], backend=Seen("cpu"), masks={})
    assert not denied.found and "nothing in the visible image is green" in denied.reason


def test_one_on_a_side_is_large_before_it_is_a_speck_farther_out() -> None:
    pair, seen = scene()
    close, speck = Object("car", (110.0, 40.0, 170.0, 90.0), 0.4), Object("car", (190.0, 30.0, 196.0, 36.0), 0.9)
    (wanted,) = understand("the volvo on the right")
    assert meant(pair, View((speck, close), seen.chances), wanted).objects == (close,)  # type: ignore[arg-type]


def test_one_on_a_side_is_no_speck_where_two_large_ones_are() -> None:
    pair, seen = scene()
    boxes = ((40.0, 30.0, 44.0, 38.0), (106.0, 20.0, 126.0, 70.0), (150.0, 20.0, 170.0, 70.0))
    speck, left, right = (Object("person", box, 0.9) for box in boxes)
    view = View((speck, left, right), seen.chances)

    def of(phrase: str) -> tuple[Object, ...]:
        wanted = understand(phrase)
        assert not isinstance(wanted, str)
        return meant(pair, view, wanted[0]).objects

    assert pair.shape[1] / 2 <= 106, "all but the speck are right of the middle"
    assert of("the person on the left") == (left,)
    assert of("people on the left") == (speck,)
    assert of("the smallest person") == (speck,)


def test_cyclists_without_a_bicycle_are_offered_as_people() -> None:
    (found,) = Seen("cpu").ground(scene()[0], ["two cyclists"])
    assert not found.found and found.offer == "people"
    assert found.reason.endswith(
        "people, who may be meant, but no bicycle by any of them, as bicycles are seldom recognised"
    )


def test_heads_are_cut_out_of_people() -> None:
    pair = scene()[0]
    backend = Seen("cpu")
    heads, people = backend.ground(pair, ["the face of the nearest person", "the nearest person"])
    (head,) = heads.detections
    assert head.box == head_of(BY_BLUE.box, HEIGHT)
    inside, whole = (backend.segment(pair, one.detections) > 127 for one in (heads, people))
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    x0, y0, x1, _ = BY_BLUE.box
    high = head.box[3] - y0
    # Round and no wider than a head, with the chin, and over the person.
    assert y0 + high < rows[-1] + 1 <= y0 + 1.4 * high
    assert len(columns) < 1.3 * high
    assert x0 < columns.mean() < x1 and (inside & whole).any()


def test_the_back_of_a_road_is_its_upper_half() -> None:
    pair = scene()[0]
    back, front, road = (
        one.mask for one in Seen("cpu").ground(pair, ["the road at the back", "the road in front", "the road"])
    )
    assert back is not None and front is not None and road is not None
    assert not (back & front).any() and ((back | front) == road).all()
    assert np.flatnonzero(back.any(axis=1)).max() < np.flatnonzero(front.any(axis=1)).min()


def test_somebody_in_a_car_is_seen_within_it() -> None:
    pair, view = scene()
    driver = Object("person", (22.0, 62.0, 30.0, 74.0), 0.8)
    seen = View((*view.objects, driver), view.chances)
    (inside,) = understand("the man in the car")
    assert not isinstance(inside, str)
    assert meant(pair, seen, inside).objects == (driver,), "who stands by the car is not in it"


@pytest.mark.parametrize(
    ("phrase", "note", "ambiguous"),
    [
        ("the van", "a van is not told from other vehicles", True),
        ("lorries", "a lorry is not told from other vehicles", False),
        ("the blue van", None, False),  # one alone
        ("the vehicles", None, False),
        ("people by the blue van", None, False),
    ],
)
def test_kinds_of_vehicles_are_not_told_apart_and_that_is_said(phrase: str, note: str | None, ambiguous: bool) -> None:
    (found,) = Seen("cpu").ground(scene()[0], [phrase])
    assert found.found and (found.note, found.ambiguous) == (note, ambiguous)
