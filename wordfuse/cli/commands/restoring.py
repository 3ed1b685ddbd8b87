"""Commands of the tools that put right, or hide: contrast, sharpen, dehaze, destripe, blur, recolour."""

from wordfuse.cli.commands.one_tool import edit
from wordfuse.cli.guard import guarded
from wordfuse.cli.options import common as o
from wordfuse.cli.options import groups as g
from wordfuse.cli.options.taking import everywhere


@everywhere
@guarded
def contrast(
    *,
    out: o.OutFile,
    pair: g.Pair,
    direction: o.ContrastWay = "more",
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Give a region more or less local contrast; no language model."""
    edit("contrast", pair, edited, chosen, out, as_json, quiet, direction=direction)


@everywhere
@guarded
def sharpen(
    *,
    out: o.OutFile,
    pair: g.Pair,
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Sharpen a region; no language model."""
    edit("sharpen", pair, edited, chosen, out, as_json, quiet)


@everywhere
@guarded
def dehaze(
    *,
    out: o.OutFile,
    pair: g.Pair,
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Take haze, fog or smoke out of a region; no language model."""
    edit("dehaze", pair, edited, chosen, out, as_json, quiet)


@everywhere
@guarded
def destripe(
    *,
    out: o.OutFile,
    pair: g.Pair,
    axis: o.Lines = None,
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Take lines that a sensor left out of a region; no language model."""
    edit("destripe", pair, edited, chosen, out, as_json, quiet, axis=axis)


@everywhere
@guarded
def blur(
    *,
    out: o.OutFile,
    pair: g.Pair,
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Blur a region until no face and no letter in it can be read; no language model."""
    edit("blur", pair, edited, chosen, out, as_json, quiet)


@everywhere
@guarded
def recolour(
    *,
    out: o.OutFile,
    pair: g.Pair,
    direction: o.Colours = "vivid",
    edited: g.Edited,
    chosen: g.EditSettings,
    as_json: o.AsJson = False,
    quiet: o.Quiet = False,
) -> None:
    """Change the colours of a region; the scale of heat goes to NAME.legend.png. No language model."""
    edit("recolour", pair, edited, chosen, out, as_json, quiet, direction=direction)
