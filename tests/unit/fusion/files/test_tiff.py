"""TIFFs of every compression, predictor and layout that people's tools write; a sentence about the others."""

import io
import struct
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.pictures import COUNTS, HEIGHT, RAMP, WIDTH, save
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.decoders import decode, upright
from wordfuse.fusion.files.tiff import compression_name
from wordfuse.fusion.images import read_pair

MOST = 1_000_000
LZW, ZSTD = 5, 50000
COLOUR = np.dstack([COUNTS, COUNTS[::-1], COUNTS // 2])


def lzw(data: bytes) -> bytes:
    """Codes of 9 bits, the table cleared before it could grow (TIFF 6.0, section 13)."""
    codes = [code for place, byte in enumerate(data) for code in ((256, byte) if place % 250 == 0 else (byte,))]
    bits = "".join(f"{code:09b}" for code in (*codes, 257))
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def lzw_tiff(path: Path, values: NDArray[np.generic], *, order: str = "<", pages: int = 1, **layout: object) -> Path:
    """A TIFF whose strips, tiles or planes are packed by our own encoder: an oracle apart from libtiff's."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, byteorder=order) as file:
        for _ in range(pages):
            file.write(values, metadata=None, **({"photometric": "minisblack"} | layout))
    with tifffile.TiffFile(io.BytesIO(buffer.getvalue())) as file:
        data = bytearray(buffer.getvalue())
        for page in file.pages:
            segments = [lzw(data[at : at + n]) for at, n in zip(page.dataoffsets, page.databytecounts, strict=True)]
            starts = [len(data) + sum(map(len, segments[:number])) for number in range(len(segments))]
            for segment in segments:
                data += segment
            sizes = [len(segment) for segment in segments]
            places = (324, 325) if page.is_tiled else (273, 279)
            for tag, numbers in zip((259, *places), ([LZW], starts, sizes), strict=True):
                kind = {3: "H", 4: "I", 16: "Q"}[int(page.tags[tag].dtype)]
                struct.pack_into(f"{order}{len(numbers)}{kind}", data, page.tags[tag].valueoffset, *numbers)
    path.write_bytes(data)
    return path


LAYOUTS = {
    "gray": (COUNTS, {}),
    "strips": (COUNTS, {"rowsperstrip": 7}),
    "tiles": (COUNTS, {"tile": (16, 16)}),
    "big-endian": (COUNTS, {"order": ">"}),
    "colour": (COLOUR, {"photometric": "rgb"}),
    "colour, tiles": (COLOUR, {"photometric": "rgb", "tile": (16, 16)}),
    "separate planes": (np.moveaxis(COLOUR, 2, 0), {"photometric": "rgb", "planarconfig": "separate"}),
    "separate planes, strips": (
        np.moveaxis(COLOUR, 2, 0),
        {"photometric": "rgb", "planarconfig": "separate", "rowsperstrip": 5},
    ),
    "signed": ((RAMP - 300).astype(np.int16), {}),
    "32 bits": ((RAMP * 70000).astype(np.uint32), {}),
    "half": ((RAMP / 7).astype(np.float16), {}),
    "float": ((RAMP / 7).astype(np.float32), {}),
    "double": (RAMP / 7, {}),
}


@pytest.mark.parametrize(("values", "layout"), LAYOUTS.values(), ids=LAYOUTS)
def test_lzw(tmp_path: Path, values: NDArray[np.generic], layout: dict[str, object]) -> None:
    read = decode(lzw_tiff(tmp_path / "a.tif", values, **layout), MOST)
    assert read.values.dtype == values.dtype
    np.testing.assert_array_equal(read.values, np.moveaxis(values, 0, 2) if "planarconfig" in layout else values)
    assert read.remarks == []


@pytest.mark.parametrize("compression", [1, LZW, 8, 32773, 32946])
@pytest.mark.parametrize(
    ("kind", "predictor"),
    [*product(["gray16", "colour16", "alpha16", "gray32"], [1, 2]), *product(["grayf", "colourf"], [1, 2, 3])],
)
def test_as_opencv_writes_them(tmp_path: Path, kind: str, compression: int, predictor: int) -> None:
    shape = {"gray": COUNTS, "colour": COLOUR, "alpha": np.dstack([COLOUR, COUNTS])}[kind.rstrip("0123456789f")]
    values = shape.astype(np.float32) / 7 if kind.endswith("f") else shape.astype(f"u{int(kind[-2:]) // 8}")
    order = [2, 1, 0, 3][: values.shape[2]] if values.ndim == 3 else slice(None)
    bgr = np.ascontiguousarray(values[..., order]) if values.ndim == 3 else values
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    assert cv2.imwrite(str(tmp_path / "a.tif"), bgr, options)
    read = decode(tmp_path / "a.tif", MOST)
    np.testing.assert_array_equal(read.values, values[..., :3] if kind == "alpha16" else values)
    assert (len(read.remarks) == 1) is (kind == "alpha16")  # the alpha channel is dropped


@pytest.mark.parametrize("compression", ["zstd", "lzma", "tiff_lzw", "tiff_deflate", "packbits"])
@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_as_pillow_writes_them(tmp_path: Path, mode: str, compression: str) -> None:
    values = COUNTS.astype({"I;16": "<u2", "I": "<i4", "F": "<f4"}[mode])
    image = Image.frombytes(mode, (WIDTH, HEIGHT), values.tobytes())
    read = decode(save(tmp_path / "a.tif", image, compression=compression), MOST)
    np.testing.assert_array_equal(read.values, values)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_of_compressed_ones(tmp_path: Path, orientation: int) -> None:
    tag = [(274, "H", 1, orientation, False)]
    read = decode(lzw_tiff(tmp_path / "a.tif", COLOUR, photometric="rgb", extratags=tag), MOST)
    np.testing.assert_array_equal(read.values, upright(COLOUR, orientation))
    assert read.orientation == orientation


def test_white_is_zero_and_pages(tmp_path: Path) -> None:
    read = decode(lzw_tiff(tmp_path / "a.tif", COUNTS, photometric="miniswhite", pages=2), MOST)
    np.testing.assert_array_equal(read.values, -COUNTS.astype(float))
    assert read.remarks == [f"{tmp_path / 'a.tif'}: holds 2 frames; the first is used"]


def test_a_pair_of_them(tmp_path: Path, infrared: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "vi.tif"), COLOUR[..., ::-1])  # LZW with predictor is OpenCV's default
    pair = read_pair(infrared, tmp_path / "vi.tif")
    assert pair.warnings == [] and not pair.gray
    assert pair.visible[..., 0].min() > pair.visible[..., 2].max()


def test_case_of_opencv(shared: Path) -> None:
    pair = read_pair(shared / "cases" / "ir.png", shared / "cases" / "vi16_cv2.tiff")
    assert (pair.visible.shape, pair.notes["visible"]["bits"]) == ((120, 220, 3), 16)


@pytest.mark.parametrize(
    ("bits", "number", "name"), [(16, 34712, "JPEG2000"), (8, 50002, "JPEGXL"), (16, 34887, "LERC")]
)
def test_an_unknown_compression_is_named_with_the_remedy(tmp_path: Path, bits: int, number: int, name: str) -> None:
    path = patched(tmp_path / "a.tif", COUNTS.astype(f"u{bits // 8}"), number)
    with pytest.raises(
        InputError, match=rf"a\.tif: a TIFF with {name} compression.*save it again uncompressed"
    ) as said:
        decode(path, MOST)
    assert "imagecodecs" not in str(said.value)


def test_an_unknown_number_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"12345 is not a known COMPRESSION.*uncompressed TIFF"):
        decode(patched(tmp_path / "a.tif", COUNTS, 12345), MOST)


def test_names(tmp_path: Path) -> None:
    with tifffile.TiffFile(lzw_tiff(tmp_path / "a.tif", COUNTS)) as file:
        assert compression_name(file.pages.first) == "LZW"


@pytest.mark.parametrize("compression", [LZW, ZSTD])
def test_damage(tmp_path: Path, capfd: pytest.CaptureFixture[str], compression: int) -> None:
    path = patched(tmp_path / "a.tif", COUNTS, compression)  # the bytes are none of that compression
    with pytest.raises(InputError, match=r"a\.tif: cannot be decoded"):
        decode(path, MOST)
    whole = lzw_tiff(tmp_path / "b.tif", COLOUR, photometric="rgb").read_bytes()
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) // 2 + 2000])
    with pytest.raises(InputError, match=r"b\.tif: cannot be decoded"):
        decode(tmp_path / "b.tif", MOST)
    assert capfd.readouterr() == ("", "")


def patched(path: Path, values: NDArray[np.generic], compression: int) -> Path:
    """An uncompressed TIFF that claims another compression."""
    tifffile.imwrite(path, values)
    with tifffile.TiffFile(path) as file:
        place = file.pages.first.tags[259].valueoffset
    data = bytearray(path.read_bytes())
    data[place : place + 2] = compression.to_bytes(2, "little")
    path.write_bytes(data)
    return path
