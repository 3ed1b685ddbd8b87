"""Small versions of pictures for a page: reduced to a longest side and encoded as WebP, never written to disk."""

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wordfuse.fusion.display.heat_map import heat_map
from wordfuse.fusion.display.latest import Latest
from wordfuse.fusion.display.overlay import overlay
from wordfuse.fusion.display.preview import reduced
from wordfuse.fusion.errors import InputError
from wordfuse.fusion.images import MAX_PIXELS, Pair, read_pair, read_picture, to_uint8
from wordfuse.fusion.recolour.legend import heat_legend
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.fusion.temperatures.units import Unit

SIDE_PX = 960
QUALITY = 82  # beyond it WebP spends its bytes on noise; at it no edge of a fused picture shows blocks
ENCODED_BYTES = 64 * 1024 * 1024  # kept: a page is made anew after each turn of a conversation, its pictures are not
FILES = 4096  # whose content is known as long as they are not written anew
REDUCED = 8  # reduced ones, 2 MB each: a region is drawn on a picture that the page shows already
AT_ONCE = 8  # pictures that are decoded at a time: large ones take memory


T = TypeVar("T")


class ReadPicture(Protocol):
    """``fusion.images.read_picture``, or what remembers what that gave."""

    def __call__(self, path: Path, *, max_pixels: int) -> NDArray[np.uint8]:
        """A picture, (H, W, 3) uint8."""


class ReadPair(Protocol):
    """``fusion.images.read_pair``, or what remembers what that gave."""

    def __call__(self, infrared: Path, visible: Path, /, *, max_pixels: int, align: bool, reading: Reading) -> Pair:
        """Both sources."""


@dataclass(frozen=True)
class Thumbnail:
    """A picture as a page embeds it.

    Attributes:
        data: a WebP file.
        width: in pixels.
        height: in pixels.
    """

    data: bytes
    width: int
    height: int


def encode(small: NDArray[np.uint8]) -> Thumbnail:
    """Encode a picture as it is: (H, W, 3) RGB."""
    file = io.BytesIO()
    Image.fromarray(small).save(file, format="WEBP", quality=QUALITY)
    return Thumbnail(file.getvalue(), width=small.shape[1], height=small.shape[0])


def of_picture(
    path: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS, read: ReadPicture = read_picture
) -> Thumbnail:
    """An 8-bit picture on disk; ``read`` decodes it, where that was not done before.

    Raises:
        InputError: it cannot be read.
    """
    file = _File.at(path)
    return _made(_encoded, (file, side_px), lambda: encode(_small(file, side_px, max_pixels, read)))


def of_many(paths: Sequence[Path], side_px: int, *, max_pixels: int = MAX_PIXELS) -> list[Thumbnail | None]:
    """Pictures that are shown once, several made at a time; None in place of one that cannot be read."""

    def make(path: Path) -> Thumbnail | None:
        try:
            return encode(reduced(read_picture(path, max_pixels=max_pixels), side_px))
        except InputError:
            return None

    with ThreadPoolExecutor(min(AT_ONCE, len(os.sched_getaffinity(0)))) as threads:
        return list(threads.map(make, paths))


def of_sources(
    ir: Path,
    vi: Path,
    side_px: int = SIDE_PX,
    *,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    reading: Reading = Reading(),
    read: ReadPair = read_pair,
) -> tuple[Thumbnail, Thumbnail]:
    """The infrared and the visible picture as the fusion sees them: in 8 bits, of one size, aligned if that was chosen.

    Raises:
        InputError: they cannot be read or do not fit each other.
    """

    def make() -> tuple[Thumbnail, Thumbnail]:
        pair = read(ir, vi, max_pixels=max_pixels, align=align, reading=reading)
        infrared = np.repeat(to_uint8(reduced(pair.infrared, side_px))[..., None], 3, axis=2)
        return encode(infrared), encode(to_uint8(reduced(pair.visible, side_px)))

    return _made(_sources, (_File.at(ir), _File.at(vi), side_px, align, reading), make)


def of_overlay(
    picture: Path,
    mask: Path,
    side_px: int = SIDE_PX,
    *,
    max_pixels: int = MAX_PIXELS,
    read: ReadPicture = read_picture,
    read_mask: ReadPicture = read_picture,
) -> Thumbnail:
    """A picture on disk with a mask drawn on it.

    Raises:
        InputError: one of the two cannot be read.
    """
    below, above = _File.at(picture), _File.at(mask)

    def make() -> Thumbnail:
        # Reduced first: the outline is as thin on every page, and large pictures take no longer.
        shown, inside = (
            _small(below, side_px, max_pixels, read),
            _small(above, side_px, max_pixels, read_mask)[..., 0],
        )
        return encode(overlay(shown, inside))

    return _made(_encoded, (below, above, side_px), make)


def of_legend(
    ir: Path,
    vi: Path,
    mask: Path | None,
    *,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    reading: Reading = Reading(),
    read: ReadPair = read_pair,
    read_mask: ReadPicture = read_picture,
) -> Thumbnail:
    """The scale of heat over a region of a pair, None the whole picture, with its values.

    Raises:
        InputError: a picture cannot be read.
        RegionError: the mask is empty.
    """
    inside = None if mask is None else _File.at(mask)

    def make() -> Thumbnail:
        pair = read(ir, vi, max_pixels=max_pixels, align=align, reading=reading)
        return encode(heat_legend(pair, None if mask is None else read_mask(mask, max_pixels=max_pixels)[..., 0]))

    return _made(_encoded, (_File.at(ir), _File.at(vi), inside, align, reading), make)


def of_heat(
    ir: Path,
    vi: Path,
    mask: Path | None,
    *,
    unit: Unit = "C",
    side_px: int = SIDE_PX,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    reading: Reading = Reading(),
    read: ReadPair = read_pair,
    read_mask: ReadPicture = read_picture,
) -> Thumbnail:
    """The temperatures of a region of a pair, None the whole picture, with their scale.

    Raises:
        InputError: a picture cannot be read, or tells no temperatures.
        RegionError: none is known in the region.
    """
    inside = None if mask is None else _File.at(mask)

    def make() -> Thumbnail:
        known = read(ir, vi, max_pixels=max_pixels, align=align, reading=reading).temperatures
        if known is None:
            raise InputError("tells no temperatures", subject=ir)
        drawn = None if mask is None else read_mask(mask, max_pixels=max_pixels)[..., 0]
        height, width = known.shape
        scale = min(1.0, side_px / max(height, width))
        if scale < 1:
            size = max(1, round(width * scale)), max(1, round(height * scale))
            known = known.resized(size)
            drawn = None if drawn is None else np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA))
        return encode(heat_map(known, drawn, unit))

    return _made(_encoded, (_File.at(ir), _File.at(vi), inside, unit, side_px, align, reading), make)


@dataclass(frozen=True)
class _File:
    """A file by its content: another file with the same is the same picture, a changed one is another."""

    sha256: str
    path: Path = field(compare=False)

    @classmethod
    def at(cls, path: Path) -> "_File":
        try:
            found = path.stat()
            return cls(_digest(path, (found.st_ino, found.st_size, found.st_mtime_ns)), path)
        except OSError:
            return cls("", path)  # reading the picture says what is wrong


@lru_cache(maxsize=FILES)
def _digest(path: Path, stamp: tuple[int, int, int]) -> str:
    """The digest of a file; ``stamp`` changes when it is written."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


_encoded = Latest[Thumbnail](ENCODED_BYTES, lambda made: len(made.data))
_sources = Latest[tuple[Thumbnail, Thumbnail]](4)
_reduced = Latest[NDArray[np.uint8]](REDUCED)


def _made(kept: Latest[T], key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What is kept, or made; of a file that is gone, nothing tells whether it is the same."""
    gone = any(isinstance(part, _File) and not part.sha256 for part in key)
    return make() if gone else kept.of(key, make)


def _small(file: _File, side_px: int, max_pixels: int, read: ReadPicture) -> NDArray[np.uint8]:
    return _made(_reduced, (file, side_px), lambda: reduced(read(file.path, max_pixels=max_pixels), side_px))
