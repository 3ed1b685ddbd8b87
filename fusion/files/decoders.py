"""From files to arrays, for ``fusion.images`` alone: Pillow, and OpenCV or tifffile where it would lose depth."""

import math
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError

from wordfuse.fusion.choices import FILM_SUFFIXES
from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.files import tiff
from wordfuse.fusion.files.quiet import quiet_decoders, silent_libraries
from wordfuse.fusion.temperatures.carried import Carried, temperatures_in
from wordfuse.fusion.temperatures.makers import EXPORT, foreign_recording, foreign_temperatures

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
# Fewer pixels than this make no picture: the windows of losses and metrics do not fit.
MIN_SIDE_PX = 16
MOST_SCANS = 100  # of a JPEG
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_PIECE = 1 << 20  # bytes that are unpacked at a time
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ODD_TIFF_MAGIC = (b"II\0*", b"MM*\0")  # which Pillow reads all the same
_ORIENTATION_TAG = 274
_BACK = {6: 8, 8: 6}  # all the others undo themselves


@dataclass(frozen=True, eq=False)
class Decoded:
    """A picture as stored.

    Attributes:
        values: (H, W) or (H, W, 3) RGB; uint8, or the file's own number type where it holds more than 8 bits.
        bits: of one channel in the file; 8 also for fewer.
        remarks: what was left out, for the user.
        unit: of the values, where the file tells.
        orientation: by EXIF (1-8), which the values are turned by already; 1 where the file tells none.
        nodata: (H, W), True where the file declares that nothing was measured; None where it declares nothing.
        nodata_value: what stands there, None for NaN.
        saturated: (H, W), True where the sensor was at its upper end, where the file tells; None: it does not.
        camera: what the file tells of how its degrees were made, by name.
        foreign: why temperatures that it holds cannot be read; None: it is not known to hold such.
        carried: temperatures that lie beside the picture, or why there are none; None: nothing is told.
    """

    values: NDArray[Any]
    bits: int
    remarks: list[str]
    unit: str | None = None
    orientation: int = 1
    nodata: NDArray[np.bool_] | None = None
    nodata_value: float | None = None
    saturated: NDArray[np.bool_] | None = None
    camera: Mapping[str, float] = field(default_factory=dict)
    foreign: str | None = None
    carried: Carried | None = None


def decode(path: Path, max_pixels: int) -> Decoded:
    """Decode the first frame of a PNG, JPEG, WebP, TIFF or BMP file, upright.

    Args:
        path: any file at all.
        max_pixels: cap on width x height, checked on the header before anything is decoded.

    Raises:
        InputError: whatever is wrong with the file: missing, damaged, too large, too small.
    """

    def read() -> Decoded:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic in (*_TIFF_MAGIC, *_ODD_TIFF_MAGIC):
            tiff.check_directories(path)
        return (_decode_tiff if magic in _TIFF_MAGIC else _decode_with_pillow)(path, max_pixels)

    return as_decoded(path, read)


def as_decoded(path: Path, read: Callable[[], Decoded]) -> Decoded:
    """What a reader of one format gives, with whatever is wrong with the file as an InputError that names it.

    Args:
        path: any file at all.
        read: decodes it; may raise anything.

    Raises:
        InputError: as in :func:`decode`.
    """
    check_file(path)
    try:
        with quiet_decoders():
            picture = read()
    except InputError:
        raise
    except PermissionError as error:
        raise InputError(
            "no permission to read it", subject=path, remedy="change its permissions or choose another file"
        ) from error
    except tiff.UnknownCompression as error:
        raise InputError(
            f"a TIFF with {error} compression, which cannot be read here",
            subject=path,
            remedy="save it again uncompressed, or with LZW or deflate",
        ) from error
    except UnidentifiedImageError as error:
        if path.suffix.lower() in FILM_SUFFIXES:
            raise InputError(
                "a film, not a picture", subject=path, remedy="for films there is 'wordfuse video'"
            ) from error
        raise InputError(
            foreign_recording(path) or "not a PNG, JPEG, WebP, TIFF or BMP picture, or its header is damaged",
            subject=path,
            remedy="save it again as PNG" if foreign_recording(path) is None else EXPORT,
        ) from error
    except Exception as error:  # decoders meet damaged bytes with almost any exception
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"cannot be decoded ({reason})",
            subject=path,
            remedy="the file is damaged, cut short or of a kind we cannot read: "
            "save it again as PNG or uncompressed TIFF",
        ) from error
    height, width = picture.values.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(
            f"{width}x{height} pixels is too small", subject=path, remedy=f"both sides need at least {MIN_SIDE_PX}"
        )
    return picture


def check_file(path: Path) -> None:
    """Say plainly what is wrong before a decoder says it obscurely.

    Raises:
        InputError: the file is missing, no regular file, empty or not to be opened.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise InputError("no such file", subject=path, remedy="check the name") from error
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot be opened ({error})", subject=path, remedy="check the name and the permissions"
        ) from error
    if stat.S_ISDIR(status.st_mode):
        remedy = "name a picture in it; for frames of a film there is 'wordfuse video'"
        raise InputError("is a folder", subject=path, remedy=remedy)
    if not stat.S_ISREG(status.st_mode):
        raise InputError("is not a regular file", subject=path, remedy="save the picture to a file first")
    if status.st_size == 0:
        raise InputError("the file is empty (0 bytes)", subject=path, remedy="copy or export it again")


def check_pixels(path: Path, width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture before it is decoded.

    Raises:
        InputError: it has more than ``max_pixels``.
    """
    if width * height > max_pixels:
        raise InputError(
            f"{width}x{height} is {width * height / 1e6:.1f} megapixels, more than the {max_pixels / 1e6:g} allowed",
            subject=path,
            remedy=f"shrink it, or raise {argument_named('max_pixels')}",
        )


def _decode_with_pillow(path: Path, max_pixels: int) -> Decoded:
    with Image.open(path, formats=FORMATS) as image:
        check_pixels(path, image.width, image.height, max_pixels)
        if image.format in ("JPEG", "MPO"):
            check_scans(path, path.read_bytes())
        remarks = _frame_remarks(path, getattr(image, "n_frames", 1))
        foreign = foreign_temperatures(path) if image.format in ("JPEG", "MPO") else None
        orientation = _orientation_of(image)  # before it is loaded: Pillow forgets that of a compressed TIFF then
        declared = _declared_nodata(image)
        carried = temperatures_in(getattr(image, "private_chunks", ()), (image.height, image.width))
        with silent_libraries() if image.format == "TIFF" else nullcontext():
            image.load()
        if {"A", "a"} & set(image.getbands()):
            remarks.append(f"{path}: the alpha channel is dropped")
        if image.format == "PNG" and image.mode in ("RGB", "RGBA") and _png_depth(path) == 16:
            _check_png(path, image.width, image.height)
            return Decoded(_decode_deep_png(path, orientation), 16, remarks, orientation=orientation)
        turned = ImageOps.exif_transpose(image)
    values, bits = pixels_of(turned)
    nodata = None if declared is None else tiff.equals(values, declared)
    if carried is not None and carried.temperatures is not None:
        turned_too = carried.temperatures.rearranged(lambda plane: upright(plane, orientation))
        carried = replace(carried, temperatures=turned_too)
    nodata_value = _number(declared)
    return Decoded(values, bits, remarks, None, orientation, nodata, nodata_value, foreign=foreign, carried=carried)


def pixels_of(image: Image.Image) -> tuple[NDArray[Any], int]:
    """The values of an image that Pillow holds, (H, W) or (H, W, 3), and the bits of one channel."""
    if image.mode.startswith(("I", "F")):
        # np.asarray, never convert("L"), which clips 16 bits to 255.
        return np.asarray(image), 16 if image.mode.startswith("I;16") else 32
    return _eight_bit(image), 8


def _declared_nodata(image: Image.Image) -> float | None:
    """The value of a gray picture that means "nothing here": GDAL's tag in a TIFF, the transparent gray in a PNG."""
    if image.mode != "L" and not image.mode.startswith(("I", "F")):
        return None
    if image.format == "TIFF":
        return tiff.nodata_value(getattr(image, "tag_v2", {}).get(tiff.NODATA_TAG))
    gray = image.info.get("transparency")
    return float(gray) if isinstance(gray, int) else None


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _eight_bit(image: Image.Image) -> NDArray[np.uint8]:
    """Any 8-bit or smaller mode as (H, W) or (H, W, 3)."""
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())  # un-multiply before alpha goes
    if image.mode in ("1", "L", "LA"):
        return np.asarray(image.convert("L"))
    colour = np.asarray(image.convert("RGB"))
    if image.mode in ("P", "PA") and (np.ptp(colour, axis=2) == 0).all():
        return colour[..., 0]
    return colour


def check_scans(path: Path, jpeg: bytes) -> None:
    """Refuse a JPEG of very many scans, each of which is work for all pixels; ten are usual.

    Raises:
        InputError: it has more than ``MOST_SCANS``.
    """
    if jpeg.count(b"\xff\xda") <= MOST_SCANS:
        return  # there are no more scans than that, and most files need no walk
    scans, at = 0, 2
    while scans <= MOST_SCANS and (at := jpeg.find(b"\xff", at)) >= 0 and at + 3 < len(jpeg):
        marker = jpeg[at + 1]
        if marker == _END_OF_IMAGE:
            return  # whatever follows is no part of the picture
        scans += marker == _START_OF_SCAN
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2  # stuffing in the data of a scan, or a marker without a segment
        else:
            at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    if scans > MOST_SCANS:
        raise InputError(
            f"a JPEG of more than {MOST_SCANS} scans", subject=path, remedy="save it again as a usual JPEG or PNG"
        )


def _check_png(path: Path, width: int, height: int) -> None:
    """Refuse a PNG of 16 bits that holds far more data than its picture has room for: OpenCV unpacks all of it."""
    room = 2 * (8 * width + 1) * height + (1 << 16)  # four channels; interlaced ones have more rows
    unpacker, length = zlib.decompressobj(), 0
    for data in _image_data(path):
        while data and not unpacker.eof:
            length += len(unpacker.decompress(data, _PIECE))
            data = unpacker.unconsumed_tail
            if length > room:
                raise InputError(
                    "a PNG that holds far more data than its picture has room for", subject=path, remedy="save it again"
                )


def _image_data(path: Path) -> Iterator[bytes]:
    """The packed data of a PNG, chunk by chunk."""
    with path.open("rb") as file:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            size = int.from_bytes(head[:4], "big")
            if head[4:] == b"IDAT":
                yield file.read(size)
                size = 0
            file.seek(size + 4, os.SEEK_CUR)  # and its sum


def _png_depth(path: Path) -> int:
    """Bits a channel, from the IHDR chunk that every PNG starts with."""
    with path.open("rb") as file:
        return file.read(25)[24]


def _decode_deep_png(path: Path, orientation: int) -> NDArray[Any]:
    """16-bit colour or gray with alpha, of which Pillow keeps only the upper 8 bits."""
    with silent_libraries():
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("damaged 16-bit PNG")
    colour = pixels[..., 2::-1]
    if (np.ptp(colour, axis=2) == 0).all():
        colour = colour[..., 0]
    return upright(colour, orientation)


def _decode_tiff(path: Path, max_pixels: int) -> Decoded:
    """TIFF: Pillow up to 8 bits, tifffile above, which knows more depths and keeps all of them."""
    with tifffile.TiffFile(path) as file:
        if not len(file.pages):
            raise ValueError("a TIFF without a picture")
        page = file.pages.first
        check_pixels(path, page.imagewidth, page.imagelength, max_pixels)
        if page.bitspersample <= 8:
            if int(page.compression) not in TiffImagePlugin.COMPRESSION_INFO:
                raise tiff.UnknownCompression(tiff.compression_name(page))
            return _decode_with_pillow(path, max_pixels)
        if page.axes not in ("YX", "YXS", "SYX") or page.dtype is None or page.dtype.kind not in "uif":
            raise ValueError(f"axes {page.axes} of {page.dtype}; gray or RGB numbers are needed")
        remarks = _frame_remarks(path, len(file.pages))
        with silent_libraries():
            values = tiff.read_page(page)
        turn, nodata_tag = page.tags.get(_ORIENTATION_TAG), page.tags.get(tiff.NODATA_TAG)
    if page.axes == "SYX":
        values = np.moveaxis(values, 0, -1)
    if values.ndim == 3:
        values, dropped = _drop_extra_samples(values, page, path)
        remarks += dropped
    orientation = _orientation(turn.value if turn else 1)
    values = upright(values, orientation)
    declared = tiff.nodata_value(nodata_tag.value) if nodata_tag else None
    nodata = None if declared is None else tiff.equals(values, declared)
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        values = -values.astype(np.float64)
    return Decoded(values, page.bitspersample, remarks, None, orientation, nodata, _number(declared))


def _drop_extra_samples(values: NDArray[Any], page: tifffile.TiffPage, path: Path) -> tuple[NDArray[Any], list[str]]:
    """The colours alone, (H, W) or (H, W, 3), and a remark where anything was beside them."""
    extra = len(page.extrasamples)
    if page.photometric == tifffile.PHOTOMETRIC.RGB and not extra:
        extra = max(0, values.shape[-1] - 3)  # OpenCV writes alpha without saying so
    colours = values.shape[-1] - extra
    if colours not in (1, 3) or page.photometric == tifffile.PHOTOMETRIC.SEPARATED:
        raise ValueError(f"{values.shape[-1]} channels of {page.bitspersample} bits; gray or RGB is needed")
    return values[..., 0] if colours == 1 else values[..., :3], [f"{path}: the alpha channel is dropped"] * bool(extra)


def _frame_remarks(path: Path, frames: int) -> list[str]:
    return [f"{path}: holds {frames} frames; the first is used"] if frames > 1 else []


def exif_orientation(path: Path) -> int:
    """The EXIF orientation of a picture (1-8), 1 where it has none."""
    with Image.open(path, formats=FORMATS) as image:
        return _orientation_of(image)


def _orientation_of(image: Image.Image) -> int:
    return _orientation(image.getexif().get(_ORIENTATION_TAG, 1))


def _orientation(tag: object) -> int:
    """What a tag says; nonsense is as good as none."""
    return tag if isinstance(tag, int) and 1 <= tag <= 8 else 1


def upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo the EXIF orientation (1-8, EXIF 2.3 table of tag 274) of an array that Pillow did not decode."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1) if orientation in (3, 4, 7, 8) else slice(None)
    columns = slice(None, None, -1) if orientation in (2, 3, 6, 7) else slice(None)
    return pixels[rows, columns]


def as_stored(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo :func:`upright`: how the file holds the picture."""
    return upright(pixels, _BACK.get(orientation, orientation))
