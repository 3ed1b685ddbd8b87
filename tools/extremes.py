"""find_extremes: where the infrared picture is hottest, or coldest."""

from typing import Literal

from pydantic import Field

from wordfuse.fusion.inspect.extremes import extremes
from wordfuse.fusion.recolour.legend import values_of
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict


class ExtremesArgs(Strict):
    """What is looked for, and where; mask null is the whole image."""

    kind: Literal["hottest", "coldest"]
    mask: Id | None


class Extreme(Strict):
    """One place: its box in pixels, its mean value with unit, and the share of the picture that it covers."""

    box: tuple[int, int, int, int]
    value: float
    unit: str
    area: float = Field(ge=0, le=1)


class ExtremesResult(Strict):
    """The places, the most extreme first, and the mean of all that was looked at."""

    places: list[Extreme]
    mean: float
    unit: str


def find_extremes(args: ExtremesArgs, work: Workspace) -> ExtremesResult:
    """Find the hottest or coldest places of the infrared picture; changes nothing."""
    mask = work.mask(args.mask)
    infrared = work.pair.infrared
    values = values_of(work.pair.notes)
    found = extremes(infrared, mask, cold=args.kind == "coldest")
    places = [
        Extreme(box=one.box, value=round(values.of(one.level), 2), unit=values.unit, area=one.area) for one in found
    ]
    inside = infrared if mask is None else infrared[mask > 127]
    return ExtremesResult(places=places, mean=round(values.of(float(inside.mean())), 2), unit=values.unit)
