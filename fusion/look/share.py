"""The knob: a fused picture moved as a whole between its two sources, continuously, at the cost of one pass."""

import numpy as np

from wordfuse.fusion.errors import InputError
from wordfuse.fusion.look.filters import Plane


def at_share(picture: Plane, infrared: Plane, visible: Plane, own: float, wanted: float) -> Plane:
    """The picture with another share of infrared.

    Below its own share, what fusion added to the visible picture fades; above it, the picture fades into infrared::

        wanted <= own:   visible + wanted / own * (picture - visible)
        wanted >  own:   picture + (wanted - own) / (1 - own) * (infrared - picture)

    Args:
        picture: (H, W, 3) float32 in [0, 1], the fused picture.
        infrared: (H, W) float32 in [0, 1].
        visible: (H, W, 3) float32 in [0, 1].
        own: the share of infrared that the picture has, in (0, 1).
        wanted: the share to give it: 0 is the visible picture, 1 the infrared one, ``own`` the picture itself.

    Returns:
        (H, W, 3) float32 in [0, 1].

    Raises:
        InputError: a share is out of range.
    """
    if not 0 < own < 1:
        raise InputError("must be above 0 and below 1", subject=f"own share {own}")
    if not 0 <= wanted <= 1:
        raise InputError("must be from 0 (visible) to 1 (infrared)", argument="infrared", subject=f"{wanted:g}")
    if wanted <= own:
        moved: Plane = visible + np.float32(wanted / own) * (picture - visible)
    else:
        moved = picture + np.float32((wanted - own) / (1 - own)) * (infrared[..., None] - picture)
    return moved
