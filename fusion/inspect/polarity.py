"""Whether hot is bright in an infrared picture, told by what is warm and what is cold in every scene."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.inspect.planes import Inside, Plane

LEAST_PX = 40
Mask = NDArray[np.uint8]


def black_hot(luma: Plane, warm: Sequence[Inside], cold: Inside | None) -> float | None:
    """How much speaks for black-hot: above 0 hot is dark, below 0 bright, in [-1, 1].

    Living bodies are warmer than what is around them, and a clear or clouded sky is colder than what is below it.

    Args:
        luma: (H, W) float32, 0-255, of the infrared picture.
        warm: (H, W) bool each, people.
        cold: (H, W) bool, the sky; None where there is none.

    Returns:
        Mean difference in gray values beside the range of the picture; None where there is neither.
    """
    low, high = np.quantile(luma, (0.02, 0.98))
    reach = max(float(high - low), 20.0)
    signs, weights = [], []
    for person in warm:
        rows, columns = np.flatnonzero(person.any(axis=1)), np.flatnonzero(person.any(axis=0))
        if np.count_nonzero(person) < LEAST_PX:
            continue
        grow = max(4, len(columns) // 2)
        window = (
            slice(max(0, rows[0] - grow), rows[-1] + 1 + grow),
            slice(max(0, columns[0] - grow), columns[-1] + 1 + grow),
        )
        body, part = person[window], luma[window]
        signs.append(float(np.median(part[~body]) - np.median(part[body])) / reach)
        weights.append(1.0)
    if cold is not None and np.count_nonzero(cold) >= LEAST_PX and np.count_nonzero(~cold) >= LEAST_PX:
        signs.append(float(np.median(luma[cold]) - np.median(luma[~cold])) / reach)
        weights.append(2.0)
    return float(np.clip(np.average(signs, weights=weights), -1, 1)) if signs else None
