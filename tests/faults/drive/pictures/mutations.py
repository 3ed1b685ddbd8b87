"""Damage to picture files, at random but the same for the same seed: in headers, in data, and where sums would tell."""

import random
import struct
import zlib
from collections.abc import Callable

Mutation = Callable[[bytes, bytes, random.Random], bytes]

EXTREMES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
PNG, TIFF = b"\x89PNG\r\n\x1a\n", (b"II*\0", b"MM\0*")


def mutated(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """A file with damage of one kind, or of several; ``other`` is another file to take pieces of."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(MUTATIONS)(data, other, rng) or b"\0"
    return data


def cut(data: bytes, other: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def flip(data: bytes, other: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 4, 64))):
        damaged[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def header(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Extreme numbers of one, two or four bytes, near the beginning, where sizes and offsets are."""
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 2, 6))):
        width = rng.choice((1, 2, 4))
        at = rng.randrange(max(1, min(len(data), rng.choice((64, 256, 1024))) - width))
        number = rng.choice(EXTREMES) & ((1 << 8 * width) - 1)
        damaged[at : at + width] = number.to_bytes(width, rng.choice(("little", "big")))
    return bytes(damaged)


def splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """The beginning of one file and the end of another, of the same format or not."""
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def repeat(data: bytes, other: bytes, rng: random.Random) -> bytes:
    first, last = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:last] * rng.choice((1, 2, 20)) + data[last:]


def drop(data: bytes, other: bytes, rng: random.Random) -> bytes:
    first = rng.randrange(len(data))
    return data[:first] + data[first + rng.choice((1, 16, 500)) :]


def fill(data: bytes, other: bytes, rng: random.Random) -> bytes:
    first, length = rng.randrange(len(data)), rng.choice((1, 8, 200))
    return data[:first] + bytes([rng.choice((0, 0x20, 0xFF))]) * length + data[first + length :]


def insert(data: bytes, other: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.choice((1, 5, 300))) + data[at:]


def structured(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """What a format's own sums and tables would betray: changed with them."""
    if data.startswith(PNG):
        return _png(data, rng)
    if data[:4] in TIFF:
        return _tiff(data, rng)
    return _segments(data, rng) if data.startswith(b"\xff\xd8") else header(data, other, rng)


def _png(data: bytes, rng: random.Random) -> bytes:
    """Chunks changed, repeated, left out or in another order, each with its right sum."""
    chunks, at = list[tuple[bytes, bytes]](), len(PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return data[:8]
    number = rng.randrange(len(chunks))
    kind, body = chunks[number]
    deed = rng.choice(("change", "change", "change", "repeat", "leave out", "swap", "unpacked", "kind"))
    if deed == "change" and body:
        at = rng.randrange(min(len(body), 32))
        body = body[:at] + bytes([rng.choice((0, 1, 3, 16, 127, 255))]) + body[at + 1 :]
        chunks[number] = kind, body
    elif deed == "repeat":
        chunks[number:number] = [(kind, body)] * rng.choice((1, 50))
    elif deed == "leave out":
        del chunks[number]
    elif deed == "swap":
        rng.shuffle(chunks)
    elif deed == "unpacked":
        chunks = [
            (kind, zlib.compress(rng.randbytes(rng.choice((0, 7, 5000))))) if kind == b"IDAT" else (kind, body)
            for kind, body in chunks
        ]
    else:
        chunks[number] = rng.choice((b"PLTE", b"tRNS", b"IDAT", b"iCCP", b"eXIf", b"acTL", b"zTXt")), body
    packed = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return PNG + b"".join(packed)


def _tiff(data: bytes, rng: random.Random) -> bytes:
    """Entries of the first directory: another tag, type, count or value."""
    order = "<" if data[:2] == b"II" else ">"
    start = struct.unpack_from(f"{order}I", data, 4)[0] if len(data) >= 8 else len(data)
    if start + 2 > len(data):
        return data[:8]
    entries = min(struct.unpack_from(f"{order}H", data, start)[0], (len(data) - start - 2) // 12)
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 2, 4)) if entries else 0):
        at = start + 2 + 12 * rng.randrange(entries)
        part, shape = rng.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I"), (8, "I"), (8, "H")))
        most = 0xFFFF if shape == "H" else 0xFFFFFFFF
        number = rng.choice((*EXTREMES, 254, 259, 262, 284, 317, 322, 323, 339, start, len(data), rng.getrandbits(32)))
        struct.pack_into(f"{order}{shape}", damaged, at + part, number & most)
    return bytes(damaged)


def _segments(data: bytes, rng: random.Random) -> bytes:
    """Segments of a JPEG, with their lengths: another marker, a changed body, another length."""
    places, at = list[tuple[int, int]](), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        places.append((at, length))
        if data[at + 1] == 0xDA:
            break
        at += 2 + length
    if not places:
        return data[:4]
    at, length = rng.choice(places)
    deed, damaged = rng.choice(("marker", "length", "body", "body", "repeat", "leave out")), bytearray(data)
    if deed == "marker":
        damaged[at + 1] = rng.choice((0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xDB, 0xC4, 0xDD, 0xE1, 0xE2, 0xEE, 0xDA))
    elif deed == "length":
        damaged[at + 2 : at + 4] = rng.choice((0, 1, 2, 3, length + 1, 0xFFFF)).to_bytes(2, "big")
    elif deed == "body" and length > 2:
        for _ in range(rng.choice((1, 3))):
            place = at + 4 + rng.randrange(length - 2)
            if place < len(damaged):
                damaged[place] = rng.choice((0, 1, 2, 4, 0x11, 0x44, 0x7F, 0xFF))
    elif deed == "repeat":
        damaged[at:at] = data[at : at + 2 + length] * rng.choice((1, 200))
    else:
        del damaged[at : at + 2 + length]
    return bytes(damaged)


MUTATIONS: tuple[Mutation, ...] = (
    cut,
    flip,
    header,
    splice,
    repeat,
    drop,
    fill,
    insert,
    structured,
    structured,
    structured,
)
