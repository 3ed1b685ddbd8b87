"""Parts of people: coats, legs, shoes, by where on a body they are."""

import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Grounding, Mask, Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.embedded.parts.bodies import is_seen, part_of
from wordfuse.fusion.regions.words.meaning import Wanted, understand
from wordfuse.fusion.regions.words.qualifiers import Body

MAN = Object("person", (60.0, 10.0, 90.0, 90.0), 0.9)
HEIGHT, WIDTH = 100, 160


class Alone(EmbeddedBackend):
    """The backend before one man in red who stands on a gray street."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
        chances[CLASSES.index("road")] = 0.9
        chances[:, 3:23, 15:23] = 0.01
        chances[CLASSES.index("person"), 3:23, 15:23] = 0.9
        return View((MAN,), chances)


def standing() -> Sources:
    visible = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    infrared = np.full((HEIGHT, WIDTH), 0.2, np.float32)
    infrared[10:90, 60:90] = 0.8
    visible[22:54, 60:90] = (0.6, 0.1, 0.1)
    return Sources(infrared, visible, visible)


def looked_for(phrase: str) -> tuple[Grounding, Mask]:
    backend, pair = Alone("cpu"), standing()
    (found,) = backend.ground(pair, [phrase])
    return found, backend.segment(pair, found.detections)


@pytest.mark.parametrize(
    ("phrase", "from_row", "to_row"),
    [("the legs", 50, 86), ("the coat", 20, 55), ("his shoes", 83, 92), ("the man's clothes", 20, 92)],
)
def test_a_part_lies_where_it_is_on_a_body(phrase: str, from_row: int, to_row: int) -> None:
    found, mask = looked_for(phrase)
    rows = np.flatnonzero(mask.any(axis=1))
    assert found.found and from_row - 3 <= rows[0] <= from_row + 6 and to_row - 6 <= rows[-1] <= to_row + 3


def test_what_somebody_wears_has_its_colour() -> None:
    assert looked_for("the red jacket")[0].found
    assert not looked_for("the green jacket")[0].found


def test_of_who_is_cut_off_no_legs_are_seen() -> None:
    box = (60.0, 50.0, 100.0, 100.0)
    assert is_seen(box, "torso", HEIGHT) and not is_seen(box, "legs", HEIGHT)
    assert part_of((0.0, 0.0, 20.0, 100.0), "legs", 400) == (0.0, 50.0, 20.0, 94.0)


@pytest.mark.parametrize(
    ("phrase", "part", "worn"),
    [
        ("legs", "legs", None),
        ("the man's trousers", "legs", None),
        ("black coats", "torso", "black"),
        ("the jacket of the guy on the left", "torso", None),
        ("the man in the red jacket", None, "red"),
    ],
)
def test_how_parts_are_named(phrase: str, part: Body | None, worn: str | None) -> None:
    (wanted,) = understand(phrase)
    assert isinstance(wanted, Wanted)
    assert (wanted.classes, wanted.part, wanted.worn) == (("person",), part, worn)


@pytest.mark.parametrize("phrase", ["the coat hook", "the foot of the hedge", "the head of the table", "table legs"])
def test_what_has_no_body_has_none_of_its_parts(phrase: str) -> None:
    assert isinstance(understand(phrase), str)
