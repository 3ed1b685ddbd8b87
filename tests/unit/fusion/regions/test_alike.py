"""What looks as words say, whatever they name."""

import numpy as np
import pytest

from wordfuse.fusion.regions.pieces.alike import alike
from wordfuse.fusion.regions.types import Sources
from wordfuse.fusion.regions.words.looks import looks_in

YELLOW, RED = (slice(20, 40), slice(30, 50)), (slice(60, 100), slice(120, 160))


def sources() -> Sources:
    """A yellow sign with a red spot in it, a red door, both as warm as anything; two warm people, and a warm wall."""
    visible = np.full((160, 240, 3), 0.5, np.float32)
    visible[YELLOW], visible[RED] = (0.85, 0.7, 0.1), (0.7, 0.1, 0.1)
    visible[27:31, 37:41] = 0.7, 0.1, 0.1
    infrared = np.full((160, 240), 0.3, np.float32)
    infrared[100:130, 20:30] = infrared[120:127, 60:90] = 0.9
    infrared[:60, 180:] = 0.9
    return Sources(infrared, visible, visible)


def boxes(pieces: np.ndarray) -> list[tuple[int, int, int, int]]:
    found = []
    for number in range(1, int(pieces.max()) + 1):
        rows, columns = np.nonzero(pieces == number)
        found.append((int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1))
    return found


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 4 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "phrase", ["doors", "the sign by the door", "sign on the right", "the sign that is not yellow", "the left half"]
)
def test_most_phrases_say_nothing_of_looks(phrase: str) -> None:
    assert looks_in(phrase) is None


@pytest.mark.parametrize(
    ("phrase", "seen"),
    [
        ("yellow sign", [(30, 20, 50, 40)]),
        ("the yellow thing at the bottom", []),
        ("big red gate", [(120, 60, 160, 100)]),
        ("red gate on the right", [(120, 60, 160, 100)]),
        ("purple sign", []),
    ],
)
def test_a_thing_of_a_colour_is_shown_whatever_it_is_called(phrase: str, seen: list[tuple[int, int, int, int]]) -> None:
    looks = looks_in(phrase)
    assert looks is not None
    found = boxes(alike(sources(), looks))
    assert len(found) == len(seen) and all(near(*pair) for pair in zip(found, seen, strict=True)), found


def test_somebody_who_is_not_found_is_as_warm_and_as_large_as_another() -> None:
    looks = looks_in("person lying on the ground")
    assert looks is not None and looks.person
    found = boxes(alike(sources(), looks, people=[(19.0, 99.0, 31.0, 131.0)]))
    assert len(found) == 1 and near(found[0], (60, 120, 90, 127)), found
    assert not alike(sources(), looks, [(19.0, 99.0, 31.0, 131.0)], [(50.0, 110.0, 100.0, 140.0)]).any()
