"""Put a new luma under the colours of a picture."""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.colour import LUMA
from wordfuse.fusion.metrics.gray import brightest, darkest

MOST_COLOUR = 1.3  # colours grow with the light, but no further
BLACK, WHITE = 8 / 255, 246 / 255  # beyond these nothing can be told apart on many a screen: no edit goes there

Plane = NDArray[np.float32]
Colours = NDArray[np.float32]


def luma_of(picture: Colours) -> Plane:
    """BT.601 luma of (H, W, 3): (H, W), as exact for three equal channels as float32 is."""
    return picture @ np.array(LUMA, np.float32)


def with_luma(picture: Colours, new: Plane) -> Colours:
    """The same colours in another light, none of them clipped.

    Chroma grows and falls with the light, as it does under a stronger or weaker lamp, up to ``MOST_COLOUR``; and where
    a channel would leave [0, ``WHITE``], just so far that it does not, unless it was beyond before.

    Args:
        picture: (H, W, 3) float32 in [0, 1].
        new: (H, W) float32 in [0, 1], the luma it is to have.

    Returns:
        (H, W, 3) float32 in [0, 1].
    """
    old = luma_of(picture)
    chroma = picture - old[..., None]
    share = np.minimum(new / np.maximum(old, 1e-3), MOST_COLOUR)
    top = np.maximum(brightest(picture), WHITE)
    room_above = (top - new) / np.maximum(brightest(chroma), 1e-6)
    room_below = new / np.maximum(-darkest(chroma), 1e-6)
    share = np.minimum(share, np.minimum(room_above, room_below)).clip(0)
    changed: Colours = new[..., None] + share[..., None] * chroma
    return np.clip(changed, 0, 1)


def within(luma: Plane, change: Plane) -> Plane:
    """Add a change that rolls off: slope 1 where it is small; nothing comes beyond ``BLACK`` or ``WHITE`` by it."""
    room = np.maximum(np.where(change > 0, WHITE - luma, luma - BLACK), 1e-6)
    rolled: Plane = luma + np.sign(change) * room * (1 - np.exp(-np.abs(change) / room))
    return rolled
