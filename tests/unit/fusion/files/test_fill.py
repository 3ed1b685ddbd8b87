"""Pixels that were never measured stay out of the scale, are filled in and told; measurements stay as they are."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import save
from tests.unit.fusion.files.damage import (
    HEIGHT,
    WIDTH,
    Damage,
    both,
    frame,
    lines,
    perspective,
    store,
    thermal,
    undistorted,
    warped,
)
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.fill import fill_in, find_fill
from wordfuse.fusion.images import read_pair


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    # Without edges, so that nothing is said of a shift.
    return save(tmp_path / "vi.png", Image.new("RGB", (WIDTH, HEIGHT), (90, 120, 80)))


def without_degrees(warnings: list[str]) -> list[str]:
    """What is said but for that such counts may be kelvin times 100."""
    return [warning for warning in warnings if "taken for kelvin" not in warning]


DAMAGES = {
    "a frame of zeros": (frame(0), "frame"),
    "a frame of 65535": (frame(65535), "frame"),
    "a frame of no usual value": (frame(20000), "frame"),
    "a turned picture": (warped(0, cv2.INTER_NEAREST), "frame"),
    "a turned picture, interpolated": (warped(0, cv2.INTER_LINEAR), "frame"),
    "a lens correction": (undistorted(0, -0.3, cv2.INTER_LINEAR), "frame"),
    "a lens correction, slight": (undistorted(0, -0.2, cv2.INTER_NEAREST), "frame"),
    "a lens correction, filled with 65535": (undistorted(65535, -0.4, cv2.INTER_NEAREST), "frame"),
    "a perspective": (perspective(0), "frame"),
    "a perspective, filled with 65535": (perspective(65535), "frame"),
    "a shift to one corner": (both(lines(0, 1, 0, 14), lines(0, 0, 0, 8)), "frame"),
    "a shift to one corner, filled with 65535": (both(lines(65535, 1, 110, 18), lines(65535, 0, 0, 8)), "frame"),
    "6 dead rows": (lines(0, 0, 40, 6), "rows"),
    "6 dead rows of 65535": (lines(65535, 0, 40, 6), "rows"),
    "a dead column": (lines(65535, 1, 77, 1), "columns"),
    "a frame and dead rows of the same value": (both(frame(0), lines(0, 0, 40, 3)), "frame"),
    "a frame and dead rows of another value": (both(frame(0), lines(65535, 0, 40, 3)), "frame"),
}


@pytest.mark.parametrize("kind", ["png16", "tif16", "tif32", "float"])
@pytest.mark.parametrize(("damage", "first"), DAMAGES.values(), ids=DAMAGES)
def test_fill_is_left_out_filled_in_and_told(
    tmp_path: Path, scene: Path, damage: Damage, first: str, kind: str
) -> None:
    counts = thermal()
    lost = damage(counts)
    pair = read_pair(store(tmp_path, counts, kind), scene)
    found = pair.notes["infrared"]["fill"]
    kinds = [part["kind"] for part in found["parts"]]
    assert first in kinds
    # The rim into which interpolation mixed the fill goes too; it is at most two pixels wide.
    around = cv2.dilate(lost.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert lost.mean() - 1e-6 <= found["share"] <= around.mean() + 1e-6
    # The scale is that of the measured pixels, so their contrast is as it would have been.
    low, high = pair.notes["infrared"]["scale"]["values"][0], pair.notes["infrared"]["scale"]["values"][-1]
    assert 28500 < low < high < 31500
    assert np.ptp(pair.infrared[~around]) > 0.95
    # What was filled in lies between what is around, without a step at the rim.
    assert 0 <= pair.infrared.min() and pair.infrared.max() <= 1
    assert np.abs(np.diff(pair.infrared, axis=0)).max() < 0.7
    [told] = [warning for warning in pair.warnings if "hold no measurement" in warning]
    assert str(tmp_path) in told and "left out of the scale" in told
    assert json.loads(json.dumps(pair.notes, allow_nan=False)) == pair.notes


def test_dead_rows_are_bridged(tmp_path: Path, scene: Path) -> None:
    plain = np.repeat(np.linspace(29000, 31000, HEIGHT)[:, None], WIDTH, 1) + np.arange(WIDTH) % 3
    damaged = plain.copy()
    lines(0, 0, 40, 6)(damaged)
    whole, bridged = (read_pair(store(tmp_path, np.round(x), "png16"), scene).infrared for x in (plain, damaged))
    np.testing.assert_allclose(bridged[40:46], whole[40:46], atol=0.02)


def test_the_amounts_are_told(tmp_path: Path, scene: Path) -> None:
    counts = thermal()
    both(frame(0), lines(65535, 0, 40, 3))(counts)
    pair = read_pair(store(tmp_path, counts, "png16"), scene)
    # The frame: 128 x 96 less 121 x 91 inside and 3 rows of 7; the rows: 3 x 128.
    assert pair.notes["infrared"]["fill"]["parts"] == [
        {"kind": "frame", "pixels": 1256, "value": 0.0},
        {"kind": "rows", "pixels": 384, "value": 65535.0, "lines": 3},
    ]
    assert "13.3% of it hold no measurement (a frame or wedge of 0, 3 dead rows of 65535)" in pair.warnings[0]


class TestMeasurementsStay:
    """What looks like fill and is none."""

    @pytest.mark.parametrize(
        "name",
        ["clipped sky", "flat sky", "night", "drawing", "wide range"],
    )
    def test_nothing_is_taken_for_fill(self, tmp_path: Path, scene: Path, name: str) -> None:
        counts = thermal()
        rows, columns = np.indices(counts.shape)
        if name == "clipped sky":  # at the sensor's least count, behind a skyline
            counts = np.maximum(counts - 29300, 0)
            counts[:30][rows[:30] < 20 + 5 * np.sin(columns[:30] / 9)] = 0
        elif name == "flat sky":  # one value, a straight horizon, well below the rest
            counts[:25] = 26000
        elif name == "night":  # all but the warm things are clipped at zero
            counts = np.maximum(counts - 30200, 0)
        elif name == "drawing":
            counts = np.where(counts > 29800, 40000.0, 0)
        else:  # zero is a value among others
            counts = (counts - counts.min()) / np.ptp(counts) * 65535
            counts[:, :2] = np.maximum(counts[:, :2] - 9000, 0)
        pair = read_pair(store(tmp_path, np.round(counts), "png16"), scene)
        assert "fill" not in pair.notes["infrared"]
        assert without_degrees(pair.warnings) == []

    @pytest.mark.parametrize(
        ("of", "value"),
        [
            ("a spot", 65535),
            ("a spot at the border", 65535),
            ("a corner", 65535),
            ("a wide pipe", 65535),
            ("a furnace at one side", 65535),
            ("a furnace at one side", 16383),
            ("a strip at one side", 4095),
            ("a sky over a straight horizon", 0),
            ("a sky over a slope", 0),
            ("a thick band", 0),
            ("a hole", 0),
            ("scattered pixels", 0),
            ("part of some rows", 0),
        ],
    )
    @pytest.mark.parametrize("cut", [False, True])
    def test_what_is_undecided_stays_and_is_told(
        self, tmp_path: Path, scene: Path, of: str, value: float, cut: bool
    ) -> None:
        """A saturated target and a clipped sky look like what a shift leaves; a wrong guess would turn them around."""
        counts = thermal() - (28000 if value == 4095 else 18000 if value == 16383 else 0)
        rows, columns = np.indices(counts.shape)
        at_end = {
            "a spot": np.hypot(rows - 60, columns - 60) < 15,
            "a spot at the border": np.hypot(rows - 60, columns) < 20,
            "a corner": np.hypot(rows, columns) < 30,
            "a wide pipe": (rows >= 40) & (rows < 60),
            "a furnace at one side": columns < 44,
            "a strip at one side": columns >= WIDTH - 9,
            "a sky over a straight horizon": rows < 36,
            "a sky over a slope": rows < 24 + 0.1 * columns,
            "a thick band": (rows >= 40) & (rows < 50),
            "a hole": (abs(rows - 50) < 10) & (abs(columns - 60) < 15),
            "scattered pixels": np.random.default_rng(3).random(counts.shape) < 0.03,
            "part of some rows": (abs(rows - 50) < 2) & (columns < 80),
        }[of]
        counts[at_end] = value
        if cut:  # dead rows of another value through it are found, and do not make it two strips
            lines(0 if value else 65535, 0, 70, 2)(counts)
            at_end = at_end & (abs(rows - 70.5) > 1)
        pair = read_pair(store(tmp_path, counts, "png16"), scene)
        assert [part["kind"] for part in pair.notes["infrared"].get("fill", {"parts": []})["parts"]] == ["rows"] * cut
        assert (pair.infrared[at_end] == (value > 0)).all()
        [told] = [warning for warning in pair.warnings if "far from all other values" in warning]
        assert f"{at_end.mean():.1%} of it hold exactly {value}" in told and "nodata tag" in told

    def test_a_few_pixels_at_the_end_of_the_scale_are_not_told(self, tmp_path: Path, scene: Path) -> None:
        counts = thermal()
        counts[50:60, 60:70] = 65535  # 0.8%
        assert without_degrees(read_pair(store(tmp_path, counts, "png16"), scene).warnings) == []

    @pytest.mark.parametrize("damage", [frame(0), frame(255), lines(0, 0, 40, 3)])
    def test_8_bit_pictures_are_as_they_are(self, tmp_path: Path, scene: Path, damage: Damage) -> None:
        gray = (thermal() - 28900) / 12
        damage(gray)
        pixels = np.clip(gray, 0, 255).astype(np.uint8)
        pair = read_pair(save(tmp_path / "ir.png", Image.fromarray(pixels)), scene)
        np.testing.assert_array_equal(pair.infrared, pixels.astype(np.float32) / 255)
        assert pair.warnings == []

    def test_white_skies_of_deep_photographs(self, tmp_path: Path) -> None:
        photograph = np.dstack([thermal() / 3] * 3).astype(np.uint16)
        photograph[:25] = 65535
        ir = save(tmp_path / "ir.png", Image.fromarray((thermal() / 130).astype(np.uint8)))
        cv2.imwrite(str(tmp_path / "vi.png"), photograph)
        assert "fill" not in read_pair(ir, tmp_path / "vi.png").notes["visible"]


class TestDeclared:
    @pytest.mark.parametrize(
        ("dtype", "value", "text"),
        [
            ("u2", 0, "0"),
            ("f4", -9999, "-9999"),
            ("f4", -3.4028235e38, "-3.40282346600000016e+38"),
            ("f4", np.nan, "nan"),
            ("i2", -32768, "-32768"),
            ("u2", 31000, "31000 \0"),
        ],
    )
    def test_gdals_tag_is_believed_anywhere(
        self, tmp_path: Path, scene: Path, dtype: str, value: float, text: str
    ) -> None:
        counts = thermal() if dtype != "i2" else thermal() - 29000
        lost = np.zeros(counts.shape, bool)
        lost[30:50, 60:90] = True  # a hole that no shape gives away
        stored = np.clip(counts, *((0, 30999) if value == 31000 else (-1e9, 1e9))).astype(dtype)
        stored[lost] = value
        tifffile.imwrite(tmp_path / "ir.tif", stored, extratags=[(42113, "s", 0, text, True)])
        pair = read_pair(tmp_path / "ir.tif", scene)
        [part] = pair.notes["infrared"]["fill"]["parts"]
        assert part["kind"] == ("not finite" if np.isnan(value) else "nodata")
        assert part["pixels"] == lost.sum()
        assert np.ptp(pair.infrared[~lost]) == 1
        assert pair.infrared[lost].max() < 1 and pair.infrared[lost].min() > 0

    @pytest.mark.parametrize(("name", "bits"), [("ir.png", 16), ("ir.png", 8), ("ir.tif", 8)])
    def test_in_other_files(self, tmp_path: Path, scene: Path, name: str, bits: int) -> None:
        counts = thermal() if bits == 16 else (thermal() - 28900) / 12
        counts[30:50, 60:90] = 0
        pixels = np.clip(counts, 0, 65535).astype(np.uint16 if bits == 16 else np.uint8)
        if name == "ir.png":  # GDAL writes the value as the transparent gray
            save(tmp_path / name, Image.fromarray(pixels), transparency=0)
        else:
            tifffile.imwrite(tmp_path / name, pixels, extratags=[(42113, "s", 0, "0", True)])
        [part] = read_pair(tmp_path / name, scene).notes["infrared"]["fill"]["parts"]
        assert (part["kind"], part["pixels"], part["value"]) == ("nodata", (pixels == 0).sum(), 0)

    def test_a_tag_that_is_no_number_is_ignored(self, tmp_path: Path, scene: Path) -> None:
        tifffile.imwrite(tmp_path / "ir.tif", thermal().astype(np.uint16), extratags=[(42113, "s", 0, "none", True)])
        assert "fill" not in read_pair(tmp_path / "ir.tif", scene).notes["infrared"]


class TestNotFinite:
    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("damage", [frame, lambda bad: lines(bad, 0, 40, 6), lambda bad: lines(bad, 1, 40, 1)])
    def test_frames_rows_and_columns(
        self, tmp_path: Path, scene: Path, bad: float, damage: Callable[[float], Damage]
    ) -> None:
        counts = thermal()
        lost = damage(bad)(counts)
        pair = read_pair(store(tmp_path, counts, "float"), scene)
        assert np.isfinite(pair.infrared).all()
        assert pair.notes["infrared"]["fill"]["parts"] == [{"kind": "not finite", "pixels": lost.sum(), "value": None}]
        assert f"{lost.sum()} pixels NaN or infinite" in pair.warnings[0]

    def test_scattered_dead_pixels_take_the_mean_of_their_neighbours(self, tmp_path: Path, scene: Path) -> None:
        counts = thermal()
        counts[7, 9] = counts[70, 33] = np.nan
        pair = read_pair(store(tmp_path, counts, "float"), scene)
        heat = pair.infrared
        assert heat[7, 9] == pytest.approx((heat[6, 9] + heat[8, 9] + heat[7, 8] + heat[7, 10]) / 4, abs=1e-4)
        assert "2 px of it hold no measurement (2 pixels NaN or infinite)" in pair.warnings[0]

    def test_hardly_any_picture_left_is_an_error(self, tmp_path: Path, scene: Path) -> None:
        counts = thermal()
        counts[:90] = np.nan
        with pytest.raises(InputError, match=r"ir\.tif: 93\.8% of it hold no measurement.*NaN or infinite.*export it"):
            read_pair(store(tmp_path, counts, "float"), scene)
        counts[:] = np.inf
        with pytest.raises(InputError, match=r"100\.0% of it hold no measurement"):
            read_pair(store(tmp_path, counts, "float"), scene)

    def test_a_deep_photograph(self, tmp_path: Path) -> None:
        photograph = np.dstack([thermal(), thermal() / 2, thermal() / 4]).astype(np.float32)
        photograph[:4] = np.nan
        tifffile.imwrite(tmp_path / "vi.tif", photograph, photometric="rgb")
        ir = save(tmp_path / "ir.png", Image.fromarray((thermal() / 130).astype(np.uint8)))
        pair = read_pair(ir, tmp_path / "vi.tif")
        assert pair.notes["visible"]["fill"]["parts"] == [{"kind": "not finite", "pixels": 512, "value": None}]
        assert np.isfinite(pair.visible).all() and not pair.gray


def test_registration_is_not_misled(shared: Path) -> None:
    folder = shared / "cases"
    framed, plain = (
        read_pair(folder / name, folder / "vi.png").notes["registration"] for name in ("border0.png", "raw.png")
    )
    assert framed["shift_px"] == pytest.approx(plain["shift_px"], abs=0.2)


def test_case_border(shared: Path) -> None:
    folder = shared / "cases"
    framed, plain = (read_pair(folder / name, folder / "vi.png") for name in ("border0.png", "raw.png"))
    assert "a frame or wedge of 0" in framed.warnings[0]
    assert np.abs(framed.infrared - plain.infrared).mean() < 0.005


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_filling_in_stays_within_its_surroundings(height: int, width: int, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.random((height, width), np.float32)
    mask = rng.random((height, width)) < share
    filled = fill_in(picture, mask)
    np.testing.assert_array_equal(filled[~mask], picture[~mask])
    if not mask.all():
        assert picture[~mask].min() - 1e-6 <= filled.min() and filled.max() <= picture[~mask].max() + 1e-6


def test_what_stands_under_the_mask_does_not_matter() -> None:
    picture, mask = np.full((20, 20), 0.25, np.float32), np.zeros((20, 20), bool)
    mask[5:15, 5:15] = True
    picture[mask] = np.nan
    np.testing.assert_allclose(fill_in(picture, mask), 0.25, atol=1e-6)


def test_a_constant_picture_has_no_fill() -> None:
    assert find_fill(np.zeros((40, 40), np.uint16)) is None
