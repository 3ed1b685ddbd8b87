"""Regions by place: halves, thirds, corners, edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.fusion.regions.squares import HEIGHT, WIDTH, mask_of, pictures
from wordfuse.fusion.regions.phrases import place_selection
from wordfuse.fusion.regions.words.grammar import Place


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        # of 90 rows and 120 columns: a pixel belongs to the place that its centre lies in
        ("top half", np.s_[:45, :]),
        ("bottom", np.s_[45:, :]),
        ("left side", np.s_[:, :60]),
        ("right third", np.s_[:, 80:]),
        ("top quarter", np.s_[:22, :]),
        ("upper left quadrant", np.s_[:45, :60]),
        ("lower right", np.s_[45:, 60:]),
        ("lower right corner", np.s_[60:, 80:]),
        ("centre", np.s_[22:67, 30:90]),
        ("middle third", np.s_[30:60, 40:80]),
        ("top middle", np.s_[:45, 40:80]),
        ("left edge", np.s_[:, :9]),
        ("bottom edge", np.s_[81:, :]),
    ],
)
def test_places(phrase: str, expected: tuple[slice, slice]) -> None:
    wanted = np.zeros((HEIGHT, WIDTH), np.uint8)
    wanted[expected] = 255
    np.testing.assert_array_equal(mask_of(pictures(), phrase), wanted)


def test_edges_are_all_four_and_corners_too() -> None:
    edges, corners = mask_of(pictures(), "edges"), mask_of(pictures(), "corners")
    inner = np.zeros((HEIGHT, WIDTH), np.uint8)
    inner[9:81, 9:111] = 255
    np.testing.assert_array_equal(edges, 255 - inner)
    expected = np.zeros((HEIGHT, WIDTH), np.uint8)
    for rows in (slice(0, 30), slice(60, 90)):
        for columns in (slice(0, 40), slice(80, 120)):
            expected[rows, columns] = 255
    np.testing.assert_array_equal(corners, expected)


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
sides = st.sampled_from([None, "low", "middle", "high"])
extents = st.sampled_from([None, "half", "third", "quarter"])


@given(shapes, sides, sides, extents)
@settings(max_examples=60, deadline=None)
def test_two_sides_are_the_intersection_of_each(shape: tuple[int, int], v: str, h: str, extent: str) -> None:
    if extent == "quarter" or "middle" in (v, h):
        return  # a quarter of both axes is a quadrant, and a middle depends on what stands beside it
    both = place_selection(shape, Place(v, h, extent))  # type: ignore[arg-type]
    one = place_selection(shape, Place(v, None, extent))  # type: ignore[arg-type]
    other = place_selection(shape, Place(None, h, extent))  # type: ignore[arg-type]
    assert both.shape == shape
    np.testing.assert_array_equal(both, one & other)


@given(shapes)
@settings(max_examples=30, deadline=None)
def test_halves_partition_the_picture(shape: tuple[int, int]) -> None:
    for low, high in ((Place("low"), Place("high")), (Place(None, "low"), Place(None, "high"))):
        first, second = place_selection(shape, low), place_selection(shape, high)
        assert (first ^ second).all()
