"""Things that cannot be found: what is offered in their place, and that it is never taken."""

import numpy as np
import pytest

from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.resolve import ground
from wordfuse.fusion.regions.words.meaning import nearly

PERSON = Object("person", (40.0, 20.0, 60.0, 80.0), 0.9)


class Street(EmbeddedBackend):
    """The backend on a gray street with one person, for what its network would see."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((11, 25, 50), 0.01, np.float32)
        chances[3] = 0.9
        return View((PERSON,), chances)


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
        ("dogs", None),
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
