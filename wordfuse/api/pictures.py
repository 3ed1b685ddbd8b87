"""Pictures from Python: files, arrays and Pillow images in, uint8 arrays out.

Whatever comes in goes through ``fusion.images``, so an array is scaled, checked and aligned as a file would be.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.agent.errors import InputError, RegionError
from wordfuse.api.door import check_kind, of_wrong_kind, path_of
from wordfuse.fusion import images
from wordfuse.fusion.choices import MAX_PIXELS
from wordfuse.fusion.files.arrays import as_file, decode_array, decode_pillow
from wordfuse.fusion.files.decoders import Decoded
from wordfuse.fusion.temperatures.reading import Reading, reading_of

Picture: TypeAlias = NDArray[np.uint8]
"""A picture: (H, W, 3) uint8 RGB, or (H, W, 1) where the visible picture is gray and no edit coloured it; [0, 255]."""
Mask: TypeAlias = NDArray[np.uint8]
"""A region: (H, W) uint8, 255 inside and 0 outside."""
File: TypeAlias = str | os.PathLike[str]
Given: TypeAlias = NDArray[Any] | File | Image.Image
"""What is taken wherever a picture or a mask is."""

_Stamp: TypeAlias = tuple[int, int]


@dataclass(frozen=True, eq=False)
class _Source:
    """Where a picture of a pair comes from.

    Attributes:
        path: its file; of what was no file, the name that messages call it.
        values: as decoded, of what was no file; else None.
        stamp: of the file, when it was read.
    """

    path: Path
    values: NDArray[Any] | None
    stamp: _Stamp | None


@dataclass(frozen=True)
class Degrees:
    """What :func:`read_pair` was told of temperatures, by the names of its arguments."""

    temperature_scale: str | None = None
    emissivity: float | None = None
    reflected: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is of another type."""
        if self.temperature_scale is not None:
            check_kind(
                self.temperature_scale, str, "temperature_scale", "give a text such as '0.01,-273.15', or 'none'"
            )
        for name in ("emissivity", "reflected"):
            if getattr(self, name) is not None:
                check_kind(getattr(self, name), int | float, name, "give a number")  # type: ignore[arg-type]

    @property
    def reading(self) -> Reading:
        """The same for ``fusion.images``."""
        return reading_of(self.temperature_scale, self.emissivity, self.reflected)


@dataclass(frozen=True, eq=False, repr=False)
class Pair:
    """An infrared and a visible picture of the same view and size. Made by :func:`read_pair`, never changed.

    Attributes:
        decoded: both as the networks take them: float32 in [0, 1], with notes about the files.
        align: the infrared picture was aligned.
        max_pixels: cap on every picture that is worked on with this pair.
        degrees: what was said of how the infrared picture's numbers are to be read as temperatures.
    """

    decoded: images.Pair
    align: bool
    max_pixels: int
    sources: tuple[_Source, _Source]
    degrees: Degrees = field(default_factory=Degrees)

    @property
    def infrared(self) -> Picture:
        """The infrared picture as it is fused: (H, W, 1) uint8."""
        return images.to_uint8(self.decoded.infrared)[..., None]

    @property
    def visible(self) -> Picture:
        """The visible picture: (H, W, 3) uint8 RGB, or (H, W, 1)."""
        return self.given_out(images.to_uint8(self.decoded.visible))

    @property
    def temperatures(self) -> NDArray[np.float32] | None:
        """Degrees Celsius, (H, W) float32, NaN where unknown; None where the file tells none. Not to be changed."""
        known = self.decoded.temperatures
        return None if known is None else known.celsius

    @property
    def gray(self) -> bool:
        """The visible picture has no colour, so no picture that is made of it has."""
        return self.decoded.gray

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, as in ``array.shape``."""
        height, width = self.decoded.infrared.shape
        return height, width

    @property
    def warnings(self) -> list[str]:
        """What is odd about the two: shifted against each other, false colours, dead pixels."""
        return self.decoded.warnings

    def given_out(self, pixels: NDArray[np.uint8]) -> Picture:
        """A picture (H, W, 3) as the caller gets it, free to be changed: one channel if it and the pair are gray."""
        return given_out(pixels, gray=self.gray)

    def __repr__(self) -> str:
        """Where it comes from and how large it is."""
        height, width = self.size
        ir, vi = (str(source.path) if source.values is None else "array" for source in self.sources)
        return f"<Pair {width}x{height}{' gray' if self.gray else ''}, ir: {ir}, vi: {vi}>"


def read_pair(
    ir: Given,
    vi: Given,
    align: bool = False,
    *,
    max_pixels: int = MAX_PIXELS,
    temperature_scale: str | None = None,
    emissivity: float | None = None,
    reflected: float | None = None,
) -> Pair:
    """Read an infrared and a visible picture of the same view.

    Pictures of 8 bits are taken as they are; deeper ones (16-bit counts, temperatures in float) are scaled to [0, 1] by
    their percentiles, so no unit is asked for. The infrared picture is brought to the visible one's size. What was
    never measured (NaN, dead lines) is filled in. ``pair.warnings`` tells what was odd.

    Args:
        ir: infrared: a file, a Pillow image or an array, (H, W) or (H, W, 1), also (H, W, 3) in false colours; uint8,
            uint16 or any other integers or floats.
        vi: visible: likewise; RGB, or gray.
        align: move, turn and scale the infrared picture onto the visible one.
        max_pixels: larger pictures are refused.
        temperature_scale: "A,B", where degrees Celsius are A * count + B of the infrared picture's numbers; "none":
            it holds no temperatures; default: found out where that is safe, with a warning.
        emissivity: correct its temperatures for what is looked at: 0.95 for skin, 0.1 for bare metal.
        reflected: what the surface reflects, degrees Celsius; default: the file's, or 20.

    Raises:
        InputError: one cannot be read or is no picture, they do not show the same view, or they cannot be aligned.

    Example:
        >>> import numpy as np
        >>> counts = np.linspace(29000, 33000, 64 * 80).reshape(64, 80).astype(np.uint16)
        >>> read_pair(counts, np.zeros((64, 80, 3), np.uint8))
        <Pair 80x64 gray, ir: array, vi: array>
    """
    check_kind(max_pixels, int, "max_pixels", "give a number")
    degrees = Degrees(temperature_scale, emissivity, reflected)
    thermal, first = _source(
        ir, "ir", lambda path, most: images.decode_infrared(path, most, degrees.reading), max_pixels
    )
    scene, second = _source(vi, "vi", images.decode_visible, max_pixels)
    pair = images.pair_of(thermal, scene, first.path, second.path, align=align, reading=degrees.reading)
    for pixels in (pair.infrared, pair.visible, first.values, second.values):
        if pixels is not None:
            pixels.setflags(write=False)
    if pair.temperatures is not None:
        pair.temperatures.celsius.setflags(write=False)
    return Pair(pair, align, max_pixels, (first, second), degrees)


def save(picture: NDArray[np.uint8], path: File) -> None:
    """Write a picture or a mask as a PNG, whole or not at all.

    Args:
        picture: (H, W, 3), (H, W, 1) or (H, W) uint8.
        path: ends in ``.png``; its folder must exist.

    Raises:
        InputError: it is no such array, or cannot be written.
    """
    check_kind(picture, np.ndarray, "picture", "give an array")
    images.write_png(path_of(path, "path"), picture[..., 0] if picture.shape[2:] == (1,) else picture)


def as_picture(picture: Given, pair: Pair, name: str = "picture") -> NDArray[np.uint8]:
    """A picture of the size of the pair, (H, W, 3) uint8; on a gray pair its luma, three times.

    Raises:
        InputError: it cannot be read, has more than 8 bits or another size.
    """
    check_pair(pair)
    pixels, path = _eight_bit(picture, name, pair)
    return images.fitting(pixels, pair.decoded, path)


def as_mask(mask: Given, pair: Pair, name: str = "mask") -> Mask:
    """A mask of the size of the pair.

    Raises:
        InputError: it cannot be read, has more than 8 bits or another size.
        RegionError: it is empty.
    """
    check_pair(pair)
    pixels, path = _eight_bit(mask, name, pair)
    inside = images.mask_of(pixels, path, pair.size)
    if not inside.any():
        raise RegionError("the mask is empty", subject=path, remedy="make the pixels to work on 255")
    return inside


def check_pair(pair: object) -> None:
    """Refuse what is no pair.

    Raises:
        InputError: it is none.
    """
    check_kind(pair, Pair, "pair", "make it with wordfuse.read_pair(ir, vi)")


def is_file(given: Given) -> bool:
    """Whether a picture was given by the name of its file."""
    return isinstance(given, str | os.PathLike)


def unchanged(pair: Pair) -> None:
    """See that the files of a pair are what they were when it was read.

    Raises:
        InputError: one is not.
    """
    for source in pair.sources:
        if source.values is None and _stamp(source.path) != source.stamp:
            raise InputError("has changed since the pair was read", subject=source.path, remedy="read the pair again")


def files_of(pair: Pair, folder: Path) -> tuple[Path, Path, dict[Path, bytes]]:
    """The files of a pair; of what is none, the files below ``folder`` that will hold it, and their contents."""
    paths, contents = [], dict[Path, bytes]()
    for source in pair.sources:
        if source.values is None:
            paths.append(source.path)
        else:
            ending, content = as_file(source.values)
            paths.append(folder / f"{source.path}{ending}")
            contents[paths[-1]] = content
    ir, vi = paths
    return ir, vi, contents


def _source(given: Given, name: str, read: Callable[[Path, int], Decoded], max_pixels: int) -> tuple[Decoded, _Source]:
    if isinstance(given, str | os.PathLike):
        path = path_of(given, name).absolute()  # the caller may change folders before the pair is used
        stamp = _stamp(path)
        return read(path, max_pixels), _Source(path, None, stamp)
    decoded = _decoded(given, name, max_pixels)
    return decoded, _Source(Path(name), decoded.values, None)


def _decoded(given: NDArray[Any] | Image.Image, name: str, max_pixels: int) -> Decoded:
    if isinstance(given, Image.Image):
        return decode_pillow(given, Path(name), max_pixels)
    if isinstance(given, np.ndarray):
        return decode_array(given, Path(name), max_pixels)
    raise of_wrong_kind(given, name, "give a file, an array or a Pillow image")


def _eight_bit(given: Given, name: str, pair: Pair) -> tuple[NDArray[np.uint8], Path]:
    """(H, W, 3), and what messages call it."""
    if isinstance(given, str | os.PathLike):
        path = path_of(given, name)
        return images.read_picture(path, max_pixels=pair.max_pixels), path
    if isinstance(given, np.ndarray) and given.dtype not in (np.uint8, np.bool_):
        raise InputError(f"is an array of {given.dtype}", argument=name, remedy="give uint8 in [0, 255]")
    return images.picture_of(_decoded(given, name, pair.max_pixels), Path(name)), Path(name)


def _stamp(path: Path) -> _Stamp | None:
    """What changes when a file is written; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def given_out(pixels: NDArray[np.uint8], *, gray: bool) -> Picture:
    """A picture (H, W, 3) of a pair as callers get it: one channel if the pair is gray and no edit coloured it."""
    return np.array(pixels[..., :1] if gray and (pixels == pixels[..., :1]).all() else pixels)
