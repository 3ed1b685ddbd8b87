"""What a user may choose and how far: apart from the code that carries it out, so that asking costs no libraries."""

from typing import Literal

#: Larger pictures are refused: a small file can hold so many pixels that they fill the memory.
MAX_PIXELS = 50_000_000

#: How much of what eyes take offence at is let pass, by the name of the measure (``fusion.metrics.guards``): the first
#: three are not to be above these, the last two not below. Docs/finetune.md says how they were chosen.
GUARD_LIMITS = {"blobs": 0.1, "rim": 4.5, "halo": 20.0, "colour": 0.7, "texture": 0.45}

#: How the names of films end.
FILM_SUFFIXES = {".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm", ".mpg", ".mpeg", ".ts", ".mts", ".wmv", ".mjpeg"}

#: What an object detector looks at; ``union``: all three, one after the other.
SeenPicture = Literal["fused", "visible", "infrared", "union"]
