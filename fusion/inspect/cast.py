"""How far the gray of a picture is from neutral; leaves are green and lamps yellow, and neither is a cast."""

import cv2
import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import Inside

SIDE_PX = 120  # shorter side at which it is measured
DARKEST, BRIGHTEST = 50.0, 240.0  # luma (of the largest channel, above) that tells a colour
HIGHLIGHTS = 0.05  # the brightest share
NEUTRAL = 0.2  # the share of the pixels that are nearest to neutral
ENOUGH = 0.5  # share of pixels that are neither dark nor clipped: with fewer, the light is that of lamps
LEAST_PX = 150


def cast_of(picture: NDArray[np.uint8], inside: Inside) -> float | None:
    """CIELAB distance of the picture's light from neutral, about 2 just visible, 30 a lamp's.

    Three guesses of the light's colour: the edges ("gray edge": van de Weijer, Gevers, Gijsenij, "Edge-based color
    constancy", TIP 16(9), 2007), the brightest pixels ("white patch"), and the fifth of the pixels that is nearest to
    neutral. A cast is in all of them, a green park in one or two: the middle one counts, as far as all agree on the
    direction. Where much is dark, it counts less.

    Args:
        picture: (H, W, 3) uint8, sRGB.
        inside: (H, W) bool.

    Returns:
        None for a gray picture, or where too few pixels tell a colour.
    """
    if picture.ndim == 2:
        return None
    factor = min(1.0, SIDE_PX / min(picture.shape[:2]))
    size = round(picture.shape[1] * factor), round(picture.shape[0] * factor)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    known = cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if np.ptp(small, axis=2).max() < 1:
        return None
    luma = small @ np.array([0.299, 0.587, 0.114], np.float32)
    telling = known & (luma >= DARKEST) & (small.max(axis=2) <= BRIGHTEST)
    if np.count_nonzero(telling) < LEAST_PX:
        return None
    pixels = small[telling]
    bright = pixels[luma[telling] >= np.quantile(luma[telling], 1 - HIGHLIGHTS)].mean(axis=0)
    lab = _lab(pixels)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    nearest = lab[chroma <= np.quantile(chroma, NEUTRAL), 1:].mean(axis=0)
    edges = np.array(
        [np.abs(cv2.Laplacian(cv2.GaussianBlur(c, (0, 0), 1.0), -1))[telling].mean() for c in np.moveaxis(small, 2, 0)]
    )
    edge_light = _lab((edges / max(float(edges.mean()), 1e-6) * 128)[None].astype(np.float32))[0, 1:]
    guesses = np.stack([edge_light, _lab(bright[None])[0, 1:], nearest])
    lengths = np.hypot(guesses[:, 0], guesses[:, 1])
    agreed = float(np.hypot(*guesses.sum(axis=0)) / max(float(lengths.sum()), 1e-6))
    lit = min(1.0, float(telling.sum() / known.sum()) / ENOUGH)
    return float(np.median(lengths)) * agreed**2 * lit**2


def _lab(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3) sRGB of 0-255 as CIELAB."""
    return np.asarray(cv2.cvtColor(np.clip(pixels[None] / 255, 0, 1).astype(np.float32), cv2.COLOR_RGB2LAB)[0])
