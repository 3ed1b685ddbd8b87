"""How many threads NumPy's linear algebra takes: one, while a small model reads.

OpenBLAS, which NumPy's wheels carry, has its threads spin while they wait for each other, many hundred times a plan.
Where another program holds one of their cores, a plan then takes ten times as long; and where none does, one core
nearly reads as fast from memory as two.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

_held = threading.Lock()
_inside, _before = 0, 0


@contextmanager
def one_thread() -> Iterator[None]:
    """Let OpenBLAS use one thread inside; another library for linear algebra is left alone."""
    global _inside, _before
    found = _openblas()
    if found is None:
        yield
        return
    told, tell = found
    with _held:
        if _inside == 0:
            _before = told()
            tell(1)
        _inside += 1
    try:
        yield
    finally:
        with _held:
            _inside -= 1
            if _inside == 0:
                tell(_before)


@cache
def _openblas() -> tuple[Any, Any] | None:
    """What tells how many threads there are, and what sets it, of the OpenBLAS that NumPy has loaded."""
    numpy = Path(np.__file__).parent
    for library in sorted([*numpy.parent.glob("numpy.libs/*openblas*"), *numpy.glob(".dylibs/*openblas*")]):
        with suppress(OSError):
            loaded = ctypes.CDLL(str(library))
            for prefix, suffix in product(("scipy_openblas", "openblas"), ("64_", "")):
                with suppress(AttributeError):
                    return (
                        loaded[f"{prefix}_get_num_threads{suffix}"],
                        loaded[f"{prefix}_set_num_threads{suffix}"],
                    )
    return None
