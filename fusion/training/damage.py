"""Damage of known amounts, done to clean pictures: what networks are trained with, and benchmarks measure on.

Every function takes a picture, (H, W) or (H, W, 3) uint8, an amount and a generator, and returns a picture of the same
shape; an amount of 0 gives the picture as it is.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Chance = np.random.Generator


def rounded(values: NDArray[np.floating]) -> Picture:
    """To the nearest gray value that there is."""
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def noise(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """White Gaussian noise, of each channel its own."""
    return rounded(picture + chance.normal(0, sigma, picture.shape)) if sigma else picture


def stripes(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """Each column off by an amount of its own, slowly changing from top to bottom, as an uncooled sensor's are."""
    height, width = picture.shape[:2]
    offsets = chance.normal(0, sigma, (2, width))
    down = np.linspace(0, 1, height)[:, None]
    pattern = offsets[0] + 0.3 * (down - 0.5) * offsets[1]
    return rounded(picture + (pattern if picture.ndim == 2 else pattern[..., None])) if sigma else picture


def blur(picture: Picture, sigma_px: float, chance: Chance) -> Picture:
    """Gaussian out of focus."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma_px), np.uint8) if sigma_px else picture


def haze(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Koschmieder's law, I = J t + A (1 - t), thicker towards the top, where the ground is farther away.

    ``amount`` is the mean of 1 - t, and A a light gray.
    """
    if not amount:
        return picture
    height, width = picture.shape[:2]
    depth = np.linspace(1.5, 0.5, height)[:, None] + 0.15 * _smooth(chance, height, width)
    depth = np.maximum(depth, 0.1)
    density = -np.log(1 - amount)
    for _ in range(8):  # so that the mean is what was asked for
        density *= np.log(1 - amount) / np.log(np.exp(-density * depth).mean())
    t = np.exp(-density * depth)
    light = chance.uniform(195, 240) + chance.normal(0, 3, 3)
    through = t if picture.ndim == 2 else t[..., None]
    return rounded(picture * through + (light[0] if picture.ndim == 2 else light) * (1 - through))


def dark(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Underexposed: ``amount`` of the light is missing."""
    return rounded(picture * (1 - amount)) if amount else picture


def low_contrast(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Drawn together about its mean; ``amount`` of the contrast is lost."""
    mean = picture.mean()
    return rounded(mean + (picture - mean) * (1 - amount)) if amount else picture


def _smooth(chance: Chance, height: int, width: int) -> NDArray[np.float64]:
    """A smooth random field of about unit spread."""
    coarse = chance.normal(0, 1, (5, 5)).astype(np.float64)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))
