"""MP4 files as boxes (ISO/IEC 14496-12): the samples of a film's tracks, and one film of the samples of several.

OpenCV writes films without sound, at one rate, and each as a whole. A film here is made in parts, has the times of the
visible film, and its sound: so the parts' packets are joined as they are, nothing is compressed twice, and the sound's
packets are copied, bit for bit.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from wordfuse.fusion.errors import InputError

CONTAINERS = ("moov", "trak", "mdia", "minf", "stbl", "edts")
MOST_BYTES = 1 << 26  # of a table: a film of a day has fewer
PIECE = 1 << 20
FILM_SCALE = 90_000  # ticks a second
CHUNK_S = 1.0  # of one track, before the other one's turn
MOST_ALIKE = 1024  # packets of one size that are taken together: of sound that is not compressed each holds one value
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class NotMp4(Exception):
    """A file that is none, or of a kind that is not read here."""


@dataclass(frozen=True)
class Sample:
    """A packet: a frame, or a piece of sound; or some that are alike, one behind the other.

    Attributes:
        file: that holds it.
        offset: where, in bytes.
        size: in bytes, of all of them.
        ticks: how long it lasts, all of them together.
        key: whether reading may begin there.
        count: how many packets it stands for.
    """

    file: Path
    offset: int
    size: int
    ticks: int
    key: bool = True
    count: int = 1

    def between(self, first: int, last: int) -> "tuple[Sample | None, int]":
        """The packets of it that lie between two of its ticks, if only in part, and the tick at which they begin."""
        each, size = max(1, self.ticks // self.count), self.size // self.count
        begin, end = max(0, first // each), min(self.count, -(-last // each))
        if begin >= end:
            return None, 0
        many = end - begin
        offset, ticks = self.offset + begin * size, self.ticks // self.count * many
        return replace(self, offset=offset, size=many * size, ticks=ticks, count=many), begin * each


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
        after_s: seconds of the film before it begins: nothing is seen, or heard, till then.
    """

    kind: str
    scale: int
    description: bytes
    samples: tuple[Sample, ...]
    starts: int = 0
    size: tuple[int, int] = (0, 0)
    after_s: float = 0.0

    @property
    def ticks(self) -> int:
        """How long it lasts, from where it begins."""
        return sum(sample.ticks for sample in self.samples) - self.starts

    def up_to(self, size: int) -> "Track":
        """The packets before the first one that does not lie within so many bytes of its file."""
        return replace(self, samples=tuple(takewhile(lambda one: one.offset + one.size <= size, self.samples)))

    def between(self, start_s: float, end_s: float) -> "Track":
        """The packets from a time of the film to another, of which the first begins at or before it."""
        begins, last = (round((one - self.after_s) * self.scale) for one in (start_s, end_s))
        first, last = max(begins, 0) + self.starts, last + self.starts
        kept: list[Sample] = []
        now, starts = 0, 0
        for sample in self.samples:
            part, at = sample.between(first - now, last - now)
            if part is not None:
                if not kept:
                    starts = max(0, first - now - at)
                kept.append(part)
            now += sample.ticks
        after_s = max(0, -begins) / self.scale
        return replace(self, samples=tuple(kept), starts=starts, after_s=after_s)


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
            boxes = list(_boxes(file, movie[1], movie[2]))
            scale = next((_scale(_content(file, start, end)) for name, start, end in boxes if name == "mvhd"), 0)
            found = [_track(file, path, start, end, scale) for name, start, end in boxes if name == "trak"]
            return [track for track in found if track is not None]
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


def _content(file: BinaryIO, begin: int, stop: int) -> bytes:
    if stop - begin > MOST_BYTES:
        raise NotMp4("a table is too large")
    file.seek(begin)
    return file.read(stop - begin)


def _scale(header: bytes) -> int:
    """Ticks a second, as the header of the film or of a track's packets has them."""
    return int(struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0])


def _track(file: BinaryIO, path: Path, start: int, end: int, film_scale: int) -> Track | None:
    found: dict[str, bytes] = {}

    def gather(start: int, end: int) -> None:
        for name, begin, stop in _boxes(file, start, end):
            if name in CONTAINERS:
                gather(begin, stop)
            elif name in ("hdlr", "mdhd", "tkhd", "stsd", "stts", "stsz", "stsc", "stco", "co64", "stss", "elst"):
                found.setdefault(name, _content(file, begin, stop))

    gather(start, end)
    kind = found.get("hdlr", b"\0" * 12)[8:12].decode("latin-1")
    if kind not in ("vide", "soun") or "stsd" not in found:
        return None
    scale = _scale(found["mdhd"])
    if not scale:
        raise NotMp4("its clock stands still")
    samples = _samples(found, path, kind)
    if not samples:
        raise NotMp4("its packets are in fragments")
    size = struct.unpack_from(">II", found["tkhd"], len(found["tkhd"]) - 8) if "tkhd" in found else (0, 0)
    starts, before = _edit(found.get("elst"))
    description = struct.pack(">I4s", 8 + len(found["stsd"]), b"stsd") + found["stsd"]
    after_s = before / film_scale if film_scale else 0.0
    shown = size[0] >> 16, size[1] >> 16
    return Track(kind, scale, description, tuple(samples), starts, shown, after_s)


def _edit(table: bytes | None) -> tuple[int, int]:
    """Ticks that are left out at the beginning, and ticks of the film before that.

    Encoders of sound begin with some that are not to be heard; who begins later than the film has an empty edit first.
    """
    before = 0
    if table is None:
        return 0, before
    long, (count,) = table[0] == 1, struct.unpack_from(">I", table, 4)
    for number in range(count):
        at = 8 + number * (20 if long else 12)
        lasting, time = struct.unpack_from(">Qq" if long else ">Ii", table, at)
        if time >= 0:
            return int(time), before
        before += int(lasting)
    return 0, before


def _samples(found: dict[str, bytes], path: Path, kind: str) -> list[Sample]:
    same, count = struct.unpack_from(">II", found["stsz"], 4)
    wide = "co64" in found
    table = found["co64"] if wide else found["stco"]
    (chunks,) = struct.unpack_from(">I", table, 4)
    offsets = struct.unpack_from(f">{chunks}{'Q' if wide else 'I'}", table, 8)
    (runs,) = struct.unpack_from(">I", found["stsc"], 4)
    plan = [struct.unpack_from(">III", found["stsc"], 8 + 12 * number) for number in range(runs)]
    (entries,) = struct.unpack_from(">I", found["stts"], 4)
    if kind == "soun" and same and entries == 1:
        return _alike(path, offsets, plan, same, count, struct.unpack_from(">II", found["stts"], 8)[1])
    sizes = [same] * count if same else list(struct.unpack_from(f">{count}I", found["stsz"], 12))
    ticks: list[int] = []
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
        for _ in range(_held_by(chunk, plan)):
            number = len(samples)
            if number >= count:
                return samples
            key = keys is None or number + 1 in keys
            samples.append(Sample(path, offset, sizes[number], ticks[number] if number < len(ticks) else 0, key))
            offset += sizes[number]
    return samples


def _held_by(chunk: int, plan: Sequence[tuple[int, ...]]) -> int:
    """How many packets lie in a chunk, by the runs of chunks that hold as many."""
    return next((one[1] for one in reversed(plan) if one[0] <= chunk), 0)


def _alike(
    path: Path, offsets: Sequence[int], plan: Sequence[tuple[int, ...]], size: int, count: int, ticks: int
) -> list[Sample]:
    """Packets that are all of one size and length, taken together: a minute of such sound has millions."""
    samples: list[Sample] = []
    for chunk, offset in enumerate(offsets, start=1):
        here = min(_held_by(chunk, plan), count)
        count -= here
        for begun in range(0, here, MOST_ALIKE):
            many = min(MOST_ALIKE, here - begun)
            samples.append(Sample(path, offset + begun * size, many * size, many * ticks, count=many))
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
        placed[number].append((begins, sum(sample.count for sample in samples)))
        begins += sum(sample.size for sample in samples)
    lasting = [round((track.after_s + track.ticks / track.scale) * 1000) for track in tracks]
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
    before = round(track.after_s * 1000)
    rows = [*([(before, -1, 1, 0)] if before else []), (lasting - before, track.starts, 1, 0)]
    edits = _box("edts", _table("elst", [struct.pack(">IiHH", *row) for row in rows]))
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
        each = sample.ticks // sample.count
        if times and times[-1][1] == each:
            times[-1][0] += sample.count
        else:
            times.append([sample.count, each])
    counted = sum(sample.count for sample in track.samples)
    sizes = {sample.size // sample.count for sample in track.samples}
    same = sizes.pop() if len(sizes) == 1 else 0
    apart = [] if same else [sample.size // sample.count for sample in track.samples for _ in range(sample.count)]
    runs = [
        (place, count)
        for place, (_, count) in enumerate(chunks, start=1)
        if place == 1 or chunks[place - 2][1] != count
    ]
    keys = [place for place, sample in enumerate(track.samples, start=1) if sample.key]
    tables = [
        _table("stts", [struct.pack(">II", *one) for one in times]),
        _table("stsc", [struct.pack(">III", place, count, 1) for place, count in runs]),
        _box("stsz", struct.pack(f">III{len(apart)}I", 0, same, counted, *apart)),
        _table("co64", [struct.pack(">Q", offset) for offset, _ in chunks]),
    ]
    return (
        tables
        if len(keys) == len(track.samples)
        else [*tables, _table("stss", [struct.pack(">I", key) for key in keys])]
    )


def _table(name: str, rows: Sequence[bytes]) -> bytes:
    return _box(name, struct.pack(">II", 0, len(rows)), *rows)


def _box(name: str, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), name.encode("latin-1")) + body
