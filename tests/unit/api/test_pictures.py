"""Pictures from Python: whatever form they come in, they are read as a file would be."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import wordfuse
from tests.pictures import COLOUR, COUNTS, GRAY, save
from wordfuse.api.pictures import as_mask, as_picture, files_of
from wordfuse.fusion import images

RNG = np.random.default_rng(0)
CELSIUS = RNG.normal(20, 5, GRAY.shape)


@pytest.mark.parametrize(
    "ir",
    [
        GRAY,
        GRAY[..., None],
        GRAY > 100,
        COUNTS,
        COUNTS.astype(">u2"),
        COUNTS.astype(np.int32),
        CELSIUS,
        CELSIUS.astype(np.float32),
        CELSIUS.astype(np.float16),
        np.where(CELSIUS > 30, np.nan, CELSIUS),
        (GRAY.astype(int) - 128).astype(np.int8),
        np.dstack([COUNTS, COUNTS, COUNTS]),
        COLOUR,
        COUNTS[::2, ::2][:, ::-1],  # neither of the visible one's size nor in one piece
        np.ma.masked_less(CELSIUS, 12),
    ],
    ids=lambda ir: f"{ir.dtype}-{ir.shape}",
)
def test_an_array_is_scaled_as_the_file_that_keeps_it(ir: NDArray[np.generic], tmp_path: Path) -> None:
    """The run folder holds arrays as files: read from there the pair is the same, or a resumed run would differ."""
    ir = ir if min(ir.shape[:2]) >= 16 else np.repeat(np.repeat(ir, 2, axis=0), 2, axis=1)
    pair = wordfuse.read_pair(ir, COLOUR)
    thermal, scene, contents = files_of(pair, tmp_path)
    for path, content in contents.items():
        path.write_bytes(content)
    again = images.read_pair(thermal, scene)
    assert np.array_equal(pair.decoded.infrared, again.infrared)
    assert np.array_equal(pair.decoded.visible, again.visible)
    told = {name: value for name, value in pair.decoded.notes.items() if name != "warnings"}
    assert told == {name: value for name, value in again.notes.items() if name != "warnings"}


def test_files_arrays_and_images_give_the_same_pair(tmp_path: Path) -> None:
    thermal, scene = Image.fromarray(COUNTS), Image.fromarray(COLOUR)
    ir, vi = save(tmp_path / "ir.png", thermal), save(tmp_path / "vi.png", scene)
    pairs = [
        wordfuse.read_pair(ir, vi),
        wordfuse.read_pair(str(ir), str(vi)),
        wordfuse.read_pair(COUNTS, COLOUR),
        wordfuse.read_pair(thermal, scene),
        wordfuse.read_pair(ir, COLOUR),
        wordfuse.read_pair(Image.open(ir), Image.open(vi)),
    ]
    for pair in pairs:
        assert np.array_equal(pair.infrared, pairs[0].infrared)
        assert np.array_equal(pair.visible, COLOUR)
    assert pairs[0].infrared.shape == (24, 32, 1)
    assert pairs[0].infrared.dtype == np.uint8
    assert repr(pairs[4]) == f"<Pair 32x24, ir: {ir}, vi: array>"


def test_a_pair_cannot_be_changed() -> None:
    pair = wordfuse.read_pair(GRAY, COLOUR)
    for pixels in (pair.decoded.infrared, pair.decoded.visible, *(source.values for source in pair.sources)):
        assert pixels is not None
        assert not pixels.flags.writeable
    assert pair.visible.flags.writeable  # a copy


def test_a_gray_pair_gives_one_channel() -> None:
    pair = wordfuse.read_pair(GRAY, GRAY[::-1])
    assert pair.gray
    assert pair.visible.shape == (24, 32, 1)


def test_a_pair_is_a_copy() -> None:
    ir = GRAY.copy()
    pair = wordfuse.read_pair(ir, COLOUR)
    ir[:] = 0
    pair.infrared[:] = 0
    assert np.array_equal(pair.infrared[..., 0], GRAY)


def test_an_image_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6  # turn it a quarter clockwise
    path = save(tmp_path / "turned.png", Image.fromarray(COLOUR), exif=exif)
    pair = wordfuse.read_pair(np.rot90(GRAY, -1), Image.open(path))
    assert np.array_equal(pair.visible, np.rot90(COLOUR, -1))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros((3, 24, 32), np.uint8), "ir: is an array of shape (3, 24, 32); give (height, width), or"),
        (np.zeros((24, 32), complex), "ir: is an array of complex128; give integers or floats of up to 64 bits"),
        (np.zeros((8, 32), np.uint8), "ir: 32x8 pixels is too small; both sides need at least 16"),
        ([[1, 2]], "ir: is of the type list; give a file, an array or a Pillow image"),
        (np.zeros((24, 64), np.uint8), "ir is 64x24 but vi is 32x24: the two do not show the same view"),
    ],
)
def test_what_is_no_picture_is_refused_by_its_argument(given: NDArray[np.generic], message: str) -> None:
    with pytest.raises(wordfuse.InputError) as caught:
        wordfuse.read_pair(given, COLOUR)
    assert str(caught.value).startswith(message)


def test_a_damaged_file_that_pillow_opened_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "cut.png", Image.fromarray(RNG.integers(0, 256, (64, 64, 3), np.uint8)))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(wordfuse.InputError, match=r"^vi: cannot be decoded"):
        wordfuse.read_pair(np.zeros((64, 64), np.uint8), Image.open(path))


def test_more_pixels_than_allowed_are_refused() -> None:
    with pytest.raises(wordfuse.InputError, match=r"^vi: 32x24 is 0.0 megapixels, more than the 0.0005 allowed"):
        wordfuse.read_pair(GRAY[:16, :16], COLOUR, max_pixels=500)


def test_pictures_and_masks_are_taken_in_every_form(tmp_path: Path) -> None:
    pair = wordfuse.read_pair(GRAY, COLOUR)
    file = save(tmp_path / "picture.png", Image.fromarray(COLOUR))
    for form in (COLOUR, file, str(file), Image.fromarray(COLOUR)):
        assert np.array_equal(as_picture(form, pair), COLOUR)
    assert as_picture(GRAY[..., None], pair).shape == (24, 32, 3)
    inside = GRAY > 127
    drawn = np.where(inside, np.uint8(255), np.uint8(0))
    stored = save(tmp_path / "mask.png", Image.fromarray(drawn))
    for mask in (inside, drawn, drawn[..., None], inside.astype(np.uint8), stored, Image.fromarray(inside)):
        assert np.array_equal(as_mask(mask, pair), drawn)


def test_pictures_and_masks_that_do_not_fit_are_refused() -> None:
    pair = wordfuse.read_pair(GRAY, COLOUR)
    with pytest.raises(wordfuse.InputError, match=r"picture: is an array of float64; give uint8 in \[0, 255\]"):
        as_picture(COLOUR / 255, pair)
    with pytest.raises(wordfuse.InputError, match="picture: is 20x20, the visible picture is 32x24"):
        as_picture(np.zeros((20, 20, 3), np.uint8), pair)
    with pytest.raises(wordfuse.RegionError, match="mask: the mask is empty"):
        as_mask(np.zeros((24, 32), np.uint8), pair)


def test_save_writes_what_fuse_and_segment_give(tmp_path: Path) -> None:
    for name, pixels in (("colour", COLOUR), ("gray", GRAY[..., None]), ("mask", GRAY)):
        wordfuse.save(pixels, str(tmp_path / f"{name}.png"))
        assert np.array_equal(np.asarray(Image.open(tmp_path / f"{name}.png")), pixels.squeeze())
    with pytest.raises(wordfuse.InputError, match="pictures are written as PNG"):
        wordfuse.save(COLOUR, tmp_path / "picture.jpg")
