"""``wordfuse mcp``: the typed tools for agents of others, over the Model Context Protocol."""

from pathlib import Path
from typing import Annotated

import typer

from agent import options as o
from agent import options_mcp as m
from agent.commands.guard import guarded
from agent.commands.shared import MAX_PIXELS, build_settings
from agent.text import printable
from fusion.errors import InputError


@o.everywhere
@guarded
def mcp(
    folder: Annotated[
        Path, typer.Argument(help="The folder with the pictures; nothing outside it can be named.", show_default=False)
    ],
    regions: o.Regions = "auto",
    grounding_model: o.GroundingModel = None,
    segmentation_model: o.SegmentationModel = None,
    grounding_picture: o.GroundingPicture = "fused",
    device: o.Device = "auto",
    weights: o.Weights = None,
    preset: o.Preset = "default",
    seed: o.Seed = 0,
    seconds_per_call: m.SecondsPerCall = 300,
    max_pixels: o.MaxPixels = MAX_PIXELS,
    quiet: o.Quiet = False,
) -> None:
    """Serve the tools to an MCP client on standard input and output, for pictures of one folder."""
    try:
        from agent.mcp_server import build_server
        from agent.mcp_stdio import serve, wire
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise InputError("wordfuse mcp needs the MCP SDK; install it with: pip install 'wordfuse[mcp]'") from error
    from agent.confined import Confined
    from agent.console import messages
    from agent.workbench import Workbench

    confined = Confined(folder)
    with wire() as ends:
        settings = build_settings(
            regions=regions,
            grounding_model=grounding_model,
            segmentation_model=segmentation_model,
            grounding_picture=grounding_picture,
            device=device,
            weights=weights,
            preset=preset,
            seed=seed,
            max_pixels=max_pixels,
            limits={"seconds_per_call": seconds_per_call},
        )
        where = printable(str(confined.folder))
        told = f"wordfuse serves {where} to the MCP client that started it; Ctrl-C ends it"
        messages(quiet).print(told, markup=False, soft_wrap=True)
        serve(build_server(Workbench(confined, settings)), ends)
