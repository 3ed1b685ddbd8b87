"""How much a film flickers: what changes from frame to frame beyond what changes in its sources."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.film.flow import Flow, Track, guide_of
from wordfuse.fusion.images import Pair, luma_array

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float64]
CERTAIN = 0.99


@dataclass(frozen=True, eq=False)
class Step:
    """From a frame of the sources to the next.

    Attributes:
        track: from the later to the earlier one.
        sure: (H, W) bool, where that is known.
        visible: (H, W), difference of the later visible frame to the earlier one, carried to it; gray values.
        most: (H, W), the same of the source in which it is greater.
    """

    track: Track
    sure: NDArray[np.bool_]
    visible: Plane
    most: Plane

    @classmethod
    def between(cls, earlier: Pair, later: Pair) -> "Step":
        """The step between two frames of the sources."""
        guides = [guide_of(pair.infrared, pair.visible) for pair in (earlier, later)]
        motion = Flow().between(*guides)
        track = Track.begin(guides[0].shape).continued(motion.back, motion.sure_back)
        sure = track.sure_at(*later.infrared.shape) > CERTAIN
        luma = [pair.visible @ np.array([0.299, 0.587, 0.114], np.float32) * 255 for pair in (earlier, later)]
        heat = [pair.infrared * np.float32(255) for pair in (earlier, later)]
        visible, infrared = (np.abs(two - track.carried(one)).astype(np.float64) for one, two in (luma, heat))
        return cls(track, sure, visible, np.maximum(visible, infrared))

    def change(self, earlier: Pixels, later: Pixels) -> Plane:
        """How much a film changes here, (H, W) gray values."""
        # Not rounded, as those of the sources are not: what is measured here is less than a gray value.
        one, two = (luma_array(frame).astype(np.float32) for frame in (earlier, later))
        change: Plane = np.abs(two - self.track.carried(one)).astype(np.float64)
        return change

    def flicker(self, earlier: Pixels, later: Pixels) -> float:
        """Mean change beyond that of either source, gray values."""
        beyond = np.maximum(self.change(earlier, later) - self.most, 0)
        return float(beyond[self.sure].mean()) if self.sure.any() else 0.0

    def untouched(self, earlier: Pixels, later: Pixels, masks: NDArray[np.bool_]) -> tuple[float, float]:
        """Mean change where no step is at work, of the film and of the visible film."""
        where = self.sure & ~masks
        if not where.any():
            return 0.0, 0.0
        return float(self.change(earlier, later)[where].mean()), float(self.visible[where].mean())
