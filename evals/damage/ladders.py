"""Damage of known amounts, done to clean pictures: the ladders that ``inspect`` is calibrated and measured on."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Chance = np.random.Generator


@dataclass(frozen=True)
class Ladder:
    """One kind of damage.

    Attributes:
        steps: amounts, rising; the first is none.
        unit: of the amounts.
        damage: (picture, amount, chance) -> picture.
    """

    steps: tuple[float, ...]
    unit: str
    damage: Callable[[Picture, float, Chance], Picture]


def _rounded(values: NDArray[np.floating]) -> Picture:
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def noise(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """White Gaussian noise, of each channel its own."""
    return _rounded(picture + chance.normal(0, sigma, picture.shape)) if sigma else picture


def stripes(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """Each column off by an amount of its own, slowly changing from top to bottom, as an uncooled sensor's are."""
    height, width = picture.shape[:2]
    offsets = chance.normal(0, sigma, (2, width))
    down = np.linspace(0, 1, height)[:, None]
    pattern = offsets[0] + 0.3 * (down - 0.5) * offsets[1]
    return _rounded(picture + (pattern if picture.ndim == 2 else pattern[..., None])) if sigma else picture


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
    return _rounded(picture * through + (light[0] if picture.ndim == 2 else light) * (1 - through))


def dark(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Underexposed: ``amount`` of the light is missing."""
    return _rounded(picture * (1 - amount)) if amount else picture


def clipped(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Stretched about the middle until ``amount`` of the pixels lies beyond the ends of the range."""
    if not amount:
        return picture
    gray = picture if picture.ndim == 2 else picture.max(axis=2)
    high = float(np.quantile(gray, 1 - amount))
    return _rounded(picture * (255 / max(high, 1)) + 0.5)


def low_contrast(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Drawn together about its mean; ``amount`` of the contrast is lost."""
    mean = picture.mean()
    return _rounded(mean + (picture - mean) * (1 - amount)) if amount else picture


def cast(picture: Picture, amount: float, chance: Chance) -> Picture:
    """The channels in linear light multiplied by unlike factors, as under the wrong white balance.

    ``amount`` is the spread of the factors' logarithms.
    """
    if not amount:
        return picture
    # Warm, cool, green and magenta lights.
    ways = np.array([[1, 0, -1], [-1, 0, 1], [-0.5, 1, -0.5], [0.5, -1, 0.5]])
    factors = np.exp(amount * ways[chance.integers(4)])
    linear = (picture / 255.0) ** 2.2 * (factors / (factors @ [0.299, 0.587, 0.114]))
    return _rounded(255 * np.clip(linear, 0, 1) ** (1 / 2.2))


def dead_pixels(picture: Picture, share: float, chance: Chance) -> Picture:
    """Single pixels stuck at an end of the range."""
    height, width = picture.shape[:2]
    hurt = picture.copy()
    count = round(share * height * width)
    rows, columns = chance.integers(0, height, count), chance.integers(0, width, count)
    ends = np.where(chance.random(count) < 0.5, 0, 255).astype(np.uint8)
    hurt[rows, columns] = ends if picture.ndim == 2 else ends[:, None]
    return hurt


def frame(picture: Picture, share: float, chance: Chance) -> Picture:
    """Black or white bands along one to four of the sides, which cover ``share`` of the picture."""
    if not share:
        return picture
    hurt, value = picture.copy(), int(chance.choice([0, 0, 255]))
    height, width = picture.shape[:2]
    sides = chance.choice([1, 2, 4])
    if sides == 4:
        band = 1 - np.sqrt(1 - share)
        rows, columns = max(1, round(band * height / 2)), max(1, round(band * width / 2))
        hurt[:rows], hurt[-rows:], hurt[:, :columns], hurt[:, -columns:] = value, value, value, value
    else:
        columns = max(1, round(share * width / sides))
        hurt[:, :columns] = value
        if sides == 2:
            hurt[:, -columns:] = value
    return hurt


def shift(picture: Picture, share: float, chance: Chance) -> Picture:
    """Moved by ``share`` of the longer side in a random direction, its border repeated."""
    angle, distance = chance.uniform(0, 2 * np.pi), share * max(picture.shape[:2])
    way = np.array([[1, 0, distance * np.cos(angle)], [0, 1, distance * np.sin(angle)]])
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpAffine(picture, way, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _smooth(chance: Chance, height: int, width: int) -> NDArray[np.float64]:
    """A smooth random field of about unit spread."""
    coarse = chance.normal(0, 1, (5, 5)).astype(np.float64)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC))


LADDERS = {
    "noise": Ladder((0, 6, 10, 16, 24, 36), "sigma, gray values", noise),
    "stripes": Ladder((0, 3, 6, 10, 16, 25), "sigma, gray values", stripes),
    "blur": Ladder((0, 1, 1.7, 2.5, 3.5, 5), "sigma, px", blur),
    "haze": Ladder((0, 0.25, 0.4, 0.55, 0.7, 0.85), "1 - mean transmission", haze),
    "dark": Ladder((0, 0.4, 0.6, 0.75, 0.87, 0.95), "share of the light missing", dark),
    "clipped": Ladder((0, 0.05, 0.1, 0.2, 0.35, 0.55), "share of the pixels", clipped),
    "low contrast": Ladder((0, 0.4, 0.6, 0.75, 0.87, 0.95), "share lost", low_contrast),
    "cast": Ladder((0, 0.2, 0.35, 0.55, 0.8, 1.1), "log ratio of the channels", cast),
    "shift": Ladder((0, 0.02, 0.035, 0.05, 0.075, 0.1), "of the longer side", shift),
    "dead pixels": Ladder((0, 0.0002, 0.0006, 0.002, 0.006, 0.02), "share of the pixels", dead_pixels),
    "frame": Ladder((0, 0.02, 0.05, 0.1, 0.2, 0.35), "share of the picture", frame),
}
