"""What every command of one tool does: a workspace for it, its region, its picture, its answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import INTERRUPTED, complain
from wordfuse.cli.shared import files_of, tell, warn, warn_of_pair
from wordfuse.fusion.errors import InputError

if TYPE_CHECKING:
    from wordfuse.agent.settings import Settings
    from wordfuse.cli.options.taking import Chosen


def single(ir: Path, vi: Path, out: Path, settings: "Settings", *others: Path | None) -> Any:
    """A workspace for one tool, once it is known that its result can be written."""
    from wordfuse.agent.run.single import SingleTool, check_output

    check_output(out, [path for path in (ir, vi, *others) if path is not None])
    return SingleTool(ir, vi, settings)


def edit(
    task: str,
    pair: "Chosen",
    edited: "Chosen",
    chosen: "Chosen",
    out: Path,
    as_json: bool,
    quiet: bool,
    **args: str | None,
) -> None:
    """Edit a picture with the tool of a task.

    Args:
        task: what the tool is called.
        pair: of ``groups.Pair``.
        edited: of ``groups.Edited``.
        chosen: of ``groups.EditSettings``.
        out: the file to write.
        as_json: whether the answer is JSON.
        quiet: whether nothing is told on the way.
        **args: arguments of this tool alone.
    """
    from wordfuse.agent.context import Event
    from wordfuse.agent.interrupts import Interrupts
    from wordfuse.agent.terminal.console import messages, watching

    given: dict[str, Any] = dict(edited.values)
    fused, mask, region = given["fused"], given["mask"], given["region"]
    if mask is not None and region is not None:
        raise InputError("says where, and so does --mask", argument="region", remedy="give one of the two")
    settings = build_settings(**pair.fields(), **chosen.fields())
    legend = _legend_of(task, args, out, [*files_of(pair), fused, mask])
    far = {"strength": given["strength"].value, "amount": given["amount"]}
    shown = watching(messages(quiet))
    with (
        single(*files_of(pair), out, settings, fused, mask) as tool,
        shown as notify,
        Interrupts(complain) as interrupts,
    ):
        warn_of_pair(tool.work.pair.notes, quiet, f"{region or ''} {args.get('direction') or ''}")
        tool.work.cancelled, tool.work.gently = interrupts.asked, interrupts.gently
        tool.work.progress = lambda progress: notify(Event("progress", task, progress))
        image, where = tool.start_from(fused), tool.use_mask(mask)
        if region is not None:
            grounding, drawn = tool.segment(region)
            where = drawn["mask"]
            doubts = (record.doubt for record in tool.work.grounding(grounding))
            warn([doubt for doubt in doubts if doubt], quiet)
        result = tool.call(task, image=image, mask=where, **far, **args)
        if result["stopped"] == "cancelled" and not result["epochs"]:
            raise KeyboardInterrupt  # nothing was reached that would be worth a file
        tool.deliver(tool.work.catalogue.images[result["image"]], out)
        if legend is not None:
            tool.deliver_legend(where, legend)
        area = {"area": tool.work.area(where)} if region is not None else {}
    kept = ("epochs", "stopped", "saturated", "where")
    told = {"task": task, "out": str(out)} | area | {name: result[name] for name in kept if name in result}
    told |= {} if legend is None else {"legend": str(legend)}
    files = f"wrote {out}" + ("" if legend is None else f", its scale is in {legend}")
    tell(told, as_json, quiet, files + ("; there is no further to go" if result["saturated"] else ""))
    if result["stopped"] == "cancelled":
        complain(f"interrupted after {result['epochs']} epochs; {out} is what they reached")
        raise typer.Exit(INTERRUPTED)


def _legend_of(task: str, args: dict[str, str | None], out: Path, inputs: list[Path | None]) -> Path | None:
    """Where the scale of heat goes, beside the picture; None where there is none."""
    from wordfuse.agent.run.single import check_output

    if (task, args.get("direction")) != ("recolour", "heat"):
        return None
    legend = out.with_name(f"{out.stem}.legend.png")
    check_output(legend, [path for path in inputs if path is not None])
    return legend
