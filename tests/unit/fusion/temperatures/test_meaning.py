"""What numbers mean in degrees: known scales to a tenth, guesses that are said, and no guess where it is not safe."""

import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import Pair, read_pair, to_uint8
from wordfuse.fusion.recolour.legend import values_of
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.reading import Reading, reading_of

# A warm wall from 8 to 41 degrees, with texture that is not the same on two lines.
CELSIUS = np.linspace(8, 41, 40 * 48).reshape(40, 48) + np.sin(np.arange(48)) / 3


@pytest.fixture
def vi(tmp_path: Path) -> Path:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 48, 3)).astype(np.uint8)).save(tmp_path / "vi.png")
    return tmp_path / "vi.png"


def saved(folder: Path, values: np.ndarray, name: str) -> Path:
    path = folder / name
    if path.suffix == ".npy":
        np.save(path, values)
    elif path.suffix == ".png":
        Image.fromarray(values).save(path)
    else:
        tifffile.imwrite(path, values)
    return path


def read(vi: Path, values: np.ndarray, name: str = "ir.tif", reading: Reading = Reading()) -> Pair:
    return read_pair(saved(vi.parent, values, name), vi, reading=reading)


def celsius_of(pair: Pair) -> np.ndarray:
    assert pair.temperatures is not None
    return pair.temperatures.celsius


KELVIN = CELSIUS + 273.15


@pytest.mark.parametrize(
    ("values", "name", "kind", "said"),
    [
        (np.rint(KELVIN * 100).astype(np.uint16), "ir.png", "kelvin x 100", "kelvin times 100"),
        (np.rint(KELVIN * 100).astype(np.uint16), "ir.tif", "kelvin x 100", "kelvin times 100"),
        (np.rint(KELVIN * 10).astype(np.uint16), "ir.tif", "kelvin x 10", "kelvin times 10"),
        (CELSIUS.astype(np.float32), "ir.tif", "celsius", "degrees Celsius"),
        (KELVIN.astype(np.float32), "ir.tif", "kelvin", "kelvin"),
        (CELSIUS, "ir.npy", "celsius", "degrees Celsius"),
        (KELVIN.astype(np.float16), "ir.npy", None, ""),
    ],
)
def test_known_scales_are_found_and_said(vi: Path, values: np.ndarray, name: str, kind: str | None, said: str) -> None:
    pair = read(vi, values, name)
    if kind is None:  # kelvin in half precision are of a quarter of a degree: still kelvin
        assert np.abs(celsius_of(pair) - CELSIUS).max() < 0.15
        return
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    told = pair.notes["temperatures"]
    assert (told["kind"], told["assumed"]) == (kind, True)
    (warning,) = pair.warnings
    assert f"{name}: its numbers are taken for {said}: " in warning
    low, high = re.findall(r"(-?\d+\.\d) C\b", warning)
    assert (float(low), float(high)) == pytest.approx((CELSIUS.min(), CELSIUS.max()), abs=0.1)
    assert "give temperature_scale A,B (degrees Celsius are A * count + B) or none" in warning


def test_the_legend_is_in_degrees(vi: Path) -> None:
    values = values_of(read(vi, np.rint(KELVIN * 100).astype(np.uint16), "ir.png").notes)
    assert values.unit == "C"
    assert (values.of(0.0), values.of(1.0)) == pytest.approx((CELSIUS.min(), CELSIUS.max()), abs=0.1)


def test_finding_them_changes_no_picture(vi: Path) -> None:
    counts = np.rint(KELVIN * 100).astype(np.uint16)
    with_them, without = read(vi, counts), read(vi, counts, reading=Reading(none=True))
    assert without.temperatures is None and without.warnings == []
    assert np.array_equal(with_them.infrared, without.infrared)
    assert without.notes["infrared"] == with_them.notes["infrared"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((CELSIUS * 200).astype(np.uint16), "are no temperatures that are known"),  # 1600 to 8200: a sensor's counts
        (np.rint((CELSIUS + 173.15) * 100).astype(np.uint16), "may be kelvin x 100, which is not sure"),  # -92 to -59 C
        ((CELSIUS / 50).astype(np.float32), "look like shares or grays"),
        (np.rint(CELSIUS).astype(np.float32), "look like shares or grays"),
        ((CELSIUS * 10).astype(np.float32), "may be celsius, which is not sure"),  # 80 to 410: a furnace?
    ],
)
def test_no_guess_where_it_is_not_safe(vi: Path, values: np.ndarray, reason: str) -> None:
    pair = read(vi, values)
    assert pair.temperatures is None
    assert pair.warnings == []
    assert reason in why_none(pair.notes)
    assert "give temperature_scale A,B" in why_none(pair.notes)


def test_an_ordinary_picture_tells_none(vi: Path) -> None:
    pair = read(vi, to_uint8((CELSIUS - 8) / 34), "ir.png")
    assert pair.temperatures is None and "temperatures" not in pair.notes
    assert why_none(pair.notes) == "a picture of 8 bits a pixel tells no degrees"


@pytest.mark.parametrize("inverted", [False, True])
def test_a_scale_of_ones_own(vi: Path, inverted: bool) -> None:
    """Optris: (t + 100) * 10; and a camera whose counts fall as it gets hotter."""
    scale = "-0.02,100" if inverted else "0.1,-100"
    counts = np.rint((100 - CELSIUS) / 0.02 if inverted else (CELSIUS + 100) * 10).astype(np.uint16)
    pair = read(vi, counts, reading=reading_of(scale))
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    assert pair.warnings == [] and pair.notes["temperatures"]["assumed"] is False
    assert np.corrcoef(pair.infrared.ravel(), CELSIUS.ravel())[0, 1] > 0.99, "hot is bright"
    values = values_of(pair.notes)
    assert values.unit == "C" and values.of(1.0) == pytest.approx(CELSIUS.max(), abs=0.1)


def test_a_scale_for_eight_bits(vi: Path) -> None:
    pair = read(vi, np.rint((CELSIUS - 5) / 40 * 255).astype(np.uint8), "ir.png", reading_of(f"{40 / 255},5"))
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    assert values_of(pair.notes).of(0.5) == pytest.approx(25, abs=0.1)


def test_what_is_dead_saturated_or_never_measured_has_no_temperature(vi: Path) -> None:
    counts = np.rint(KELVIN * 100).astype(np.uint16)
    counts[10, 10] = 0  # dead: -273 C
    counts[20, 20:22] = 65535  # saturated: 382.2 C at least
    counts[30] = 0  # a dead line
    pair = read(vi, counts)
    known = pair.temperatures
    assert known is not None and known.over is not None
    assert (
        np.isnan(known.celsius[10, 10])
        and np.isnan(known.celsius[20, 20:22]).all()
        and np.isnan(known.celsius[30]).all()
    )
    assert known.over.sum() == 2 and known.limit == pytest.approx(382.2, abs=0.01)
    assert int(np.isnan(known.celsius).sum()) == 1 + 2 + 48
    sound = np.isfinite(known.celsius)
    np.testing.assert_allclose(known.celsius[sound], CELSIUS[sound], atol=0.1)
    told = pair.notes["temperatures"]
    assert told["unknown"] == pytest.approx(49 / CELSIUS.size, abs=1e-5)
    assert told["saturated"] == pytest.approx(2 / CELSIUS.size, abs=1e-5)


def test_nan_and_a_frame_have_none(vi: Path) -> None:
    celsius = CELSIUS.astype(np.float32)
    celsius[5:9, 7:9] = np.nan
    celsius[20:24, 20:30] = -9999  # a hole: whether it was measured, its value alone does not tell, but it is no heat
    celsius[:3] = celsius[-3:] = -9999
    celsius[:, :3] = celsius[:, -3:] = -9999
    known = celsius_of(read(vi, celsius))
    assert np.isnan(known[5:9, 7:9]).all() and np.isnan(known[:3]).all() and np.isnan(known[:, -3:]).all()
    assert np.isnan(known[20:24, 20:30]).all()
    np.testing.assert_allclose(known[25:-5, 10:-5], CELSIUS[25:-5, 10:-5], atol=0.1)


def test_emissivity_by_the_grey_body(vi: Path) -> None:
    """What a camera set to 1 makes of a wall of 0.8 in a room of 25 degrees."""
    apparent = (0.8 * KELVIN**4 + 0.2 * (25 + 273.15) ** 4) ** 0.25 - 273.15
    pair = read(vi, apparent.astype(np.float32), reading=Reading(emissivity=0.8, reflected=25))
    np.testing.assert_allclose(celsius_of(pair), CELSIUS, atol=0.1)
    told = pair.notes["temperatures"]
    assert (told["corrected"], told["emissivity"], told["reflected_c"]) == ("grey body", 0.8, 25)
    assert values_of(pair.notes).of(0.0) == pytest.approx(CELSIUS.min(), abs=0.1)
    usual = read(vi, apparent.astype(np.float32), reading=Reading(emissivity=0.8))
    assert usual.notes["temperatures"]["reflected_c"] == 20


def test_what_would_be_all_reflected_has_no_temperature(vi: Path) -> None:
    """An emissivity that cannot be: what little is left of a pixel is no temperature of anything."""
    pair = read(vi, CELSIUS.astype(np.float32), reading=Reading(emissivity=0.5, reflected=80))
    known = celsius_of(pair)
    assert np.isnan(known).any() and np.isfinite(known).any() and np.nanmin(known) >= -150
    assert pair.notes["temperatures"]["range_c"][0] >= -150
    with pytest.raises(InputError, match=r"emissivity: no pixel of it has a temperature .*look at it, and at"):
        read(vi, CELSIUS.astype(np.float32), reading=Reading(emissivity=0.1, reflected=200))


@pytest.mark.parametrize(
    ("reading", "values", "complaint"),
    [
        ({"emissivity": 0.9}, to_uint8((CELSIUS - 8) / 34), "emissivity: corrects temperatures, and there are none"),
        ({"reflected": 20}, CELSIUS.astype(np.float32), "reflected: is only looked at together with an emissivity"),
        ({"temperature_scale": "1,9000"}, np.rint(KELVIN).astype(np.uint16), "temperature_scale: no pixel of it has"),
    ],
)
def test_what_does_not_go_together(vi: Path, reading: dict[str, object], values: np.ndarray, complaint: str) -> None:
    name = "ir.png" if values.dtype == np.uint8 else "ir.tif"
    with pytest.raises(InputError, match=complaint) as caught:
        read(vi, values, name, reading_of(**reading))  # type: ignore[arg-type]
    assert str(caught.value).startswith(str(vi.parent / name))


@pytest.mark.parametrize("text", ["1", "a,b", "0,5", "1,2,3", "", "nan,1", "inf,0"])
def test_scales_that_are_none(text: str) -> None:
    with pytest.raises(InputError, match=r"temperature_scale .*is no scale; give A,B"):
        reading_of(text)


@pytest.mark.parametrize("more", [{"emissivity": 0.0}, {"emissivity": 1.01}, {"reflected": -300.0}])
def test_surfaces_that_are_none(more: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(more))):
        reading_of(**more)  # type: ignore[arg-type]


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data


@pytest.mark.parametrize(
    ("segments", "maker"),
    [
        (
            (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0 drone-dji"), segment(0xE3, b"\1\2" * 500)),
            "DJI's closed library",
        ),
        ((segment(0xE2, b"\1\0\0\0IJPEG\0\0\0"),), "InfiRay"),
    ],
)
def test_what_only_its_maker_reads(vi: Path, segments: tuple[bytes, ...], maker: str) -> None:
    path = vi.parent / "drone.jpg"
    Image.fromarray(to_uint8((CELSIUS - 8) / 34)).save(path)
    jpeg = path.read_bytes()
    path.write_bytes(jpeg[:2] + b"".join(segments) + jpeg[2:])
    pair = read_pair(path, vi)
    assert pair.temperatures is None
    assert maker in why_none(pair.notes) and "TIFF of temperatures" in why_none(pair.notes)
    celsius = reading_of("0.1,-20")  # who knows the scale of the drawing may still give it
    assert read_pair(path, vi, reading=celsius).temperatures is not None


def test_a_recording_is_told_from_a_damaged_picture(vi: Path) -> None:
    (vi.parent / "ir.seq").write_bytes(b"FFF\0" + bytes(500))
    with pytest.raises(InputError, match=r"ir\.seq: a FLIR recording, which only its maker's program reads; export it"):
        read_pair(vi.parent / "ir.seq", vi)


def test_arrays_that_numpy_saved_are_checked_before_they_are_read(vi: Path) -> None:
    path = saved(vi.parent, np.zeros((3, 4, 5, 6)), "ir.npy")
    with pytest.raises(InputError, match=r"ir\.npy: is an array of shape \(3, 4, 5, 6\)"):
        read_pair(path, vi)
    saved(vi.parent, CELSIUS, "ir.npy")
    with pytest.raises(InputError, match=r"ir\.npy: 48x40 is 0\.0 megapixels, more than"):
        read_pair(path, vi, max_pixels=1000)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match=r"ir\.npy: cannot be decoded"):
        read_pair(path, vi)
    np.save(path, np.array([[{}] * 20] * 20), allow_pickle=True)
    with pytest.raises(InputError, match=r"ir\.npy: cannot be decoded"):
        read_pair(path, vi)
