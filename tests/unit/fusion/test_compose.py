"""Equation 5: what changes inside a mask, and that nothing does outside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wordfuse.fusion.compose import compose, feather, invert, unite
from wordfuse.fusion.errors import InputError, RegionError

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


@st.composite
def edits(draw):
    """Two pictures, gray or colour, and a mask that is not empty."""
    height, width = draw(SHAPES)
    shape = draw(st.sampled_from([(height, width), (height, width, 3)]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    base, edited = random.integers(0, 256, (2, *shape), np.uint8)
    mask = draw(
        hnp.arrays(np.uint8, (height, width), elements=st.sampled_from([0, 255]), fill=st.sampled_from([0, 255]))
    )
    mask[draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))] = 255
    return base, edited, mask


def disc(size: int, radius: float) -> np.ndarray:
    y, x = np.indices((size, size)) - size // 2
    return np.where(np.hypot(y, x) <= radius, 255, 0).astype(np.uint8)


BASE = np.full((41, 41, 3), 10, np.uint8)
EDITED = np.full((41, 41, 3), 210, np.uint8)


@settings(max_examples=150, deadline=None)
@given(edit=edits(), feather_px=st.integers(0, 8))
def test_outside_stays_to_the_last_bit_and_inside_lies_between(edit, feather_px):
    base, edited, mask = edit
    before = base.copy()
    result = compose(base, edited, mask, feather_px)
    assert result.dtype == np.uint8 and result.shape == base.shape
    np.testing.assert_array_equal(result[mask == 0], base[mask == 0])
    low, high = np.minimum(base, edited), np.maximum(base, edited)
    assert (result >= low).all() and (result <= high).all()
    np.testing.assert_array_equal(base, before)
    # Somewhere the edit is there in full, however thin the region.
    assert feather(mask, feather_px).max() == 1


@settings(max_examples=50, deadline=None)
@given(edit=edits())
def test_hard_edge_is_exactly_the_formula(edit):
    base, edited, mask = edit
    inside = mask > 0 if base.ndim == 2 else mask[..., None] > 0
    np.testing.assert_array_equal(compose(base, edited, mask, 0), np.where(inside, edited, base))


@pytest.mark.parametrize("mask", [None, np.full((41, 41), 255, np.uint8)])
def test_whole_picture_is_the_edit_without_a_faded_frame(mask):
    np.testing.assert_array_equal(compose(BASE, EDITED, mask), EDITED)


def test_result_is_a_new_array():
    assert not np.shares_memory(compose(BASE, EDITED), EDITED)


def test_ramp_rises_in_even_steps_inside():
    mask = np.zeros((41, 41), np.uint8)
    mask[:, 20:] = 255
    # Weights 0, 1/4, 2/4, 3/4, 1 of the way from 10 to 210.
    assert compose(BASE, EDITED, mask, 3)[20, 18:26, 0].tolist() == [10, 10, 60, 110, 160, 210, 210, 210]


def test_deep_inside_is_exactly_the_edit():
    mask = disc(41, 15)
    result = compose(BASE, EDITED, mask, 3)
    np.testing.assert_array_equal(result[disc(41, 11) > 0], EDITED[disc(41, 11) > 0])


def test_no_feather_at_the_border_of_the_picture():
    mask = np.zeros((41, 41), np.uint8)
    mask[:20] = 255
    assert (compose(BASE, EDITED, mask, 3)[:16] == 210).all()


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_thin_regions_are_edited_in_full_along_their_middle(width):
    mask = np.zeros((41, 41), np.uint8)
    mask[5:35, 20 : 20 + width] = 255
    result = compose(BASE, EDITED, mask, 6)
    assert (result[7:33, 20 + (width - 1) // 2, 0] == 210).all()


def test_thin_part_of_a_wide_region_is_edited_too():
    mask = disc(41, 10)
    mask[20, :] = 255  # an antenna one pixel wide, to both sides
    result = compose(BASE, EDITED, mask, 3)
    assert (result[20, :7, 0] == 210).all() and (result[20, -7:, 0] == 210).all()


def test_single_pixel():
    mask = np.zeros((41, 41), np.uint8)
    mask[3, 4] = 255
    result = compose(BASE, EDITED, mask)
    assert (result[3, 4] == 210).all()
    assert (result != BASE).any(axis=2).sum() == 1


def test_empty_mask_is_an_error_not_silence():
    with pytest.raises(RegionError, match=r"region is empty.*name or draw another"):
        compose(BASE, EDITED, np.zeros((41, 41), np.uint8))


@pytest.mark.parametrize(
    ("base", "edited", "mask", "feather_px", "message"),
    [
        (BASE, EDITED[:40], None, 3, r"uint8 of one shape, got uint8 \(41, 41, 3\) and uint8 \(40, 41, 3\)"),
        (BASE, EDITED / 255.0, None, 3, "float64"),
        (BASE, EDITED, np.full((40, 41), 255, np.uint8), 3, r"must have shape \(41, 41\), got \(40, 41\)"),
        (BASE, EDITED, disc(41, 9), -1, "feather_px must be 0 or more, got -1"),
    ],
)
def test_what_does_not_fit_is_named(base, edited, mask, feather_px, message):
    with pytest.raises(InputError, match=message):
        compose(base, edited, mask, feather_px)


def test_unite_and_invert():
    left, right = np.zeros((2, 4, 6), np.uint8)
    left[:, :2], right[:, 4:] = 255, 255
    both = unite([left, right])
    assert both[0].tolist() == [255, 255, 0, 0, 255, 255]
    assert invert(both)[0].tolist() == [0, 0, 255, 255, 0, 0]
    np.testing.assert_array_equal(unite([left]), left)


@pytest.mark.parametrize("masks", [[], [np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)]])
def test_unite_needs_masks_of_one_shape(masks):
    with pytest.raises(InputError, match="one or more of one shape"):
        unite(masks)
