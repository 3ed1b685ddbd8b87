"""Damaged picture files: each is read or refused in words, and no process dies, hangs or fills the memory."""

import json
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults.drive.row import Row, Tally, Tell, environment

SILENCE_S = 120  # of the wall clock: ten times what the decoder may work, on a machine that has others to serve


def run(tries: int, folder: Path, tell: Tell) -> Tally:
    """Let a process decode, and put another in its place where it dies."""
    tally, left = Tally(), list(range(tries))
    while left:
        for came, fault in _decoded(left, folder):
            left.pop(0)
            tally.count(came, fault)
            if tally.tried % 1000 == 0:
                tell(f"{tally.tried:,} of {tries:,}")
    return tally


def _decoded(numbers: list[int], folder: Path) -> Iterator[tuple[str, str | None]]:
    """What came of each try, until there are no more or the process died of one, which is the last then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.drive.pictures.decoding", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise RuntimeError(f"the process that decodes does not begin: {process.communicate()[1]}")
    try:
        for number in list(numbers):
            try:
                process.stdin.write(f"{number}\n")
                process.stdin.flush()
            except BrokenPipeError:
                pass
            line = process.stdout.readline() if _speaks(process) else ""
            if not line:
                yield "died", f"try {number}: {_death(process)}"
                return
            told = json.loads(line)
            yield told["came"], f"try {number}: {told['fault']}" if told["fault"] else None
    finally:
        process.kill()
        process.communicate()


def _speaks(process: "subprocess.Popen[str]") -> bool:
    with selectors.DefaultSelector() as waiting:
        assert process.stdout is not None
        waiting.register(process.stdout, selectors.EVENT_READ)
        return bool(waiting.select(SILENCE_S))


def _death(process: "subprocess.Popen[str]") -> str:
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        return f"no end within {SILENCE_S} s"
    _, complaints = process.communicate()
    if process.returncode < 0:
        return f"killed by {signal.Signals(-process.returncode).name}"
    return f"ended with {process.returncode}: {complaints.strip().splitlines()[-1:]}"


ROW = Row(
    "files",
    "damaged picture files are decoded: PNG, JPEG, FLIR JPEG, WebP, TIFF and BMP, cut, flipped, spliced, with headers, "
    "chunks, tags and segments changed and their sums put right",
    "read, or refused in a line that names the file; at most 10 s and 512 MiB each, and nothing on the terminal",
    12_000,
    run,
)
