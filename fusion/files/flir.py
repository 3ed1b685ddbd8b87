"""FLIR radiometric JPEGs: the temperatures behind the coloured picture, and the photograph beside it.

Such a file is an ordinary JPEG, drawn in a palette, whose APP1 segments hold what the camera measured: raw counts, the
constants that make temperatures of them, and often a photograph of a wider view with where the thermal picture lies in
it. The format is not published; ExifTool's documentation describes it (https://exiftool.org/TagNames/FLIR.html).
Records and radiometry are read by flyr, which is copyleft (EUPL-1.2) and so is installed only where it is asked for.
"""

import io
import math
import struct
import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files.decoders import (
    Decoded,
    as_decoded,
    check_file,
    check_pixels,
    check_scans,
    exif_orientation,
    upright,
)
from wordfuse.fusion.temperatures.makers import segments
from wordfuse.fusion.temperatures.reading import Reading

CELSIUS = 273.15
# Of the thermal picture's field of view, as much must lie in the photograph for its place to be believed.
LEAST_COVERED = 0.5
# Photographs see between a half and ten times as wide as thermal pictures.
WIDEST, NARROWEST = 10.0, 0.5

_RECORDS_MOST = 256  # real files have about 14; flyr would walk through 4 billion that a damaged header claims
_HEADER_BYTES = 64
_PICTURE_HEADER_BYTES = 32
_LARGEST_COUNT = 65535


@dataclass(frozen=True)
class _Place:
    """Where the thermal picture lies in the photograph: its centre from the photograph's, and its width, pixels."""

    offset_x_px: float
    offset_y_px: float
    width_px: float


def is_radiometric(path: Path) -> bool:
    """Whether a file is a JPEG with FLIR's segments; any other file, readable or not, is none."""
    try:
        if not path.is_file():  # opening a pipe would wait for whoever writes to it
            return False
        with path.open("rb") as file:
            return any(marker == 0xE1 and begun.startswith(b"FLIR\0") for marker, begun in segments(file))
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong


def check_radiometric(path: Path) -> None:
    """Refuse a file that cannot hold a pair.

    Raises:
        InputError: it cannot be opened or is no FLIR radiometric JPEG.
    """
    check_file(path)
    if not is_radiometric(path):
        raise InputError(
            "is no FLIR radiometric JPEG, so it holds one picture at most",
            subject=path,
            remedy=f"give two files as {argument_named('ir')} and {argument_named('vi')}",
        )


def decode_temperatures(path: Path, max_pixels: int, reading: Reading = Reading()) -> Decoded:
    """The thermal picture of a radiometric JPEG, in degrees Celsius, upright; its coloured drawing is not looked at.

    Args:
        path: a file that :func:`is_radiometric`.
        max_pixels: cap on width x height, checked before anything is decoded.
        reading: an emissivity and a reflected temperature in place of the file's.

    Raises:
        InputError: flyr is not installed, or whatever is wrong with the file.
    """
    flyr = _flyr(path)

    def read() -> Decoded:
        stream, records = _records(path, flyr)
        record = records[flyr.records.RecordIndex.RAW_DATA.value]
        _check_header(path, stream, record, max_pixels)
        camera = flyr.thermal.parse_camera_info(stream, records[flyr.records.RecordIndex.CAMERA_INFO.value])
        _, _, counts = flyr.thermal.parse_raw_data(stream, record)
        used, told = _constants(camera, reading)
        with np.errstate(all="ignore"):  # impossible counts become NaN, which is filled in and said
            celsius = (flyr.FlyrThermogram(counts, used).kelvin - CELSIUS).astype(np.float32)
        orientation = exif_orientation(path)
        saturated = upright(_saturated(counts, camera), orientation)
        values = upright(celsius, orientation)
        return Decoded(values, 16, [], "celsius", orientation, saturated=saturated, camera=told)

    return as_decoded(path, read)


def decode_photograph(path: Path, max_pixels: int) -> Decoded:
    """The photograph in a radiometric JPEG, cut to the field of view of the thermal picture, upright.

    Where the file does not tell the field of view, the whole photograph, with a remark. Where the thermal picture
    reaches beyond the photograph, the photograph's border is repeated, with a remark.

    Args:
        path: a file that :func:`is_radiometric`.
        max_pixels: cap on width x height, checked before anything is decoded.

    Raises:
        InputError: flyr is not installed, the file holds no photograph, or whatever else is wrong with it.
    """
    flyr = _flyr(path)

    def read() -> Decoded:
        stream, records = _records(path, flyr)
        index = flyr.records.RecordIndex
        if index.EMBEDDED_IMAGE.value not in records:
            raise InputError(
                "holds a thermal picture but no visible one",
                subject=path,
                remedy=f"give a visible picture of the same view as {argument_named('vi')}",
            )
        photograph = _photograph(path, _bytes_of(stream, records[index.EMBEDDED_IMAGE.value]), max_pixels)
        width, height = _check_header(path, stream, records[index.RAW_DATA.value], max_pixels)
        place, remarks = None, []
        if index.PICTURE_IN_PICTURE_INFO.value in records:
            place = _place(flyr, stream, records[index.PICTURE_IN_PICTURE_INFO.value], photograph.shape[1])
        cut = None if place is None else _cut(photograph, place, height / width)
        if cut is None:
            remarks.append(
                f"{path}: does not tell where its thermal picture lies in the visible one, so the whole is used; "
                f"look whether they fit, or use {argument_named('align')}"
            )
        elif cut[1] < 1:
            remarks.append(f"{path}: {1 - cut[1]:.0%} of the thermal picture lies outside of the visible one")
        pixels = photograph if cut is None else cut[0]
        orientation = exif_orientation(path)
        return Decoded(upright(pixels, orientation), 8, remarks, orientation=orientation)

    return as_decoded(path, read)


def _constants(camera: Mapping[str, float], reading: Reading) -> tuple[Mapping[str, float], dict[str, float]]:
    """The camera's constants with what was said in place of them, and what to tell of them: degrees Celsius, metres."""
    instead: dict[str, float] = {}
    if reading.emissivity is not None:
        instead["emissivity"] = reading.emissivity
    if reading.reflected is not None:
        instead["reflected_apparent_temperature"] = reading.reflected + CELSIUS
    used = {**camera, **instead}
    told = {
        "emissivity": used["emissivity"],
        "reflected_c": used["reflected_apparent_temperature"] - CELSIUS,
        "distance_m": used["object_distance"],
        "atmosphere_c": used["atmospheric_temperature"] - CELSIUS,
        "humidity": used["relative_humidity"],
        "window_transmission": used["ir_window_transmission"],
    }
    if reading.emissivity is not None:
        told["emissivity_of_file"] = camera["emissivity"]
    if reading.reflected is not None:
        told["reflected_c_of_file"] = camera["reflected_apparent_temperature"] - CELSIUS
    return used, {name: float(value) for name, value in told.items() if math.isfinite(value)}


def _saturated(counts: NDArray[Any], camera: Mapping[str, float]) -> NDArray[np.bool_]:
    """Counts at the end of 16 bits, or of the range that the file names."""
    least, most = camera["raw_value_range_min"], camera["raw_value_range_max"]
    return np.asarray(counts >= (most if most > least else _LARGEST_COUNT), np.bool_)


def _flyr(path: Path) -> types.ModuleType:
    try:
        import flyr
        import flyr.records
        import flyr.thermal
    except ImportError as error:
        raise InputError(
            "is a FLIR radiometric JPEG, which needs one more package: pip install 'wordfuse[flir]'", subject=path
        ) from error
    return flyr


def _records(path: Path, flyr: types.ModuleType) -> tuple[BinaryIO, dict[int, tuple[int, int, int, int]]]:
    """The FLIR data of a file and the directory of what is in it: kind -> (entry, kind, offset, length)."""
    stream: BinaryIO = flyr.records.extract_flir_app1(io.BytesIO(path.read_bytes()))
    header = stream.read(_HEADER_BYTES)
    entries = int.from_bytes(header[0x1C:0x20], "big")
    if header[:4] not in (b"FFF\0", b"AFF\0") or entries > _RECORDS_MOST:
        raise ValueError("the directory of its FLIR records is damaged")
    stream.seek(0)
    records: dict[int, tuple[int, int, int, int]] = flyr.records.parse_flir_records(stream)
    if not records.keys() >= {flyr.records.RecordIndex.RAW_DATA.value, flyr.records.RecordIndex.CAMERA_INFO.value}:
        raise ValueError("it holds no thermal data")
    return stream, records


def _bytes_of(stream: BinaryIO, record: tuple[int, int, int, int]) -> bytes:
    stream.seek(record[2])
    return stream.read(record[3])


def _check_header(path: Path, stream: BinaryIO, record: tuple[int, int, int, int], max_pixels: int) -> tuple[int, int]:
    """Width and height of the thermal picture, after checking the cap on both of its headers."""
    data = _bytes_of(stream, record)
    width, height = struct.unpack_from("<HH", data, 2)
    check_pixels(path, width, height, max_pixels)
    if data[_PICTURE_HEADER_BYTES:].startswith(b"\x89PNG"):
        with Image.open(io.BytesIO(data[_PICTURE_HEADER_BYTES:]), formats=("PNG",)) as image:
            check_pixels(path, image.width, image.height, max_pixels)
    return width, height


def _photograph(path: Path, data: bytes, max_pixels: int) -> NDArray[np.uint8]:
    """The photograph as (H, W, 3) RGB, or (H, W) if it is gray."""
    with Image.open(io.BytesIO(data[_PICTURE_HEADER_BYTES:]), formats=("JPEG", "PNG")) as image:
        check_pixels(path, image.width, image.height, max_pixels)
        if image.format != "PNG":
            check_scans(path, data[_PICTURE_HEADER_BYTES:])
        if image.mode == "L":
            return np.asarray(image)
        if image.format == "PNG":
            # FLIR's PNGs hold Y, Cb and Cr where other PNGs hold red, green and blue (ExifTool, EmbeddedImageType).
            channels = image.convert("RGB")
            return np.asarray(Image.merge("YCbCr", channels.split()).convert("RGB"))
        return np.asarray(image.convert("RGB"))


def _place(
    flyr: types.ModuleType, stream: BinaryIO, record: tuple[int, int, int, int], photograph_px: int
) -> _Place | None:
    """Where the thermal picture lies, or None where the record holds nonsense."""
    from flyr.picture_in_picture import parse_pip_info

    info: Any = parse_pip_info(stream, record)
    wider = float(info.real_to_ir)
    if not (math.isfinite(wider) and NARROWEST <= wider <= WIDEST):
        return None
    return _Place(info.offset_x, info.offset_y, photograph_px / wider)


def _cut(photograph: NDArray[np.uint8], place: _Place, aspect: float) -> tuple[NDArray[np.uint8], float] | None:
    """The part that the thermal picture shows, and how much of it the photograph covers; None if less than half."""
    height, width = photograph.shape[:2]
    cut_width, cut_height = round(place.width_px), round(place.width_px * aspect)
    left = round(width / 2 + place.offset_x_px - place.width_px / 2)
    top = round(height / 2 + place.offset_y_px - place.width_px * aspect / 2)
    right, bottom = left + cut_width, top + cut_height
    seen_x, seen_y = min(right, width) - max(left, 0), min(bottom, height) - max(top, 0)
    if min(seen_x, seen_y) <= 0 or seen_x * seen_y < LEAST_COVERED * cut_width * cut_height:
        return None
    seen = photograph[max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
    missing = (max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0))
    pixels = np.asarray(cv2.copyMakeBorder(seen, *missing, borderType=cv2.BORDER_REPLICATE), np.uint8)
    return pixels, seen_x * seen_y / (cut_width * cut_height)
