"""How blurred a picture is, and along which direction, from its own edges."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.derivative import slopes_at

Plane = NDArray[np.float32]

FINE_PX, COARSE_PX = 0.7, 1.4  # sigmas of the two derivatives that an edge is compared in
STRONG = 0.93  # edges are above this quantile of the gradient
LEAST_GRADIENT = 0.008  # of luma a pixel; below it is no edge to judge by
LEAST_EDGES = 40  # pixels, to say anything about
DIRECTIONS = 8
# Variance of a blur from the median spread of edges, which have neighbours and are not infinitely sharp to begin with:
# a line fitted to 29 sharp pictures of MSRS, RoadScene, CamVid and M3SVD blurred by known Gaussians of sigma 0 to 2.5,
# raised by 0.25, for the crispest of them are read 0.5 to 0.9 too low.
SLOPE, OFFSET = 1.2, 0.1
LEAST_VARIANCE = 0.6  # a smaller one is found in one sharp picture of six too
STRAIGHT = 2.0  # variance that is more along one direction than across it, from which it is taken for motion


@dataclass(frozen=True)
class Blur:
    """A blur beyond what a picture in focus has: a Gaussian, and a motion along a line.

    Attributes:
        sigma_px: of the Gaussian, 0 for none.
        length_px: of the line, 0 for none.
        angle: of the line in radians, from the x axis toward the y axis (down).
    """

    sigma_px: float
    length_px: float = 0.0
    angle: float = 0.0

    @property
    def radius_px(self) -> int:
        """So far the kernel reaches."""
        return int(np.ceil(3 * self.sigma_px + self.length_px / 2)) + 1

    def kernel(self) -> Plane:
        """The kernel, (2 radius + 1,) * 2 float32, its sum 1."""
        radius = self.radius_px
        canvas = np.zeros((2 * radius + 1,) * 2, np.float32)
        steps = max(1, round(4 * self.length_px))
        # A line as points a quarter of a pixel apart, each shared by the four pixels around it.
        for place in (np.arange(steps) + 0.5) / steps - 0.5:
            x, y = radius + place * self.length_px * np.cos([self.angle, self.angle - np.pi / 2])
            left, top = int(x), int(y)
            for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
                share = abs(1 - column - (x - left)) * abs(1 - row - (y - top))
                if share > 0:
                    canvas[top + row, left + column] += share
        if self.sigma_px > 0:
            canvas = np.asarray(
                cv2.GaussianBlur(canvas, (0, 0), self.sigma_px, borderType=cv2.BORDER_CONSTANT), np.float32
            )
        spread: Plane = (canvas / canvas.sum()).astype(np.float32)
        return spread


def find_blur(y: Plane, inside: NDArray[np.bool_]) -> Blur | None:
    """The blur of a region.

    A step that was blurred by a Gaussian of variance v has in the derivative of sigma s the height
    1 / sqrt(2 pi (v + s^2)), so the ratio of the heights at two sigmas tells v (Zhuo and Sim, "Defocus map estimation
    from a single image", Pattern Recognition 44(9), 2011). The spread v along the normal n of an edge is n' C n of the
    blur's covariance C, which the edges of all directions together tell.

    Args:
        y: (H, W) float32 luma in [0, 1].
        inside: (H, W), the region.

    Returns:
        The blur; its size is 0 in a picture in focus. None where there are too few edges to say.
    """
    fine = slopes_at(y, FINE_PX)
    strength = np.hypot(*fine)
    values = strength[inside]
    if not values.size:
        return None
    least = max(LEAST_GRADIENT, float(np.quantile(values, STRONG)))
    # Edges only where the gradient is at its ridge: beside it the two derivatives fall off differently.
    edges = inside & (strength >= least) & _on_ridge(strength, *fine)
    if edges.sum() < LEAST_EDGES:
        return None
    coarse = np.hypot(*slopes_at(y, COARSE_PX))[edges]
    squared = (strength[edges] / np.maximum(coarse, 1e-6)) ** 2
    spread = (COARSE_PX**2 - squared * FINE_PX**2) / np.maximum(squared - 1, 1e-3)
    angle = np.arctan2(fine[1][edges], fine[0][edges]) % np.pi
    return _fitted(SLOPE * spread.clip(-2, 30) + OFFSET, angle)


def _on_ridge(strength: Plane, across: Plane, down: Plane) -> NDArray[np.bool_]:
    """Where a gradient is no weaker than its neighbours along its own direction."""
    length = np.maximum(strength, 1e-9)
    rows, columns = np.mgrid[: strength.shape[0], : strength.shape[1]].astype(np.float32)
    ridge = np.ones(strength.shape, bool)
    for side in (-1, 1):
        x, y = columns + side * across / length, rows + side * down / length
        beside = cv2.remap(strength, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
        ridge &= strength >= beside
    return ridge


def _fitted(variance: Plane, angle: Plane) -> Blur:
    """The blur from the variances that edges (N,) have along their normals' angles (N,)."""
    rows, values, weights = [], [], []
    bins = np.rint(angle / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    for index in range(DIRECTIONS):
        here = variance[bins == index]
        if here.size >= LEAST_EDGES / DIRECTIONS:
            turn = np.pi * index / DIRECTIONS
            rows.append((1.0, np.cos(2 * turn), np.sin(2 * turn)))
            values.append(float(np.median(here)))
            weights.append(float(np.sqrt(here.size)))
    if len(rows) > DIRECTIONS // 2:
        weight = np.array(weights)
        mean, cosine, sine = np.linalg.lstsq(np.array(rows) * weight[:, None], np.array(values) * weight, rcond=None)[0]
        half = float(np.hypot(cosine, sine))
        if 2 * half >= STRAIGHT:
            across = float(mean) - half
            # A line of length l has the variance l^2 / 12.
            length, turn = float(np.sqrt(12 * 2 * half)), float(np.arctan2(sine, cosine) / 2)
            return Blur(_sigma(across), length, turn)
    return Blur(_sigma(float(np.median(variance))))


def _sigma(variance: float) -> float:
    return float(np.sqrt(variance)) if variance >= LEAST_VARIANCE else 0.0
