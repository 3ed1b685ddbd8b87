"""``wordfuse inspect``: what is wrong with a pair and its fused picture, and what mends it."""

from wordfuse.agent.settings import build_settings
from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere
from wordfuse.cli.shared import files_of, warn


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
