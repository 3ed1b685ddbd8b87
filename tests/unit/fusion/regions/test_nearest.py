"""Things that cannot be found: what is offered in their place, and that it is never taken."""

import numpy as np
import pytest

from wordfuse.fusion.regions import DOUBT, Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.resolve import ground
from wordfuse.fusion.regions.words.meaning import nearly
from wordfuse.fusion.regions.words.nearest import stand_in

PERSON = Object("person", (40.0, 20.0, 60.0, 80.0), 0.9)
CAR = Object("car", (100.0, 60.0, 140.0, 80.0), 0.9)


class Street(EmbeddedBackend):
    """The backend on a gray street with one person, a car and houses, for what its network would see."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((11, 25, 50), 0.01, np.float32)
        chances[1, :12] = 0.9
        chances[3, 12:] = 0.9
        return View((PERSON, CAR), chances)


def street() -> Sources:
    gray = np.full((100, 200, 3), 0.4, np.float32)
    return Sources(gray[..., 0], gray, gray)


@pytest.mark.parametrize(
    ("phrase", "offer"),
    [
        ("number plate", "cars"),
        ("the license plate of the van", "van"),
        ("wheels", "cars"),
        ("windows of the house", "house"),
        ("the glare around the lamps", "overexposed areas"),
        ("reflections on the wet road", "bright road"),
        ("the shadow of the car", "dark road"),
        ("the car's shadow", "dark road"),
        ("a puddle", "road"),
        ("river", None),
        ("dogs", "hot areas"),  # what is alive is warm
        ("the engine", "hot areas"),
        ("the bonnet of the van", "van"),
        ("his backpack", "people"),
        ("the doorway", "buildings"),
        ("the hills", "the distance"),
        ("the moon", "bright areas"),
        ("the lawn", "green areas"),
        ("the dark under the trees", "dark areas"),
        ("cyclists", "people"),
    ],
)
def test_the_nearest_is_offered_and_not_taken(phrase: str, offer: str | None) -> None:
    (found,) = ground(street(), [phrase], backend=Street("cpu"), masks={})
    assert not found.found and found.offer == offer
    if offer is not None:
        (taken,) = ground(street(), [offer], backend=Street("cpu"), masks={})
        assert "does not know" not in taken.reason, "what is offered is understood"


def test_a_thing_with_a_name_is_no_typing_error() -> None:
    assert nearly("plate") is None and nearly("river") is None
    assert nearly("peeple") == "people"


def test_dark_parts_of_a_road_are_still_its_shadows() -> None:
    dark = street()
    dark.fused[60:, :100] = 0.05
    (found,) = ground(dark, ["shadows on the road"], backend=Street("cpu"), masks={})
    assert found.found


def test_what_is_not_known_at_all_is_answered_with_what_is_there() -> None:
    (found,) = ground(street(), ["the sculpture"], backend=Street("cpu"), masks={})
    assert found.plain == "I know no 'sculpture'; what can be found here: people, cars, road, buildings"


@pytest.mark.parametrize(
    ("phrase", "instead"),
    [
        ("the left one", "left person"),
        ("ones at the back", "people at the back"),
        ("two on the left", "two people on the left"),
        ("three of them", "three people"),
        ("green", "green areas"),
        ("the man and one on the left", None),
        ("one way", "person way"),
        ("the sculpture", None),
    ],
)
def test_what_stands_for_what_is_not_named(phrase: str, instead: str | None) -> None:
    found = stand_in(phrase)
    assert (None if found is None else found.phrase) == instead


def test_one_is_a_person_or_a_car_and_that_is_said() -> None:
    found, unknown = ground(street(), ["the one on the left", "one way"], backend=Street("cpu"), masks={})
    assert found.found and len(found.detections) == 1 and found.confidence is not None and found.confidence < DOUBT
    assert found.note == "what is meant by 'one' cannot be told from the pictures"
    assert not unknown.found


def test_a_colour_alone_is_what_has_it() -> None:
    pair = street()
    pair.visible[60:80, 100:140] = (0.6, 0.1, 0.1)
    red, green = ground(pair, ["red", "green"], backend=Street("cpu"), masks={})
    assert red.found and red.mask is not None and (red.mask > 0)[60:80, 100:140].mean() > 0.9
    assert red.note == "'red' is read as 'red areas'" and not green.found


def test_what_is_not_in_the_picture_is_not_offered() -> None:
    (found,) = ground(street(), ["a lion on the banner"], backend=Street("cpu"), masks={})
    assert found.offer is None and found.plain is not None and "what can be found here" in found.plain


@pytest.mark.parametrize("phrase", ["no one", "one half", "one side"])
def test_one_that_is_nobody_is_nobody(phrase: str) -> None:
    assert stand_in(phrase) is None
