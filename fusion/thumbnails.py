"""Small versions of pictures for a page: reduced to a longest side and encoded as WebP, never written to disk."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fusion.images import MAX_PIXELS, read_mask, read_pair, read_picture, to_uint8
from fusion.overlay import overlay

SIDE_PX = 960
QUALITY = 82  # beyond it WebP spends its bytes on noise; at it no edge of a fused picture shows blocks
REMEMBERED = 64  # encoded pictures: a page is made anew after each turn of a conversation, most of its pictures are not

Stamp = tuple[int, int, int]


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


def encode(picture: NDArray[np.uint8], side_px: int = SIDE_PX) -> Thumbnail:
    """Reduce and encode a picture.

    Args:
        picture: (H, W, 3) RGB.
        side_px: the longest side that is left; smaller pictures keep their size.
    """
    small = _reduced(picture, side_px)
    file = io.BytesIO()
    Image.fromarray(small).save(file, format="WEBP", quality=QUALITY)
    return Thumbnail(file.getvalue(), width=small.shape[1], height=small.shape[0])


def of_picture(path: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS) -> Thumbnail:
    """An 8-bit picture on disk.

    Raises:
        InputError: it cannot be read.
    """
    return _of_picture(path, _stamp(path), side_px, max_pixels)


def of_sources(
    ir: Path, vi: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS
) -> tuple[Thumbnail, Thumbnail]:
    """The infrared and the visible picture as the fusion sees them: in 8 bits, of one size.

    Raises:
        InputError: they cannot be read or do not fit each other.
    """
    return _of_sources(ir, vi, (_stamp(ir), _stamp(vi)), side_px, max_pixels)


def of_overlay(picture: Path, mask: Path, side_px: int = SIDE_PX, *, max_pixels: int = MAX_PIXELS) -> Thumbnail:
    """A picture on disk with a mask drawn on it.

    Raises:
        InputError: one of the two cannot be read, or they differ in size.
    """
    return _of_overlay(picture, mask, (_stamp(picture), _stamp(mask)), side_px, max_pixels)


@lru_cache(maxsize=REMEMBERED)
def _of_picture(path: Path, stamp: Stamp, side_px: int, max_pixels: int) -> Thumbnail:
    return encode(read_picture(path, max_pixels=max_pixels), side_px)


@lru_cache(maxsize=4)
def _of_sources(
    ir: Path, vi: Path, stamps: tuple[Stamp, Stamp], side_px: int, max_pixels: int
) -> tuple[Thumbnail, Thumbnail]:
    pair = read_pair(ir, vi, max_pixels=max_pixels)
    infrared = np.repeat(to_uint8(_reduced(pair.infrared, side_px))[..., None], 3, axis=2)
    return encode(infrared, side_px), encode(to_uint8(_reduced(pair.visible, side_px)), side_px)


@lru_cache(maxsize=REMEMBERED)
def _of_overlay(picture: Path, mask: Path, stamps: tuple[Stamp, Stamp], side_px: int, max_pixels: int) -> Thumbnail:
    pixels = read_picture(picture, max_pixels=max_pixels)
    inside = read_mask(mask, pixels.shape[:2], max_pixels=max_pixels)
    # Reduced first: the outline is drawn as thin as it is on any other page, and large pictures take no longer.
    return encode(overlay(_reduced(pixels, side_px), _reduced(inside, side_px)), side_px)


def _reduced(picture: NDArray[Any], side_px: int) -> NDArray[Any]:
    height, width = picture.shape[:2]
    share = side_px / max(height, width)
    if share >= 1:
        return picture
    size = max(1, round(width * share)), max(1, round(height * share))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _stamp(path: Path) -> Stamp:
    """What differs between two versions of a file; zeros where there is none, which reading it then says."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
