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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError, argument_named
from wordfuse.fusion.temperatures.carried import Carried
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
REMARK = "remark"  # in notes: what was said of a way that was found out
_KINDS = {
    "kelvin x 100": Scale(0.01, ABSOLUTE_ZERO),
    "kelvin x 10": Scale(0.1, ABSOLUTE_ZERO),
    "celsius": Scale(1.0, 0.0),
    "kelvin": Scale(1.0, ABSOLUTE_ZERO),
}
_SAID = "it was said that it holds none"
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
        carried: temperatures that lie in the file beside its picture, or why there are none.
    """

    values: NDArray[Any]
    bits: int
    unit: str | None = None
    unmeasured: Selection | None = None
    saturated: Selection | None = None
    camera: Mapping[str, float] = field(default_factory=dict)
    foreign: str | None = None
    carried: Carried | None = None


@dataclass(frozen=True)
class Way:
    """How numbers become degrees; one for all frames of a film.

    Attributes:
        kind: what the numbers are.
        scale: the line from them to degrees Celsius; None: they are degrees.
        corrected: for a surface: "planck" by the file's constants, or "grey body"; None: not at all.
        emissivity: of the surface, where it is taken for a grey body.
        reflected: what that reflects, degrees Celsius.
    """

    kind: str
    scale: Scale | None
    corrected: str | None = None
    emissivity: float | None = None
    reflected: float = USUAL_REFLECTED

    @property
    def assumed(self) -> bool:
        """Whether it was found out, and may be wrong."""
        return self.kind in _WORDS

    @property
    def bent(self) -> bool:
        """As in :class:`Meant`."""
        return self.emissivity is not None or (self.scale is not None and self.scale.factor < 0)

    def temperatures(self, numbers: Numbers) -> Temperatures:
        """Those of a picture; it may be that none is known."""
        celsius, over, limit = _celsius(numbers, self.scale)
        if self.emissivity is not None:
            celsius = _on_earth(grey_body(celsius, self.emissivity, self.reflected))
            if limit is not None:
                limit = float(
                    _on_earth(grey_body(np.array([[limit]], np.float32), self.emissivity, self.reflected))[0, 0]
                )
                over, limit = (None, None) if np.isnan(limit) else (over, limit)
        return Temperatures(celsius, over if over is not None and over.any() else None, limit)

    def notes(self, camera: Mapping[str, float], known: Temperatures | None = None) -> dict[str, Any]:
        """JSON-native: how numbers were read, what the file tells of them and what they span."""
        told: dict[str, Any] = {"kind": self.kind}
        told |= {} if self.scale is None else {"scale": [self.scale.factor, self.scale.offset]}
        told |= {} if self.emissivity is None else {"emissivity": self.emissivity, "reflected_c": self.reflected}
        told |= {name: round(value, 4) for name, value in camera.items()}
        told |= {"corrected": self.corrected} if self.corrected else {}
        return told | ({} if known is None else _extent(known)) | {"assumed": self.assumed}

    def remark(self, low: float, high: float) -> str | None:
        """What to say of a way that was found out, to be set behind a file's name; None: there is nothing to doubt.

        Args:
            low: the lowest temperature that follows from it, degrees Celsius.
            high: the highest.
        """
        if not self.assumed:
            return None
        corrected = ", corrected" if self.corrected else ""
        return (
            f"its {_WORDS[self.kind]}: {shown(low)} to {shown(high)}{corrected}; if they are others, give "
            f"{argument_named('temperature_scale')} A,B (degrees Celsius are A * count + B) or none"
        )


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
    if numbers.carried is not None:
        return _carried(numbers.carried, reading)
    way, why = way_of([numbers], reading)
    if way is None:
        # What is true of every picture of 8 bits need not be kept with each.
        return Meant(None, {"reason": why} if numbers.bits > 8 or numbers.foreign else {})
    known = way.temperatures(numbers)
    values = known.celsius[np.isfinite(known.celsius)]
    if not values.size:
        raise nowhere_on_earth(reading)
    remark = way.remark(float(values.min()), float(values.max()))
    notes = way.notes(numbers.camera, known) | ({REMARK: remark} if remark else {})
    return Meant(known, notes, remark, way.bent)


def way_of(pictures: Sequence[Numbers], reading: Reading) -> tuple[Way | None, str]:
    """How the numbers of a picture, or of some frames of a film, become degrees; or why they do not.

    Raises:
        InputError: as for :func:`meant`.
    """
    if reading.scale is not None and any(one.unit == "celsius" for one in pictures):
        raise _told_by_file()
    found = [_kind(numbers, reading) for numbers in pictures]
    kind, scale, why = next((one for one in found if one[0] is None), found[0])
    if kind is not None and any(one[:2] != (kind, scale) for one in found):
        kind, why = (
            None,
            f"its frames do not agree: they may be {' or '.join(dict.fromkeys(str(one[0]) for one in found))}",
        )
    if kind is None:
        if reading.emissivity is not None or reading.reflected is not None:
            name = "emissivity" if reading.emissivity is not None else "reflected"
            raise InputError(f"corrects temperatures, and there are none: {why}", argument=name)
        return None, why
    corrected = _correction(kind, reading)
    if corrected != "grey body":
        return Way(kind, scale, corrected), ""
    reflected = USUAL_REFLECTED if reading.reflected is None else reading.reflected
    return Way(kind, scale, corrected, reading.emissivity, reflected), ""


def nowhere_on_earth(reading: Reading) -> InputError:
    """What to raise where no number of a file is a temperature, as it is said that they are."""
    if reading.emissivity is not None and reading.scale is None:
        return InputError(
            "no pixel of it has a temperature that anything on earth has, so corrected",
            argument="emissivity",
            remedy=f"look at it, and at {argument_named('reflected')}",
        )
    return InputError(
        "no pixel of it has a temperature that anything on earth has",
        argument="temperature_scale" if reading.scale is not None else None,
        remedy="look at the scale, or give none" if reading.scale is not None else None,
    )


def _told_by_file() -> InputError:
    return InputError(
        "the file tells its temperatures itself",
        argument="temperature_scale",
        remedy=f"leave it out; {argument_named('emissivity')} corrects them",
    )


def _carried(carried: Carried, reading: Reading) -> Meant:
    """Of a frame that was taken out of a film, with its temperatures."""
    if reading.none:
        return Meant(None, {"reason": _SAID})
    if reading.said:
        name = "temperature_scale" if reading.scale is not None else "emissivity"
        remedy = "give it where the film is opened, and leave it out here"
        raise InputError("is a frame of a film, read with the film", argument=name, remedy=remedy)
    return Meant(carried.temperatures, dict(carried.notes))


def warnings_of(notes: Mapping[str, Any], *, heat: bool) -> list[str]:
    """The warnings among notes of a pair, or of a film.

    Args:
        notes: with ``warnings`` and perhaps ``temperatures``.
        heat: degrees are asked for; else how numbers were taken for them does not matter, and is left out.
    """
    remark = notes.get("temperatures", {}).get(REMARK)
    warnings = [str(one) for one in notes.get("warnings", ())]
    return [one for one in warnings if heat or remark is None or not one.endswith(remark)]


def why_none(notes: Mapping[str, Any]) -> str:
    """Why a pair has no temperatures, by its notes (``fusion.images.Pair.notes``), as part of a sentence."""
    told = notes.get("temperatures", {}).get("reason")
    return str(told) if told else "a picture of 8 bits a pixel tells no degrees"


def _kind(numbers: Numbers, reading: Reading) -> tuple[str | None, Scale | None, str]:
    """What the numbers are, the line to degrees where it is one, and why there is none."""
    if reading.none:
        return None, None, _SAID
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


def _on_earth(celsius: Celsius) -> Celsius:
    """Degrees without those that nothing has: where nearly all is reflected, a correction leaves next to none."""
    with np.errstate(invalid="ignore"):
        return np.where((celsius < COLDEST) | (celsius > HOTTEST), np.float32(np.nan), celsius)


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
