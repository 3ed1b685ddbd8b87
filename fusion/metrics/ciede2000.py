"""CIEDE2000: how different two colours look."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

TURN = 2 * np.pi


def ciede2000(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Colour difference of CIELAB colours (Sharma, Wu and Dalal, Color Research & Application 30(1), 2005).

    Args:
        one: (..., 3) floats.
        other: the same shape.

    Returns:
        (...) of the same type; about 1 is the least that can be told apart side by side, 100 is black beside white.
    """
    (light1, a1, b1), (light2, a2, b2) = (np.moveaxis(colours, -1, 0) for colours in (one, other))
    seventh = (0.5 * (np.hypot(a1, b1) + np.hypot(a2, b2))) ** 7
    # Equations 4 to 7: grays are apart along a by more than the axis says.
    stretched = 1.5 - 0.5 * np.sqrt(seventh / (seventh + 25.0**7))
    (chroma1, hue1), (chroma2, hue2) = _polar(a1 * stretched, b1), _polar(a2 * stretched, b2)
    both = chroma1 * chroma2
    gray = both == 0
    turned = hue2 - hue1
    turn = np.where(turned > np.pi, turned - TURN, np.where(turned < -np.pi, turned + TURN, turned))
    hues = 2 * np.sqrt(both) * np.sin(np.where(gray, 0, turn) / 2)
    # The mean hue lies on the shorter way between both; where one has none, it is the other's.
    total = hue1 + hue2
    far = ~gray & (np.abs(turned) > np.pi)
    total = np.where(far, np.where(total < TURN, total + TURN, total - TURN), np.where(gray, 2 * total, total))
    mean = 0.5 * total
    weight = (
        1
        - 0.17 * np.cos(mean - np.deg2rad(30))
        + 0.24 * np.cos(2 * mean)
        + 0.32 * np.cos(3 * mean + np.deg2rad(6))
        - 0.20 * np.cos(4 * mean - np.deg2rad(63))
    )
    chroma = 0.5 * (chroma1 + chroma2)
    middle = (0.5 * (light1 + light2) - 50) ** 2
    lightness = (light2 - light1) / (1 + 0.015 * middle / np.sqrt(20 + middle))
    colour = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    hue = hues / (1 + 0.015 * chroma * weight)
    blue = np.deg2rad(30) * np.exp(-(((np.rad2deg(mean) - 275) / 25) ** 2))
    seventh = chroma**7
    rotation = -np.sin(2 * blue) * 2 * np.sqrt(seventh / (seventh + 25.0**7)) * colour * hue
    squared = lightness**2 + colour**2 + hue**2 + rotation
    return np.asarray(np.sqrt(np.maximum(squared, 0)))


def _polar(a: NDArray[Any], b: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Chroma, and hue from 0 to a turn."""
    hue = np.arctan2(b, a)
    return np.hypot(a, b), np.where(hue < 0, hue + TURN, hue)
