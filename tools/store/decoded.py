"""The decoded pictures of a run: each file is decoded once, and what the run writes is kept as it is.

What is kept takes no more than so many bytes; what was used longest ago goes first. A file that somebody else changed
is read again.
"""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import MAX_PIXELS, Pair, read_mask, read_pair, read_picture
from wordfuse.fusion.temperatures.reading import Reading
from wordfuse.tools.calls.spelling import dashed

LIMIT_BYTES = 256 * 1024 * 1024  # some ten pictures of 8 megapixels; one that is larger than all of it is not kept

Pixels = NDArray[np.uint8]
Stamp = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class _Kept:
    """A picture and the file that it is the content of."""

    pixels: Pixels
    stamp: Stamp


class Decoded:
    """The sources of one run, and its latest pictures and masks. What it gives is read-only."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES, pair: Pair | None = None) -> None:
        """Nothing is decoded yet, but the sources perhaps."""
        self._limit_bytes, self._bytes = limit_bytes, 0
        self._pair = pair
        self._kept: OrderedDict[tuple[str, Path], _Kept] = OrderedDict()

    def pair(
        self,
        infrared: Path,
        visible: Path,
        *,
        max_pixels: int = MAX_PIXELS,
        align: bool = False,
        reading: Reading = Reading(),
    ) -> Pair:
        """The sources, decoded at the first call; see ``fusion.images.read_pair``."""
        if self._pair is None:
            self._pair = read_pair(
                infrared, visible, max_pixels=max_pixels, align=align, reading=reading, spelling=dashed
            )
        return self._pair

    def picture(self, path: Path, *, max_pixels: int = MAX_PIXELS) -> Pixels:
        """A picture, (H, W, 3) uint8 RGB; see ``fusion.images.read_picture``."""
        known = self._known("picture", path)
        return self._keep("picture", path, read_picture(path, max_pixels=max_pixels)) if known is None else known

    def mask(self, path: Path, shape: tuple[int, ...], *, max_pixels: int = MAX_PIXELS) -> Pixels:
        """A mask, (H, W) uint8 with 255 inside; see ``fusion.images.read_mask``."""
        known = self._known("mask", path)
        if known is not None and known.shape == tuple(shape):
            return known
        return self._keep("mask", path, read_mask(path, shape, max_pixels=max_pixels))

    def mask_as_picture(self, path: Path, *, max_pixels: int = MAX_PIXELS) -> Pixels:
        """A mask of this run as a picture, (H, W, 3)."""
        known = self._known("mask", path)
        return self.picture(path, max_pixels=max_pixels) if known is None else np.repeat(known[..., None], 3, axis=2)

    def wrote_picture(self, path: Path, pixels: Pixels) -> None:
        """Keep a picture that was just written, (H, W) or (H, W, 3) uint8."""
        self._keep("picture", path, np.repeat(pixels[..., None], 3, axis=2) if pixels.ndim == 2 else pixels.copy())

    def wrote_mask(self, path: Path, mask: Pixels) -> None:
        """Keep a mask that was just written, (H, W) uint8 with 255 inside."""
        self._keep("mask", path, np.where(mask > 127, np.uint8(255), np.uint8(0)))

    def _known(self, kind: str, path: Path) -> Pixels | None:
        key = kind, path.resolve()
        kept = self._kept.get(key)
        if kept is None or kept.stamp != _stamp(path):
            return None
        self._kept.move_to_end(key)
        return kept.pixels

    def _keep(self, kind: str, path: Path, pixels: Pixels) -> Pixels:
        pixels.setflags(write=False)
        key, stamp = (kind, path.resolve()), _stamp(path)
        before = self._kept.pop(key, None)
        self._bytes -= before.pixels.nbytes if before else 0
        if stamp is not None and pixels.nbytes <= self._limit_bytes:
            self._kept[key] = _Kept(pixels, stamp)
            self._bytes += pixels.nbytes
        while self._bytes > self._limit_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.pixels.nbytes
        return pixels


def _stamp(path: Path) -> Stamp | None:
    """What changes when a file is written; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
