"""Values that were fitted at key frames, without the jumps from one key frame to the next."""

from collections.abc import Callable, Sequence

import numpy as np

NEIGHBOURS = (0.25, 0.5, 0.25)  # of the value before, its own and the next


def steadied(values: Sequence[float | None]) -> list[float | None]:
    """Values of key frames in order: first the middle one of three, then a mean with the neighbours.

    The first takes an outlier out, the second the rest of the unrest; a steady rise stays as it is. None is a key frame
    without a value, which has none after it either; its neighbours do without it.
    """
    middle = [_around(values, place, lambda three: float(np.median(three))) for place in range(len(values))]
    return [_around(middle, place, _mean) for place in range(len(values))]


def _mean(three: Sequence[float]) -> float:
    return float(np.dot(three, NEIGHBOURS))


def _around(values: Sequence[float | None], place: int, of: Callable[[Sequence[float]], float]) -> float | None:
    own = values[place]
    if own is None:
        return None
    before = values[place - 1] if place else None
    after = values[place + 1] if place + 1 < len(values) else None
    if before is None and after is None:
        return own
    # At an end the line goes on as it came, so that a steady rise has no kink there.
    known_before = before if before is not None else 2 * own - (after or 0.0)
    known_after = after if after is not None else 2 * own - (before or 0.0)
    return of((known_before, own, known_after))
