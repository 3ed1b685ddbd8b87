"""How colourful a region is, and how far from neutral: the measures that ``recolour`` aims at."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour.oklab import from_linear, to_linear
from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.images import to_float
from wordfuse.fusion.metrics.seen import lab

NORM = 6  # Minkowski norm of the shades of gray: between the mean (1) and the brightest (infinite)
LEAST, MOST = 0.04, 0.92  # of the brightest channel: darker is noise, brighter is clipped
NEUTRAL = 12.0  # CIELAB chroma, after the balance so far, from which a pixel is less and less gray
ROUNDS = 12  # of looking for what is gray after the balance so far: strong light of lamps is found no sooner
FOUND = 2e-4  # a change of the light's colour that is none: by day it comes in a few rounds
SAMPLES = 20_000  # pixels that are looked at
SMOOTH_PX = 1.5
MID_LIGHT = 0.5  # brightest channel, sRGB, at which the colour of the light is told


def mean_chroma(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """Mean CIELAB chroma of a region, (H, W, 3) uint8 sRGB; mask (H, W) uint8, above 127 is inside.

    Raises:
        RegionError: the mask is empty.
    """
    pixels = lab(picture[_inside(picture, mask)])
    return float(np.hypot(pixels[:, 1], pixels[:, 2]).mean(dtype=np.float64))


def cast(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> float:
    """How far the light of a region is from neutral: the length of :func:`cast_axes`.

    Raises:
        RegionError: the mask is empty.
    """
    return float(np.hypot(*cast_axes(picture, mask)))


def cast_axes(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> tuple[float, float]:
    """CIELAB a and b of a middle gray in the light of a region, as :func:`light_colour` finds it; 0 is neutral.

    Raises:
        RegionError: the mask is empty.
    """
    colour = light_colour(picture, mask)
    shown = from_linear((colour / colour.max() * to_linear(np.array(MID_LIGHT, np.float32))).astype(np.float32))
    a, b = cv2.cvtColor(shown[None, None], cv2.COLOR_RGB2LAB)[0, 0, 1:]
    return float(a), float(b)


def light_colour(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> NDArray[np.float64]:
    """The colour that gray things have in a region.

    It begins with the shades of gray (Finlayson and Trezzi, "Shades of Gray and Colour Constancy", CIC 2004): the
    Minkowski mean of each channel of linear light. A lawn or a red wall would pass for a cast; so those pixels that are
    nearly gray once this light is taken away are weighed more, the brighter the more, and the mean is taken again.

    Args:
        picture: (H, W, 3) uint8 sRGB.
        mask: (H, W) uint8, above 127 is inside; None is the whole picture.

    Returns:
        (3,) linear red, green and blue, their mean 1.

    Raises:
        RegionError: the mask is empty.
    """
    inside = _inside(picture, mask)
    smooth = np.asarray(cv2.GaussianBlur(picture, (0, 0), SMOOTH_PX), np.uint8)
    pixels = smooth[inside]
    pixels = pixels[:: max(1, len(pixels) // SAMPLES)]
    brightest = pixels.max(axis=1) / 255
    usable = (brightest > LEAST) & (brightest < MOST)
    if usable.sum() < max(8, 0.02 * len(pixels)):
        return np.ones(3)
    linear = to_linear(to_float(pixels[usable])).astype(np.float64)
    colour = _balanced((linear**NORM).mean(axis=0) ** (1 / NORM))
    for _ in range(ROUNDS):
        corrected = from_linear(np.clip(linear / colour, 0, 1).astype(np.float32))
        seen = cv2.cvtColor(corrected[None], cv2.COLOR_RGB2LAB)[0].astype(np.float64)
        chroma = np.hypot(seen[:, 1], seen[:, 2])
        weight = np.exp(-((chroma / NEUTRAL) ** 2)) * seen[:, 0] + 1e-6
        before, colour = colour, _balanced((weight[:, None] * linear).sum(axis=0))
        if np.abs(colour - before).max() < FOUND:
            break
    return colour


def _balanced(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(colour / colour.mean(), 0.02)


def _inside(picture: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> NDArray[np.bool_]:
    inside = np.ones(picture.shape[:2], bool) if mask is None else mask > 127
    if not inside.any():
        raise RegionError("the mask is empty: no pixel to measure")
    return inside
