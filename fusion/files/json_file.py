"""JSON from files that anybody may have written: read no further than there is room for, and strictly.

Python's own reader takes NaN, which no other reader does, and a file of any length; what is nested deeply ends it, or
whoever walks through the value later.
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wordfuse.fusion.errors import InputError

MOST_BYTES = 32 << 20  # the record of a conversation of a thousand turns has about ten million
MOST_LEVELS = 100  # of objects and lists in each other; a record has about a dozen


def read_json(path: Path, *, most_bytes: int = MOST_BYTES) -> Any:
    """The value that a file holds.

    Raises:
        InputError: it cannot be read, is too large, is no JSON in UTF-8, or is nested too deeply; without a remedy,
            which is the caller's to know.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:  # no path holds a null character
        raise InputError(f"cannot be read ({getattr(error, 'strerror', None) or error})", subject=path) from error
    if len(data) > most_bytes:
        raise InputError(f"larger than {most_bytes / 1e6:.3g} MB", subject=path)
    try:
        return parse_json(data)
    except ValueError as error:
        raise InputError(str(error), subject=path) from error


def parse_json(data: str | bytes) -> Any:
    """The value that a text holds.

    Raises:
        ValueError: it is no JSON in UTF-8, or nested too deeply; the message says which.
    """
    try:
        value = json.loads(
            data.decode() if isinstance(data, bytes) else data, parse_constant=_refuse, parse_float=_finite
        )
    except RecursionError as error:
        raise ValueError(f"nested more than {MOST_LEVELS} levels deep") from error
    except ValueError as error:
        raise ValueError(f"not JSON ({error})") from error
    if _deeper(value, MOST_LEVELS):
        raise ValueError(f"nested more than {MOST_LEVELS} levels deep")
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits[:20])


def _deeper(value: Any, levels: int) -> bool:
    """Whether objects and lists are nested further; level by level, since a walk down would end as the reader does."""
    level = [value]
    for _ in range(levels + 1):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
