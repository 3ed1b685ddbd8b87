"""Commands that use one tool and no language model: fuse, segment, incline, relight, denoise, metrics."""

from pathlib import Path
from typing import Annotated, Any

import typer

from wordfuse.agent.settings import Settings, build_settings
from wordfuse.cli.commands.one_tool import edit, single
from wordfuse.cli.guard import complain, guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.cli.shared import files_of, tell, warn, warn_of_pair
from wordfuse.fusion.errors import RegionError, argument_named


@everywhere
@guarded
def fuse(
    *,
    out: o.OutFile,
    pair: g.Pair,
    chosen: g.FuseSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Fuse a pair, or all pairs of two folders into a third; no language model."""
    ir, vi = files_of(pair)
    settings = build_settings(**pair.fields(), **chosen.fields())
    if ir.is_dir() or vi.is_dir():
        _fuse_folders(ir, vi, out, settings, as_json, quiet)
        return
    with single(ir, vi, out, settings) as tool:
        warn_of_pair(tool.work.pair.notes, quiet)
        result = tool.call("fuse")
        tool.deliver("fused.png", out)
        chosen_by = "as asked for" if settings.infrared is not None else "chosen from the pair"
        said = f"wrote {out}: {result['infrared']:.2f} of infrared, {chosen_by}"
        tell(result | {"out": str(out), "sources": tool.work.pair.notes}, as_json, quiet, said)


@everywhere
@guarded
def segment(
    *,
    text: Annotated[str, typer.Argument(help="A region in words.", show_default=False)],
    out: o.OutFile,
    pair: g.Pair,
    chosen: g.SegmentSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Write the mask of a region, and a picture that shows it (MASK-overlay.png). Exit code 3: it was not found."""
    from wordfuse.agent.run.single import check_output
    from wordfuse.fusion.display.overlay import covered, overlay

    ir, vi = files_of(pair)
    settings = build_settings(**pair.fields(), **chosen.fields())
    inputs = [ir, vi, *settings.masks.values()]
    check_output(out, inputs)
    shown = out.with_name(f"{out.stem}-overlay.png")
    check_output(shown, inputs)
    with single(ir, vi, out, settings, *settings.masks.values()) as tool:
        warn_of_pair(tool.work.pair.notes, quiet, text)
        grounding, result = tool.segment(text)
        record, drawn = tool.work.grounding(grounding)[0], tool.work.mask(result["mask"])
        warn([record.doubt] if record.doubt else [], quiet)
        tool.deliver(tool.work.catalogue.masks[result["mask"]], out)
        tool.work.save_image("overlay", overlay(tool.work.image("fused"), drawn, record.boxes), "overlay.png")
        tool.deliver("overlay.png", shown)
        told = record.model_dump(exclude={"mask"}) | {"area": result["area"], "out": str(out), "overlay": str(shown)}
        told["areas"] = [covered(drawn, box) for box in record.boxes]
        tell(told, as_json, quiet, f"wrote {out} and {shown}: {result['area']:.1%} of the picture; {record.reason}")


@everywhere
@guarded
def incline(
    *,
    out: o.OutFile,
    pair: g.Pair,
    direction: o.Source = "infrared",
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a region look more like one of the sources; no language model."""
    edit("incline", pair, edited, chosen, out, as_json, quiet, direction=direction)


@everywhere
@guarded
def relight(
    *,
    out: o.OutFile,
    pair: g.Pair,
    direction: o.Light = "brighter",
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Make a region brighter or darker; no language model."""
    edit("relight", pair, edited, chosen, out, as_json, quiet, direction=direction)


@everywhere
@guarded
def denoise(
    *,
    out: o.OutFile,
    pair: g.Pair,
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Take noise out of a region; no language model."""
    edit("denoise", pair, edited, chosen, out, as_json, quiet)


@everywhere
@guarded
def metrics(
    *,
    fused: o.Measured,
    pair: g.Pair,
    mask: o.MaskFile = None,
    chosen: g.MetricSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Measure a fused picture against its sources, or all pictures of a folder, which ends with their means."""
    from rich.console import Console

    from wordfuse.agent.terminal.console import metric_table, print_json
    from wordfuse.tools.evaluate import metric_values

    ir, vi = files_of(pair)
    settings = Settings(**pair.fields(), **chosen.fields())
    how: dict[str, Any] = {"max_pixels": settings.max_pixels, "align": settings.align, "reading": settings.reading}
    if any(one.is_dir() for one in (ir, vi, fused)):
        _measure_folders(ir, vi, fused, mask, how, as_json, quiet)
        return
    try:
        values, warnings = metric_values(ir, vi, fused, mask, **how)
    except RegionError as error:
        raise RegionError(error.told(argument_named), argument="mask", subject=mask) from error
    warn(warnings, quiet)
    if as_json:
        print_json(values)
    else:
        Console().print(metric_table({fused.name: values}))


def _fuse_folders(ir: Path, vi: Path, out: Path, settings: Settings, as_json: bool, quiet: bool) -> None:
    from wordfuse.agent.batch.folders import check_folders, fuse_folders
    from wordfuse.agent.errors import InputError
    from wordfuse.agent.terminal.console import counting, messages

    check_folders(ir, vi, out)
    with counting(messages(quiet)) as report:
        batch = fuse_folders(ir, vi, out, settings, report)
    for record in batch.fused:
        warn_of_pair(record["sources"], quiet)
    for stem, problem in batch.failed.items():
        complain(f"{stem}: {problem}")
    told = {"out": str(out), "fused": batch.fused, "failed": batch.failed}
    tell(told, as_json, quiet, f"wrote {len(batch.fused)} pictures to {out}; {len(batch.failed)} pairs failed")
    if batch.failed:
        raise typer.Exit(InputError.exit_code)


def _measure_folders(
    ir: Path, vi: Path, fused: Path, mask: Path | None, settings: dict[str, Any], as_json: bool, quiet: bool
) -> None:
    from rich.console import Console

    from wordfuse.agent.batch.folders import measure_folders
    from wordfuse.agent.errors import InputError
    from wordfuse.agent.terminal.console import counting, messages, metric_rows, print_json

    for path in (ir, vi, fused):
        if not path.is_dir():
            raise InputError("is no folder, and another is one", subject=path, remedy="give three pictures or folders")
    if mask is not None:
        raise InputError("is for one picture", argument="mask", subject=mask, remedy="leave it out for folders")
    with counting(messages(quiet)) as report:
        found = measure_folders(ir, vi, fused, report, **settings)
    warn(found.warnings, quiet)
    for stem, problem in found.failed.items():
        complain(f"{stem}: {problem}")
    if as_json:
        print_json({"pictures": found.measured, "mean": found.mean, "failed": found.failed})
    elif found.measured:
        Console().print(metric_rows(found.measured | {f"mean of {len(found.measured)}": found.mean}))
    if found.failed:
        raise typer.Exit(InputError.exit_code)
