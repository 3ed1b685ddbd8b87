"""What a user may choose and how far: apart from the code that carries it out, so that asking costs no libraries."""

from typing import Literal

#: Larger pictures are refused: a small file can hold so many pixels that they fill the memory.
MAX_PIXELS = 50_000_000

#: What an object detector looks at; ``union``: all three, one after the other.
SeenPicture = Literal["fused", "visible", "infrared", "union"]
