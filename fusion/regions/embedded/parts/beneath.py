"""What lies under a thing that stands on the ground: the dark strip between the wheels of a car and just below it."""

from collections.abc import Sequence

import numpy as np

from wordfuse.fusion.regions.embedded.looking import Object
from wordfuse.fusion.regions.tones import Selection

BELOW, BELOW_LEAST_PX = 0.22, 3  # how far below a thing its shade reaches, of its height
WITHIN = 0.12  # of its height: so much of its box lies under it, between the wheels


def under_things(things: Sequence[Object], masks: Sequence[Selection]) -> Selection:
    """The strips under things that stand on the ground: (H, W) bool.

    Args:
        things: at least one.
        masks: (H, W) bool, the pixels of each.
    """
    inside, whole = np.zeros_like(masks[0]), np.logical_or.reduce(masks)
    for seen in things:
        x0, y0, x1, y1 = seen.box
        high = y1 - y0
        deep = max(BELOW_LEAST_PX, BELOW * high)
        inside[max(0, round(y1 - WITHIN * high)) : round(y1 + deep), max(0, round(x0)) : round(x1)] = True
    return inside & ~whole
