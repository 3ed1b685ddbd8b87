"""All rows of the drive, and how they are driven."""

import shutil
import tempfile
from pathlib import Path

from tests.faults.drive import cut_off, full_disks, long_talk, random_kills, together
from tests.faults.drive.pictures import damaged_files
from tests.faults.drive.row import Row, Tally, Tell
from tests.faults.drive.sent import injections, servers

ROWS = (
    damaged_files.ROW,
    cut_off.KILLED,
    cut_off.FAILING,
    full_disks.ROW,
    servers.ROW,
    injections.ROW,
    long_talk.ROW,
    together.ROW,
    random_kills.ROW,
)


def driven(row: Row, scale: float, tell: Tell = lambda told: None) -> Tally:
    """Drive a row for a share of its tries, in a temporary folder that is removed."""
    folder = Path(tempfile.mkdtemp(prefix="wordfuse-drive-"))
    try:
        return row.run(max(1, round(scale * row.tries)), folder, tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
