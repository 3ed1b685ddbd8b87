"""Commands that look and change nothing: what is wrong with a pair (inspect), and how hot it is (temperatures)."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.cli.shared import IR, PAIR, files_of, tell, warn
from wordfuse.fusion.errors import InputError, argument_named

if TYPE_CHECKING:
    from wordfuse.agent.run.single import SingleTool
    from wordfuse.agent.settings import Settings
    from wordfuse.cli.options.taking import Chosen


@everywhere
@guarded
def inspect(
    *,
    pair: g.Pair,
    fused: o.Inspected = None,
    mask: o.MaskFile = None,
    chosen: g.InspectSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Tell what is wrong with a pair and what is fused from it, and what mends it; no language model."""
    from rich.console import Console

    from wordfuse.agent.run.single import SingleTool
    from wordfuse.agent.terminal.console import print_json
    from wordfuse.agent.terminal.findings import findings_table

    settings = build_settings(**pair.fields(), **chosen.fields())
    with SingleTool(*files_of(pair), settings) as tool:
        warn(tool.work.pair.warnings, quiet)
        told = tool.call("inspect", image=tool.start_from(fused), mask=tool.use_mask(mask))
    if as_json:
        print_json(told)
    else:
        Console().print(findings_table(told["findings"]))


@everywhere
@guarded
def temperatures(
    *,
    pair: g.Pair,
    region: o.RegionWords = None,
    unit: o.UnitOption = "C",
    out: o.HeatMapFile = None,
    isotherms: o.Isotherms = None,
    csv: o.CsvFile = None,
    chosen: g.TemperatureSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Tell how hot an infrared picture or a region of it is; --vi may be left out. No language model.

    Exit code 2: the file tells no temperatures; 3: the region was not found.
    """
    from rich.console import Console

    from wordfuse.agent.run.thermal import check_files, deliver_csv, deliver_map, read, values_of_isotherms
    from wordfuse.agent.terminal.console import print_json
    from wordfuse.agent.terminal.degrees import temperatures_table

    settings = build_settings(**pair.fields(), **chosen.fields())
    wanted = values_of_isotherms(isotherms, unit)
    if wanted and out is None:
        raise InputError(
            "are drawn into a picture", argument="isotherms", remedy=f"say which: {argument_named('out')} FILE.png"
        )
    with _looking_at(pair, settings) as tool:
        check_files(out, csv, [tool.work.infrared, tool.work.visible, *settings.masks.values()])
        warn(tool.work.pair.warnings, quiet)
        found = read(tool, region, unit)
        warn(found.doubts, quiet)
        if csv is not None:
            deliver_csv(tool, found.mask, unit, csv)
        if out is not None:
            deliver_map(tool, found.mask, unit, out, wanted)
        notes: dict[str, Any] = tool.work.pair.notes["temperatures"]
    columns = ({region: found.inside} if region is not None else {}) | {"the whole picture": found.whole}
    if as_json:
        answer = {"ir": str(tool.work.infrared), "region": region, **(found.inside.model_dump(mode="json"))}
        answer |= {"file": notes} | {name: str(path) for name, path in (("csv", csv), ("out", out)) if path is not None}
        print_json(answer)
        return
    Console().print(temperatures_table(columns))
    written = [str(path) for path in (csv, out) if path is not None]
    if written:
        tell({}, False, quiet, f"wrote {' and '.join(written)}")


def _looking_at(pair: "Chosen", settings: "Settings") -> "SingleTool":
    """A workspace for the pair, or for the infrared picture alone where no visible one is named."""
    from wordfuse.agent.run.single import SingleTool
    from wordfuse.agent.run.thermal import alone

    ir, vi, both = (pair.values[name] for name in ("ir", "vi", "pair"))
    if vi is None and both is None:
        if ir is None:
            raise InputError(f"{IR}: missing", remedy=f"give {IR} FILE, or {PAIR} FILE for a FLIR JPEG")
        return alone(Path(ir), settings)
    return SingleTool(*files_of(pair), settings)
