"""Where a scene ends: frames that do not show what the frame before showed."""

import cv2
import numpy as np
from numpy.typing import NDArray

THUMBNAIL = (48, 36)
DIFFERENT = 14.0  # mean gray values between thumbnails, below which no frame begins a scene, whatever else
ALIKE = 0.6  # correlation of thumbnails from which two frames show the same
SUDDEN = 4.0  # times the usual difference of two frames
USUAL = 0.2  # weight of the newest frame in the usual difference


class Cuts:
    """Told of every frame in order, says which begins a scene."""

    def __init__(self) -> None:
        """The first frame begins one."""
        self._before: NDArray[np.float32] | None = None
        self._usual = 0.0

    def begins(self, guide: NDArray[np.uint8]) -> bool:
        """Whether a frame, as ``flow.guide_of`` has it, begins a scene."""
        small = np.asarray(cv2.resize(guide, THUMBNAIL, interpolation=cv2.INTER_AREA), np.float32)
        before, self._before = self._before, small
        if before is None:
            return True
        difference = float(np.abs(small - before).mean())
        cut = (
            difference > max(DIFFERENT, SUDDEN * self._usual)
            and float(np.corrcoef(small.ravel(), before.ravel())[0, 1] if _varies(small, before) else 0) < ALIKE
        )
        self._usual = 0.0 if cut else self._usual + USUAL * (difference - self._usual)
        return cut


def _varies(*planes: NDArray[np.float32]) -> bool:
    return all(float(plane.std()) > 1e-3 for plane in planes)
