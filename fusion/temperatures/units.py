"""Degrees Celsius, which everything is kept in, and the other two that people use."""

from typing import Literal

Unit = Literal["C", "F", "K"]

ABSOLUTE_ZERO = -273.15  # degrees Celsius


def to_celsius(value: float, unit: Unit) -> float:
    """A temperature in degrees Celsius.

    >>> round(to_celsius(98.6, "F"), 2)
    37.0
    """
    if unit == "F":
        return (value - 32) / 1.8
    return value + ABSOLUTE_ZERO if unit == "K" else value


def from_celsius(celsius: float, unit: Unit) -> float:
    """The inverse of :func:`to_celsius`."""
    if unit == "F":
        return celsius * 1.8 + 32
    return celsius - ABSOLUTE_ZERO if unit == "K" else celsius


def shown(celsius: float, unit: Unit = "C") -> str:
    """A temperature for people, to a tenth of a degree.

    >>> shown(37.04), shown(37.04, "F")
    ('37.0 C', '98.7 F')
    """
    return f"{round(from_celsius(celsius, unit), 1) + 0.0:.1f} {unit}"
