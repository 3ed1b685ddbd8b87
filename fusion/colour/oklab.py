"""OKLab: lightness, and two axes of colour in which hue does not turn as chroma grows; and which colours there are.

Ottosson, "A perceptual color space for image processing" (2020), whose matrices these are, for linear sRGB.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
LIGHTNESSES, HUES, HALVINGS = 129, 360, 14  # of the table of the most colourful colours, and steps to find one


def to_linear(rgb: Colours) -> Colours:
    """SRGB (..., 3) float32 in [0, 1] without its transfer curve (IEC 61966-2-1)."""
    linear: Colours = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return linear


def from_linear(linear: Colours) -> Colours:
    """The inverse of :func:`to_linear`; what is below 0 stays below."""
    positive = np.maximum(linear, 0)
    curved = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * positive ** (1 / 2.4) - 0.055)
    return np.asarray(curved, np.float32)


def to_oklab(rgb: Colours) -> Colours:
    """SRGB (..., 3) float32 in [0, 1] to lightness in [0, 1] and two axes of colour, of at most 0.33 each."""
    lab: Colours = np.cbrt(to_linear(rgb) @ TO_CONES.T) @ TO_LAB.T
    return lab


def from_oklab(lab: Colours) -> Colours:
    """The inverse of :func:`to_oklab`; outside [0, 1] where there is no such colour on a screen."""
    linear = (lab @ np.linalg.inv(TO_LAB).T.astype(np.float32)) ** 3 @ np.linalg.inv(TO_CONES).T.astype(np.float32)
    return from_linear(linear)


def most_chroma(lightness: Plane, hue: Plane) -> Plane:
    """The largest chroma that a screen has at a lightness and a hue.

    Args:
        lightness: (H, W) in [0, 1].
        hue: (H, W) in radians.

    Returns:
        (H, W) float32, 0 at black and at white; rather a little less than more.
    """
    rows = lightness * np.float32(LIGHTNESSES - 1)
    columns = (hue % np.float32(2 * np.pi)) * np.float32(HUES / (2 * np.pi))
    where = columns.astype(np.float32), rows.astype(np.float32)
    return np.asarray(cv2.remap(_table(), *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


@cache
def _table() -> Plane:
    lightness, hue = np.meshgrid(
        np.linspace(0, 1, LIGHTNESSES), np.linspace(0, 2 * np.pi, HUES + 1), indexing="ij", copy=False
    )
    low, high = np.zeros(lightness.shape), np.full(lightness.shape, 0.4)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        lab = np.stack([lightness, middle * np.cos(hue), middle * np.sin(hue)], axis=-1).astype(np.float32)
        rgb = from_oklab(lab)
        there = ((rgb >= -1e-4) & (rgb <= 1 + 1e-4)).all(axis=-1)
        low, high = np.where(there, middle, low), np.where(there, high, middle)
    low[0] = low[-1] = 0
    return low.astype(np.float32)
