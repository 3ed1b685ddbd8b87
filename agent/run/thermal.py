"""Temperatures by one tool and no language model: read over a region, written as a table and drawn as a map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.single import SingleTool, check_output
from wordfuse.agent.settings import Settings
from wordfuse.fusion.errors import argument_named
from wordfuse.fusion.files.atomic import write_bytes_atomic
from wordfuse.fusion.temperatures.units import Unit, to_celsius
from wordfuse.tools.calls.spelling import dashed
from wordfuse.tools.heat.temperatures import TemperaturesResult
from wordfuse.tools.store.decoded import Decoded
from wordfuse.tools.store.workspace import FUSED

if TYPE_CHECKING:
    from wordfuse.fusion.temperatures.maps import Temperatures


@dataclass(frozen=True)
class Reading:
    """What was read.

    Attributes:
        inside: of the region, or of the whole picture where none was named.
        whole: of the whole picture.
        mask: of the region; None: the whole picture.
        doubts: what to tell of how sure it is that the region is meant.
    """

    inside: TemperaturesResult
    whole: TemperaturesResult
    mask: str | None
    doubts: tuple[str, ...]


def alone(ir: Path, settings: Settings) -> SingleTool:
    """A workspace for an infrared picture that no visible one goes with.

    Raises:
        InputError: it cannot be read, or an alignment was asked for.
    """
    from wordfuse.tools.store.alone import infrared_alone

    if settings.align:
        raise InputError(
            "needs a visible picture to align with", argument="align", remedy=f"give {argument_named('vi')}, or none"
        )
    pair = infrared_alone(ir, max_pixels=settings.max_pixels, reading=settings.reading, spelling=dashed)
    return SingleTool(ir, ir, settings, decoded=Decoded(pair=pair))


def read(tool: SingleTool, region: str | None, unit: Unit) -> Reading:
    """Read the temperatures of a region in words.

    Raises:
        InputError: the file tells no temperatures.
        RegionError: the region was not found, or no temperature is known in it.
    """
    _known(tool)
    whole = TemperaturesResult.model_validate(tool.call("read_temperatures", mask=None, unit=unit))
    if region is None:
        return Reading(whole, whole, None, ())
    grounding, drawn = tool.segment(region)
    doubts = tuple(record.doubt for record in tool.work.grounding(grounding) if record.doubt)
    told = tool.call("read_temperatures", mask=drawn["mask"], unit=unit)
    return Reading(TemperaturesResult.model_validate(told), whole, drawn["mask"], doubts)


def check_files(out: Path | None, csv: Path | None, inputs: Iterable[Path]) -> None:
    """Find out before the work whether what is to be written can be.

    Raises:
        InputError: it cannot.
    """
    known = [*inputs]
    if out is not None:
        check_output(out, known)
    if csv is None:
        return
    if csv.is_dir():
        raise InputError("is a folder", argument="csv", subject=csv, remedy="name a file")
    if not csv.parent.is_dir():
        raise InputError("its folder does not exist", argument="csv", subject=csv, remedy="make it first")
    if csv.exists() and any(path.exists() and csv.samefile(path) for path in known):
        raise InputError(
            "is one of the inputs, which are never changed", argument="csv", subject=csv, remedy="choose another name"
        )


def deliver_csv(tool: SingleTool, mask: str | None, unit: Unit, csv: Path) -> None:
    """Write every temperature, a row of the picture a line, with two decimals; nothing where unknown or outside."""
    from wordfuse.fusion.temperatures.table import as_csv

    write_bytes_atomic(csv, as_csv(_known(tool), tool.work.mask(mask), unit))


def deliver_map(tool: SingleTool, mask: str | None, unit: Unit, out: Path, wanted: Sequence[float]) -> None:
    """Draw the temperatures with their scale, or isotherms: on the fused picture where there is a visible one.

    Args:
        tool: with the pair.
        mask: of the region; None: the whole picture. Isotherms run through all of it.
        unit: of what is written.
        out: where.
        wanted: degrees Celsius of isotherms; none: the map alone.
    """
    from wordfuse.fusion.display.heat_map import draw_isotherms, heat_map
    from wordfuse.fusion.images import write_png
    from wordfuse.fusion.temperatures.isotherms import isotherms

    known = _known(tool)
    if not wanted:
        write_png(out, heat_map(known, tool.work.mask(mask), unit))
        return
    lines = isotherms(known, wanted)
    if tool.work.infrared == tool.work.visible and tool.work.pair.gray:
        drawn = heat_map(known, tool.work.mask(mask), unit)
        height, width = known.shape
        drawn[:height, :width] = draw_isotherms(drawn[:height, :width], lines, unit)
        write_png(out, drawn)
        return
    if FUSED not in tool.work.catalogue.images:
        tool.call("fuse")
    write_png(out, draw_isotherms(tool.work.image(FUSED), lines, unit))


def values_of_isotherms(text: str | None, unit: Unit) -> list[float]:
    """The temperatures of ``--isotherms`` in degrees Celsius; none where it was not given.

    Raises:
        InputError: they are no numbers.
    """
    if text is None:
        return []
    try:
        return [to_celsius(float(part), unit) for part in text.replace(";", ",").split(",") if part.strip()]
    except ValueError as error:
        raise InputError(
            "are no temperatures", argument="isotherms", subject=text, remedy="give numbers such as 30,40"
        ) from error


def _known(tool: SingleTool) -> "Temperatures":
    from wordfuse.fusion.temperatures.meaning import why_none

    pair = tool.work.pair
    if pair.temperatures is None:
        raise InputError(
            f"tells no temperatures: {why_none(pair.notes)}",
            subject=tool.work.infrared,
            remedy=f"where its numbers are degrees on a straight line, give {argument_named('temperature_scale')} A,B",
        )
    return pair.temperatures
