"""Keep the memory that was freed: from picture to picture the same planes are wanted again.

glibc gives the planes of a picture back to the system when they are freed, and gets fresh ones, a page at a time, for
the next: of a frame of a film at 640x480 that takes a third of the time of fusing it.
"""

import ctypes
import sys
from functools import cache

MOST_BYTES = 256 << 20  # that are kept
LARGEST_BYTES = 32 << 20  # of one array that is kept: the most that glibc takes
# What the two limits are called in malloc.h of glibc.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3


@cache
def keep_freed_memory() -> bool:
    """Let this process keep memory that was freed, up to ``MOST_BYTES``; whether its C library can."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return mallopt is not None and bool(mallopt(TRIM_THRESHOLD, MOST_BYTES) and mallopt(MMAP_THRESHOLD, LARGEST_BYTES))
