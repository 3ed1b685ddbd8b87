"""Regions as rectangles: the part of a picture that an edit has to look at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.applied import LEAST_WEIGHT
from wordfuse.fusion.errors import InputError, RegionError
from wordfuse.fusion.tensors import Batch, either_kind

if TYPE_CHECKING:
    import torch
    from torch import Tensor

X = TypeVar("X", bound="Batch | Tensor")

PART_ENDS = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4)  # of a side: where halves, thirds, quarters and middles of it end


def part_ends(length: int) -> list[int]:
    """The first pixels of a side of a picture behind the ends of its parts: a pixel belongs where its centre lies.

    Example:
        >>> part_ends(120)
        [30, 40, 60, 80, 90]
    """
    return [math.ceil(share * length - 0.5) for share in PART_ENDS]


@dataclass(frozen=True)
class Window:
    """A rectangle of a picture, in pixels; ``bottom`` and ``right`` are exclusive."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def rows(self) -> slice:
        """Of an array."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """Of an array."""
        return slice(self.left, self.right)

    def cut(self, x: X) -> X:
        """The view of (B, C, H, W) inside the rectangle."""
        view: Any = x[..., self.top : self.bottom, self.left : self.right]
        cut: X = view
        return cut

    def placed(self, plane: NDArray[np.float32], size: Sequence[int], outside: float = 0.0) -> NDArray[np.float32]:
        """A plane of the rectangle, (h, w) or (h, w, C), in one of a whole picture of (H, W)."""
        whole = np.full((*size, *plane.shape[2:]), outside, np.float32)
        whole[self.rows, self.columns] = plane
        return whole

    def grown(self, halo_px: int | None, cell_px: int, size: Sequence[int]) -> "Window":
        """The rectangle with a halo, starting on whole cells, in a picture of (H, W); without a halo, all of it."""
        height, width = size
        if halo_px is None:
            return Window(0, height, 0, width)
        top, left = (max(0, start - halo_px) // cell_px * cell_px for start in (self.top, self.left))
        return Window(top, min(height, self.bottom + halo_px), left, min(width, self.right + halo_px))

    def inside(self, outer: "Window") -> "Window":
        """The same rectangle, counted from the corner of one around it."""
        return Window(self.top - outer.top, self.bottom - outer.top, self.left - outer.left, self.right - outer.left)


def weight_window(weight: NDArray[np.float32], halo: int) -> Window | None:
    """The box of the pixels that take anything of an edit, and ``halo`` around it; None where none does."""
    taken = weight > LEAST_WEIGHT
    rows, columns = np.flatnonzero(taken.any(axis=1)), np.flatnonzero(taken.any(axis=0))
    if not len(rows):
        return None
    height, width = weight.shape
    return Window(
        max(0, int(rows[0]) - halo),
        min(height, int(rows[-1]) + 1 + halo),
        max(0, int(columns[0]) - halo),
        min(width, int(columns[-1]) + 1 + halo),
    )


@either_kind
def check_mask(mask: Batch | None, picture: Batch) -> Batch:
    """Region of the task as (1, 1, H, W) float32 {0, 1}; no mask is the whole picture.

    Raises:
        InputError: the mask has another size than the picture.
        RegionError: the mask is empty.
    """
    shape = (1, 1, *picture.shape[-2:])
    if mask is None:
        return np.ones(shape, np.float32)
    if tuple(mask.shape) != shape:
        raise InputError(f"its shape is {tuple(mask.shape)}, that of the picture asks for {shape}", subject="mask")
    mask = (mask > 0.5).astype(np.float32)
    if not mask.any():
        raise RegionError("the region is empty", subject="mask", remedy="name another region or draw a mask")
    return mask


def region_window(mask: "Batch | Tensor", halo: int, smallest: int = 32) -> Window:
    """Bounding box of the region and ``halo`` pixels around it, at least ``smallest`` where the picture allows."""
    inside = np.asarray(mask)[0, 0] != 0
    spans = []
    for length, occupied in zip(inside.shape, (inside.any(axis=1), inside.any(axis=0)), strict=True):
        places = np.flatnonzero(occupied)
        start, stop = int(places[0]) - halo, int(places[-1]) + 1 + halo
        missing = max(0, smallest - (stop - start))
        spans.append((max(0, start - missing // 2), min(length, stop + (missing + 1) // 2)))
    return Window(*spans[0], *spans[1])


def sample_windows(
    mask: "Batch | Tensor", within: Window, side_px: int | None, count: int, generator: "torch.Generator"
) -> list[Window]:
    """Crops of one size around random pixels of the region; ``within`` itself, once, if no larger than a crop."""
    if side_px is None or (within.height <= side_px and within.width <= side_px):
        return [within]
    import torch

    height, width = min(side_px, within.height), min(side_px, within.width)
    pixels = np.argwhere(np.asarray(mask)[0, 0] != 0)
    centres = pixels[torch.randint(len(pixels), (count,), generator=generator).numpy()].tolist()
    windows = []
    for row, column in centres:
        top = min(max(row - height // 2, within.top), within.bottom - height)
        left = min(max(column - width // 2, within.left), within.right - width)
        windows.append(Window(top, top + height, left, left + width))
    return windows
