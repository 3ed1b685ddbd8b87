"""Metrics of edges and local contrast: AG, SF, Qabf."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.metrics.derivative import edge_slopes
from wordfuse.fusion.metrics.gray import Gray, Inside

# Xydeas and Petrovic's constants: ceiling, slope and centre of the sigmoids of edge strength and of orientation.
STRENGTH = (0.9994, -15.0, 0.5)
ORIENTATION = (0.9879, -22.0, 0.8)


def average_gradient(fused: Gray, inside: Inside) -> float:
    """AG = mean sqrt((fx^2 + fy^2) / 2), fx and fy central differences; 0 for a constant picture.

    Cui, Feng, Xu, Li, Chen, "Detail preserved fusion of visible and infrared images using regional saliency extraction
    and multi-scale image decomposition", Optics Communications 341, 2015. Inside a mask, the mean of that map.
    """
    vertical, horizontal = np.gradient(fused)
    return float(np.sqrt((vertical**2 + horizontal**2) / 2)[inside].mean())


def spatial_frequency(fused: Gray, inside: Inside) -> float:
    """SF = sqrt(mean of squared row differences + mean of squared column differences); 0 for a constant picture.

    Eskicioglu, Fisher, "Image quality measures and their performance", IEEE Trans. Communications 43(12), 1995.
    Inside a mask, differences between two pixels that are both inside; without any, 0.
    """
    total = 0.0
    for axis in (0, 1):
        both = inside[1:] & inside[:-1] if axis == 0 else inside[:, 1:] & inside[:, :-1]
        if both.any():
            total += float((np.diff(fused, axis=axis)[both] ** 2).mean())
    return float(np.sqrt(total))


def qabf(fused: Gray, infrared: Gray, visible: Gray, inside: Inside) -> float:
    """Q^{AB/F} = sum (Q_a g_a + Q_b g_b) / sum (g_a + g_b): how much of the sources' edges is kept, in [0, 1].

    g is the Sobel gradient of a source; Q at a pixel is the product of two sigmoids, of how well its strength and its
    orientation are kept. Xydeas, Petrovic, "Objective image fusion performance measure", Electronics Letters 36(4),
    2000. As in the implementations in use, pictures are continued by zeros and orientations are in [-90, 90] degrees
    without wrapping. Inside a mask, both sums run over the pixels inside; without any edge there, 0.
    """
    edges_f = _edges(fused)
    kept = weight = 0.0
    for source in (infrared, visible):
        edges_s = _edges(source)
        strength = edges_s[0][inside]
        kept += float((_edges_kept(edges_f, edges_s)[inside] * strength).sum())
        weight += float(strength.sum())
    return kept / weight if weight > 0 else 0.0


def _edges(gray: Gray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sobel strength and orientation in [-pi/2, pi/2]; pi/2 where there is no horizontal change."""
    x, y = edge_slopes(gray, cv2.BORDER_CONSTANT)
    orientation = np.full_like(gray, np.pi / 2)
    np.arctan(np.divide(y, x, where=x != 0, out=np.zeros_like(x)), where=x != 0, out=orientation)
    return np.hypot(x, y), orientation


def _edges_kept(
    fused: tuple[NDArray[np.float64], NDArray[np.float64]], source: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Q at every pixel, in [0, 1]."""
    (strength_f, orientation_f), (strength_s, orientation_s) = fused, source
    weaker, stronger = np.minimum(strength_f, strength_s), np.maximum(strength_f, strength_s)
    strength = np.divide(weaker, stronger, where=stronger > 0, out=np.ones_like(stronger))
    orientation = 1 - np.abs(orientation_s - orientation_f) / (np.pi / 2)
    return _sigmoid(strength, *STRENGTH) * _sigmoid(orientation, *ORIENTATION)


def _sigmoid(x: NDArray[np.float64], ceiling: float, slope: float, centre: float) -> NDArray[np.float64]:
    value: NDArray[np.float64] = ceiling / (1 + np.exp(slope * (x - centre)))
    return value
