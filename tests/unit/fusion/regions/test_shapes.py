"""Things without a known name, told by their light or heat."""

import numpy as np
import pytest

from wordfuse.fusion.regions.shapes import shape_in, thing_of
from wordfuse.fusion.regions.types import Sources

LAMP, WINDOW, BLOCK = (10.0, 8.0, 18.0, 16.0), (60.0, 30.0, 80.0, 40.0), (40.0, 40.0, 64.0, 60.0)


@pytest.fixture
def sources() -> Sources:
    """By night: a lamp up on the left, a lit window, and a warm block below, which the light does not show."""
    infrared, visible = np.full((96, 128), 0.2, np.float32), np.full((96, 128, 3), 0.05, np.float32)
    for (x0, y0, x1, y1), light, heat in ((LAMP, 1.0, 0.5), (WINDOW, 1.0, 0.2), (BLOCK, 0.05, 0.9)):
        visible[int(y0) : int(y1), int(x0) : int(x1)] = light
        infrared[int(y0) : int(y1), int(x0) : int(x1)] = heat
    return Sources(infrared, visible, visible)


@pytest.mark.parametrize(
    ("phrase", "text", "unknown", "box"),
    [
        ("bright round thing", "what's that bright round thing up there?", "round", LAMP),
        ("bright round thing", "what's that bright round thing?", "round", WINDOW),
        ("big white block", "what is that big white block?", "block", BLOCK),
        ("bright blinking orb on the left", "", "blinking orb", LAMP),
        ("hot block in the middle", "", "block", BLOCK),
        ("white block in the top right corner", "", "block", None),
    ],
)
def test_what_stands_out_is_found(
    sources: Sources, phrase: str, text: str, unknown: str, box: tuple[float, ...] | None
) -> None:
    shape = shape_in(phrase, text)
    assert shape is not None and shape.unknown == unknown
    found = thing_of(sources, shape)
    assert (None if found is None else found.box) == box


@pytest.mark.parametrize("phrase", ["bright thing", "white round sign", "strange block", "red teapot", "people"])
def test_what_is_known_or_has_no_light_is_no_such_thing(phrase: str) -> None:
    assert shape_in(phrase, phrase) is None
