"""Maps of temperatures go where their picture goes, and what is not known stays so."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.files.registration.align import Similarity
from wordfuse.fusion.images import read_pair, to_uint8
from wordfuse.fusion.temperatures.isotherms import isotherms
from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.fusion.temperatures.summary import summarise
from wordfuse.fusion.temperatures.table import as_csv

ROWS, COLUMNS = np.indices((60, 80)).astype(np.float32)
SLOPE = (20 + 0.25 * COLUMNS + 0.1 * ROWS).astype(np.float32)


def with_hole(celsius: np.ndarray) -> Temperatures:
    holed = celsius.copy()
    holed[20:30, 30:40] = np.nan
    over = np.zeros(celsius.shape, bool)
    over[50:56, 60:70] = True
    holed[over] = np.nan
    return Temperatures(holed, over, 60.0)


@pytest.mark.parametrize("size", [(160, 120), (40, 30), (100, 75)])
def test_resizing_mixes_nothing_with_what_is_not_known(size: tuple[int, int]) -> None:
    small = with_hole(SLOPE).resized(size)
    assert small.shape == size[::-1] and small.celsius.dtype == np.float32
    factor = 80 / size[0]
    rows, columns = np.indices(small.shape)
    true = 20 + 0.25 * ((columns + 0.5) * factor - 0.5) + 0.1 * ((rows + 0.5) * factor - 0.5)
    sound = cv2.erode(np.isfinite(small.celsius).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    sound[[0, 1, -2, -1]] = sound[:, [0, 1, -2, -1]] = False
    assert np.abs(small.celsius - true)[sound].max() < 0.1 * max(1, factor)
    assert float((~np.isfinite(small.celsius)).mean()) == pytest.approx((100 + 60) / 4800, abs=0.004)
    assert small.over is not None and float(small.over.mean()) == pytest.approx(60 / 4800, abs=0.002)


def test_a_warp_goes_the_way_of_the_picture() -> None:
    moved = Similarity(4.0, -3.0, 5.0, 1.05)
    map_ = with_hole(SLOPE).warped(moved.matrix((60, 80)))
    matrix = moved.matrix((60, 80))
    x = matrix[0, 0] * COLUMNS + matrix[0, 1] * ROWS + matrix[0, 2]
    y = matrix[1, 0] * COLUMNS + matrix[1, 1] * ROWS + matrix[1, 2]
    inside = (x >= 0.5) & (x <= 78.5) & (y >= 0.5) & (y <= 58.5)
    hole = (x > 28.5) & (x < 40.5) & (y > 18.5) & (y < 30.5)
    bright = (x > 58.5) & (x < 70.5) & (y > 48.5) & (y < 56.5)
    away = inside & ~hole & ~bright
    np.testing.assert_allclose(map_.celsius[away], (20 + 0.25 * x + 0.1 * y)[away], atol=0.05)
    assert np.isnan(map_.celsius[(x < -0.6) | (y < -0.6) | (x > 79.6) | (y > 59.6)]).all(), "nothing is known outside"
    assert np.isnan(map_.celsius[(x > 31) & (x < 38) & (y > 21) & (y < 28)]).all()


def test_a_pair_that_is_aligned_keeps_its_temperatures(examples: Path, tmp_path: Path) -> None:
    """The street's radiometric picture, moved: aligned, people and road are as warm as before they were moved."""
    folder = examples / "street"
    counts = np.asarray(Image.open(folder / "kelvin.png")).astype(np.float32)
    true, size = Similarity(9.0, -6.0, 2.0, 0.97), counts.shape[::-1]
    matrix = true.matrix(counts.shape)
    moved = cv2.warpAffine(counts, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    Image.fromarray(np.rint(moved).astype(np.uint16)).save(tmp_path / "ir.png")
    pair = read_pair(tmp_path / "ir.png", folder / "vi.png", align=True)
    known, found = pair.temperatures, pair.notes["alignment"]
    assert known is not None and found["shift_px"] == pytest.approx([9, -6], abs=1.5)
    for name in ("people", "road", "buildings"):
        mask = cv2.erode(np.asarray(Image.open(folder / "masks" / f"{name}.png")), np.ones((5, 5), np.uint8)) > 0
        before, after = counts[mask] / 100 - 273.15, known.celsius[mask]
        assert np.nanmean(after) == pytest.approx(before.mean(), abs=0.25), name
    outside = ~np.isfinite(known.celsius)
    assert outside.mean() == pytest.approx(found["outside"], abs=0.01) and outside.any(), "beyond it nothing is known"
    assert outside[[0, -1]].any() and not outside[60:-60, 80:-80].any()


def test_one_exif_orientation_that_is_not_followed(examples: Path, tmp_path: Path) -> None:
    """A stale tag: the pixels were turned and the tag left behind, so neither picture nor map is turned."""
    gray = np.asarray(Image.open(examples / "street" / "ir.png").convert("L")).astype(np.float32)
    celsius = 5 + gray / 255 * 40
    image = Image.fromarray(np.rint((celsius + 273.15) * 100).astype(np.uint16))
    image.save(tmp_path / "ir.tif", tiffinfo={274: 3})
    pair = read_pair(tmp_path / "ir.tif", examples / "street" / "vi.png")
    assert pair.notes["orientation"]["followed"]["infrared"] is False
    assert pair.temperatures is not None
    np.testing.assert_allclose(pair.temperatures.celsius, celsius, atol=0.1)


def test_a_summary_of_a_region() -> None:
    mask = np.zeros((60, 80), np.uint8)
    mask[10:40, 20:50] = 255
    found = summarise(with_hole(SLOPE), mask)
    assert (found.pixels, found.known, found.over, found.limit) == (900, 800, 0, None)
    assert (found.least, found.most) == pytest.approx((26.0, 20 + 0.25 * 49 + 3.9), abs=1e-4)
    assert (found.coldest_at, found.hottest_at) == ((20, 10), (49, 39))
    inside = SLOPE[10:40, 20:50][np.isfinite(with_hole(SLOPE).celsius[10:40, 20:50])]
    assert (found.mean, found.median) == pytest.approx((inside.mean(), np.median(inside)), abs=1e-3)
    for empty in (np.zeros_like(mask), np.where(np.isnan(with_hole(SLOPE).celsius), 255, 0).astype(np.uint8)):
        with pytest.raises(RegionError):
            summarise(with_hole(SLOPE), empty)


def test_isotherms_run_where_the_temperature_is() -> None:
    """On a slope they are straight lines; through a hole runs none, and a hot disc has a circle around it."""
    lines = isotherms(Temperatures(SLOPE), [30.0, 99.0])
    assert lines[99.0] == []
    (line,) = lines[30.0]
    inner = line[(line[:, 1] > 4) & (line[:, 1] < 55)]
    assert np.abs(20 + 0.25 * inner[:, 0] + 0.1 * inner[:, 1] - 30).max() < 0.1
    assert len(isotherms(with_hole(SLOPE), [30.5])[30.5]) == 2, "in two parts, on either side of the hole"
    disc = np.where(np.hypot(ROWS - 30, COLUMNS - 40) <= 15, 50, 20).astype(np.float32)
    (circle,) = isotherms(Temperatures(disc), [35.0])[35.0]
    assert np.hypot(circle[:, 1] - 30, circle[:, 0] - 40) == pytest.approx(np.full(len(circle), 15.3), abs=0.8)


@pytest.mark.parametrize("values", [[], [float("nan")], list(range(13))])
def test_isotherms_of_nothing(values: list[float]) -> None:
    with pytest.raises(InputError, match="isotherms"):
        isotherms(Temperatures(SLOPE), values)


def test_the_table_is_empty_where_nothing_is_known_or_meant() -> None:
    mask = np.full((60, 80), 255, np.uint8)
    mask[0] = 0
    lines = as_csv(with_hole(SLOPE), mask).decode("ascii").split("\n")
    assert len(lines) == 61 and lines[-1] == ""
    assert lines[0] == "," * 79
    assert lines[1].split(",")[4] == "21.10"
    assert lines[25].split(",")[30:40] == [""] * 10
    assert as_csv(with_hole(SLOPE), unit="F").decode("ascii").split(",")[0] == "68.00"


def test_eight_bits_are_as_they_were(examples: Path) -> None:
    pair = read_pair(examples / "street" / "ir.png", examples / "street" / "vi.png")
    assert pair.temperatures is None
    assert np.array_equal(to_uint8(pair.infrared), np.asarray(Image.open(examples / "street" / "ir.png").convert("L")))
