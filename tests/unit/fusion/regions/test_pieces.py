"""A picture divided into pieces."""

import time

import numpy as np
import pytest

from wordfuse.fusion.display.numbered import numbered
from wordfuse.fusion.regions.pieces.dividing import divided, mask_of, squares
from wordfuse.fusion.regions.types import Sources


def scene(height: int = 240, width: int = 320) -> tuple[Sources, dict[str, np.ndarray]]:
    """A gray ground with a red disc that only the visible picture shows, and a warm square that only infrared does."""
    rows, columns = np.mgrid[:height, :width] / height
    red = (rows - 0.3) ** 2 + (columns - 0.3) ** 2 < 0.15**2
    warm = (abs(rows - 0.7) < 0.1) & (abs(columns - 0.9) < 0.1)
    grain = np.random.default_rng(0).normal(0, 0.01, (height, width))
    visible = np.repeat(np.where(rows > 0.5, 0.35, 0.6)[..., None], 3, axis=2)
    visible[red] = 0.7, 0.1, 0.1
    visible = np.clip(visible + grain[..., None], 0, 1).astype(np.float32)
    infrared = np.clip(np.where(warm, 0.8, 0.3) + grain, 0, 1).astype(np.float32)
    return Sources(infrared, visible, visible), {"red": red, "warm": warm}


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_pieces_follow_the_edges_of_both_sources() -> None:
    sources, things = scene()
    pieces = divided(sources)
    assert (pieces.shape, pieces.dtype, pieces.min()) == (sources.shape, np.uint8, 1)
    assert 4 <= pieces.max() <= 14
    for name, thing in things.items():
        number = np.bincount(pieces[thing]).argmax()
        assert overlap(pieces == number, thing) > 0.85, name
        assert overlap(mask_of(sources, pieces == number) > 127, thing) > 0.85, name


def test_they_are_numbered_as_one_reads() -> None:
    sources, things = scene()
    pieces = divided(sources)
    first, later = (int(np.bincount(pieces[things[name]]).argmax()) for name in ("red", "warm"))
    assert first < later
    places = squares(pieces)
    assert len(places) == pieces.max()
    x0, y0, x1, y1 = places[first - 1]
    assert things["red"][int((y0 + y1) / 2), int((x0 + x1) / 2)], "its number stands on it"


def test_a_piece_is_divided_further() -> None:
    sources, things = scene()
    within = np.zeros(sources.shape, np.bool_)
    within[20:140, 40:200] = True
    pieces = divided(sources, within=within)
    assert (pieces[~within] == 0).all() and (pieces[within] > 0).all()
    number = np.bincount(pieces[things["red"]]).argmax()
    assert overlap(pieces == number, things["red"]) > 0.85


def test_what_a_network_takes_the_pixels_for_tells_pieces_apart() -> None:
    gray = np.full((120, 160), 0.5, np.float32)
    sources = Sources(gray, np.dstack([gray] * 3), np.dstack([gray] * 3))
    left = np.zeros((2, 30, 40), np.float32)
    left[0, :, :20], left[1, :, 20:] = 1, 1
    pieces = divided(sources, left)
    assert set(np.unique(pieces[:, :70])).isdisjoint(np.unique(pieces[:, 90:]))


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (40, 2)])
def test_what_is_too_small_is_few_pieces(shape: tuple[int, int]) -> None:
    gray = np.full(shape, 0.5, np.float32)
    pieces = divided(Sources(gray, np.dstack([gray] * 3), np.dstack([gray] * 3)))
    assert pieces.min() == 1 and pieces.max() <= 14
    inside = np.zeros(shape, np.bool_)
    assert not divided(Sources(gray, np.dstack([gray] * 3), np.dstack([gray] * 3)), within=inside).any()


def test_twelve_megapixels_take_few_seconds() -> None:
    sources, _ = scene(3000, 4000)
    began = time.process_time()
    divided(sources)
    assert time.process_time() - began < 6


def boxes_of(shown: np.ndarray) -> int:
    """How many white boxes with dark figures there are: what the numbers are written on."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats((shown.min(axis=2) == 255).astype(np.uint8))
    wide, high, area = (stats[1:, at] for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    return int(((high > 12) & (area > 0.3 * wide * high)).sum())


def test_no_number_hides_another() -> None:
    pieces = np.ones((240, 320), np.uint8)
    for number in range(2, 15):  # a row of pieces that are smaller than their numbers
        pieces[100:103, 100 + 4 * number : 103 + 4 * number] = number
    shown = numbered(np.full((240, 320, 3), 120, np.uint8), pieces, squares(pieces))
    assert boxes_of(shown) == 14


def test_a_part_is_shown_enlarged_and_night_is_lifted() -> None:
    pieces = np.zeros((240, 320), np.uint8)
    pieces[100:130, 100:140], pieces[130:150, 100:140] = 1, 2
    dark = np.full((240, 320, 3), 10, np.uint8)
    shown = numbered(dark, pieces, squares(pieces), closer=True)
    assert max(shown.shape) == 960
    assert (shown.max(axis=2) > 0).mean() > 0.9 and np.median(shown) > 30
