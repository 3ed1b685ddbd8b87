"""From words to pixels: which part of the picture an instruction is about.

`ground` finds each phrase (a user's mask, then tones and positions read from the pixels, then an object detector),
`segment` turns what was found into one mask. Backends are made by name with `create_backend`.
"""

from wordfuse.fusion.regions.backends import BACKENDS, create_backend
from wordfuse.fusion.regions.resolve import ground, not_found, segment
from wordfuse.fusion.regions.types import (
    DOUBT,
    Detection,
    Grounding,
    Mask,
    Models,
    Picture,
    RegionBackend,
    SeenPicture,
    Sources,
)

__all__ = [
    "BACKENDS",
    "DOUBT",
    "Detection",
    "Grounding",
    "Mask",
    "Models",
    "Picture",
    "RegionBackend",
    "SeenPicture",
    "Sources",
    "create_backend",
    "ground",
    "not_found",
    "segment",
]
