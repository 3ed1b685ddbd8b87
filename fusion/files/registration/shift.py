"""How far an infrared picture is shifted against the visible one, measured on the directions of their edges.

Infrared and visible grays have little to do with each other: a warm wall may be dark in one and bright in the other.
Their edges lie in the same places and run the same ways, so edges are compared by their orientation with the sign left
out: the angle of the gradient is doubled, and each pixel becomes the complex number w * exp(2i * angle), with w the
gradient's magnitude beside that of its neighbourhood. Such pictures are compared by phase correlation (Kuglin and
Hines 1975), partly whitened, which is quick and has a peak whose height tells how sure it is.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy import fft
from numpy.typing import NDArray

# Longer side of the pictures that are compared: 20 ms a pair, and a fraction of a pixel of 640 to be had.
SIDE_PX = 384
# Below this a side has too few edges to tell a shift from chance.
MIN_SIDE_PX = 64
# The largest shift that is looked for, of the longer side.
LARGEST = 0.12
# How far the peak of the correlation must stand above the next one, in standard deviations of the rest. Of the pairs in
# docs/cameras.md, registered and shifted, hardly one above it was measured wrong.
CONFIDENT = 3.0
# A shift beyond this share of the longer side is warned about: published pairs are off by up to 1%.
WARNED = 0.0125

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601
_WHITENING = 0.8
_NEIGHBOURHOOD = 0.03  # of the longer side: a second peak nearer than this is the flank of the first


@dataclass(frozen=True)
class Shift:
    """Where the infrared picture lies against the visible one.

    Attributes:
        x_px: how far to the right its content is displaced, in pixels of the visible picture.
        y_px: how far down.
        confidence: how far the correlation's peak stands above the next, in standard deviations.
        side_px: the longer side of the visible picture.
    """

    x_px: float
    y_px: float
    confidence: float
    side_px: int

    @property
    def distance_px(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.x_px, self.y_px))

    @property
    def confident(self) -> bool:
        """Whether the peak stands out; where it does not, nothing is claimed."""
        return self.confidence >= CONFIDENT

    @property
    def worth_a_warning(self) -> bool:
        """Whether the pair is surely off by more than published pairs are."""
        return self.confident and self.distance_px > WARNED * self.side_px

    def as_notes(self) -> dict[str, object]:
        """JSON-native, for the notes of a pair."""
        return {
            "shift_px": [round(self.x_px, 2), round(self.y_px, 2)],
            "confidence": round(self.confidence, 2),
            "confident": self.confident,
        }


def measure_shift(infrared: NDArray[np.float32], visible: NDArray[np.float32]) -> Shift | None:
    """Measure how far the infrared picture is shifted.

    Args:
        infrared: (H, W) in [0, 1].
        visible: (H, W, 3) in [0, 1], RGB.

    Returns:
        The shift, or None where a side is shorter than 64 px or a picture has no edges at all.
    """
    thermal, scene, scale = working_pictures(infrared, visible)
    if min(thermal.shape) < MIN_SIDE_PX:
        return None
    found = correlate(edge_directions(thermal), edge_directions(scene), LARGEST)
    if found is None:
        return None
    (x, y), confidence = found
    return Shift(x / scale, y / scale, confidence, max(infrared.shape))


def working_pictures(
    infrared: NDArray[np.float32], visible: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Both pictures as gray, (h, w) float32 with a longer side of at most 384 px, and h / H."""
    height, width = infrared.shape
    scale = min(1.0, SIDE_PX / max(height, width))
    if scale == 1:
        return infrared, visible @ _LUMA, scale
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return shrunk(infrared, size), shrunk(visible, size) @ _LUMA, scale


def shrunk(picture: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """A picture at a smaller (width, height), each pixel the mean of those it covers."""
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)


def edge_directions(picture: NDArray[np.float32], sigma_px: float = 1.5) -> NDArray[np.complex64]:
    """Doubled edge directions, (h, w) complex: the same for an edge from dark to bright and from bright to dark."""
    along_x, along_y = _gradient(picture, sigma_px)
    square_x, square_y = along_x * along_x, along_y * along_y
    squares = square_x + square_y
    # cos(2a) and sin(2a) by the double-angle formulas: exp() of every pixel would take most of the time.
    weight = _beside_neighbourhood(np.sqrt(squares), 12) / (squares + np.float32(1e-12))
    directions = np.empty(picture.shape, np.complex64)
    directions.real, directions.imag = weight * (square_x - square_y), weight * (2 * along_x * along_y)
    return directions


def edge_strength(picture: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Magnitude of the gradient beside that of its neighbourhood, (h, w) in [0, 3]."""
    return _beside_neighbourhood(np.hypot(*_gradient(picture, sigma_px)), 8 * max(sigma_px, 1.5))


def correlate(
    moved: NDArray[np.complex64], fixed: NDArray[np.complex64], largest: float
) -> tuple[tuple[float, float], float] | None:
    """Partly whitened phase correlation of two edge pictures of one size.

    Args:
        moved: (h, w), from :func:`edge_directions`.
        fixed: (h, w).
        largest: the largest shift along an axis, of the longer side.

    Returns:
        (x, y): how far ``moved`` is displaced, and the confidence; None where there is nothing to compare.
    """
    height, width = fixed.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    spectrum = fft.fft2(moved * window) * np.conj(fft.fft2(fixed * window))
    magnitude = np.abs(spectrum)
    if not magnitude.any():
        return None
    spectrum /= (magnitude + 1e-3 * magnitude.mean()) ** _WHITENING
    correlation = fft.fftshift(fft.ifft2(spectrum).real).astype(np.float32)
    surface = np.asarray(cv2.GaussianBlur(correlation, (0, 0), 1.5), np.float32)
    longer = max(height, width)
    reach_y, reach_x = (min(int(largest * longer), side // 2 - 2) for side in (height, width))
    top, left = height // 2 - reach_y, width // 2 - reach_x
    near = surface[top : top + 2 * reach_y + 1, left : left + 2 * reach_x + 1]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    flank = max(4, int(_NEIGHBOURHOOD * longer))
    rest = np.ones(near.shape, bool)
    rest[max(0, row - flank) : row + flank + 1, max(0, column - flank) : column + flank + 1] = False
    spread = float(near[rest].std()) if rest.any() else 0.0
    if spread == 0:
        return None
    confidence = float(near[row, column] - near[rest].max()) / spread
    x = column - reach_x + _vertex(surface[top + row, left + column - 1 : left + column + 2])
    y = row - reach_y + _vertex(surface[top + row - 1 : top + row + 2, left + column])
    return (float(x), float(y)), confidence


def _gradient(picture: NDArray[np.float32], sigma_px: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    smooth = cv2.GaussianBlur(picture, (0, 0), sigma_px)
    along_x, along_y = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(along_x, np.float32), np.asarray(along_y, np.float32)


def _beside_neighbourhood(magnitude: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Divide by the local mean, so that faint edges count beside strong ones; at most 3."""
    around = cv2.GaussianBlur(magnitude, (0, 0), sigma_px)
    weight: NDArray[np.float32] = np.minimum(magnitude / (around + 0.1 * around.mean() + 1e-6), 3)
    return weight


def _vertex(three: NDArray[np.float32]) -> float:
    """Where the parabola through three neighbours has its top, from the middle one, in [-0.5, 0.5]."""
    before, here, after = (float(value) for value in three)
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))
