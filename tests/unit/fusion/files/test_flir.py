"""FLIR radiometric JPEGs: the right temperatures, the right part of the photograph, and no damage without a message."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.radiometric import EMBEDDED, Radiometric, celsius_of, counts_of, from_pair
from wordfuse.fusion.errors import InputError, spelled
from wordfuse.fusion.files.flir import check_radiometric, decode_photograph, decode_temperatures, is_radiometric
from wordfuse.fusion.images import read_pair

pytest.importorskip("flyr", reason="the reader of FLIR files is optional: pip install 'wordfuse[flir]'")
MOST = 1_000_000
CELSIUS = np.linspace(-10, 120, 24 * 32).reshape(24, 32)
DRAWN = np.zeros((48, 64, 3), np.uint8)
# A photograph whose pixels tell where they are: red rises to the right, green downwards.
PHOTOGRAPH = np.dstack([*np.meshgrid(np.arange(128), np.arange(96)), np.full((96, 128), 50)]).astype(np.uint8)


def write(path: Path, **more: object) -> Path:
    given: dict[str, object] = {"photograph": PHOTOGRAPH, "place": (2.0, 0, 0)}
    path.write_bytes(Radiometric(counts_of(CELSIUS), DRAWN, **(given | more)).data())  # type: ignore[arg-type]
    return path


@pytest.fixture(scope="module")
def street(examples: Path) -> tuple[np.ndarray, np.ndarray]:
    infrared, visible = (Image.open(examples / "street" / f"{name}.png") for name in ("ir", "vi"))
    return np.asarray(infrared.convert("L")), np.asarray(visible.convert("RGB"))


@pytest.mark.parametrize("png", [False, True])
def test_temperatures(tmp_path: Path, png: bool) -> None:
    picture = decode_temperatures(write(tmp_path / "a.jpg", counts_as_png=png), MOST)
    assert (picture.bits, picture.unit, picture.remarks) == (16, "celsius", [])
    # Counts are whole numbers: near -10 degrees one is 0.03 degrees.
    np.testing.assert_allclose(picture.values, CELSIUS, atol=0.03)


def test_the_radiometry_is_that_of_the_reports() -> None:
    # 13799.269 / (0.022241818 * (exp(1374.5 / 293.15) - 1.35)) + 6646, by hand.
    assert int(counts_of(np.array(20.0))) == 12425
    assert celsius_of(12425) == pytest.approx(20, abs=0.03)


def test_a_dull_surface_is_warmer_than_it_looks(tmp_path: Path) -> None:
    # It reflects surroundings of 20 degrees: below emissivity 1, what looks hotter than they is hotter still.
    black, dull = (
        decode_temperatures(write(tmp_path / f"{emissivity}.jpg", emissivity=emissivity), MOST).values
        for emissivity in (1.0, 0.8)
    )
    assert (dull[CELSIUS > 25] > black[CELSIUS > 25]).all()
    assert (dull[CELSIUS < 15] < black[CELSIUS < 15]).all()


@pytest.mark.parametrize(("place", "left", "top"), [((2.0, 0, 0), 32, 24), ((2.0, 10, -6), 42, 18)])
def test_the_photograph_is_cut_to_the_thermal_view(
    tmp_path: Path, place: tuple[float, int, int], left: int, top: int
) -> None:
    picture = decode_photograph(write(tmp_path / "a.jpg", place=place, photograph_as_png=True), MOST)
    assert picture.values.shape == (48, 64, 3)
    np.testing.assert_allclose(picture.values, PHOTOGRAPH[top : top + 48, left : left + 64], atol=3)  # Y, Cb, Cr rounds
    assert picture.remarks == []


def test_a_thermal_view_beyond_the_photograph_repeats_its_border(tmp_path: Path) -> None:
    picture = decode_photograph(write(tmp_path / "a.jpg", place=(2.0, 40, 0)), MOST)
    assert picture.values.shape == (48, 64, 3)
    assert (np.abs(picture.values[:, -8:, 0].astype(int) - 127) < 6).all()
    assert "12% of the thermal picture lies outside" in picture.remarks[0]


@pytest.mark.parametrize("place", [None, (float("nan"), 0, 0), (0.01, 0, 0), (2.0, 500, 0)])
def test_without_a_believable_place_the_whole_photograph_is_used(
    tmp_path: Path, place: tuple[float, int, int] | None
) -> None:
    picture = decode_photograph(write(tmp_path / "a.jpg", place=place), MOST)
    assert picture.values.shape == PHOTOGRAPH.shape
    assert spelled(picture.remarks[0]).endswith("look whether they fit, or use align")


def test_both_pictures_are_turned_upright_together(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg", orientation=6, photograph_as_png=True)  # the camera was held upright
    thermal, photograph = decode_temperatures(path, MOST).values, decode_photograph(path, MOST).values
    np.testing.assert_allclose(thermal, np.rot90(CELSIUS, -1), atol=0.03)
    np.testing.assert_allclose(photograph, np.rot90(PHOTOGRAPH[24:72, 32:96], -1), atol=3)


def test_a_file_is_a_pair(tmp_path: Path, street: tuple[np.ndarray, np.ndarray]) -> None:
    infrared, visible = street
    path = tmp_path / "a.jpg"
    path.write_bytes(from_pair(infrared, visible).data())
    pair = read_pair(path, path)
    assert pair.infrared.shape == infrared.shape
    assert pair.notes["infrared"]["unit"] == "celsius"
    assert pair.notes["infrared"]["scale"]["values"] == pytest.approx([10, 10.2, 32.2, 40], abs=0.1)
    assert pair.warnings == []
    # Temperatures rise with the gray that they were made of, and the drawing's palette is not looked at.
    assert np.corrcoef(pair.infrared.ravel(), infrared.ravel())[0, 1] > 0.99
    np.testing.assert_allclose(pair.visible * 255, visible, atol=90)
    assert np.abs(pair.visible * 255 - visible).mean() < 5  # JPEG of a noisy night
    shift = pair.notes["registration"]
    assert shift["confident"] and np.hypot(*shift["shift_px"]) < 1


def test_its_temperatures_go_with_any_visible_picture(tmp_path: Path) -> None:
    Image.fromarray(PHOTOGRAPH).save(tmp_path / "vi.png")
    path = write(tmp_path / "a.jpg", photograph=None, place=None)
    assert read_pair(path, tmp_path / "vi.png").notes["infrared"]["unit"] == "celsius"
    with pytest.raises(InputError, match=r"a\.jpg: holds a thermal picture but no visible one.*as vi$"):
        read_pair(path, path)


def test_other_files_are_no_radiometric_ones(tmp_path: Path) -> None:
    plain = tmp_path / "a.jpg"
    Image.fromarray(DRAWN).save(plain)
    assert not is_radiometric(plain)
    assert not is_radiometric(tmp_path / "missing.jpg")
    with pytest.raises(InputError, match=r"a\.jpg: is no FLIR radiometric JPEG.*as ir and vi$"):
        check_radiometric(plain)
    with pytest.raises(InputError, match=r"missing\.jpg: no such file"):
        check_radiometric(tmp_path / "missing.jpg")


def test_the_cap_holds_before_anything_is_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg")
    with pytest.raises(InputError, match=r"32x24 .*raise max_pixels$"):
        decode_temperatures(path, 500)
    with pytest.raises(InputError, match=r"128x96 .*raise max_pixels$"):
        decode_photograph(path, 5000)


def test_a_missing_reader_is_told_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "flyr", None)
    path = write(tmp_path / "a.jpg")
    with pytest.raises(InputError, match=r"a\.jpg: is a FLIR radiometric JPEG.*pip install 'wordfuse\[flir\]'"):
        read_pair(path, path)


def test_a_damaged_photograph_is_damaged_not_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg", more={EMBEDDED: b"\3\0".ljust(32, b"\0") + b"no picture at all"})
    with pytest.raises(InputError, match=r"a\.jpg: "):
        decode_photograph(path, MOST)


def test_a_directory_without_end_is_refused_at_once(tmp_path: Path) -> None:
    data = write(tmp_path / "a.jpg").read_bytes()
    start = data.index(b"FFF\0") + 0x1C
    (tmp_path / "a.jpg").write_bytes(data[:start] + b"\xff\xff\xff\xff" + data[start + 4 :])
    with pytest.raises(InputError, match="directory of its FLIR records is damaged"):
        decode_temperatures(tmp_path / "a.jpg", MOST)


UNHEALTHY = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]  # neither matters here
WHOLE = Radiometric(counts_of(CELSIUS), DRAWN, PHOTOGRAPH, (2.0, 0, 0)).data()


@settings(max_examples=150, deadline=None, suppress_health_check=UNHEALTHY)
@given(
    length=st.integers(1, len(WHOLE)),
    changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8),
)
def test_damage_never_ends_in_anything_but_a_message(
    tmp_path: Path, length: int, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    path = tmp_path / "damaged.jpg"
    path.write_bytes(bytes(data[:length]))
    for read in (decode_temperatures, decode_photograph, lambda path, most: read_pair(path, path, max_pixels=most)):
        try:
            read(path, MOST)
        except InputError as error:
            assert "damaged.jpg" in str(error)


@settings(max_examples=80, deadline=None, suppress_health_check=UNHEALTHY)
@given(place=st.integers(0, 64 + 32 * 6), value=st.binary(min_size=1, max_size=8))
def test_damage_in_the_directory(tmp_path: Path, place: int, value: bytes) -> None:
    start = WHOLE.index(b"FFF\0") + place
    path = tmp_path / "damaged.jpg"
    path.write_bytes(WHOLE[:start] + value + WHOLE[start + len(value) :])
    try:
        read_pair(path, path, max_pixels=MOST)
    except InputError as error:
        assert "damaged.jpg" in str(error)


def test_the_drawing_is_still_an_ordinary_jpeg() -> None:
    assert Image.open(io.BytesIO(WHOLE)).size == (64, 48)
