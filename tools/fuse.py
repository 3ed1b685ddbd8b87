"""fuse: the picture that everything starts from (equation 2)."""

from wordfuse.fusion.images import to_uint8
from wordfuse.fusion.networks.inference import fuse as run_network
from wordfuse.fusion.tensors import to_array, to_tensor
from wordfuse.tools.store.workspace import FUSED, Progress, Workspace
from wordfuse.tools.types import Id, Strict


class FuseArgs(Strict):
    """Nothing to choose: the sources are those of the run."""


class FuseResult(Strict):
    """The fused picture."""

    image: Id
    width: int
    height: int


def fuse(args: FuseArgs, work: Workspace) -> FuseResult:
    """Fuse the infrared and the visible picture."""

    def tile_done(done: int, tiles: int) -> None:
        if work.progress is not None:
            work.progress(Progress("fuse", done, tiles, 0.0))

    pair = work.pair
    fused = run_network(work.network, to_tensor(pair.infrared), to_tensor(pair.visible), progress=tile_done)
    pixels = to_uint8(to_array(fused))
    if pair.gray:
        # The network may tint a gray pair a little; a gray camera gets a gray picture: the luma.
        from wordfuse.fusion.images import luma_uint8

        pixels = luma_uint8(pixels)
    work.save_image(FUSED, pixels, "fused.png")
    height, width = pair.visible.shape[:2]
    return FuseResult(image=FUSED, width=width, height=height)
