"""Temperatures in sentences."""

import re

from wordfuse.fusion.regions.words.degrees import unit_in
from wordfuse.fusion.temperatures.units import Unit, from_celsius
from wordfuse.tools.heat.extremes import Extreme
from wordfuse.tools.heat.temperatures import TemperaturesResult

#: Evidence of an answer: the file of the mask that temperatures were read in, relative to the run folder.
MEASURED_IN = "measured_in"
_HEAT = re.compile(
    r"\b(hot|hotter|hottest|warm\w*|cold|colder|coldest|cool|temperatures?|degrees?|celsius|centigrade|fahrenheit|kelvin"
    r"|heat|thermal)\b|[\u00b0\u2103\u2109]",
    re.IGNORECASE,
)


def about_heat(text: str) -> bool:
    """Whether a question is about temperatures: "how hot is the roof?", not "how noisy is it?"."""
    return _HEAT.search(text) is not None


def asked_unit(text: str) -> Unit:
    """The scale that a question is to be answered in."""
    return unit_in(text) or "C"


def temperatures_told(found: TemperaturesResult, hottest: str, coldest: str, area: float) -> str:
    """What a region's temperatures are.

    Args:
        found: in the unit that is told.
        hottest: where the hottest pixel lies, in words.
        coldest: where the coldest does.
        area: the share of the picture that the region covers.
    """
    unit = found.unit
    most = f"{'at least ' if found.at_least else ''}{found.max:.1f} {unit}"
    told = (
        f"{found.min:.1f} {unit} to {most}, {found.mean:.1f} {unit} on average (median {found.median:.1f} {unit}), "
        f"of {found.known} pixels ({area:.1%} of the picture); "
        f"hottest at x {found.hottest_at[0]}, y {found.hottest_at[1]} ({hottest}), "
        f"coldest at x {found.coldest_at[0]}, y {found.coldest_at[1]} ({coldest})"
    )
    if found.saturated:
        told += f"; {found.saturated} pixels are hotter than the sensor could tell"
    if found.known < found.pixels:
        told += f"; of {found.pixels - found.known} more no temperature is known"
    if found.assumed:
        told += "; the file does not say that its numbers are degrees, see the warnings"
    return told


def extreme_told(place: Extreme, unit: Unit) -> str:
    """The value of a place: "36.5 C", "at least 382.2 C", "87 %"."""
    if place.at is None:
        return f"{place.value:.4g} {place.unit}".strip()
    return f"{'at least ' if place.at_least else ''}{from_celsius(place.value, unit):.1f} {unit}"
