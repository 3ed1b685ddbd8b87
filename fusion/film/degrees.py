"""Temperatures of a film: how the numbers of its frames are read is settled once, from several of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wordfuse.fusion.errors import argument_named, spelled
from wordfuse.fusion.temperatures.meaning import REMARK, Numbers, Way, nowhere_on_earth, way_of
from wordfuse.fusion.temperatures.reading import Reading, Scale


@dataclass(frozen=True)
class Degrees:
    """What is settled of a film's temperatures.

    Attributes:
        way: from numbers to degrees; None: there is none.
        notes: JSON-native, as ``fusion.temperatures.meaning.Meant`` has them.
    """

    way: Way | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Degrees":
        """The inverse of ``dataclasses.asdict``."""
        told = value.get("way")
        if told is None:
            return cls(None, dict(value.get("notes", {})))
        scale = None if told["scale"] is None else Scale(**told["scale"])
        return cls(Way(**{**told, "scale": scale}), dict(value["notes"]))


def settle_degrees(
    frames: Sequence[Numbers], reading: Reading, spelling: Callable[[str], str] = str
) -> tuple[Degrees, list[str]]:
    """Settle how the numbers of a film become degrees; and what to say of it, where notes spell arguments so.

    Raises:
        InputError: something was said that only holds for temperatures, and there are none.
    """
    way, why = way_of(frames, reading)
    if way is None:
        deep = any(one.bits > 8 or one.foreign for one in frames)
        return Degrees(None, {"reason": spelled(why if reading.none or deep else _no_film(), spelling)}), []
    known = [way.temperatures(one) for one in frames]
    values = [one.celsius[np.isfinite(one.celsius)] for one in known]
    ends = [(float(one.min()), float(one.max())) for one in values if one.size]
    if not ends:
        raise nowhere_on_earth(reading)
    low, high = min(one for one, _ in ends), max(one for _, one in ends)
    remark = way.remark(low, high)
    notes = way.notes(frames[0].camera) | {"range_c": [round(low, 2), round(high, 2)]}
    if remark is None:
        return Degrees(way, notes), []
    return Degrees(way, notes | {REMARK: spelled(remark, spelling)}), [remark]


def _no_film() -> str:
    return (
        "frames of 8 bits tell no degrees, and films hold no others; the camera's own frames do, as a folder of 16-bit "
        "TIFF or PNG files or radiometric JPEGs; where grays are degrees on a straight line, give "
        f"{argument_named('temperature_scale')} A,B"
    )
