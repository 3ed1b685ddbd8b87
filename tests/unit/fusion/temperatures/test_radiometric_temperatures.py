"""FLIR radiometric JPEGs: temperatures to a tenth of a degree, through air and reflections, and corrected."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.radiometric import Between, Radiometric, counts_of
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import Pair, read_pair
from wordfuse.fusion.temperatures.reading import Reading, Scale
from wordfuse.fusion.temperatures.summary import summarise

pytest.importorskip("flyr", reason="the reader of FLIR files is optional: pip install 'wordfuse[flir]'")
CELSIUS = np.linspace(5, 120, 48 * 64).reshape(48, 64)
FAR = Between(emissivity=0.9, distance_m=12.0, reflected=15.0, air=8.0, humidity=0.7)


@pytest.fixture
def vi(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(3).integers(0, 255, (48, 64, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "vi.png")
    return tmp_path / "vi.png"


def read(vi: Path, reading: Reading = Reading(), **more: object) -> Pair:
    given: dict[str, object] = {"counts": counts_of(CELSIUS, FAR), "between": FAR}
    file = vi.parent / "flir.jpg"
    file.write_bytes(Radiometric(drawn=np.zeros((48, 64, 3), np.uint8), **given | more).data())  # type: ignore[arg-type]
    return read_pair(file, vi, reading=reading)


def celsius_of(pair: Pair) -> np.ndarray:
    assert pair.temperatures is not None
    return pair.temperatures.celsius


def test_through_air_off_a_surface_that_reflects(vi: Path) -> None:
    pair = read(vi)
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    told = pair.notes["temperatures"]
    assert told["kind"] == "radiometric" and told["assumed"] is False and "corrected" not in told
    assert (told["emissivity"], told["distance_m"], told["humidity"]) == pytest.approx((0.9, 12, 0.7), abs=1e-4)
    assert (told["reflected_c"], told["atmosphere_c"]) == pytest.approx((15, 8), abs=0.01)
    assert told["range_c"] == pytest.approx([5, 120], abs=0.1)
    assert pair.warnings == []


def test_an_emissivity_of_ones_own_goes_by_plancks_law(vi: Path) -> None:
    """The camera was set to 0.9 and 15 degrees; the surface is bare metal under a sky of -10."""
    metal = Between(0.4, FAR.distance_m, -10.0, FAR.air, FAR.humidity)
    pair = read(vi, Reading(emissivity=0.4, reflected=-10.0), counts=counts_of(CELSIUS, metal))
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    told = pair.notes["temperatures"]
    assert told["corrected"] == "planck"
    assert (told["emissivity"], told["emissivity_of_file"]) == pytest.approx((0.4, 0.9), abs=1e-4)
    assert (told["reflected_c"], told["reflected_c_of_file"]) == pytest.approx((-10, 15), abs=0.01)
    wrong = read(vi, counts=counts_of(CELSIUS, metal))
    assert np.abs(celsius_of(wrong) - CELSIUS).max() > 20


def test_what_is_saturated_is_over_the_limit_and_still_hot(vi: Path) -> None:
    counts = counts_of(CELSIUS, FAR)
    counts[40:, 50:] = 60_000
    limit = int(counts_of(np.array(125.0), FAR))
    counts = np.minimum(counts, limit)
    pair = read(vi, counts=counts, range=(1000, limit))
    known = pair.temperatures
    assert known is not None and known.over is not None and known.limit is not None
    assert known.over[40:, 50:].all() and known.over.sum() == 8 * 14
    assert known.limit == pytest.approx(125, abs=0.1)
    assert np.isnan(known.celsius[40:, 50:]).all()
    assert known.within(100, None)[40:, 50:].all(), "who asks for what is hotter than 100 C means the flame as well"
    assert not known.within(130, None).any() and not known.within(100, 130)[40:, 50:].any()
    assert pair.infrared[45, 60] == pair.infrared.max()
    found = summarise(known)
    assert (found.over, found.pixels) == (8 * 14, 48 * 64)
    assert 50 <= found.hottest_at[0] < 64 and 40 <= found.hottest_at[1]
    assert pair.notes["temperatures"]["limit_c"] == pytest.approx(125, abs=0.1)


def test_its_own_photograph_and_orientation(vi: Path) -> None:
    """A photograph of twice the size: temperatures are brought to it, and turned with it."""
    photograph = np.random.default_rng(4).integers(0, 255, (192, 256, 3)).astype(np.uint8)
    file = vi.parent / "both.jpg"
    both = Radiometric(counts_of(CELSIUS), np.zeros((48, 64, 3), np.uint8), photograph, (2.0, 0, 0), orientation=6)
    file.write_bytes(both.data())
    pair = read_pair(file, file)
    assert pair.infrared.shape == (128, 96)
    upright = np.rot90(CELSIUS, -1)
    small = celsius_of(pair).reshape(64, 2, 48, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(small[1:-1, 1:-1], upright[1:-1, 1:-1], atol=0.1)


def test_a_scale_beside_its_own_is_refused(vi: Path) -> None:
    with pytest.raises(InputError, match=r"flir\.jpg: temperature_scale: the file tells its temperatures itself"):
        read(vi, Reading(scale=Scale(0.01, -273.15)))
