"""fuse: the picture that everything starts from (equation 2)."""

from wordfuse.fusion.images import to_uint8
from wordfuse.tools.store.workspace import FUSED, Progress, Workspace
from wordfuse.tools.types import Id, Strict


class FuseArgs(Strict):
    """Nothing to choose: the sources are those of the run."""


class FuseResult(Strict):
    """The fused picture."""

    image: Id
    width: int
    height: int
    infrared: float  # its share of infrared: 0 is the visible picture, 1 the infrared one


def fuse(args: FuseArgs, work: Workspace) -> FuseResult:
    """Fuse the infrared and the visible picture."""

    def part_done(done: int, parts: int) -> None:
        if work.progress is not None:
            work.progress(Progress("fuse", done, parts, 0.0))

    pair = work.pair
    fused = work.fuser.fuse(pair.infrared, pair.visible, progress=part_done)
    pixels = to_uint8(fused.picture)
    if pair.gray:
        # The network may tint a gray pair a little; a gray camera gets a gray picture: the luma.
        from wordfuse.fusion.images import luma_uint8

        pixels = luma_uint8(pixels)
    work.save_image(FUSED, pixels, "fused.png")
    height, width = pair.visible.shape[:2]
    return FuseResult(image=FUSED, width=width, height=height, infrared=round(fused.share, 3))
