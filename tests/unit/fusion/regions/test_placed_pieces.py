"""Places of what is not counted: whole pieces are meant, and only what spans a place is cut where it ends."""

import numpy as np
import pytest

from wordfuse.fusion.networks.classes import CLASSES
from wordfuse.fusion.regions import Sources
from wordfuse.fusion.regions.embedded.looking import View
from wordfuse.fusion.regions.embedded.placing import half_of, in_places
from wordfuse.fusion.regions.embedded.stuff import stuff_of
from wordfuse.fusion.regions.words.grammar import Place
from wordfuse.fusion.regions.words.meaning import understand
from wordfuse.fusion.window import part_ends

HEIGHT, WIDTH = 120, 200
LEFT, RIGHT = Place(None, "low"), Place(None, "high")
BUSH, OAK = np.s_[60:100, 70:120], np.s_[10:60, 150:190]


def thing(*pieces: tuple[slice, slice]) -> np.ndarray:
    selection = np.zeros((HEIGHT, WIDTH), np.bool_)
    for piece in pieces:
        selection[piece] = True
    return selection


@pytest.mark.parametrize(
    ("place", "pieces"),
    [
        (LEFT, [BUSH]),  # it reaches over the middle, and most of it lies on the left
        (RIGHT, [OAK]),
        (Place("low"), [OAK]),
        (Place("high"), [BUSH]),
        (Place(None, "middle", "half"), [BUSH]),
        (Place("low", "high"), [OAK]),
        (Place(None, "high", "edge"), [np.s_[10:60, 150:200]]),  # it reaches the edge
    ],
)
def test_a_place_chooses_whole_pieces(place: Place, pieces: list[tuple[slice, slice]]) -> None:
    trees = thing(BUSH, OAK, *pieces)
    np.testing.assert_array_equal(in_places(trees, [place]), thing(*pieces))


def test_only_what_spans_a_place_is_cut_where_that_ends() -> None:
    canopy = np.s_[0:40, 20:200]
    left = in_places(thing(canopy, BUSH), [LEFT])
    np.testing.assert_array_equal(left, thing(np.s_[0:40, 20:100], BUSH))
    assert 100 in part_ends(WIDTH), "there an edit fades out"


def test_of_what_reaches_into_a_place_alone_that_much_is_meant() -> None:
    np.testing.assert_array_equal(in_places(thing(np.s_[0:40, 80:200]), [LEFT]), thing(np.s_[0:40, 80:100]))


def test_the_near_half_of_a_road_ends_where_a_part_of_the_picture_does() -> None:
    road = thing(np.s_[52:120, 0:200], np.s_[44:50, 10:20])
    near, far = half_of(road, near=True), half_of(road, near=False)
    np.testing.assert_array_equal(near, thing(np.s_[80:120, 0:200]))  # rows 44 to 119: half-way is 82, the third 80
    np.testing.assert_array_equal(far, road & ~near)


def woods() -> tuple[Sources, View]:
    """A canopy over a road, from the upper border down to the middle, the width of the picture but for the left."""
    chances = np.full((len(CLASSES), HEIGHT // 4, WIDTH // 4), 0.01, np.float32)
    chances[CLASSES.index("road")] = 0.9
    chances[:, :16, 10:] = 0.01
    chances[CLASSES.index("tree"), :16, 10:] = 0.9
    gray = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    gray[:64, 40:] = 0.2
    return Sources(gray[..., 0], gray, gray), View((), chances)


@pytest.mark.parametrize(
    ("phrase", "rows", "columns"),
    [
        ("the big tree in the middle", (0, 64), (50, 150)),  # cut at its sides only
        ("the tree in the middle of the picture", (30, 64), (50, 150)),
        ("the road in the middle", (64, 90), (50, 150)),  # it lies flat
        ("the road in front", (60, 120), (0, 200)),
    ],
)
def test_where_the_middle_of_what_stands_is(phrase: str, rows: tuple[int, int], columns: tuple[int, int]) -> None:
    (wanted,) = understand(phrase)
    found = stuff_of(*woods(), wanted)  # type: ignore[arg-type]
    down, across = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    assert abs(down[0] - rows[0]) <= 3 and abs(down[-1] + 1 - rows[1]) <= 3
    assert (across[0], across[-1] + 1) == columns
