"""The sources of a picture of a run, as far as edits mended them on the way to it.

A fault that is taken out of a source before the pair is fused is gone for all edits that follow: what is brightened
through a source that was denoised before brings no noise back. In a film the frames between two looks have their own
sources, so there every edit starts from these.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.images import Pair, to_float, to_uint8, write_png
from wordfuse.tools.store.workspace import Workspace

Source = Literal["infrared", "visible"]


def mended_pair(work: Workspace, image: str | None) -> Pair:
    """The pair as it was mended on the way to a picture; a file that is gone counts as never made."""
    pair, known = work.pair, work.catalogue.mended.get(work.origin(image or ""), {})
    files = {source: work.folder / file for source, file in known.items()}
    pictures = {
        source: to_float(work.decoded.picture(path, max_pixels=work.settings.max_pixels))
        for source, path in files.items()
        if path.is_file()
    }
    return Pair(
        infrared=pictures["infrared"][..., 0] if "infrared" in pictures else pair.infrared,
        visible=pictures.get("visible", pair.visible),
        gray=pair.gray,
    )


def carry_mended(
    work: Workspace, image: str, before: str, source: Source | None, mended: NDArray[np.float32] | None
) -> None:
    """Note what is mended of the sources of a new picture: that of the picture before, and a source that was now.

    Args:
        work: the run.
        image: id of the new picture.
        before: id of the one that it was made from.
        source: which source was mended; None: neither was.
        mended: it, (H, W, 3) float32 in [0, 1].
    """
    if work.made is not None:
        return
    known = dict(work.catalogue.mended.get(work.origin(before), {}))
    if source is not None and mended is not None:
        file = f"work/{image}.{source}.png"
        pixels = to_uint8(mended)
        write_png(work.folder / file, pixels)
        work.decoded.wrote_picture(work.folder / file, pixels)
        known[source] = file
    if known:
        work.catalogue.mended[image] = known
