"""Small files that unpack to something huge: refused, or unpacked no further than the picture has room for."""

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files import tiff
from wordfuse.fusion.files.decoders import MOST_SCANS, decode

SIDE = 32
RIGHT = np.arange(SIDE * SIDE, dtype="<u2").reshape(SIDE, SIDE)


def zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(path: Path, depth: int, packed: bytes) -> Path:
    header = struct.pack(">IIBBBBB", SIDE, SIDE, depth, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(map(chunk, (b"IHDR", b"IDAT", b"IEND"), (header, packed, b""))))
    return path


def directory(data: int, length: int, following: int = 0, bits: int = 16, compression: int = 8) -> bytes:
    tags = [(256, SIDE), (257, SIDE), (258, bits), (259, compression), (262, 1), (273, data), (277, 1), (278, SIDE)]
    tags.append((279, length))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)


def deflated_tiff(path: Path, packed: bytes) -> Path:
    start = 8 + len(directory(0, 0))
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + directory(start, len(packed)) + packed)
    return path


def test_a_strip_is_unpacked_no_further_than_there_is_room(tmp_path: Path) -> None:
    packed = zlib.compress(RIGHT.tobytes() + bytes(300 << 20), 9)
    tracemalloc.start()
    values = decode(deflated_tiff(tmp_path / "bomb.tif", packed), 10**6).values
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(values, RIGHT)
    assert peak < 8 << 20


def test_a_strip_that_is_too_short_is_refused(tmp_path: Path) -> None:
    packed = zlib.compress(RIGHT.tobytes()[:-5])
    with pytest.raises(InputError, match="2043 bytes in a strip or tile of 2048"):
        decode(deflated_tiff(tmp_path / "short.tif", packed), 10**6)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_with_far_more_data_than_its_picture(tmp_path: Path, depth: int) -> None:
    path = png(tmp_path / "bomb.png", depth, zeros(100))
    if depth == 8:  # Pillow reads as much as it needs
        assert decode(path, 10**6).values.shape == (SIDE, SIDE, 3)
    else:
        with pytest.raises(InputError, match="far more data than its picture has room for"):
            decode(path, 10**6)
    rows = zlib.compress(b"".join(b"\0" + bytes(range(SIDE * 3)) * (depth // 8) for _ in range(SIDE)))
    assert decode(png(tmp_path / "good.png", depth, rows), 10**6).values.shape == (SIDE, SIDE, 3)


def test_a_jpeg_of_a_thousand_scans(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (90, 120, 30)).save(file, "JPEG", progressive=True)
    told = file.getvalue()
    (tmp_path / "usual.jpg").write_bytes(told)
    assert decode(tmp_path / "usual.jpg", 10**6).values.shape == (64, 64, 3)
    last = told[told.rfind(b"\xff\xda") : -2]
    (tmp_path / "scans.jpg").write_bytes(told[:-2] + last * 1000 + told[-2:])
    with pytest.raises(InputError, match=rf"a JPEG of more than {MOST_SCANS} scans; save it again"):
        decode(tmp_path / "scans.jpg", 10**6)


def test_what_is_no_scan_is_not_counted(tmp_path: Path) -> None:
    """Phones put films behind their photographs, and cameras whole pictures before them."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (90, 120, 30)).save(file, "JPEG", comment=b"\xff\xda" * 500)
    (tmp_path / "long.jpg").write_bytes(file.getvalue() + b"\xff\xda\x00\x02" * 500)
    assert decode(tmp_path / "long.jpg", 10**6).values.shape == (64, 64, 3)


def test_a_jpeg_of_several_pictures_is_a_jpeg_too(tmp_path: Path) -> None:
    first, file = Image.new("RGB", (64, 64), (90, 120, 30)), io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[first.copy()], progressive=True)
    told = file.getvalue()
    (tmp_path / "two.jpg").write_bytes(told)
    assert decode(tmp_path / "two.jpg", 10**6).values.shape == (64, 64, 3)
    end = told.find(b"\xff\xd9")
    last = told[told.rfind(b"\xff\xda", 0, end) : end]
    (tmp_path / "scans.jpg").write_bytes(told[:end] + last * 1000 + told[end:])
    with pytest.raises(InputError, match="a JPEG of more than"):
        decode(tmp_path / "scans.jpg", 10**6)


@pytest.mark.parametrize("compression", ["zlib", None])
def test_a_tile_that_is_far_larger_than_its_picture(tmp_path: Path, compression: str | None) -> None:
    for side, fits in ((256, True), (8192, False)):
        path = tmp_path / f"{side}.tif"
        tifffile.imwrite(path, RIGHT, tile=(side, side), compression=compression)
        if fits or compression is None:
            np.testing.assert_array_equal(decode(path, 10**6).values, RIGHT)
        else:
            with pytest.raises(InputError, match="tiles of 8192x8192 with 1 samples"):
                decode(path, 10**6)


@pytest.mark.parametrize("magic", [b"II*\0", b"II\0*"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("loops", [False, True])
def test_a_tiff_of_very_many_pictures(tmp_path: Path, magic: bytes, bits: int, loops: bool) -> None:
    count, size = tiff.MOST_DIRECTORIES + 1, len(directory(0, 0))
    data, pixels = 8 + count * size, bytes(SIDE * SIDE * bits // 8)
    places = [*(8 + number * size for number in range(1, count)), 8 if loops else 0]
    listed = b"".join(directory(data, len(pixels), place, bits, 1) for place in places)
    (tmp_path / "many.tif").write_bytes(magic + struct.pack("<I", 8) + listed + pixels)
    with pytest.raises(InputError, match="a TIFF of more than 1000 pictures; save the one that is meant"):
        decode(tmp_path / "many.tif", 10**6)


@pytest.mark.parametrize("options", [{}, {"bigtiff": True}, {"byteorder": ">"}])
def test_a_tiff_of_some_pictures_is_read_as_before(tmp_path: Path, options: dict[str, object]) -> None:
    for number in range(3):
        tifffile.imwrite(tmp_path / "some.tif", RIGHT + number, append=number > 0, metadata=None, **options)
    picture = decode(tmp_path / "some.tif", 10**6)
    np.testing.assert_array_equal(picture.values, RIGHT)
    assert picture.remarks == [f"{tmp_path / 'some.tif'}: holds 3 frames; the first is used"]
