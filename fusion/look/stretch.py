"""A dull infrared picture is judged beside its own range and noise: it is stretched, as far as its noise allows."""

from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.fusion.look.filters import Plane

RANGE = 0.5  # from cold to hot: a picture with less of it is dull, and is stretched to it
MOST = 2.5  # times: a scene of one temperature has nothing to show
NOISE = 0.004  # most standard deviation that noise may have when it is stretched: half of what passes for grain
# Second differences both ways (J. Immerkaer, "Fast noise variance estimation", CVIU 64(2), 1996): blind to what is
# plane, and of noise six times its standard deviation.
_FINE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


@dataclass(frozen=True)
class Stretch:
    """How an infrared picture is stretched: ``cold + gain * (x - cold)``.

    Attributes:
        cold: infrared value that stays.
        gain: 1 leaves the picture as it is.
    """

    cold: float = 0.0
    gain: float = 1.0

    @classmethod
    def of(cls, infrared: Plane) -> "Stretch":
        """For an infrared picture, (H, W) in [0, 1], by its percentiles and its noise."""
        some = tuple(slice(min(2, pixels - 1), None, 4) for pixels in infrared.shape)  # a dark rim is not among them
        cold, hot = (float(value) for value in np.percentile(infrared[some], (1, 99.8)))
        wanted = RANGE / max(hot - cold, RANGE / MOST)
        return cls(cold, max(1.0, min(wanted, NOISE / max(_noise(infrared), 1e-6)))) if wanted > 1 else cls()

    def applied(self, infrared: Plane) -> Plane:
        """An infrared picture stretched; its values may leave [0, 1]."""
        if self.gain == 1:
            return infrared
        stretched: Plane = np.float32(self.gain) * infrared + np.float32((1 - self.gain) * self.cold)
        return stretched


def _noise(infrared: Plane) -> float:
    """Standard deviation of the noise of a picture; where it is textured, somewhat more."""
    fine = cv2.filter2D(infrared, -1, _FINE, borderType=cv2.BORDER_REFLECT)
    return float(np.abs(fine).mean() * np.sqrt(np.pi / 2) / 6)
