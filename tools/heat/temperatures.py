"""read_temperatures: least, mean and most of a region in degrees, where, and of how many pixels."""

from typing import Literal

from pydantic import Field

from wordfuse.fusion.errors import RegionError
from wordfuse.fusion.temperatures.meaning import why_none
from wordfuse.fusion.temperatures.summary import Summary, summarise
from wordfuse.fusion.temperatures.units import from_celsius
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict


class TemperaturesArgs(Strict):
    """Where, and in which unit; mask null is the whole image."""

    mask: Id | None
    unit: Literal["C", "F", "K"]


class TemperaturesResult(Strict):
    """The temperatures of a region.

    Attributes:
        unit: of all of them.
        pixels: of the region.
        known: of them, those whose temperature is known.
        saturated: of them, those hotter than the sensor could tell: ``limit`` at least.
        limit: null where there are none.
        min: the lowest.
        mean: of those that are known and not saturated.
        median: likewise.
        max: the highest; where some are saturated, at least that.
        coldest_at: [x, y] of the lowest, in pixels of the visible picture.
        hottest_at: [x, y] of the highest.
        assumed: how the file's numbers are to be read was found out, and may be wrong.
    """

    unit: Literal["C", "F", "K"]
    pixels: int = Field(ge=0)
    known: int = Field(ge=0)
    saturated: int = Field(ge=0)
    limit: float | None
    min: float
    mean: float
    median: float
    max: float
    coldest_at: tuple[int, int]
    hottest_at: tuple[int, int]
    assumed: bool

    @property
    def at_least(self) -> bool:
        """Whether the highest is only known to be no less than what stands there."""
        return self.saturated > 0


def read_temperatures(args: TemperaturesArgs, work: Workspace) -> TemperaturesResult:
    """Read the temperatures of a region in degrees, where the infrared file knows them; changes nothing.

    Raises:
        RegionError: it does not, or nothing was measured in the region.
    """
    pair = work.pair
    if pair.temperatures is None:
        raise RegionError(
            f"this infrared picture tells no temperatures: {why_none(pair.notes)}",
            remedy="find_extremes tells what is hottest and coldest without degrees",
        )
    found = summarise(pair.temperatures, work.mask(args.mask))
    return told(found, args.unit, assumed=bool(pair.notes.get("temperatures", {}).get("assumed")))


def told(found: Summary, unit: Literal["C", "F", "K"], *, assumed: bool) -> TemperaturesResult:
    """A summary in a unit, to a hundredth of a degree."""

    def shown(celsius: float) -> float:
        return round(from_celsius(celsius, unit), 2)

    return TemperaturesResult(
        unit=unit,
        pixels=found.pixels,
        known=found.known,
        saturated=found.over,
        limit=None if found.limit is None else shown(found.limit),
        min=shown(found.least),
        mean=shown(found.mean),
        median=shown(found.median),
        max=shown(found.most if found.limit is None else max(found.most, found.limit)),
        coldest_at=found.coldest_at,
        hottest_at=found.hottest_at,
        assumed=assumed,
    )
