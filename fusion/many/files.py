"""Fuse many pairs of files, several at a time: reading, fusing and writing of different pairs overlap."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from wordfuse.fusion.choices import MAX_PIXELS
from wordfuse.fusion.errors import WordfuseError
from wordfuse.fusion.fusing import Fuser
from wordfuse.fusion.images import read_pair, write_png
from wordfuse.fusion.many.cores import Memory, cores, shared_among, use_threads
from wordfuse.fusion.temperatures.reading import Reading

# A GPU works on one pair at a time; the others are read and written meanwhile.
MOST_ON_A_GPU = 4

Notes = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A pair and where its fused picture goes.

    Attributes:
        infrared: the infrared picture.
        visible: the visible picture.
        out: the PNG to write; its folder is made.
    """

    infrared: Path
    visible: Path
    out: Path


class _Stopped(Exception):
    """What a worker was doing is not wanted any more."""


def fuse_files(
    fuser: Fuser,
    wanted: Sequence[Wanted],
    *,
    max_pixels: int = MAX_PIXELS,
    align: bool = False,
    reading: Reading = Reading(),
    spelling: Callable[[str], str] = str,
    memory: Memory | None = None,
) -> Generator[Notes | WordfuseError | OSError, None, None]:
    """Fuse pairs of files, as many at a time as there are cores, and give what became of each, in their order.

    A pair that cannot be fused does not stop the others. Every picture appears whole or not at all. Whatever ends the
    iteration early (Ctrl-C, closing it) begins no new pair, and stops those at work between two parts.

    Args:
        fuser: how to fuse.
        wanted: the pairs.
        max_pixels: as in ``fusion.images.read_pair``.
        align: likewise.
        reading: likewise.
        spelling: likewise.
        memory: what the pairs at work may take of it together; default: half of the machine's.

    Yields:
        The notes on a pair's sources (``fusion.images.Pair.notes``), or what is wrong with it.
    """
    stop, memory = Event(), memory or Memory()
    most = MOST_ON_A_GPU if fuser.on_gpu else cores()  # which loads the network, and torch with it, once for all
    workers = max(1, min(len(wanted), cores(), most))
    work = partial(
        _fuse, fuser, stop=stop, memory=memory, max_pixels=max_pixels, align=align, reading=reading, spelling=spelling
    )
    with shared_among(workers) as share:
        pool = ThreadPoolExecutor(workers, "fuse", use_threads, (share,))
        try:
            yield from pool.map(work, wanted)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _fuse(
    fuser: Fuser,
    wanted: Wanted,
    *,
    stop: Event,
    memory: Memory,
    max_pixels: int,
    align: bool,
    reading: Reading,
    spelling: Callable[[str], str],
) -> Notes | WordfuseError | OSError:
    def go_on(*_: int) -> None:
        if stop.is_set():
            raise _Stopped

    try:
        wanted.out.parent.mkdir(parents=True, exist_ok=True)
        pair = read_pair(
            wanted.infrared, wanted.visible, max_pixels=max_pixels, align=align, reading=reading, spelling=spelling
        )
        with memory.taken(fuser.bytes_for(pair.infrared.shape)):
            go_on()
            pixels, _ = fuser.fuse_pair(pair, progress=go_on)
        write_png(wanted.out, pixels)
    except (WordfuseError, OSError) as error:
        return error
    return pair.notes
