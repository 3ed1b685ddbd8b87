"""Where an infrared camera saw nothing: the border that a warp, a turn or a lens correction left, and dead lines."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.files.fill import fill_in, find_fill
from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.look.filters import Plane, blurred
from wordfuse.fusion.look.surroundings import WORKING_PX

NEARLY = 8  # 8-bit values this close to either end are the end, where a frame has been through a JPEG


@dataclass(frozen=True, eq=False)
class Unseen:
    """Where an infrared camera saw nothing.

    Attributes:
        frame: (h, w) uint8 on a grid coarser than the picture, 1 there and close beside it; None: it saw everything.
    """

    frame: NDArray[np.uint8] | None

    def filled(self, infrared: Plane) -> tuple[Plane, Plane | None]:
        """The infrared picture, filled in there, and on the coarser grid how far to trust it: there not at all."""
        if self.frame is None:
            return infrared, None
        height, width = infrared.shape
        near = blurred(self.frame.astype(np.float32), 4.0)
        seen = np.clip(1 - 2 * near, 0, 1) * (1 - self.frame)
        outside = cv2.resize(self.frame, (width, height), interpolation=cv2.INTER_NEAREST) > 0
        return fill_in(infrared, outside), seen.astype(np.float32)


def find_unseen(infrared: Plane) -> Unseen:
    """Look for it in an infrared picture, (H, W) float32 in [0, 1]."""
    height, width = infrared.shape
    factor = max(1.0, max(height, width) / WORKING_PX)
    size = max(1, round(width / factor)), max(1, round(height / factor))
    small = cv2.medianBlur(to_uint8(cv2.resize(infrared, size, interpolation=cv2.INTER_NEAREST)), 5)
    small = np.where(small <= NEARLY, np.uint8(0), np.where(small >= 255 - NEARLY, np.uint8(255), small))
    fill = find_fill(small)
    if fill is None:
        return Unseen(None)
    return Unseen(np.asarray(cv2.dilate(fill.mask.astype(np.uint8), np.ones((5, 5), np.uint8)), np.uint8))
