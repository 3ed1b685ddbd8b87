"""False colours are recognised and turned back; photographs are left alone."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from wordfuse.fusion.files.palettes import STEPS, colourise, curve, names, recognise
from wordfuse.fusion.images import read_pair

NOISE = 5.0


@pytest.fixture(scope="module")
def gray(examples: Path) -> np.ndarray:
    return np.asarray(Image.open(examples / "street" / "ir.png").convert("L"))


def under_jpeg(colours: np.ndarray, quality: int) -> np.ndarray:
    """Saved and read again, with half the resolution for colour (4:2:0), as cameras do."""
    file = io.BytesIO()
    Image.fromarray(colours).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return np.asarray(Image.open(file))


def error(found: np.ndarray, gray: np.ndarray) -> float:
    return float(np.abs(found * 255 - gray).mean())


@pytest.mark.parametrize("name", names())
def test_a_palette_is_recognised_and_turned_back(gray: np.ndarray, name: str) -> None:
    if name == "iron black":
        gray = 255 - gray  # its lower half is gray: a dark street would show too little colour to be sure
    found = recognise(colourise(gray, name))
    assert found is not None
    assert found.name == name
    assert found.gray.dtype == np.float32
    # Where the hot end of 'rainbow' or 'iron' hardly changes its colour, some levels have the same.
    assert error(found.gray, gray) < 1.5


@pytest.mark.parametrize(
    "name", ["iron", "FLIR rainbow", "hot", "jet", "inferno", "plasma", "magma", "viridis", "turbo"]
)
@pytest.mark.parametrize("quality", [75, 90])
def test_jpeg_does_not_hide_it(gray: np.ndarray, name: str, quality: int) -> None:
    found = recognise(under_jpeg(colourise(gray, name), quality))
    assert found is not None
    assert found.name == name
    assert error(found.gray, gray) < 8


@pytest.mark.parametrize(("height", "width"), [(512, 640), (1000, 1000), (2000, 640), (4000, 320)])
def test_the_whole_picture_counts_whatever_its_size(gray: np.ndarray, height: int, width: int) -> None:
    """Not a few columns of it, which may be a border."""
    colours = np.array(Image.fromarray(colourise(gray, "iron")).resize((width, height), Image.Resampling.NEAREST))
    colours[:, 0] = 255
    found = recognise(colours)
    assert found is not None
    assert found.name == "iron"


@pytest.mark.parametrize("name", ["iron", "inferno", "turbo"])
def test_nor_does_noise(gray: np.ndarray, name: str) -> None:
    noise = np.random.default_rng(0).normal(0, NOISE, (*gray.shape, 3))
    found = recognise(np.clip(colourise(gray, name) + noise, 0, 255).astype(np.uint8))
    assert found is not None
    assert found.name == name


def test_nor_a_legend_and_a_logo(gray: np.ndarray) -> None:
    picture = Image.fromarray(colourise(gray, "jet"))
    drawing = ImageDraw.Draw(picture)
    drawing.text((8, 8), "38.2 C", fill="white")
    drawing.rectangle((8, gray.shape[0] - 24, 60, gray.shape[0] - 8), fill="black")
    found = recognise(np.asarray(picture))
    assert found is not None
    assert found.name == "jet"


def test_a_photograph_is_none(examples: Path) -> None:
    assert recognise(np.asarray(Image.open(examples / "street" / "vi.png").convert("RGB"))) is None


def test_real_photographs_are_none() -> None:
    folder = Path(__file__).resolve().parents[5] / "shared" / "data" / "dev" / "RoadScene" / "vi"
    if not folder.is_dir():
        pytest.skip("needs real pairs beside the checkout, in ../shared/data/dev")
    photographs = sorted(folder.iterdir())[::4]
    assert [path.name for path in photographs if recognise(np.asarray(Image.open(path).convert("RGB")))] == []


@pytest.mark.parametrize("channels", [(1, 0, 2), (2, 1, 0)])
def test_a_colouring_of_nobody_is_none(gray: np.ndarray, channels: tuple[int, ...]) -> None:
    assert recognise(colourise(gray, "viridis")[..., list(channels)]) is None


def test_gray_is_none(gray: np.ndarray) -> None:
    assert recognise(np.dstack([gray] * 3)) is None


@pytest.mark.parametrize("name", names())
def test_curves_are_colours(name: str) -> None:
    colours = curve(name)
    assert colours.shape == (STEPS, 3)
    assert colours.min() >= 0 and colours.max() <= 255


def test_a_pair_names_the_palette(tmp_path: Path, examples: Path, gray: np.ndarray) -> None:
    path, visible = tmp_path / "ir.png", examples / "street" / "vi.png"
    Image.fromarray(colourise(gray, "iron")).save(path)
    pair = read_pair(path, visible)
    assert error(pair.infrared, gray) < 1.5
    assert pair.notes["infrared"]["palette"] == "iron"
    assert pair.warnings == [
        f"{path}: infrared in false colours (palette 'iron'), turned back to gray; "
        "a gray picture from the camera is better"
    ]
