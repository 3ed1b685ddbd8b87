"""The region network remembers what it saw: many tests show it the same few pictures, and each look takes a second."""

from collections import OrderedDict
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordfuse.fusion.regions.embedded.backend import eye_on

if TYPE_CHECKING:
    import torch

    from wordfuse.fusion.networks.arrays.regions import Eye, Seen

MOST = 64  # looks, a megabyte each


@cache
def remembering_eye_on(device: "torch.device | str") -> "Eye":
    """As ``eye_on`` gives it; what it gives for the same numbers again is a copy of the first time."""
    eye, known = eye_on(device), OrderedDict[bytes, "Seen"]()

    def look(pair: NDArray[np.float32]) -> "Seen":
        key = blake2b(repr(pair.shape).encode() + pair.tobytes(), digest_size=16).digest()
        if key not in known:
            known[key] = eye(pair)
            if len(known) > MOST:
                known.popitem(last=False)
        known.move_to_end(key)
        seen = known[key]
        return replace(seen, classes=seen.classes.copy(), centres=seen.centres.copy(), sides=seen.sides.copy())

    return look
