"""Decodes damaged files in a process of its own, which may die of it.

python -m tests.faults.drive.pictures.decoding FOLDER

Writes "ready", reads numbers of tries from standard input, one a line, and writes a line of JSON about each: ``{"try":
7, "came": "refused", "fault": null}``. Whatever else a decoder writes, to standard output or error, is a fault too.
"""

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.drive.pictures.mutations import mutated
from tests.faults.drive.pictures.originals import HEIGHT, WIDTH, originals
from tests.faults.drive.row import SEED

MOST_PIXELS = 1_000_000
MOST_BYTES = 512 << 20  # of memory, above what the process had: 50 times what so many pixels take
MOST_CPU_S = 10.0
ROOM_BYTES = 2 << 30  # of address space, above what the process had: what needs more has run away


def readers() -> dict[str, Callable[[Path, Path], object]]:
    """Every way in which a file is read; the second path is a whole picture of the same size."""
    from wordfuse.fusion.files.decoders import decode
    from wordfuse.fusion.images import read_mask, read_pair, read_picture

    return {
        "decode": lambda path, whole: decode(path, MOST_PIXELS),
        "picture": lambda path, whole: read_picture(path, max_pixels=MOST_PIXELS),
        "mask": lambda path, whole: read_mask(path, (HEIGHT, WIDTH), max_pixels=MOST_PIXELS),
        "infrared": lambda path, whole: read_pair(path, whole, max_pixels=MOST_PIXELS),
        "visible": lambda path, whole: read_pair(whole, path, max_pixels=MOST_PIXELS),
        "both": lambda path, whole: read_pair(path, path, max_pixels=MOST_PIXELS),
    }


def case(number: int, files: dict[str, bytes], ways: list[str]) -> tuple[str, str, bytes]:
    """The file that is damaged in a try, the way in which it is read, and its bytes."""
    rng = random.Random(SEED + number)
    name, other = list(files)[number % len(files)], rng.choice(list(files))
    way = ways[number // len(files) % len(ways)]
    return name, way, mutated(files[name], files[other], rng)


def main(folder: Path) -> None:
    from wordfuse.fusion.errors import InputError

    files, ways = originals(), readers()
    told = os.fdopen(os.dup(1), "w")
    whole = folder / "whole.png"
    whole.write_bytes(files["colour8.png"])
    read_all(files, ways, folder, whole)
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _limit_memory()
    told.write("ready\n")
    told.flush()
    with tempfile.TemporaryFile() as noise:
        os.dup2(noise.fileno(), 1)
        os.dup2(noise.fileno(), 2)
        for line in sys.stdin:
            number = int(line)
            name, way, data = case(number, files, list(ways))
            path = folder / f"damaged{Path(name).suffix}"
            path.write_bytes(data)
            began, fault = time.process_time(), None
            try:
                ways[way](path, whole)
                came = "read"
            except InputError as error:
                came, fault = "refused", _unclear(error, path)
            except Exception as error:
                came, fault = "raised", f"{type(error).__name__}: {error}"
            spent = time.process_time() - began
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) << 10
            sys.stderr.flush()
            if fault is None and noise.seek(0, os.SEEK_END):
                fault = "something was written to the terminal"
            if fault is None and spent > MOST_CPU_S:
                fault = f"took {spent:.1f} s"
            if fault is None and grown > MOST_BYTES:
                fault = f"took {grown >> 20} MiB"
                start += grown >> 10  # told once
            noise.truncate(0)
            noise.seek(0)
            told.write(
                json.dumps({"try": number, "came": came, "fault": f"{name} as {way}: {fault}" if fault else None})
            )
            told.write("\n")
            told.flush()


def read_all(files: dict[str, bytes], ways: dict[str, Callable[[Path, Path], Any]], folder: Path, whole: Path) -> None:
    """Read every whole file: it must work, and brings in what decoders load when they are first used."""
    from wordfuse.fusion.errors import InputError

    for name, data in files.items():
        path = folder / f"original-{name}"
        path.write_bytes(data)
        ways["infrared"](path, whole)
        for way in ("picture", "visible", "mask", "both"):
            try:
                ways[way](path, whole)
            except InputError:
                continue  # 16 bits are no mask, and of thermal pictures not all hold a photograph


def _unclear(error: Exception, path: Path) -> str | None:
    """What is wrong with a refusal: it has to name the file, and hold in a line."""
    said = str(error)
    if str(path) not in said and "whole.png" not in said:
        return f"names no file: {said[:200]}"
    return f"is more than a line: {said[:200]!a}" if "\n" in said or not said.isprintable() else None


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM_BYTES, used + ROOM_BYTES))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
