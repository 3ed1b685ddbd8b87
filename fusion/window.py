"""Regions as rectangles: the part of a picture that an edit has to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wordfuse.fusion.errors import InputError, RegionError


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

    def cut(self, x: Tensor) -> Tensor:
        """The view of (B, C, H, W) inside the rectangle."""
        return x[..., self.top : self.bottom, self.left : self.right]

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


def check_mask(mask: Tensor | None, picture: Tensor) -> Tensor:
    """Region of the task as (1, 1, H, W) float32 {0, 1}; no mask is the whole picture.

    Raises:
        InputError: the mask has another size than the picture.
        RegionError: the mask is empty.
    """
    shape = (1, 1, *picture.shape[-2:])
    if mask is None:
        return torch.ones(shape)
    if tuple(mask.shape) != shape:
        raise InputError(f"its shape is {tuple(mask.shape)}, that of the picture asks for {shape}", subject="mask")
    mask = (mask > 0.5).float().cpu()
    if not mask.any():
        raise RegionError("the region is empty", subject="mask", remedy="name another region or draw a mask")
    return mask


def region_window(mask: Tensor, halo: int, smallest: int = 32) -> Window:
    """Bounding box of the region and ``halo`` pixels around it, at least ``smallest`` where the picture allows."""
    spans = []
    for length, occupied in zip(mask.shape[-2:], (mask.amax(dim=(0, 1, 3)), mask.amax(dim=(0, 1, 2))), strict=True):
        inside = occupied.nonzero()
        start, stop = int(inside[0]) - halo, int(inside[-1]) + 1 + halo
        missing = max(0, smallest - (stop - start))
        spans.append((max(0, start - missing // 2), min(length, stop + (missing + 1) // 2)))
    return Window(*spans[0], *spans[1])


def sample_windows(
    mask: Tensor, within: Window, side_px: int | None, count: int, generator: torch.Generator
) -> list[Window]:
    """Crops of one size around random pixels of the region; ``within`` itself, once, if no larger than a crop."""
    if side_px is None or (within.height <= side_px and within.width <= side_px):
        return [within]
    height, width = min(side_px, within.height), min(side_px, within.width)
    pixels = mask[0, 0].nonzero()
    centres = pixels[torch.randint(len(pixels), (count,), generator=generator)].tolist()
    windows = []
    for row, column in centres:
        top = min(max(row - height // 2, within.top), within.bottom - height)
        left = min(max(column - width // 2, within.left), within.right - width)
        windows.append(Window(top, top + height, left, left + width))
    return windows
