"""point and paint: the regions that a person may mean who points at the picture or paints over it."""

from pathlib import Path

from pydantic import Field

from wordfuse.fusion.images import write_png
from wordfuse.fusion.regions.pointing import Point, Pointed, at_point, painted
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Strict


class Seen(Strict):
    """A region that may be meant.

    Attributes:
        file: its mask, a PNG with 255 inside.
        told: what it is, for the person.
        area: the share of the picture, in (0, 1].
    """

    file: Path
    told: str
    area: float = Field(gt=0, le=1)


def point(at: Point, work: Workspace, folder: Path) -> list[Seen]:
    """What may be meant by a point, the likeliest first; masks are written into a folder.

    Args:
        at: x and y in pixels of the visible picture.
        work: the run; its pair must be fused.
        folder: for the masks; what is called alike is written over.

    Raises:
        InputError: the point lies outside of the picture.
        BackendUnreachable: the region backend cannot be reached.
    """
    return [_kept(one, folder / f"pointed-{i}.png") for i, one in enumerate(at_point(work.sources(), at, work.backend))]


def paint(strokes: list[list[Point]], radius_px: float, work: Workspace, folder: Path) -> Seen:
    """What was painted over; its mask is written into a folder.

    Args:
        strokes: each the points that the brush went through, x and y in pixels of the visible picture.
        radius_px: of the brush.
        work: the run.
        folder: for the mask; what is called alike is written over.

    Raises:
        InputError: nothing of the picture was painted over.
    """
    height, width = work.pair.visible.shape[:2]
    mask = painted((height, width), strokes, radius_px)
    return _kept(Pointed(mask, "what you painted over", "painted"), folder / "painted-0.png")


def _kept(one: Pointed, file: Path) -> Seen:
    write_png(file, one.mask)
    return Seen(file=file, told=one.told, area=one.area)
