"""Temperatures that lie in a PNG beside its picture, as a radiometric JPEG has them: of a frame taken out of a film.

A frame is shown with the film's own scale, in 8 bits, so that its gray is that of the film; its temperatures cannot be
told from that. They lie in a chunk of their own (PNG 1.2, section 4.7: ancillary, private, not to be copied by a
program that changes the picture): the length of a JSON text, big-endian, the text, and the degrees as packed float32,
NaN where none is known, infinite where the sensor could tell no more than its limit.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wordfuse.fusion.temperatures.maps import Temperatures

CHUNK = b"wfTC"
_HEAD = 33  # bytes of the signature of a PNG and of its first chunk
_PACKED = 1  # zlib: twice as fast as the usual, and no larger of grain
_LIMIT = "limit_c"


@dataclass(frozen=True, eq=False)
class Carried:
    """What lies beside a picture.

    Attributes:
        temperatures: None where they are not known.
        notes: as ``fusion.temperatures.meaning.Meant`` has them.
    """

    temperatures: Temperatures | None
    notes: Mapping[str, Any] = field(default_factory=dict)


def with_temperatures(png: bytes, carried: Carried) -> bytes:
    """A PNG file with temperatures in it; of the size of its picture."""
    known = carried.temperatures
    told = {"notes": dict(carried.notes), _LIMIT: None if known is None else known.limit}
    text = json.dumps(told).encode("ascii")
    planes = b""
    if known is not None:
        celsius = known.celsius if known.over is None else np.where(known.over, np.float32(np.inf), known.celsius)
        planes = zlib.compress(celsius.astype("<f4").tobytes(), _PACKED)
    data = struct.pack(">I", len(text)) + text + planes
    sum_ = zlib.crc32(data, zlib.crc32(CHUNK))
    return b"".join([png[:_HEAD], struct.pack(">I", len(data)), CHUNK, data, struct.pack(">I", sum_), png[_HEAD:]])


def temperatures_in(chunks: Iterable[tuple[Any, ...]], size: tuple[int, int]) -> Carried | None:
    """What lies in a PNG beside its picture; None: nothing.

    Args:
        chunks: its private chunks: name, data, and whatever else.
        size: (height, width) of its picture.

    Raises:
        ValueError: they are damaged, or of another size.
    """
    data = next((bytes(one[1]) for one in chunks if one[0] == CHUNK), None)
    if data is None:
        return None
    begin = 4 + struct.unpack_from(">I", data)[0]
    told = json.loads(data[4:begin])
    if begin >= len(data):
        return Carried(None, dict(told["notes"]))
    unpacker, length = zlib.decompressobj(), 4 * size[0] * size[1]
    raw = unpacker.decompress(data[begin:], length)
    if len(raw) != length or unpacker.decompress(unpacker.unconsumed_tail, 1):
        raise ValueError("its temperatures are not of the size of its picture")
    stored = np.frombuffer(raw, "<f4").reshape(size).astype(np.float32)
    over = np.isinf(stored)
    celsius = np.where(over, np.float32(np.nan), stored)
    limit = None if told[_LIMIT] is None else float(told[_LIMIT])
    return Carried(Temperatures(celsius, over if over.any() else None, limit), dict(told["notes"]))
