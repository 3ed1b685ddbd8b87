"""From files to arrays, for ``fusion.images`` alone: Pillow, and OpenCV or tifffile where it would lose depth."""

import logging
import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from fusion.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
# Fewer pixels than this make no picture: the windows of losses and metrics do not fit.
MIN_SIDE_PX = 16

_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION_TAG = 274
_decoder_lock = threading.Lock()
_decoder_logs = [logging.getLogger(name) for name in ("tifffile", "PIL.TiffImagePlugin")]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A picture as stored.

    Attributes:
        values: (H, W) or (H, W, 3) RGB; uint8, or the file's own number type where it holds more than 8 bits.
        bits: of one channel in the file; 8 also for fewer.
        remarks: what was left out, for the user.
        unit: of the values, where the file tells.
    """

    values: NDArray[Any]
    bits: int
    remarks: list[str]
    unit: str | None = None


def decode(path: Path, max_pixels: int) -> Decoded:
    """Decode the first frame of a PNG, JPEG, WebP, TIFF or BMP file, upright.

    Args:
        path: any file at all.
        max_pixels: cap on width x height, checked on the header before anything is decoded.

    Raises:
        InputError: whatever is wrong with the file: missing, damaged, too large, too small, NaN or infinite pixels.
    """

    def read() -> Decoded:
        with path.open("rb") as file:
            is_tiff = file.read(4) in _TIFF_MAGIC
        return _decode_tiff(path, max_pixels) if is_tiff else _decode_with_pillow(path, max_pixels)

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
        with _quiet_decoders():
            picture = read()
    except InputError:
        raise
    except PermissionError as error:
        raise InputError(f"{path}: no permission to read it; change its permissions or choose another file") from error
    except UnidentifiedImageError as error:
        raise InputError(
            f"{path}: not a PNG, JPEG, WebP, TIFF or BMP picture, or its header is damaged; save it again as PNG"
        ) from error
    except Exception as error:  # decoders meet damaged bytes with almost any exception
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{path}: cannot be decoded ({reason}); the file is damaged, cut short or of a kind we cannot read: "
            "save it again as PNG or uncompressed TIFF"
        ) from error
    height, width = picture.values.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(f"{path}: {width}x{height} pixels is too small; both sides need at least {MIN_SIDE_PX}")
    bad = picture.values.size - int(np.isfinite(picture.values).sum())
    if bad:
        raise InputError(
            f"{path}: {bad} pixel values of {picture.values.size} are NaN or infinite; "
            "replace them (with the median of their neighbours, say) and save it again"
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
        raise InputError(f"{path}: no such file; check the name") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be opened ({error}); check the name and the permissions") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path}: is a folder; name a picture in it")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"{path}: is not a regular file; save the picture to a file first")
    if status.st_size == 0:
        raise InputError(f"{path}: the file is empty (0 bytes); copy or export it again")


def check_pixels(path: Path, width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture before it is decoded.

    Raises:
        InputError: it has more than ``max_pixels``.
    """
    if width * height > max_pixels:
        raise InputError(
            f"{path}: {width}x{height} is {width * height / 1e6:.1f} megapixels, more than the "
            f"{max_pixels / 1e6:g} allowed; shrink it, or raise --max-pixels"
        )


@contextmanager
def _quiet_decoders() -> Iterator[None]:
    """No warnings or log lines, and our cap on pixels instead of Pillow's, which would refuse a raised --max-pixels.

    These are settings of the process, so one file is decoded at a time and they are put back after.
    """
    with _decoder_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        was_disabled = [log.disabled for log in _decoder_logs]
        for log in _decoder_logs:
            log.disabled = True
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit
            for log, disabled in zip(_decoder_logs, was_disabled, strict=True):
                log.disabled = disabled


@contextmanager
def _silent_libtiff() -> Iterator[None]:
    """Nothing on stderr from the C library behind Pillow, which knows no other way to complain of damaged files."""
    try:
        stderr = os.dup(2)
    except OSError:  # there is none to write to
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _decode_with_pillow(path: Path, max_pixels: int) -> Decoded:
    with Image.open(path, formats=FORMATS) as image:
        check_pixels(path, image.width, image.height, max_pixels)
        remarks = _frame_remarks(path, getattr(image, "n_frames", 1))
        with _silent_libtiff() if image.format == "TIFF" else nullcontext():
            image.load()
        if {"A", "a"} & set(image.getbands()):
            remarks.append(f"{path}: the alpha channel is dropped")
        if image.format == "PNG" and image.mode in ("RGB", "RGBA") and _png_depth(path) == 16:
            return Decoded(_decode_deep_png(path, image.getexif().get(_ORIENTATION_TAG, 1)), 16, remarks)
        upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        # np.asarray, never convert("L"), which clips 16 bits to 255.
        return Decoded(np.asarray(upright), 16 if upright.mode.startswith("I;16") else 32, remarks)
    return Decoded(_eight_bit(upright), 8, remarks)


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


def _png_depth(path: Path) -> int:
    """Bits a channel, from the IHDR chunk that every PNG starts with."""
    with path.open("rb") as file:
        return file.read(25)[24]


def _decode_deep_png(path: Path, orientation: int) -> NDArray[Any]:
    """16-bit colour or gray with alpha, of which Pillow keeps only the upper 8 bits."""
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("damaged 16-bit PNG")
    colour = pixels[..., 2::-1]
    if (np.ptp(colour, axis=2) == 0).all():
        colour = colour[..., 0]
    return upright(colour, orientation)


def _decode_tiff(path: Path, max_pixels: int) -> Decoded:
    """TIFF: Pillow up to 8 bits, tifffile above, which knows more depths and keeps all of them."""
    with tifffile.TiffFile(path) as tiff:
        if not len(tiff.pages):
            raise ValueError("a TIFF without a picture")
        page = tiff.pages.first
        check_pixels(path, page.imagewidth, page.imagelength, max_pixels)
        if page.bitspersample <= 8:
            return _decode_with_pillow(path, max_pixels)
        if page.axes not in ("YX", "YXS", "SYX") or page.dtype is None or page.dtype.kind not in "uif":
            raise ValueError(f"axes {page.axes} of {page.dtype}; gray or RGB numbers are needed")
        remarks = _frame_remarks(path, len(tiff.pages))
        try:
            values = page.asarray(maxworkers=1)
        except ValueError as error:
            if "imagecodecs" not in str(error) or page.samplesperpixel != 1:
                raise
            # Compressions that tifffile leaves to this optional package, such as LZW, Pillow's libtiff knows.
            return _decode_with_pillow(path, max_pixels)
        tag = page.tags.get(_ORIENTATION_TAG)
    if page.axes == "SYX":
        values = np.moveaxis(values, 0, -1)
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        values = -values.astype(np.float64)
    if values.ndim == 3:
        values = _drop_extra_samples(values, page, path, remarks)
    return Decoded(upright(values, tag.value if tag else 1), page.bitspersample, remarks)


def _drop_extra_samples(values: NDArray[Any], page: tifffile.TiffPage, path: Path, remarks: list[str]) -> NDArray[Any]:
    colours = values.shape[-1] - len(page.extrasamples)
    if colours not in (1, 3) or page.photometric == tifffile.PHOTOMETRIC.SEPARATED:
        raise ValueError(f"{values.shape[-1]} channels of {page.bitspersample} bits; gray or RGB is needed")
    if page.extrasamples:
        remarks.append(f"{path}: the alpha channel is dropped")
    return values[..., 0] if colours == 1 else values[..., :3]


def _frame_remarks(path: Path, frames: int) -> list[str]:
    return [f"{path}: holds {frames} frames; the first is used"] if frames > 1 else []


def exif_orientation(path: Path) -> int:
    """The EXIF orientation of a picture (1-8), 1 where it has none."""
    with Image.open(path, formats=FORMATS) as image:
        return int(image.getexif().get(_ORIENTATION_TAG, 1))


def upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Undo the EXIF orientation (1-8, EXIF 2.3 table of tag 274) of an array that Pillow did not decode."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    rows = slice(None, None, -1) if orientation in (3, 4, 7, 8) else slice(None)
    columns = slice(None, None, -1) if orientation in (2, 3, 6, 7) else slice(None)
    return pixels[rows, columns]
