"""Fuse a pair in the default look: infrared where the visible picture lacks something, in strips."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from wordfuse.fusion.abandon import still_wanted
from wordfuse.fusion.look.evidence import Evidence
from wordfuse.fusion.look.filters import Plane, guided, rise, spread
from wordfuse.fusion.look.surroundings import WORKING_PX, Planes, Whole, survey
from wordfuse.fusion.look.unseen import Unseen, find_unseen

STRIP_PX = 1 << 20  # pixels in a strip: about 100 MB of planes
SOFTNESS = 0.012  # in luma, of the threshold from which infrared lifts


@dataclass(frozen=True)
class Looked:
    """A pair in the default look.

    Attributes:
        picture: (H, W, 3) float32 in [0, 1], RGB.
        share: how much of the picture needed infrared, [0, 1].
    """

    picture: Plane
    share: float


#: Of rows from the first to before the last, the luma that infrared adds to the visible picture; gives what is added.
Settle = Callable[[Plane, int, int], Plane]
#: How far lamps blind the camera, on the coarse grid, in [0, 1]; gives what is taken for it.
Dim = Callable[[Plane], Plane]


def fuse_look(
    infrared: Plane,
    visible: Plane,
    progress: Callable[[int, int], None] | None = None,
    *,
    whole: Whole | None = None,
    unseen: Unseen | None = None,
    settle: Settle | None = None,
    dim: Dim | None = None,
) -> Looked:
    """Fuse a pair in the default look.

    Args:
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1], RGB, the same size.
        progress: called with (strips done, strips in all).
        whole: what is told of the pair as a whole, where it is known: of a film it is held still.
        unseen: where the infrared camera saw nothing, where that is known; else it is looked for.
        settle: gives, for the luma that infrared adds to some rows, what is added: of a film it is held still, too.
        dim: gives, for how far lamps blind the camera, what is taken for it: likewise.

    Returns:
        The picture, and how much infrared it needed; the same pair gives the same bits.

    Raises:
        ValueError: the sizes differ.
    """
    if infrared.shape != visible.shape[:2]:
        raise ValueError(f"infrared is {infrared.shape}, visible {visible.shape}: sizes must be equal")
    infrared, seen = (find_unseen(infrared) if unseen is None else unseen).filled(infrared)
    height, width = infrared.shape
    unit = max(height, width) / WORKING_PX
    around = survey(infrared, visible, whole)
    if dim is not None:
        around = replace(around, dazzle=dim(around.dazzle))
    base_px, need_px = max(2, round(5 * unit)), max(2, round(3 * unit))
    halo = 2 * (base_px + need_px) + 8
    rows = max(64, STRIP_PX // width)
    picture, needed = np.empty_like(visible), 0.0
    tops = range(0, height, rows)
    for done, top in enumerate(tops, start=1):
        still_wanted()
        bottom = min(height, top + rows)
        first, last = max(0, top - halo), min(height, bottom + halo)
        planes = around.planes if (first, last) == (0, height) else None
        planes = planes or Planes.of(infrared[first:last], visible[first:last], around.whole.stretch)
        strip = Evidence.of(planes, around, height, first, base_px)
        need = np.clip(guided(strip.clean, strip.need(), need_px, 0.0008), 0, 1)
        drawn = strip.mixed(base_px) + strip.burnt()
        if seen is not None:
            trusted = spread(seen, height, width, first, last)
            need, drawn = need * trusted, drawn * trusted
        lift = need * rise(strip.wanted() - strip.base - drawn, SOFTNESS)
        # What little the visible picture shows of a lifted thing is lifted with it.
        texture = 0.6 * np.clip(4 * lift, 0, 1) * (strip.luma - strip.base)
        inner = slice(top - first, bottom - first)
        added = strip.undazzled(lift + texture + drawn)[inner]
        if settle is not None:
            added = settle(added, top, bottom)
        lifted = cv2.add(visible[top:bottom], cv2.merge([added] * 3))  # NumPy takes three times as long for rows of 3
        np.clip(lifted, 0, 1, out=picture[top:bottom])
        needed += float(need[inner].sum(dtype=np.float64))
        if progress is not None:
            progress(done, len(tops))
    return Looked(picture, needed / (height * width))
