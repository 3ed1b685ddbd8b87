"""What was measured of the pictures of a run, by their pixels: no picture is measured twice."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Figures = dict[str, float]
_MOST = 64  # measurements that are kept: those of some ten edits


class Measured:
    """Measurements on one pair of sources. Not thread-safe, as the workspace that holds it."""

    def __init__(self) -> None:
        """Nothing is measured yet."""
        self._kept: OrderedDict[str, Figures] = OrderedDict()

    def once(self, kind: str, measure: Callable[[], Figures], *pixels: NDArray[np.uint8] | None) -> Figures:
        """What ``measure`` gives, or gave before.

        Args:
            kind: what is measured.
            measure: measures; its result follows from the kind, the sources and ``pixels``.
            *pixels: pictures and masks; None is another than any.
        """
        digest = hashlib.sha256(kind.encode())
        for one in pixels:
            digest.update(b"none" if one is None else repr(one.shape).encode() + np.ascontiguousarray(one).tobytes())
        key = digest.hexdigest()
        if key not in self._kept:
            self._kept[key] = measure()
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return dict(self._kept[key])
