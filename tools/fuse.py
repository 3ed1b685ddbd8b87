"""fuse: the picture that everything starts from (equation 2)."""

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
    pixels, share = work.fuser.fuse_pair(pair, part_done)
    work.save_image(FUSED, pixels, "fused.png")
    height, width = pair.visible.shape[:2]
    return FuseResult(image=FUSED, width=width, height=height, infrared=round(share, 3))
