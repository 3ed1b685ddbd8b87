"""How the numbers of an infrared file are to be read as temperatures: what its user says. Needs no libraries."""

import math
import re
from dataclasses import dataclass

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.temperatures.units import ABSOLUTE_ZERO

NONE = "none"
LEAST_EMISSIVITY = 0.01
HOTTEST_SURROUNDINGS = 3000.0  # degrees Celsius that a surface may be said to reflect


@dataclass(frozen=True)
class Scale:
    """A straight line from what is stored to degrees Celsius: ``factor * count + offset``."""

    factor: float
    offset: float


@dataclass(frozen=True)
class Reading:
    """What was said of an infrared file.

    Attributes:
        scale: of its numbers; None: found out where that is safe.
        none: it holds no temperatures, whatever its numbers look like.
        emissivity: of what is looked at, above 0 and at most 1; None: the file's, or not corrected.
        reflected: apparent temperature of the surroundings, degrees Celsius; None: the file's, or 20.

    Raises:
        InputError: a value is out of range, or two of them do not go together.
    """

    scale: Scale | None = None
    none: bool = False
    emissivity: float | None = None
    reflected: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no surface has."""
        if self.emissivity is not None and not LEAST_EMISSIVITY <= self.emissivity <= 1:
            raise InputError(
                f"is {self.emissivity:g}",
                argument="emissivity",
                remedy=f"give {LEAST_EMISSIVITY:g} to 1: 0.95 for skin, paint or stone, 0.1 for bare metal",
            )
        if self.reflected is not None and not ABSOLUTE_ZERO < self.reflected <= HOTTEST_SURROUNDINGS:
            raise InputError(
                f"is {self.reflected:g}", argument="reflected", remedy="give degrees Celsius, such as that of the room"
            )

    @property
    def said(self) -> bool:
        """Whether anything was said at all."""
        return self != Reading()


def reading_of(
    temperature_scale: str | None = None, emissivity: float | None = None, reflected: float | None = None
) -> Reading:
    """A reading from options.

    Args:
        temperature_scale: ``A,B``, where degrees Celsius are A * count + B, or ``none``; None: found out.
        emissivity: as in :class:`Reading`.
        reflected: likewise.

    Raises:
        InputError: a value cannot be used.

    Example:
        >>> reading_of("0.01,-273.15").scale
        Scale(factor=0.01, offset=-273.15)
    """
    if temperature_scale is None or temperature_scale.strip().lower() == NONE:
        return Reading(None, temperature_scale is not None, emissivity, reflected)
    parts = [_number(part) for part in re.split(r"[,;]", temperature_scale)]
    if len(parts) != 2 or any(part is None for part in parts) or not parts[0]:
        raise InputError(
            "is no scale",
            argument="temperature_scale",
            subject=temperature_scale,
            remedy=f"give A,B, where degrees Celsius are A * count + B, such as 0.01,-273.15, or {NONE}",
        )
    factor, offset = (float(part or 0) for part in parts)
    return Reading(Scale(factor, offset), False, emissivity, reflected)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
