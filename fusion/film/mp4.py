"""MP4 files as boxes (ISO/IEC 14496-12): the samples of a film's tracks, and one film of the samples of several.

OpenCV writes films without sound, at one rate, and each as a whole. A film here is made in parts, has the times of the
visible film, and its sound: so the parts' packets are joined as they are, nothing is compressed twice, and the sound's
packets are copied, bit for bit.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wordfuse.fusion.errors import InputError

CONTAINERS = ("moov", "trak", "mdia", "minf", "stbl", "edts")
MOST_BYTES = 1 << 26  # of a table: a film of a day has fewer
PIECE = 1 << 20
FILM_SCALE = 90_000  # ticks a second
CHUNK_S = 1.0  # of one track, before the other one's turn
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class NotMp4(Exception):
    """A file that is none, or of a kind that is not read here."""


@dataclass(frozen=True)
class Sample:
    """A packet: a frame, or a piece of sound.

    Attributes:
        file: that holds it.
        offset: where, in bytes.
        size: in bytes.
        ticks: how long it lasts.
        key: whether reading may begin there.
    """

    file: Path
    offset: int
    size: int
    ticks: int
    key: bool = True


@dataclass(frozen=True)
class Track:
    """A track: what its packets are, and the packets.

    Attributes:
        kind: ``vide`` or ``soun``.
        scale: ticks a second.
        description: the ``stsd`` box, as it stands in the file.
        samples: in order.
        starts: ticks of its packets before the film begins: the rest of a packet that is cut.
        size: width and height of a film.
    """

    kind: str
    scale: int
    description: bytes
    samples: tuple[Sample, ...]
    starts: int = 0
    size: tuple[int, int] = (0, 0)

    @property
    def ticks(self) -> int:
        """How long it lasts, from where the film begins."""
        return sum(sample.ticks for sample in self.samples) - self.starts

    def between(self, start_s: float, end_s: float) -> "Track":
        """The packets from a time to another, of which the first begins at or before it."""
        first, last = round(start_s * self.scale) + self.starts, round(end_s * self.scale) + self.starts
        kept: list[Sample] = []
        now, starts = 0, 0
        for sample in self.samples:
            if now + sample.ticks > first and now < last:
                if not kept:
                    starts = max(0, first - now)
                kept.append(sample)
            now += sample.ticks
        return Track(self.kind, self.scale, self.description, tuple(kept), starts, self.size)


def read_tracks(path: Path) -> list[Track]:
    """The tracks of an MP4 or QuickTime file.

    Raises:
        NotMp4: it is none, it is damaged, or its packets are in fragments.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            movie = next((box for box in _boxes(file, 0, size) if box[0] == "moov"), None)
            if movie is None:
                raise NotMp4("it has no index")
            tracks = []
            for name, start, end in _boxes(file, movie[1], movie[2]):
                track = _track(file, path, start, end) if name == "trak" else None
                if track is not None:
                    tracks.append(track)
            return tracks
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise NotMp4(str(error) or "damaged") from error


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The boxes between two places: name, and where their content begins and ends."""
    place = start
    while place + 8 <= end:
        file.seek(place)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            (size,), header = struct.unpack(">Q", file.read(8)), 16
        elif size == 0:
            size = end - place
        if size < header or place + size > end:
            raise NotMp4("a box is cut short")
        yield name.decode("latin-1"), place + header, place + size
        place += size


def _track(file: BinaryIO, path: Path, start: int, end: int) -> Track | None:
    found: dict[str, bytes] = {}

    def gather(start: int, end: int) -> None:
        for name, begin, stop in _boxes(file, start, end):
            if name in CONTAINERS:
                gather(begin, stop)
            elif name in ("hdlr", "mdhd", "tkhd", "stsd", "stts", "stsz", "stsc", "stco", "co64", "stss", "elst"):
                if stop - begin > MOST_BYTES:
                    raise NotMp4("a table is too large")
                file.seek(begin)
                found.setdefault(name, file.read(stop - begin))

    gather(start, end)
    kind = found.get("hdlr", b"\0" * 12)[8:12].decode("latin-1")
    if kind not in ("vide", "soun") or "stsd" not in found:
        return None
    long = found["mdhd"][0] == 1
    (scale,) = struct.unpack_from(">I", found["mdhd"], 20 if long else 12)
    samples = _samples(found, path)
    if not samples:
        raise NotMp4("its packets are in fragments")
    size = struct.unpack_from(">II", found["tkhd"], len(found["tkhd"]) - 8) if "tkhd" in found else (0, 0)
    starts = _edit(found.get("elst"))
    description = struct.pack(">I4s", 8 + len(found["stsd"]), b"stsd") + found["stsd"]
    return Track(kind, scale, description, tuple(samples), starts, (size[0] >> 16, size[1] >> 16))


def _edit(table: bytes | None) -> int:
    """Ticks that are left out at the beginning: encoders of sound begin with some that are not to be heard."""
    if table is None:
        return 0
    long, (count,) = table[0] == 1, struct.unpack_from(">I", table, 4)
    for number in range(count):
        at = 8 + number * (20 if long else 12)
        (time,) = struct.unpack_from(">q" if long else ">i", table, at + (8 if long else 4))
        if time >= 0:
            return int(time)
    return 0


def _samples(found: dict[str, bytes], path: Path) -> list[Sample]:
    same, count = struct.unpack_from(">II", found["stsz"], 4)
    sizes = [same] * count if same else list(struct.unpack_from(f">{count}I", found["stsz"], 12))
    wide = "co64" in found
    table = found["co64"] if wide else found["stco"]
    (chunks,) = struct.unpack_from(">I", table, 4)
    offsets = struct.unpack_from(f">{chunks}{'Q' if wide else 'I'}", table, 8)
    (runs,) = struct.unpack_from(">I", found["stsc"], 4)
    plan = [struct.unpack_from(">III", found["stsc"], 8 + 12 * number) for number in range(runs)]
    ticks: list[int] = []
    (entries,) = struct.unpack_from(">I", found["stts"], 4)
    for number in range(entries):
        many, each = struct.unpack_from(">II", found["stts"], 8 + 8 * number)
        if len(ticks) + many > count:
            raise NotMp4("its times do not fit its packets")
        ticks += [each] * many
    keys: set[int] | None = None
    if "stss" in found:
        (many,) = struct.unpack_from(">I", found["stss"], 4)
        keys = set(struct.unpack_from(f">{many}I", found["stss"], 8))
    samples: list[Sample] = []
    for chunk, offset in enumerate(offsets, start=1):
        here = next((each for first, each, _ in reversed(plan) if first <= chunk), 0)
        for _ in range(here):
            number = len(samples)
            if number >= count:
                return samples
            key = keys is None or number + 1 in keys
            samples.append(Sample(path, offset, sizes[number], ticks[number] if number < len(ticks) else 0, key))
            offset += sizes[number]
    return samples


def write_film(file: BinaryIO, tracks: Sequence[Track]) -> None:
    """Write a film of the packets of tracks, its index before its packets, so that it plays while it is loaded.

    Raises:
        InputError: a packet's file is gone or was cut short.
    """
    order = _interleaved(tracks)
    head = _box("ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2mp41")
    size = len(_movie(tracks, order, 0))
    total = sum(sample.size for _, samples in order for sample in samples)
    data = struct.pack(">I4sQ", 1, b"mdat", 16 + total)
    file.write(head)
    file.write(_movie(tracks, order, len(head) + size + len(data)))
    file.write(data)
    for _, samples in order:
        for sample in samples:
            _copy(sample, file)


def _copy(sample: Sample, file: BinaryIO) -> None:
    with sample.file.open("rb") as source:
        source.seek(sample.offset)
        left = sample.size
        while left:
            piece = source.read(min(left, PIECE))
            if not piece:
                raise InputError("was cut short meanwhile", subject=sample.file, remedy="put it back, and go on")
            file.write(piece)
            left -= len(piece)


def _interleaved(tracks: Sequence[Track]) -> list[tuple[int, list[Sample]]]:
    """Chunks of about a second of each track, by turns, in the order of their times."""
    chunks: list[tuple[float, int, list[Sample]]] = []
    for number, track in enumerate(tracks):
        now, begun = 0, 0
        chunk: list[Sample] = []
        for sample in track.samples:
            if chunk and now - begun >= CHUNK_S * track.scale:
                chunks.append((begun / track.scale, number, chunk))
                chunk, begun = [], now
            chunk.append(sample)
            now += sample.ticks
        if chunk:
            chunks.append((begun / track.scale, number, chunk))
    chunks.sort(key=lambda one: one[:2])
    return [(number, chunk) for _, number, chunk in chunks]


def _movie(tracks: Sequence[Track], order: Sequence[tuple[int, list[Sample]]], begins: int) -> bytes:
    """The index of a film whose packets begin at a place of the file."""
    placed: list[list[tuple[int, int]]] = [[] for _ in tracks]
    for number, samples in order:
        placed[number].append((begins, len(samples)))
        begins += sum(sample.size for sample in samples)
    lasting = [round(track.ticks * 1000 / track.scale) for track in tracks]
    header = struct.pack(">IIIIIIHHII", 0, 0, 0, 1000, max(lasting), 0x10000, 0x100, 0, 0, 0)
    header += _MATRIX + b"\0" * 24 + struct.pack(">I", len(tracks) + 1)
    boxes = [
        _trak(number, track, placed[number - 1], lasting[number - 1]) for number, track in enumerate(tracks, start=1)
    ]
    return _box("moov", _box("mvhd", header), *boxes)


def _trak(number: int, track: Track, chunks: list[tuple[int, int]], lasting: int) -> bytes:
    sound = track.kind == "soun"
    head = struct.pack(">IIIIIIIIHHHH", 3, 0, 0, number, 0, lasting, 0, 0, 0, int(sound), 0x100 * sound, 0)
    head += _MATRIX + struct.pack(">II", track.size[0] << 16, track.size[1] << 16)
    edits = _box("edts", _box("elst", struct.pack(">IIIiHH", 0, 1, lasting, track.starts, 1, 0)))
    whole = sum(sample.ticks for sample in track.samples)
    media = _box("mdhd", struct.pack(">IIIIIHH", 0, 0, 0, track.scale, min(whole, 0xFFFFFFFF), 0x55C4, 0))
    handler = _box("hdlr", struct.pack(">II4s", 0, 0, track.kind.encode()), b"\0" * 12, b"film\0")
    kind = _box("smhd", struct.pack(">IHH", 0, 0, 0)) if sound else _box("vmhd", struct.pack(">IHHHH", 1, 0, 0, 0, 0))
    where = _box("dinf", _box("dref", struct.pack(">II", 0, 1), _box("url ", struct.pack(">I", 1))))
    table = _box("stbl", track.description, *_tables(track, chunks))
    return _box("trak", _box("tkhd", head), edits, _box("mdia", media, handler, _box("minf", kind, where, table)))


def _tables(track: Track, chunks: list[tuple[int, int]]) -> list[bytes]:
    times: list[list[int]] = []
    for sample in track.samples:
        if times and times[-1][1] == sample.ticks:
            times[-1][0] += 1
        else:
            times.append([1, sample.ticks])
    sizes = [sample.size for sample in track.samples]
    runs = [
        (place, count)
        for place, (_, count) in enumerate(chunks, start=1)
        if place == 1 or chunks[place - 2][1] != count
    ]
    keys = [place for place, sample in enumerate(track.samples, start=1) if sample.key]
    tables = [
        _table("stts", [struct.pack(">II", *one) for one in times]),
        _table("stsc", [struct.pack(">III", place, count, 1) for place, count in runs]),
        _box("stsz", struct.pack(f">III{len(sizes)}I", 0, 0, len(sizes), *sizes)),
        _table("co64", [struct.pack(">Q", offset) for offset, _ in chunks]),
    ]
    return tables if len(keys) == len(sizes) else [*tables, _table("stss", [struct.pack(">I", key) for key in keys])]


def _table(name: str, rows: Sequence[bytes]) -> bytes:
    return _box(name, struct.pack(">II", 0, len(rows)), *rows)


def _box(name: str, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name.encode("latin-1")) + body
