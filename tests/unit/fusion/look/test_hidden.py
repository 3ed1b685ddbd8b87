"""Which warm things the visible picture does not show."""

import numpy as np
import pytest

from tests.pairs_by_eye import Scene, day, night, under_a_house
from wordfuse.fusion.look.hidden import hidden_things


@pytest.mark.parametrize("scene", [under_a_house(), night(), day(hidden=True)], ids=["shade", "night", "hedge"])
def test_somebody_whom_infrared_alone_shows_is_found_where_he_is(scene: Scene) -> None:
    found = hidden_things(scene.infrared, scene.visible)
    rows, columns = np.nonzero(scene.person)
    (x0, y0, x1, y1) = found[0].box
    assert columns.min() - 8 <= x0 <= columns.min() + 12 and columns.max() - 12 <= x1 <= columns.max() + 8
    assert rows.min() - 8 <= y0 < y1 <= rows.max() + 8
    assert len(found) == 1


@pytest.mark.parametrize("scene", [under_a_house(somebody=False), day()], ids=["nobody", "well seen"])
def test_nothing_is_made_up_and_who_is_seen_well_is_not_hidden(scene: Scene) -> None:
    assert hidden_things(scene.infrared, scene.visible) == []


def test_boxes_are_of_the_whole_picture_however_large_it_is() -> None:
    scene = under_a_house()
    large = hidden_things(np.kron(scene.infrared, np.ones((4, 4), np.float32)), scene.visible.repeat(4, 0).repeat(4, 1))
    (box,) = (one.box for one in large)
    rows, columns = np.nonzero(scene.person)
    assert 4 * columns.min() - 40 < box[0] < box[2] < 4 * columns.max() + 40
    assert 4 * rows.min() - 40 < box[1] < box[3] < 4 * rows.max() + 40
