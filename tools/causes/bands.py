"""What a band across the picture is: a frame that holds no picture, a pattern of the sensor, or another light."""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import luma_of
from wordfuse.fusion.inspect.sensor import frame_of
from wordfuse.fusion.metrics.goals.stripes import estimate_stripes
from wordfuse.tools.causes.types import Cause
from wordfuse.tools.effects import ALREADY_EVEN
from wordfuse.tools.store.workspace import Workspace
from wordfuse.tools.types import Id

FRAMED = 0.02  # of the region: so much frame is what is seen as a band
APART = 6.0  # mean luma by which a band is darker or brighter than what it ends at
BESIDE = 0.5  # of the region's size on either side: what it ends at


def band(work: Workspace, image: Id, mask: Id | None) -> Cause | None:
    """Which edit takes a band out of a region.

    Args:
        work: the run.
        image: the picture as it is.
        mask: the region that it lies in; None is the whole picture.

    Returns:
        None where it is a pattern of lines, which destripe takes out.

    Raises:
        RegionError: the mask is empty.
    """
    picture, inside = work.image(image), work.mask(mask)
    luma = luma_of(picture)
    within = np.ones(luma.shape, bool) if inside is None else inside > 127
    framed = float(frame_of(luma)[within].mean())
    if framed >= FRAMED:
        return Cause(
            told=f"{100 * framed:.0f}% of that place is a frame that holds no picture, and nothing is filled in here: "
            "crop both pictures alike before they are fused"
        )
    lines = estimate_stripes(picture, inside)
    if lines > ALREADY_EVEN or inside is None:
        return None
    away = _apart(luma, within)
    told = f"no pattern of lines there ({lines:.1f}), but {abs(away):.0f} gray values "
    if away <= -APART:
        return Cause(told=f"{told}darker than beside it", task="relight", direction="brighter")
    if away >= APART:
        return Cause(told=f"{told}brighter than beside it", task="relight", direction="darker")
    return None


def _apart(luma: NDArray[np.float32], within: NDArray[np.bool_]) -> float:
    """Mean luma of a region less that of what lies beside it along the rows and columns that it has."""
    rows, columns = (np.flatnonzero(within.any(axis=axis)) for axis in (1, 0))
    high, wide = (max(1, round(BESIDE * len(lines))) for lines in (rows, columns))
    around = np.zeros_like(within)
    around[max(0, rows[0] - high) : rows[-1] + high + 1, max(0, columns[0] - wide) : columns[-1] + wide + 1] = True
    beside = around & ~within
    return float(luma[within].mean() - luma[beside].mean()) if beside.any() else 0.0
