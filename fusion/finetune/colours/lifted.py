"""The colours of what was brightened: in the dark most of them are the sensor's, and light would lift them too.

What a camera gives for the colour of a dark place is mostly noise in blots, and a tint. Multiplied with the light they
become a carpet of green, blue and red. So where a dark place is lifted, faint colour is taken from its surroundings and
grows less than the light does; a thing of a colour of its own keeps it.
"""

import numpy as np

from wordfuse.fusion.colour import luma
from wordfuse.fusion.look.filters import blurred, guided, shrink, spread, step
from wordfuse.fusion.tensors import Batch

DARK = (0.06, 0.26)  # luma up to which colour may be the sensor's, and from which it is the thing's
FAINT = (0.036, 0.06)  # difference of a channel from luma up to which it may be, and from which it is the thing's
GAIN = (1.05, 1.40)  # of the light, from which colours may be calmed, and from which they are
GROWTH = 0.3  # of the gain that the colours of a dark place take
ROWS = 480  # of the copy on which they are smoothed
SMOOTH_PX = 2.5  # of what is held against these bounds
RADIUS_PX, NOISE = 14, 6e-4  # of the windows, and variance of a channel's difference from luma that is noise


def lifted(before: Batch, gain: Batch) -> Batch:
    """A picture times a gain, its colours calmed where it is dark and brightened.

    Args:
        before: (1, 3, H, W) float32 in [0, 1].
        gain: (1, 1, H, W), by which its light is multiplied.

    Returns:
        (1, 3, H, W) float32, its luma that of ``before`` times ``gain``; not clipped.
    """
    light = luma(before)
    colours = before - light
    if float(gain.max()) <= GAIN[0] or not colours.any():
        return before * gain
    factor = max(1.0, before.shape[-2] / ROWS)
    small = [shrink(plane, factor) for plane in colours[0]]
    calm = np.stack([guided(plane, plane, RADIUS_PX, NOISE) for plane in small])[None]
    calm -= luma(calm)
    strong = np.max([np.abs(blurred(plane, SMOOTH_PX)) for plane in small], axis=0)
    around = blurred(shrink(light[0, 0], factor), SMOOTH_PX)
    sensors = (1 - step(around, *DARK)) * (1 - step(strong, *FAINT))
    share = spread(sensors.astype(np.float32), *light.shape[-2:]) * step(gain[0, 0], *GAIN)
    if not share.any():
        return before * gain
    more = gain[0, 0] * (1 - share) + (1 + GROWTH * (gain[0, 0] - 1)) * share
    result = np.empty_like(before)
    for channel, plane in enumerate(colours[0]):
        smooth = spread(calm[0, channel], *light.shape[-2:])
        result[0, channel] = light[0, 0] * gain[0, 0] + more * (plane + share * (smooth - plane))
    return result
