"""find_extremes: where the infrared picture is hottest, or coldest."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.inspect.extremes import Place, extremes
from wordfuse.fusion.recolour.legend import values_of
from wordfuse.fusion.temperatures.maps import Temperatures
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict


class ExtremesArgs(Strict):
    """What is looked for, and where; mask null is the whole image."""

    kind: Literal["hottest", "coldest"]
    mask: Id | None


class Extreme(Strict):
    """One place.

    Attributes:
        box: [x0, y0, x1, y1] in pixels.
        value: where temperatures are known, its highest or lowest; else its mean.
        unit: of it.
        area: the share of the picture that it covers.
        at: [x, y] of that temperature; null where none is known.
        at_least: it is hotter than the sensor could tell: at least ``value``.
    """

    box: tuple[int, int, int, int]
    value: float
    unit: str
    area: float = Field(ge=0, le=1)
    at: tuple[int, int] | None = None
    at_least: bool = False


class ExtremesResult(Strict):
    """The places, the most extreme first, and the mean of all that was looked at."""

    places: list[Extreme]
    mean: float
    unit: str


def find_extremes(args: ExtremesArgs, work: Workspace) -> ExtremesResult:
    """Find the hottest or coldest places of the infrared picture; changes nothing."""
    mask = work.mask(args.mask)
    infrared, known = work.pair.infrared, work.pair.temperatures
    if known is not None:
        return _in_degrees(known, mask, args.kind)
    values = values_of(work.pair.notes)
    found = extremes(infrared, mask, cold=args.kind == "coldest")
    places = [
        Extreme(box=one.box, value=round(values.of(one.level), 2), unit=values.unit, area=one.area) for one in found
    ]
    inside = infrared if mask is None else infrared[mask > 127]
    return ExtremesResult(places=places, mean=round(values.of(float(inside.mean())), 2), unit=values.unit)


def _in_degrees(known: Temperatures, mask: NDArray[np.uint8] | None, kind: str) -> ExtremesResult:
    """The same of a picture whose temperatures are known: what was never measured is nowhere hottest or coldest."""
    inside = known.known if mask is None else known.known & (mask > 127)
    if not inside.any():
        if mask is None or (mask > 127).any():
            raise RegionError("no temperature is known there", remedy="name or draw another region")
        raise RegionError("the mask is empty: there is nothing to look at", remedy="name or draw another region")
    measured = np.where(inside, np.uint8(255), np.uint8(0))
    cold = kind == "coldest"
    places = [_place(one, known, inside, kind) for one in extremes(known.levels, measured, cold=cold, smoothed=False)]
    places.sort(key=lambda one: one.value, reverse=not cold)
    degrees = known.celsius[inside & np.isfinite(known.celsius)]
    mean = float(degrees.mean()) if degrees.size else float(known.limit or 0.0)
    return ExtremesResult(places=places, mean=round(mean, 2), unit="C")


def _place(one: Place, known: Temperatures, inside: NDArray[np.bool_], kind: str) -> Extreme:
    """A place with its highest or lowest temperature, and where in it that is."""
    x0, y0, x1, y1 = one.box
    part, here = known.celsius[y0:y1, x0:x1], inside[y0:y1, x0:x1]
    over = None if known.over is None or kind == "coldest" else known.over[y0:y1, x0:x1] & here
    if over is not None and over.any():
        rows, columns = np.nonzero(over)
        value, row, column = float(known.limit or 0.0), int(np.median(rows)), int(np.median(columns))
    else:
        worst = np.inf if kind == "coldest" else -np.inf
        values = np.where(here & np.isfinite(part), part, np.float32(worst))
        row, column = divmod(int(values.argmin() if kind == "coldest" else values.argmax()), part.shape[1])
        value = float(values[row, column])
    saturated = over is not None and bool(over.any())
    at = (x0 + column, y0 + row)
    return Extreme(box=one.box, value=round(value, 2), unit="C", area=one.area, at=at, at_least=saturated)
