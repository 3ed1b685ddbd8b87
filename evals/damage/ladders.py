"""Damage of known amounts, done to clean pictures: the ladders that ``inspect`` is calibrated and measured on."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from wordfuse.fusion.training.damage import (
    Chance,
    Picture,
    blur,
    dark,
    haze,
    low_contrast,
    noise,
    rounded,
    stripes,
)

BLOTCH_PX = 4.0  # sigma


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


def clipped(picture: Picture, amount: float, chance: Chance) -> Picture:
    """Stretched about the middle until ``amount`` of the pixels lies beyond the ends of the range."""
    if not amount:
        return picture
    gray = picture if picture.ndim == 2 else picture.max(axis=2)
    high = float(np.quantile(gray, 1 - amount))
    return rounded(picture * (255 / max(high, 1)) + 0.5)


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
    return rounded(255 * np.clip(linear, 0, 1) ** (1 / 2.2))


def colour_noise(picture: Picture, sigma: float, chance: Chance) -> Picture:
    """Blotches of colour some ten pixels wide, luma as it was: Gaussian noise of Cb and Cr, blurred."""
    if not sigma:
        return picture
    height, width = picture.shape[:2]
    planes = (cv2.GaussianBlur(chance.normal(0, 1, (height, width)), (0, 0), BLOTCH_PX) for _ in range(2))
    blue, red = (sigma * plane / plane.std() for plane in planes)
    return rounded(picture + np.dstack([1.402 * red, -0.344 * blue - 0.714 * red, 1.772 * blue]))


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


LADDERS = {
    "noise": Ladder((0, 6, 10, 16, 24, 36), "sigma, gray values", noise),
    "colour noise": Ladder((0, 3, 5, 8, 12, 18), "sigma of Cb and Cr, gray values", colour_noise),
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
