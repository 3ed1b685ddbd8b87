"""show: a look at a picture, for agents that can see. The agent of this project cannot; it reads measurements."""

from pydantic import Field

from wordfuse.fusion.display.overlay import overlay
from wordfuse.fusion.display.preview import preview_jpeg
from wordfuse.fusion.images import to_uint8
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id, Strict

SIDE_PX = 1024  # a photo of this size is about 300 kB, which clients take as the answer of a tool


class ShowArgs(Strict):
    """A picture, and a mask to tint on it."""

    image: Id = Field(description="The id of a picture, or one of the sources: infrared, visible.")
    mask: Id | None = Field(None, description="The id of a mask: its region is tinted and outlined in red.")


class ShowResult(Strict):
    """The picture as JPEG, its longer side at most 1024 pixels."""

    jpeg: bytes
    width: int  # of the picture itself
    height: int


def show(args: ShowArgs, work: Workspace) -> ShowResult:
    """Look at a picture (downscaled), with or without a mask on it."""
    sources = {"infrared": work.pair.infrared, "visible": work.pair.visible}
    picture = to_uint8(sources[args.image]) if args.image in sources else work.image(args.image)
    mask = work.mask(args.mask)
    if mask is not None:
        picture = overlay(picture if picture.ndim == 3 else picture[..., None].repeat(3, axis=2), mask)
    height, width = picture.shape[:2]
    return ShowResult(jpeg=preview_jpeg(picture, SIDE_PX), width=width, height=height)
