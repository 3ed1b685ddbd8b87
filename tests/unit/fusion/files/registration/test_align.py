"""Misregistration is measured, warned about and corrected; where that cannot be done surely, it says so."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.registration.align import CannotAlign, Similarity, find_alignment, warp
from wordfuse.fusion.files.registration.shift import measure_shift
from wordfuse.fusion.images import read_pair, to_uint8, write_png
from wordfuse.tools.calls.spelling import dashed

Street = tuple[np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def street(examples: Path) -> Street:
    pair = read_pair(examples / "street" / "ir.png", examples / "street" / "vi.png")
    return pair.infrared, pair.visible


def displaced(infrared: np.ndarray, true: Similarity) -> np.ndarray:
    """The infrared picture whose correction is ``true``, by OpenCV's own inverse."""
    matrix = true.matrix(infrared.shape)
    size = infrared.shape[1], infrared.shape[0]
    return cv2.warpAffine(infrared, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).clip(0, 1)


def corners_off(found: Similarity, true: Similarity, shape: tuple[int, ...]) -> float:
    height, width = shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]]).T
    return float(np.hypot(*((found.matrix(shape) - true.matrix(shape)) @ corners)).max())


def written(folder: Path, infrared: np.ndarray, visible: np.ndarray) -> tuple[Path, Path]:
    write_png(folder / "ir.png", to_uint8(infrared))
    write_png(folder / "vi.png", to_uint8(visible))
    return folder / "ir.png", folder / "vi.png"


# Measuring.


@pytest.mark.parametrize(("x", "y"), [(0, 0), (12, -7), (-20, 3), (5.5, 4.5)])
def test_a_shift_is_measured_to_a_fraction_of_a_pixel(street: Street, x: float, y: float) -> None:
    infrared, visible = street
    found = measure_shift(displaced(infrared, Similarity(x, y)), visible)
    assert found is not None
    assert found.confident
    assert (found.x_px, found.y_px) == pytest.approx((x, y), abs=0.6)


def test_hot_or_cold_does_not_matter(street: Street) -> None:
    infrared, visible = street
    found = measure_shift(1 - displaced(infrared, Similarity(9, 4)), visible)
    assert found is not None
    assert found.confident
    assert (found.x_px, found.y_px) == pytest.approx((9, 4), abs=0.6)


def test_pixels_are_those_of_the_visible_picture(street: Street) -> None:
    infrared, visible = (cv2.resize(picture, None, fx=3, fy=3) for picture in street)
    found = measure_shift(displaced(infrared, Similarity(30, -24)), visible)
    assert found is not None
    assert (found.x_px, found.y_px) == pytest.approx((30, -24), abs=1.5)
    assert found.side_px == max(infrared.shape)


def test_nothing_is_claimed_of_what_has_nothing_in_common(street: Street) -> None:
    _, visible = street
    noise = np.random.default_rng(0).random(visible.shape[:2]).astype(np.float32)
    found = measure_shift(noise, visible)
    assert found is not None
    assert not found.confident
    assert not found.worth_a_warning


@pytest.mark.parametrize("shape", [(48, 400), (30, 30)])
def test_small_pictures_are_not_measured(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(0)
    assert measure_shift(random.random(shape, np.float32), random.random((*shape, 3), np.float32)) is None


def test_pictures_without_edges_are_not_measured() -> None:
    assert measure_shift(np.full((90, 120), 0.5, np.float32), np.full((90, 120, 3), 0.5, np.float32)) is None


def test_it_is_the_same_every_time(street: Street) -> None:
    assert measure_shift(*street) == measure_shift(*street)
    moved = displaced(street[0], Similarity(8, 5, 2, 1.03))
    assert find_alignment(moved, street[1]) == find_alignment(moved, street[1])


# Similarities.


@given(
    st.floats(-50, 50), st.floats(-50, 50), st.floats(-60, 60), st.floats(0.5, 2), st.integers(16, 400),
    st.integers(16, 400),
)  # fmt: skip
def test_a_similarity_survives_its_matrix(x: float, y: float, turn: float, scale: float, h: int, w: int) -> None:
    given_, back = (
        Similarity(x, y, turn, scale),
        Similarity.nearest(Similarity(x, y, turn, scale).matrix((h, w)), (h, w)),
    )
    assert vars(back) == pytest.approx(vars(given_), abs=1e-6)


def test_its_signs() -> None:
    # A quarter turn clockwise about the centre (49.5, 24.5) sends the middle of the right side to that of the bottom.
    matrix = Similarity(turn_deg=90).matrix((50, 100))
    assert matrix @ [59.5, 24.5, 1] == pytest.approx([49.5, 34.5])
    assert Similarity(3, -2, scale=2).matrix((50, 100)) @ [50.5, 24.5, 1] == pytest.approx([49.5 + 2 + 3, 24.5 - 2])


# Correcting.


@pytest.mark.parametrize(
    "true",
    [Similarity(14, -9), Similarity(0, 0, 4), Similarity(0, 0, 0, 1.06), Similarity(-10, 12, -3, 0.95)],
    ids=["shift", "turn", "scale", "all"],
)
def test_a_pair_is_brought_together(street: Street, true: Similarity) -> None:
    infrared, visible = street
    moved = displaced(infrared, true)
    found = find_alignment(moved, visible)
    assert corners_off(found.map, true, infrared.shape) < 2.0
    assert found.agreement[1] > found.agreement[0]
    corrected, outside = warp(moved, found.map)
    inner = np.s_[40:-40, 40:-40]
    before, after = (np.abs(picture - infrared)[inner].mean() for picture in (moved, corrected))
    assert after < 0.5 * before
    assert 0 <= outside < 0.15


@settings(max_examples=8, deadline=None)
@given(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05), st.floats(-5, 5), st.floats(0.93, 1.07))
def test_a_correction_is_right_or_refused(street: Street, x: float, y: float, turn: float, scale: float) -> None:
    infrared, visible = street
    true = Similarity(x * infrared.shape[1], y * infrared.shape[1], turn, scale)
    try:
        found = find_alignment(displaced(infrared, true), visible)
    except CannotAlign:
        return
    assert corners_off(found.map, true, infrared.shape) < 4


def test_a_registered_pair_stays_as_it_is(street: Street) -> None:
    infrared, visible = street
    found = find_alignment(infrared, visible)
    assert corners_off(found.map, Similarity(), infrared.shape) < 2.0


@pytest.mark.parametrize("what", ["noise", "another scene", "upside down", "constant", "small"])
def test_what_cannot_be_aligned_is_refused(street: Street, what: str) -> None:
    infrared, visible = street
    random = np.random.default_rng(1)
    pictures = {
        "noise": (random.random(infrared.shape, np.float32), visible),
        "another scene": (cv2.GaussianBlur(random.random(infrared.shape, np.float32), (0, 0), 6), visible),
        "upside down": (infrared[::-1].copy(), visible),
        "constant": (np.full_like(infrared, 0.5), visible),
        "small": (infrared[:40, :40].copy(), visible[:40, :40].copy()),
    }
    with pytest.raises(CannotAlign):
        find_alignment(*pictures[what])


def test_warping_nothing_changes_nothing(street: Street) -> None:
    corrected, outside = warp(street[0], Similarity())
    assert outside == 0
    np.testing.assert_array_equal(corrected, street[0])


def test_what_was_not_measured_is_told(street: Street) -> None:
    infrared = street[0]
    corrected, outside = warp(infrared, Similarity(x_px=0.25 * infrared.shape[1]))
    assert outside == pytest.approx(0.25, abs=0.01)
    assert (corrected[:, -5:] == corrected[:, -6:-5]).all()  # the border, repeated
    assert corrected.min() >= infrared.min() and corrected.max() <= infrared.max()


# Pairs.


def test_a_shifted_pair_is_warned_about(tmp_path: Path, street: Street) -> None:
    ir, vi = written(tmp_path, displaced(street[0], Similarity(16, -9)), street[1])
    pair = read_pair(ir, vi)
    assert pair.notes["registration"]["shift_px"] == pytest.approx([16, -9], abs=0.6)
    assert pair.notes["alignment"] is None
    [warning] = pair.warnings
    assert warning.startswith(f"{ir}: is shifted against {vi} by 18 px (+16 across, -9 down)")
    assert warning.endswith("by its edges; align it (align), or register the pair")
    assert "align it (--align)" in read_pair(ir, vi, spelling=dashed).warnings[0]


def test_an_aligned_pair_is_not_warned_about_but_for_its_border(tmp_path: Path, street: Street) -> None:
    ir, vi = written(tmp_path, displaced(street[0], Similarity(16, -9)), street[1])
    pair = read_pair(ir, vi, align=True)
    assert pair.notes["alignment"]["shift_px"] == pytest.approx([16, -9], abs=1.5)
    assert pair.notes["alignment"]["scale"] == pytest.approx(1, abs=0.01)
    [warning] = pair.warnings
    assert "lies outside of it; its border is repeated" in warning
    inner = np.s_[40:-40, 40:-40]
    assert np.abs(pair.infrared - street[0])[inner].mean() < 0.02


def test_a_pair_that_cannot_be_aligned_is_bad_input(tmp_path: Path, street: Street) -> None:
    noise = np.random.default_rng(0).random(street[0].shape)
    ir, vi = written(tmp_path, noise, street[1])
    with pytest.raises(InputError, match=r"ir\.png cannot be aligned with .*vi\.png: .*by hand, or leave align out$"):
        read_pair(ir, vi, align=True)
    assert read_pair(ir, vi).warnings == []


def test_real_pairs_are_hardly_warned_about_and_shifted_ones_are() -> None:
    folder = Path(__file__).resolve().parents[6] / "shared" / "data" / "dev" / "RoadScene"
    if not folder.is_dir():
        pytest.skip("needs real pairs beside the checkout, in ../shared/data/dev")
    from wordfuse.fusion.files.pairs import find_pairs

    warned = []
    for files in find_pairs(folder)[::4]:
        infrared = np.asarray(Image.open(files.infrared).convert("L"), np.float32) / 255
        visible = np.asarray(Image.open(files.visible).convert("RGB"), np.float32) / 255
        longer = max(infrared.shape)
        moved = displaced(infrared, Similarity(0.03 * longer, 0.02 * longer))
        found = [measure_shift(picture, visible) for picture in (infrared, moved)]
        warned.append([shift is not None and shift.worth_a_warning for shift in found])
    untouched, shifted = np.mean(warned, axis=0)
    assert untouched == 0
    assert shifted >= 0.8
