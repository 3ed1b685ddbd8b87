"""Arrays and Pillow images, as a decoder gives pictures and as files that give the same; arrays that NumPy saved."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.files.decoders import MIN_SIDE_PX, Decoded, as_decoded, check_pixels, pixels_of

_NUMPY_MAGIC = b"\x93NUMPY"
_MOST_CHANNELS = 4


def is_numpy(path: Path) -> bool:
    """Whether a file is an array as NumPy saves one (.npy); any other file, readable or not, is none."""
    try:
        if not path.is_file():  # opening a pipe would wait for whoever writes to it
            return False
        with path.open("rb") as file:
            return file.read(len(_NUMPY_MAGIC)) == _NUMPY_MAGIC
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong


def decode_numpy(path: Path, max_pixels: int) -> Decoded:
    """The array in a file as NumPy saves one.

    Args:
        path: a file that :func:`is_numpy`.
        max_pixels: cap on width x height, checked on the header before anything is read.

    Raises:
        InputError: it is damaged or no picture, too large or too small.
    """

    def read() -> Decoded:
        with path.open("rb") as file:
            version = np.lib.format.read_magic(file)
            header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, kind = header(file)
            if len(shape) in (2, 3) and not kind.hasobject:
                check_pixels(path, shape[1], shape[0], max_pixels)
                if math.prod(shape) > max_pixels * _MOST_CHANNELS:
                    raise ValueError(f"an array of shape {shape}")
        try:
            return decode_array(np.load(path, allow_pickle=False), path, max_pixels)
        except InputError as error:  # it is no argument here, but a file
            raise error.again(InputError, subject=str(path)) from error

    return as_decoded(path, read)


def decode_array(pixels: NDArray[Any], name: Path, max_pixels: int) -> Decoded:
    """An array as if it had been read from a lossless file.

    Args:
        pixels: (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; truth values, integers or floats of any size. What a
            masked array hides counts as not measured.
        name: the argument that it was given for.
        max_pixels: cap on width x height.

    Raises:
        InputError: it is no picture, too large or too small.
    """
    if np.ma.isMaskedArray(pixels):
        pixels = np.ma.filled(pixels.astype(np.float64), np.nan)
    if pixels.ndim not in (2, 3) or pixels.shape[2:] not in ((), (1,), (3,), (4,)):
        raise InputError(
            f"is an array of shape {pixels.shape}",
            argument=str(name),
            remedy="give (height, width), or (height, width, channels) with 1, 3 or 4 channels",
        )
    if pixels.dtype.kind not in "buif" or pixels.dtype.itemsize > 8:
        raise InputError(
            f"is an array of {pixels.dtype}", argument=str(name), remedy="give integers or floats of up to 64 bits"
        )
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(
            f"{width}x{height} pixels is too small",
            argument=str(name),
            remedy=f"both sides need at least {MIN_SIDE_PX}",
        )
    check_pixels(name, width, height, max_pixels)
    remarks = []
    if pixels.shape[2:] == (4,):
        remarks.append(f"{name}: the alpha channel is dropped")
        pixels = pixels[..., :3]
    if pixels.shape[2:] == (1,):
        pixels = pixels[..., 0]
    # A copy: what the caller does with the array afterwards is no business of ours.
    values = np.array(pixels, dtype=_stored_type(pixels.dtype), order="C", copy=True)
    if pixels.dtype.kind == "b":
        values *= 255
    return Decoded(values, values.dtype.itemsize * 8, remarks)


def decode_pillow(image: Image.Image, name: Path, max_pixels: int) -> Decoded:
    """A Pillow image as if it had been read from a lossless file, turned as its EXIF orientation says.

    Args:
        image: of any mode.
        name: the argument that it was given for.
        max_pixels: cap on width x height.

    Raises:
        InputError: it cannot be decoded, is too large or too small.
    """
    check_pixels(name, image.width, image.height, max_pixels)
    try:
        values, _ = pixels_of(ImageOps.exif_transpose(image))
    except Exception as error:  # of a file that was opened but not yet read: damaged bytes give almost any exception
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"cannot be decoded ({reason})", argument=str(name), remedy="open another copy of it"
        ) from error
    picture = decode_array(values, name, max_pixels)
    if {"A", "a"} & set(image.getbands()):
        picture.remarks.append(f"{name}: the alpha channel is dropped")
    return picture


def as_file(values: NDArray[Any]) -> tuple[str, bytes]:
    """The ending and the content of a file that decodes to the same values.

    Args:
        values: as in :class:`~wordfuse.fusion.files.decoders.Decoded`.
    """
    buffer = io.BytesIO()
    if values.dtype == np.uint8 or (values.dtype == np.uint16 and values.ndim == 2):
        Image.fromarray(values).save(buffer, format="PNG")
        return ".png", buffer.getvalue()
    tifffile.imwrite(buffer, values, photometric="rgb" if values.ndim == 3 else "minisblack", metadata=None)
    return ".tif", buffer.getvalue()


def _stored_type(given: np.dtype[Any]) -> np.dtype[Any]:
    """In this computer's byte order; 8 bits are a picture as it is shown, so signed ones become 16."""
    if given.itemsize == 1:
        return np.dtype(np.int16 if given.kind == "i" else np.uint8)
    return given.newbyteorder("=")
