"""Small versions of pictures for a page: reduced to a longest side and encoded as WebP, never written to disk."""

import hashlib
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fusion.images import MAX_PIXELS, read_pair, read_picture, to_uint8
from fusion.overlay import overlay
from fusion.preview import reduced

SIDE_PX = 960
QUALITY = 82  # beyond it WebP spends its bytes on noise; at it no edge of a fused picture shows blocks
REMEMBERED = 64  # encoded pictures: a page is made anew after each turn of a conversation, most of its pictures are not
REDUCED = 8  # reduced ones, 2 MB each: a region is drawn on a picture that the page shows already


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


def of_picture(path: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS) -> Thumbnail:
    """An 8-bit picture on disk.

    Raises:
        InputError: it cannot be read.
    """
    return _of_picture(_File.at(path), side_px, max_pixels)


def of_sources(
    ir: Path, vi: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS, align: bool = False
) -> tuple[Thumbnail, Thumbnail]:
    """The infrared and the visible picture as the fusion sees them: in 8 bits, of one size, aligned if that was chosen.

    Raises:
        InputError: they cannot be read or do not fit each other.
    """
    return _of_sources(_File.at(ir), _File.at(vi), side_px, max_pixels, align)


def of_overlay(picture: Path, mask: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS) -> Thumbnail:
    """A picture on disk with a mask drawn on it.

    Raises:
        InputError: one of the two cannot be read.
    """
    return _of_overlay(_File.at(picture), _File.at(mask), side_px, max_pixels)


@dataclass(frozen=True)
class _File:
    """A file by its content: another file with the same is the same picture, a changed one is another."""

    sha256: str
    path: Path = field(compare=False)

    @classmethod
    def at(cls, path: Path) -> "_File":
        try:
            return cls(hashlib.sha256(path.read_bytes()).hexdigest(), path)
        except OSError:
            return cls("", path)  # reading the picture says what is wrong


@lru_cache(maxsize=REMEMBERED)
def _of_picture(file: _File, side_px: int, max_pixels: int) -> Thumbnail:
    return encode(_small(file, side_px, max_pixels))


@lru_cache(maxsize=4)
def _of_sources(ir: _File, vi: _File, side_px: int, max_pixels: int, align: bool) -> tuple[Thumbnail, Thumbnail]:
    pair = read_pair(ir.path, vi.path, max_pixels=max_pixels, align=align)
    infrared = np.repeat(to_uint8(reduced(pair.infrared, side_px))[..., None], 3, axis=2)
    return encode(infrared), encode(to_uint8(reduced(pair.visible, side_px)))


@lru_cache(maxsize=REMEMBERED)
def _of_overlay(picture: _File, mask: _File, side_px: int, max_pixels: int) -> Thumbnail:
    # Reduced first: the outline is as thin on every page, and large pictures take no longer.
    return encode(overlay(_small(picture, side_px, max_pixels), _small(mask, side_px, max_pixels)[..., 0]))


@lru_cache(maxsize=REDUCED)
def _small(file: _File, side_px: int, max_pixels: int) -> NDArray[np.uint8]:
    return reduced(read_picture(file.path, max_pixels=max_pixels), side_px)
