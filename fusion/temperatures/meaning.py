"""What the numbers of an infrared file mean in degrees: told by the file, by its user, or found out where that is safe.

==================  ===================================================================================================
numbers             are temperatures
==================  ===================================================================================================
degrees by a file   as the file's own constants give them (``fusion.files.flir``)
any, with a scale   as the user says: A * count + B
integers over 8 bit kelvin times 100 or times 10, where nearly all of them would lie between -60 and 400 degrees Celsius
                    and the middle one between -30 and 70
floats              degrees Celsius, or kelvin, by the same bounds, if only one of the two fits
==================  ===================================================================================================

What is found out is said (the numbers of other cameras may lie there too), with how to say that it is otherwise. Where
two readings fit, or one fits but oddly, there is none, and the reason is kept for whoever asks for temperatures.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.temperatures.emissivity import USUAL_REFLECTED, grey_body
from wordfuse.fusion.temperatures.maps import Celsius, Selection, Temperatures
from wordfuse.fusion.temperatures.reading import Reading, Scale
from wordfuse.fusion.temperatures.units import ABSOLUTE_ZERO, shown

# Degrees Celsius that no picture of the earth holds: dead pixels, and what a formula makes of nonsense.
COLDEST, HOTTEST = -150.0, 3000.0
# Where nearly all of a picture's temperatures lie, and the middle one, for a guess to be safe; and to be possible.
_SAFE, _SAFE_MIDDLE = (-60.0, 400.0), (-30.0, 70.0)
_POSSIBLE = (-100.0, 1500.0)
_NEARLY_ALL = (0.5, 99.5)  # percentiles
_LEAST_SPREAD = 0.2  # degrees between them: numbers of less are a drawing
# The ends of sensors of 12, 14 and 16 bits: who stands there is hotter than it could tell.
_ENDS = (4095, 16383, 65535)
_HUGE = 1e5
_SAMPLES = 1_000_000  # percentiles are taken of about so many pixels
_KINDS = {
    "kelvin x 100": Scale(0.01, ABSOLUTE_ZERO),
    "kelvin x 10": Scale(0.1, ABSOLUTE_ZERO),
    "celsius": Scale(1.0, 0.0),
    "kelvin": Scale(1.0, ABSOLUTE_ZERO),
}
_OF_INTEGERS, _OF_FLOATS = ("kelvin x 100", "kelvin x 10"), ("celsius", "kelvin")
_WORDS = {
    "kelvin x 100": "numbers are taken for kelvin times 100",
    "kelvin x 10": "numbers are taken for kelvin times 10",
    "celsius": "numbers are taken for degrees Celsius",
    "kelvin": "numbers are taken for kelvin",
}


@dataclass(frozen=True, eq=False)
class Numbers:
    """An infrared picture as stored, gray.

    Attributes:
        values: (H, W), any real numbers.
        bits: of one of them; 8 also for fewer.
        unit: "celsius" where the file tells degrees itself.
        unmeasured: (H, W), True where nothing was measured; None: nowhere.
        saturated: (H, W), True where the sensor was at its end, where the file tells; None: nowhere.
        camera: what the file tells of how its degrees were made.
        foreign: why its temperatures cannot be read, where it is known to hold some.
    """

    values: NDArray[Any]
    bits: int
    unit: str | None = None
    unmeasured: Selection | None = None
    saturated: Selection | None = None
    camera: Mapping[str, float] = field(default_factory=dict)
    foreign: str | None = None


@dataclass(frozen=True, eq=False)
class Meant:
    """What the numbers of a file mean.

    Attributes:
        temperatures: None where they are not known.
        notes: JSON-native: how they were read; empty where there is nothing to tell.
        remark: for the user, to be set behind the file's name; None: nothing.
        bent: they rise with the numbers, but not along a straight line, or fall with them: a picture that is to show
            heat has to be made of them.
    """

    temperatures: Temperatures | None
    notes: dict[str, Any]
    remark: str | None = None
    bent: bool = False


def meant(numbers: Numbers, reading: Reading) -> Meant:
    """Find out what the numbers of an infrared file mean.

    Args:
        numbers: of the file.
        reading: what its user says of them.

    Raises:
        InputError: something was said that only holds for temperatures, and there are none; or a scale, where the file
            tells degrees itself.
    """
    if numbers.unit == "celsius" and reading.scale is not None:
        raise InputError(
            "the file tells its temperatures itself",
            argument="temperature_scale",
            remedy=f"leave it out; {argument_named('emissivity')} corrects them",
        )
    kind, scale, why = _kind(numbers, reading)
    if kind is None:
        if reading.emissivity is not None or reading.reflected is not None:
            name = "emissivity" if reading.emissivity is not None else "reflected"
            raise InputError(f"corrects temperatures, and there are none: {why}", argument=name)
        # What is true of every picture of 8 bits need not be kept with each.
        return Meant(None, {"reason": why} if numbers.bits > 8 or numbers.foreign else {})
    celsius, over, limit = _celsius(numbers, scale)
    corrected = _correction(kind, reading)
    notes: dict[str, Any] = {"kind": kind} | ({"scale": [scale.factor, scale.offset]} if scale is not None else {})
    if corrected == "grey body" and reading.emissivity is not None:
        reflected = USUAL_REFLECTED if reading.reflected is None else reading.reflected
        celsius = grey_body(celsius, reading.emissivity, reflected)
        if limit is not None:
            limit = float(grey_body(np.array([[limit]], np.float32), reading.emissivity, reflected)[0, 0])
        notes |= {"emissivity": reading.emissivity, "reflected_c": reflected}
    notes |= {name: round(value, 4) for name, value in numbers.camera.items()}
    notes |= {"corrected": corrected} if corrected else {}
    known = Temperatures(celsius, over if over is not None and over.any() else None, limit)
    if not np.isfinite(known.celsius).any():
        raise InputError(
            "no pixel of it has a temperature that anything on earth has",
            argument="temperature_scale" if reading.scale is not None else None,
            remedy="look at the scale, or give none" if reading.scale is not None else None,
        )
    notes |= _extent(known)
    assumed = kind in _WORDS
    remark = _remark(kind, known, reading) if assumed else None
    bent = corrected == "grey body" or (scale is not None and scale.factor < 0)
    return Meant(known, notes | {"assumed": assumed}, remark, bent)


def why_none(notes: Mapping[str, Any]) -> str:
    """Why a pair has no temperatures, by its notes (``fusion.images.Pair.notes``), as part of a sentence."""
    told = notes.get("temperatures", {}).get("reason")
    return str(told) if told else "a picture of 8 bits a pixel tells no degrees"


def _kind(numbers: Numbers, reading: Reading) -> tuple[str | None, Scale | None, str]:
    """What the numbers are, the line to degrees where it is one, and why there is none."""
    if reading.none:
        return None, None, "it was said that it holds none"
    if reading.scale is not None:
        return "given", reading.scale, ""
    if numbers.unit == "celsius":
        return "radiometric", None, ""
    if numbers.foreign is not None:
        return None, None, numbers.foreign
    if numbers.bits <= 8:
        return None, None, "a picture of 8 bits a pixel tells no degrees"
    return _found_out(numbers)


def _found_out(numbers: Numbers) -> tuple[str | None, Scale | None, str]:
    values = _measured(numbers)
    floats = numbers.values.dtype.kind == "f"
    unknown = f"give {argument_named('temperature_scale')} A,B, where degrees Celsius are A * count + B"
    if not values.size:
        return None, None, "nothing of it was measured"
    low, middle, high = (float(x) for x in np.percentile(values, (_NEARLY_ALL[0], 50, _NEARLY_ALL[1])))
    span = f"{low:.6g} to {high:.6g}"
    safe, possible = [], []
    for kind in _OF_FLOATS if floats else _OF_INTEGERS:
        scale = _KINDS[kind]
        ends = [scale.factor * x + scale.offset for x in (low, middle, high)]
        if ends[2] - ends[0] < _LEAST_SPREAD:
            continue
        if ends[0] >= _POSSIBLE[0] and ends[2] <= _POSSIBLE[1]:
            possible.append(kind)
        if ends[0] >= _SAFE[0] and ends[2] <= _SAFE[1] and _SAFE_MIDDLE[0] <= ends[1] <= _SAFE_MIDDLE[1]:
            safe.append(kind)
    if floats and _is_normalised(values):
        return None, None, f"its numbers, {span}, look like shares or grays, not like degrees; {unknown}"
    if len(safe) == 1:
        return safe[0], _KINDS[safe[0]], ""
    perhaps = " or ".join(dict.fromkeys(safe or possible))
    if perhaps:
        return None, None, f"its numbers, {span}, may be {perhaps}, which is not sure; {unknown}"
    return None, None, f"its numbers, {span}, are no temperatures that are known; {unknown}"


def _measured(numbers: Numbers) -> NDArray[np.float64]:
    """The measured numbers without the ends of the sensor's range, or a sample of them."""
    values = numbers.values.ravel()
    good = np.isfinite(values)
    if numbers.unmeasured is not None:
        good &= ~numbers.unmeasured.ravel()
    if numbers.values.dtype.kind in "ui":
        good &= (values != 0) & ~np.isin(values, _ENDS)
    else:  # -9999 and the like, where no tag says what they are
        good &= np.abs(values.astype(np.float32)) < _HUGE
        good &= values >= np.float32(ABSOLUTE_ZERO)
    kept = values[good]
    return np.asarray(kept[:: max(1, kept.size // _SAMPLES)], np.float64)


def _is_normalised(values: NDArray[np.float64]) -> bool:
    """Whether floats lie in [0, 1], or are the grays of a picture: whole numbers, or up to 255 exactly."""
    low, high = float(values.min()), float(values.max())
    return (low >= 0 and high <= 1) or (low >= 0 and high in (255, *_ENDS)) or bool((values == np.rint(values)).all())


def _celsius(numbers: Numbers, scale: Scale | None) -> tuple[Celsius, Selection | None, float | None]:
    """Degrees, what is over the end of the sensor's range, and where that is."""
    stored = numbers.values.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        celsius = stored if scale is None else scale.factor * stored + scale.offset
        over = _saturated(numbers, stored, scale)
        limit = float(celsius[over].min()) if over is not None and over.any() else None
        unknown = ~np.isfinite(celsius) | (celsius < COLDEST) | (celsius > HOTTEST)
    if numbers.unmeasured is not None:
        unknown |= numbers.unmeasured
        over = None if over is None else over & ~numbers.unmeasured
    if over is not None:
        unknown |= over
    return np.where(unknown, np.nan, celsius).astype(np.float32), over, limit


def _saturated(numbers: Numbers, stored: NDArray[np.float64], scale: Scale | None) -> Selection | None:
    """What stands at the end of the sensor's range: by the file, or the largest number if that is where sensors end."""
    if numbers.saturated is not None:
        return numbers.saturated
    if scale is None or scale.factor < 0 or numbers.values.dtype.kind not in "ui" or numbers.bits <= 8:
        return None
    measured = stored if numbers.unmeasured is None else stored[~numbers.unmeasured]
    top = float(measured.max()) if measured.size else 0.0
    # Kelvin times 10 may be 4095 in earnest; only who says its own scale has a sensor of 12 or 14 bits.
    ends = _ENDS if scale not in _KINDS.values() else _ENDS[-1:]
    return stored == top if top in ends else None


def _correction(kind: str, reading: Reading) -> str | None:
    if reading.emissivity is None and reading.reflected is None:
        return None
    if kind == "radiometric":
        return "planck"
    if reading.emissivity is None:
        raise InputError(
            "is only looked at together with an emissivity",
            argument="reflected",
            remedy=f"give {argument_named('emissivity')} too",
        )
    return "grey body"


def _extent(known: Temperatures) -> dict[str, Any]:
    """What the map spans, for the notes."""
    values = known.celsius[np.isfinite(known.celsius)]
    told: dict[str, Any] = {
        "range_c": [round(float(values.min()), 2), round(float(values.max()), 2)],
        "unknown": round(1 - float(known.known.mean()), 6),
    }
    if known.over is not None and known.limit is not None:
        told |= {"saturated": round(float(known.over.mean()), 6), "limit_c": round(known.limit, 2)}
    return told


def _remark(kind: str, known: Temperatures, reading: Reading) -> str:
    values = known.celsius[np.isfinite(known.celsius)]
    low, high = shown(float(values.min())), shown(float(values.max()))
    corrected = ", corrected" if reading.emissivity is not None else ""
    return (
        f"its {_WORDS[kind]}: {low} to {high}{corrected}; if they are others, give "
        f"{argument_named('temperature_scale')} A,B (degrees Celsius are A * count + B) or none"
    )
