"""As many as are spoken of: less sure ones where too few were found, and else how few there are."""

import numpy as np

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import DOUBT, Grounding, Sources
from wordfuse.fusion.regions.embedded.backend import EmbeddedBackend
from wordfuse.fusion.regions.embedded.looking import Object, View
from wordfuse.fusion.regions.resolve import ground

HEIGHT, WIDTH = 324, 448
NEAR = Object("person", (248.0, 238.0, 273.0, 297.0), 0.95)
AT_EDGE = Object("person", (4.0, 142.0, 20.0, 179.0), 0.62)
BY_IT = Object("person", (36.0, 160.0, 52.0, 200.0), 0.129)  # not shown beside the sure one
DOUBLE = Object("person", (2.0, 116.0, 24.0, 179.0), 0.14)  # the first one again


class Snow(EmbeddedBackend):
    """The backend with people on snow for what its network would see, sized as in VIFB snow."""

    def _view(self, sources: Sources) -> View:
        chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
        chances[CLASSES.index("road")] = 0.9
        return View((NEAR, AT_EDGE, DOUBLE, BY_IT), chances)


def found(phrase: str) -> Grounding:
    gray = np.full((HEIGHT, WIDTH, 3), 0.7, np.float32)
    (one,) = ground(Sources(gray[..., 0], gray, gray), [phrase], backend=Snow("cpu"), masks={})
    return one


def test_the_second_of_two_is_looked_for_where_they_are_said_to_be() -> None:
    two = found("two people at the left edge")
    assert [one.box for one in two.detections] == [AT_EDGE.box, BY_IT.box]
    assert two.confidence is not None and two.confidence < DOUBT, "so a person is asked"


def test_what_nobody_counted_stays_what_is_sure() -> None:
    assert [one.box for one in found("people at the left edge").detections] == [AT_EDGE.box]
    assert [one.box for one in found("people").detections] == [NEAR.box, AT_EDGE.box]


def test_it_is_said_where_fewer_are_found_than_are_spoken_of() -> None:
    three = found("three people at the left edge")
    assert len(three.detections) == 2 and three.note == "only 2 of 3 found"
    assert three.confidence is not None and three.confidence < DOUBT
