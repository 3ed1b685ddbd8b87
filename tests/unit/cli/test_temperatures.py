"""``wordfuse temperatures``, and from Python."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import wordfuse as library
from tests.commandline import complaint, files_under, wordfuse

pytestmark = pytest.mark.usefixtures("here")
CELSIUS = np.full((60, 80), 20.0)
CELSIUS += np.linspace(-2, 2, 80)
CELSIUS[20:40, 30:50] = 60.0
HOT = CELSIUS > 50


@pytest.fixture
def ir(here: Path) -> Path:
    Image.fromarray(np.rint((CELSIUS + 273.15) * 100).astype(np.uint16)).save(here / "ir.png")
    return here / "ir.png"


@pytest.fixture
def vi(here: Path) -> Path:
    Image.fromarray(np.random.default_rng(2).integers(0, 255, (60, 80, 3)).astype(np.uint8)).save(here / "vi.png")
    return here / "vi.png"


def told(*args: object) -> dict[str, object]:
    result = wordfuse("temperatures", *args, "--json", "--quiet", "--regions", "pixels")
    assert result.exit_code == 0, result.output
    read: dict[str, object] = json.loads(result.stdout)
    return read


def test_an_infrared_picture_alone(ir: Path) -> None:
    found = told("--ir", ir)
    assert (found["pixels"], found["known"], found["saturated"], found["unit"]) == (4800, 4800, 0, "C")
    assert (found["min"], found["max"], found["mean"]) == pytest.approx((18, 60, CELSIUS.mean()), abs=0.02)
    assert found["hottest_at"] == [30, 20] and found["region"] is None
    assert found["file"]["kind"] == "kelvin x 100"  # type: ignore[index]


def test_how_counts_are_read_is_said_where_degrees_are_asked_for_and_nowhere_else(ir: Path, vi: Path) -> None:
    pair = ("--ir", ir, "--vi", vi, "--regions", "pixels")
    assert wordfuse("fuse", *pair[:4], "--out", "f.png").stderr.count("warning") == 0
    assert "kelvin" not in wordfuse("sharpen", *pair, "--region", "left half", "--out", "s.png").stderr
    assert "kelvin" not in wordfuse("metrics", *pair[:4], "--fused", "f.png").stderr
    for asked in (("segment", "hotter than 40 C"), ("sharpen", "--region", "hotter than 40 C"), ("recolour", "heat")):
        direction = ("--direction", "heat") if asked[0] == "recolour" else asked[1:]
        result = wordfuse(asked[0], *direction, *pair, "--out", "o.png")
        assert result.exit_code == 0 and "kelvin times 100" in result.stderr, asked


def test_a_region_in_words_and_in_fahrenheit(ir: Path) -> None:
    found = told("--ir", ir, "--region", "hotter than 100 F", "--unit", "F")
    assert (found["pixels"], found["unit"]) == (400, "F")
    assert (found["min"], found["max"]) == pytest.approx((140, 140), abs=0.02)


def test_the_table_for_people(ir: Path) -> None:
    result = wordfuse("temperatures", "--ir", ir, "--region", "left half")
    assert result.exit_code == 0, result.output
    assert "left half" in result.stdout and "the whole picture" in result.stdout
    assert "60.0 C" in result.stdout and "4800" in result.stdout
    assert "its numbers are taken for kelvin times 100" in result.stderr
    assert "--temperature-scale A,B" in result.stderr


def test_the_table_for_programs(ir: Path, here: Path) -> None:
    found = told("--ir", ir, "--region", "hotter than 40 C", "--csv", "t.csv")
    assert found["csv"] == "t.csv"
    rows = [line.split(",") for line in (here / "t.csv").read_text().splitlines()]
    assert (len(rows), {len(row) for row in rows}) == (60, {80})
    inside = np.array([[cell != "" for cell in row] for row in rows])
    assert np.array_equal(inside, HOT)
    assert {cell for row in rows for cell in row if cell} == {"60.00"}


def test_the_map_and_its_scale(ir: Path, here: Path) -> None:
    told("--ir", ir, "--out", "map.png")
    drawn = np.asarray(Image.open(here / "map.png")).astype(int)
    assert drawn.shape[0] == 160 and drawn.shape[1] > 80 and drawn.shape[2] == 3
    hot, cold = drawn[30, 40], drawn[5, 5]
    assert hot.sum() > cold.sum() + 200, "what is hotter is lighter"
    assert (drawn[:, 80:] < 100).all(axis=2).any(), "numbers stand beside it"


def test_isotherms_on_the_fused_picture_and_on_the_map(ir: Path, vi: Path, here: Path) -> None:
    told("--ir", ir, "--vi", vi, "--out", "plain.png")
    told("--ir", ir, "--vi", vi, "--isotherms", "40", "--out", "lines.png")
    told("--ir", ir, "--isotherms", "40", "--out", "alone.png")
    lines, fused = np.asarray(Image.open(here / "lines.png")).astype(int), fused_of(ir, vi)
    assert lines.shape == (60, 80, 3)
    changed = np.abs(lines - fused).sum(axis=2) > 60
    assert changed[18:23, 35].any() and changed[30, 27:33].any(), "around what is hot"
    assert not changed[50:, :20].any() and not changed[28:32, 38:42].any()
    assert np.asarray(Image.open(here / "alone.png")).shape == np.asarray(Image.open(here / "plain.png")).shape


def fused_of(ir: Path, vi: Path) -> np.ndarray:
    return library.fuse(library.read_pair(ir, vi)).astype(int)


def test_a_scale_and_an_emissivity(ir: Path) -> None:
    assert told("--ir", ir, "--temperature-scale", "0.02,-300")["min"] == pytest.approx(
        (18 + 273.15) * 2 - 300, abs=0.1
    )
    apparent, true = 60 + 273.15, told("--ir", ir, "--emissivity", "0.5", "--reflected", "20")["max"]
    assert true == pytest.approx(((apparent**4 - 0.5 * 293.15**4) / 0.5) ** 0.25 - 273.15, abs=0.1)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((), 2, "--ir: missing"),
        (("--ir", "gray.png"), 2, "tells no temperatures: a picture of 8 bits a pixel tells no degrees"),
        (("--ir", "ir.png", "--temperature-scale", "none"), 2, "tells no temperatures: it was said that it holds none"),
        (("--ir", "ir.png", "--temperature-scale", "x"), 2, "--temperature-scale x: is no scale; give A,B"),
        (
            ("--ir", "ir.png", "--region", "hotter than 90 C"),
            3,
            "nothing of the picture is at least 90.0 C; it has 18.0",
        ),
        (
            ("--ir", "ir.png", "--isotherms", "30"),
            2,
            "--isotherms: are drawn into a picture; say which: --out",
        ),
        (("--ir", "ir.png", "--isotherms", "warm", "--out", "a.png"), 2, "--isotherms warm: are no temperatures"),
        (("--ir", "ir.png", "--out", "a.jpg"), 2, "pictures are written as PNG"),
        (("--ir", "ir.png", "--csv", "ir.png"), 2, "--csv ir.png: is one of the inputs"),
        (("--ir", "ir.png", "--csv", "no/a.csv"), 2, "its folder does not exist"),
        (("--ir", "ir.png", "--align"), 2, "--align: needs a visible picture"),
        (("--ir", "ir.png", "--reflected", "20"), 2, "--reflected: is only looked at together with an emissivity"),
        (("--ir", "gray.png", "--emissivity", "0.9"), 2, "--emissivity: corrects temperatures, and there are none"),
    ],
)
def test_what_cannot_be_told(ir: Path, here: Path, args: tuple[str, ...], code: int, words: str) -> None:
    Image.fromarray(np.full((60, 80), 90, np.uint8)).save(here / "gray.png")
    before = files_under(here)
    said = complaint(wordfuse("temperatures", *args, "--quiet", "--regions", "pixels"), code)
    assert words in said
    assert files_under(here) == before, "nothing half-written"


def test_from_python(ir: Path, vi: Path) -> None:
    pair = library.read_pair(ir, vi)
    assert pair.temperatures is not None and pair.temperatures.dtype == np.float32
    np.testing.assert_allclose(pair.temperatures, CELSIUS, atol=0.1)
    found = library.temperatures(pair, "hotter than 40 C", regions="pixels")
    assert (found.pixels, found.max) == (400, pytest.approx(60, abs=0.02))
    assert library.temperatures(pair, mask=HOT.astype(np.uint8) * 255, unit="K").min == pytest.approx(333.15, abs=0.02)
    drawn = library.isotherms(pair, [40])
    assert drawn.shape == (60, 80, 3) and (drawn != pair.visible).any()
    arrays = library.read_pair(CELSIUS, np.zeros((60, 80, 3), np.uint8), emissivity=0.9, reflected=20)
    assert arrays.temperatures is not None and arrays.temperatures.max() > 62
    corrected = library.temperatures(arrays, "above 62 C", regions="pixels")
    assert corrected.pixels == 400, "an option of the pair holds in what is done with it"


def test_errors_from_python(here: Path, ir: Path, vi: Path) -> None:
    plain = library.read_pair(np.zeros((60, 80), np.uint8), vi)
    assert plain.temperatures is None
    for call in (lambda: library.temperatures(plain), lambda: library.isotherms(plain, [30])):
        with pytest.raises(library.InputError, match="tells no temperatures: a picture of 8 bits"):
            call()
    with pytest.raises(library.InputError, match="emissivity: is of the type str"):
        library.read_pair(ir, vi, emissivity="0.9")  # type: ignore[arg-type]
    with pytest.raises(library.InputError, match="belongs to the pair"):
        library.fuse(library.read_pair(ir, vi), emissivity=0.9)  # type: ignore[call-arg]
