"""Compressed TIFFs, unpacked no further than the picture has room for, and what TIFFs declare as no data.

tifffile unpacks a segment whole, however large it is (two megabytes of deflate may be two gigabytes of zeros), and LZW,
zstd and the floating point predictor, which OpenCV and GDAL write, only with a package that is not installed. Pillow's
libtiff knows these compressions but not 16 bits in colour, OpenCV's knows the depths but turns pictures and scrambles
separate planes. So libtiff, or zlib, only unpacks bytes here: each segment goes to Pillow as a gray 8-bit picture of
its own, and what the bytes mean is read from the tags that tifffile has parsed.
"""

import io
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from wordfuse.fusion.errors import InputError

NODATA_TAG = 42113  # GDAL's, as text
_STREAMS = {5: "LZW", 8: "deflate", 32773: "PackBits", 32946: "deflate", 34925: "LZMA", 50000: "zstd"}
_DEFLATE = (8, 32946)
_FLOAT_PREDICTOR = 3
MOST_SAMPLES, LARGEST_TILE = 16, 16 << 20  # of a pixel; bytes of a tile that is larger than the picture
MOST_DIRECTORIES = 1000  # pictures in one file: of all but the first no more is wanted than how many they are


class UnknownCompression(ValueError):
    """No reader here knows the compression of a file; the text is its name."""


def read_page(page: tifffile.TiffPage) -> NDArray[Any]:
    """The values of a page as stored: (H, W), (H, W, S) or, in separate planes, (S, H, W).

    Raises:
        UnknownCompression: nothing here reads it.
        ValueError: damaged.
    """
    try:
        if page.compression in _STREAMS:
            return _assemble(page)
        return np.asarray(page.asarray(maxworkers=1))
    except (ValueError, ImportError) as error:
        if "imagecodecs" in str(error) or isinstance(error, ImportError):
            raise UnknownCompression(compression_name(page)) from error
        raise


def compression_name(page: tifffile.TiffPage) -> str:
    """What people call it."""
    number = int(page.compression)
    return _STREAMS.get(number) or getattr(page.compression, "name", None) or f"number {number}"


def nodata_value(text: object) -> float | None:
    """The number in GDAL's tag; None where there is none or it cannot be read."""
    try:
        return float(str(text).strip().rstrip("\0").strip())
    except ValueError:
        return None


def equals(values: NDArray[Any], declared: float) -> NDArray[np.bool_]:
    """Where values, (H, W) or (H, W, S), hold a declared number throughout: as near as their type can."""
    if math.isnan(declared):
        where = np.isnan(values)
    elif values.dtype.kind == "f":
        with np.errstate(all="ignore"):  # GDAL writes float's end with too few digits, which may be beyond it
            where = np.isclose(values, values.dtype.type(declared), rtol=1e-6, atol=0)
    else:
        where = values == declared
    return np.asarray(where.all(axis=2) if where.ndim == 3 else where)


def _assemble(page: tifffile.TiffPage) -> NDArray[Any]:
    """Unpack every strip or tile and put it into its place."""
    if page.dtype is None or page.bitspersample != 8 * page.dtype.itemsize:
        raise UnknownCompression(f"{compression_name(page)}, {page.bitspersample} bits packed,")
    separate = page.axes == "SYX"
    planes, samples = (page.samplesperpixel, 1) if separate else (1, page.samplesperpixel)
    height, width = page.imagelength, page.imagewidth
    rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (min(page.rowsperstrip, height), width)
    down, across = -(-height // rows), -(-width // columns)
    if not len(page.dataoffsets) == len(page.databytecounts) == planes * down * across:
        raise ValueError("strips or tiles are missing")
    whole_bytes, tile_bytes = (count * samples * page.dtype.itemsize for count in (height * width, rows * columns))
    if not 0 < samples <= MOST_SAMPLES or not 0 < tile_bytes <= max(2 * whole_bytes, LARGEST_TILE):
        raise ValueError(f"tiles of {columns}x{rows} with {samples} samples")
    picture = np.zeros((planes, height, width, samples), page.dtype)
    for index, (offset, count) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        plane, place = divmod(index, down * across)
        top, left = place // across * rows, place % across * columns
        here = rows if page.is_tiled else min(rows, height - top)
        if not count:
            continue  # a sparse file: nothing was written there
        file = page.parent.filehandle
        file.seek(offset)
        data = _unpack(page, file.read(count), here, columns * samples * page.dtype.itemsize)
        segment = _unpredicted(page, data, page.dtype, (here, columns, samples))
        picture[plane, top : top + here, left : left + columns] = segment[: height - top, : width - left]
    whole = picture[..., 0] if separate else picture[0]
    return whole[..., 0] if page.axes == "YX" else whole


def check_directories(path: Path) -> None:
    """Refuse a TIFF of very many pictures, or whose list of them bites its own tail: it takes long to count them.

    Raises:
        InputError: there are more than ``MOST_DIRECTORIES``.
    """
    with path.open("rb") as file:
        order = "<" if file.read(2) == b"II" else ">"
        big = struct.unpack(f"{order}H", file.read(2))[0] == 43
        count, entry, place = (f"{order}Q", 20, f"{order}Q") if big else (f"{order}H", 12, f"{order}I")
        file.seek(8 if big else 4)
        for _ in range(MOST_DIRECTORIES + 1):
            found = file.read(struct.calcsize(place))
            at = struct.unpack(place, found)[0] if len(found) == struct.calcsize(place) else 0
            if not at:
                return
            file.seek(at)
            entries = file.read(struct.calcsize(count))
            if len(entries) < struct.calcsize(count):
                return
            file.seek(struct.unpack(count, entries)[0] * entry, io.SEEK_CUR)
    raise InputError(
        f"a TIFF of more than {MOST_DIRECTORIES} pictures",
        subject=path,
        remedy="save the one that is meant by itself",
    )


def _inflated(data: bytes, rows: int, row_bytes: int) -> NDArray[np.uint8]:
    """Bytes of a deflated segment, (rows, bytes of a row)."""
    room = rows * row_bytes
    unpacked = zlib.decompressobj().decompress(data, room)
    if len(unpacked) < room:
        raise ValueError(f"{len(unpacked)} bytes in a strip or tile of {room}")
    return np.frombuffer(unpacked, np.uint8).reshape(rows, row_bytes)


def _unpack(page: tifffile.TiffPage, data: bytes, rows: int, row_bytes: int) -> NDArray[np.uint8]:
    """Bytes of a segment, (rows, bytes of a row), by way of a gray 8-bit TIFF that holds nothing else."""
    if page.compression in _DEFLATE and page.fillorder == 1:
        return _inflated(data, rows, row_bytes)
    tags = [(256, row_bytes), (257, rows), (258, 8), (259, int(page.compression)), (262, 1), (266, int(page.fillorder))]
    start = 8 + 2 + 12 * (len(tags) + 4) + 4
    tags += [(273, start), (277, 1), (278, rows), (279, len(data))]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    file = b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0) + data
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        return np.asarray(image)


def _unpredicted(
    page: tifffile.TiffPage, data: NDArray[np.uint8], kind: np.dtype[Any], shape: tuple[int, int, int]
) -> NDArray[Any]:
    """Undo the predictor (TIFF 6.0 section 14; Adobe's Technical Note 3 for floats): (rows, columns, samples)."""
    (rows, columns, samples), size = shape, kind.itemsize
    if page.predictor == _FLOAT_PREDICTOR:
        # Differences of bytes, the most significant bytes of a row first.
        summed = np.cumsum(data.reshape(rows, size * columns, samples), axis=1, dtype=np.uint8)
        planes = summed.reshape(rows, size, columns * samples)
        return np.ascontiguousarray(planes.swapaxes(1, 2)).view(kind.newbyteorder(">")).reshape(shape)
    values = np.ascontiguousarray(data).view(kind.newbyteorder(page.parent.byteorder)).reshape(shape)
    if page.predictor == 2:
        whole = np.dtype(f"u{size}")
        return np.cumsum(values.astype(kind).view(whole), axis=1, dtype=whole).view(kind)
    if page.predictor not in (0, 1):
        raise UnknownCompression(f"{compression_name(page)} with predictor {int(page.predictor)}")
    return values
