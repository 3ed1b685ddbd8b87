"""How much a region differs from what is around it: known colours, and what an eye does and does not see."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.images import read_picture
from wordfuse.fusion.metrics.goals.standout import Mask, difference, has_surroundings

SIDE = 120


def field(colour: tuple[int, int, int] = (90, 90, 90)) -> np.ndarray:
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def box(*corners: int) -> Mask:
    """Rows and columns, from and to."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    top, bottom, left, right = corners
    mask[top:bottom, left:right] = 255
    return mask


def texture(seed: int, spread: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    blobs = cv2.GaussianBlur(rng.normal(size=(SIDE, SIDE)), (0, 0), 1.5)
    return np.clip(110 + spread * blobs / blobs.std(), 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


PERSON = box(40, 80, 50, 66)


@pytest.mark.parametrize(
    ("around", "inside", "expected"),
    [
        ((90, 90, 90), (90, 90, 90), 0.0),
        # skimage.color.deltaE_ciede2000(rgb2lab(a), rgb2lab(b)) of scikit-image 0.26
        ((0, 0, 0), (255, 255, 255), 100.0),
        ((100, 100, 100), (140, 140, 140), 15.87),
        ((100, 100, 100), (140, 90, 80), 18.51),
    ],
)
def test_plain_colours(around: tuple[int, int, int], inside: tuple[int, int, int], expected: float) -> None:
    picture = field(around)
    picture[PERSON > 0] = inside
    assert difference(picture, PERSON) == pytest.approx(expected, abs=0.3)


def test_a_piece_of_a_lawn_does_not_stand_out_of_it() -> None:
    picture = texture(1, spread=30)
    pixelwise = np.abs(picture[PERSON > 0][:, 0].astype(float)[:, None] - picture[20:40, 20:40, 0].ravel()).mean()
    assert pixelwise > 20, "though hardly two of its pixels are alike"
    assert difference(picture, PERSON) < 6


def test_stripes_stand_out_of_their_mean() -> None:
    picture = field((120, 120, 120))
    picture[PERSON > 0] = 60
    picture[::2][PERSON[::2] > 0] = 180
    assert abs(picture[PERSON > 0].mean() - 120) < 1
    assert difference(picture, PERSON) > 15


def test_each_side_is_held_against_what_is_beside_it() -> None:
    """Before a dark hedge and a bright road, somebody dark above and bright below is hidden, and the reverse is not."""
    picture = field((60, 60, 60))
    picture[60:] = 190
    hidden, seen = picture.copy(), picture.copy()
    seen[PERSON > 0] = 190 - (picture[PERSON > 0] - 60)  # bright before the hedge, dark before the road
    assert difference(hidden, PERSON) < 3
    assert difference(seen, PERSON) > 25


def test_soft_edges_of_the_mask_do_not_count() -> None:
    picture = field()
    picture[PERSON > 0] = 180
    exact = difference(picture, PERSON)
    # The mask is a pixel too narrow on every side: the person's own border is not what is around it.
    narrow = cv2.erode(PERSON, np.ones((3, 3), np.uint8))
    assert difference(picture, narrow) == pytest.approx(exact, rel=0.05)


def test_neighbours_are_not_what_is_around() -> None:
    picture, both = field(), box(40, 80, 30, 44) | box(40, 80, 50, 64)
    picture[both > 0] = 170
    alone = field()
    alone[box(40, 80, 30, 44) > 0] = 170
    assert difference(picture, both) == pytest.approx(difference(alone, box(40, 80, 30, 44)), rel=0.05)


def test_everybody_counts() -> None:
    """One of two who stands out is about half of the way."""
    both = box(40, 80, 20, 34) | box(40, 80, 80, 94)
    none, one, two = field(), field(), field()
    one[box(40, 80, 20, 34) > 0] = 170
    two[both > 0] = 170
    assert difference(none, both) == pytest.approx(0, abs=0.01)
    assert difference(one, both) == pytest.approx(difference(two, both) / 2, rel=0.05)


def test_crumbs_of_the_mask_do_not_count() -> None:
    picture = field()
    picture[PERSON > 0] = 170
    crumbs = PERSON.copy()
    crumbs[10:12, 10:12] = crumbs[100:102, 20:22] = 255
    assert difference(picture, crumbs) == difference(picture, PERSON)


def test_at_the_border_of_the_picture() -> None:
    picture, corner = field(), box(90, SIDE, 0, 20)
    picture[corner > 0] = 170
    middle = field()
    middle[PERSON > 0] = 170
    assert difference(picture, corner) == pytest.approx(difference(middle, PERSON), rel=0.05)


@pytest.mark.parametrize("mask", [box(0, SIDE, 0, SIDE), box(0, SIDE, 0, SIDE - 2)])
def test_nothing_around(mask: Mask) -> None:
    assert not has_surroundings(mask)
    with pytest.raises(RegionError, match=r"fills the picture.*name a smaller region"):
        difference(field(), mask)


def test_what_cannot_be_measured() -> None:
    with pytest.raises(RegionError, match="empty"):
        difference(field(), box(0, 0, 0, 0))
    with pytest.raises(InputError, match="must have shape"):
        difference(field(), PERSON[:50])


def test_a_few_pixels() -> None:
    picture, few = field(), box(50, 53, 50, 52)
    picture[few > 0] = 200
    assert difference(picture, few) > 30


def test_people_by_night(shared: Path) -> None:
    """MSRS 01053N: a man in dark clothes, hardly seen in the visible picture, clearly seen in the infrared one."""
    folder = shared / "data/dev/MSRS"
    ((_, *corners),) = [
        one for one in json.loads((folder / "boxes.json").read_text())["01053N"]["boxes"] if one[0] == "person"
    ][:1]
    left, top, right, bottom = (round(value) for value in corners)
    visible, infrared = (read_picture(next((folder / kind).glob("01053N.*"))) for kind in ("vi", "ir"))
    mask = np.zeros(visible.shape[:2], np.uint8)
    cv2.ellipse(
        mask, ((left + right) // 2, (top + bottom) // 2), ((right - left) // 4, (bottom - top) // 2), 0, 0, 360, 255, -1
    )
    assert difference(visible, mask) < 8
    assert difference(infrared, mask) > 20
