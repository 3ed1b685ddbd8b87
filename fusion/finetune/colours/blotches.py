"""Blotches of colour, found: what smoothing along the edges of luma takes out of chroma.

Luma of dark pictures is sharper than their chroma, so it tells where a colour may end: chroma is fitted to it in every
window (the guided filter). What would change by much more than the blotches are strong is a colour of its own, a tail
light or a cone, and stays.
"""

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.guided import guided_filter
from wordfuse.fusion.metrics.blotches import chroma_of, estimate_blotches

RADIUS_PX, SMOOTHNESS = 12, 5.5e-4  # of the guided filter, luma in [0, 1]
REAL = 3.0  # times the strength of the blotches: of a change so large little is made
SEEN = 1.5  # gray values; weaker blotches are left alone: clean pictures have as much

Colours = NDArray[np.float32]


def blotches_in(picture: Colours, mask: NDArray[np.uint8] | None = None) -> Colours:
    """The blotches of a picture, which subtracting takes out; luma has none.

    Args:
        picture: (H, W, 3) float32 RGB in [0, 1].
        mask: (H, W) uint8, above 127 is inside: where it is told how strong they are.

    Returns:
        (H, W, 3) float32; all 0 where there are none to be seen.
    """
    strength = estimate_blotches(np.clip(255 * picture + 0.5, 0, 255).astype(np.uint8), mask)
    found = np.zeros_like(picture)
    if strength < SEEN:
        return found
    luma, *chroma = chroma_of(picture)
    blue, red = (_noise(luma, plane, REAL * strength / 255) for plane in chroma)
    found[..., 0] = 1.402 * red
    found[..., 1] = -0.344 * blue - 0.714 * red
    found[..., 2] = 1.772 * blue
    return found


def _noise(luma: Colours, plane: Colours, most: float) -> Colours:
    away = plane - guided_filter(luma[..., None], plane, RADIUS_PX, SMOOTHNESS)
    return np.asarray(away * np.exp(-((away / most) ** 2)), np.float32)
