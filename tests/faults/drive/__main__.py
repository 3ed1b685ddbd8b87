"""Drives wordfuse into every fault that we can make, and counts: ``make drive``, or python -m tests.faults.drive.

Prints a table and every fault; with ``--write`` puts it into that of ``docs/reliability.md``. Exits with 1 where there
is a fault. ``--scale 0.05`` makes it shorter, ``--rows files,disks`` drives these alone.
"""

import argparse
import os
import re
import sys
import time

from rich.console import Console
from rich.table import Table

from tests.faults.drive.row import ROOT, Row, Tally
from tests.faults.drive.rows import ROWS, driven

PAGE = ROOT / "docs" / "reliability.md"
HEAD = "| row | what is done | what has to come of it | tries | came of it | faults |\n|---|---|---|---|---|---|"
BEGIN, END = "<!-- drive -->\n", "<!-- end -->\n"


def main() -> int:
    """Drive what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the tries of each row")
    parser.add_argument("--rows", default=",".join(row.name for row in ROWS), help="names, with commas between them")
    parser.add_argument("--write", action="store_true", help=f"put what came of these rows into {PAGE.name}")
    given = parser.parse_args()
    chosen = [row for row in ROWS if row.name in given.rows.split(",")]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    console, came = Console(stderr=True), list[tuple[Row, Tally]]()
    for row in chosen:
        began = time.monotonic()
        console.print(f"{row.name}: {row.done}", soft_wrap=True, markup=False)
        tally = driven(row, given.scale, lambda told: console.print(f"  {told}", soft_wrap=True, markup=False))
        came.append((row, tally))
        console.print(f"  {tally.told()} in {time.monotonic() - began:.0f} s", soft_wrap=True, markup=False)
        for fault in tally.faults:
            console.print(f"  FAULT {fault}", soft_wrap=True, markup=False)
    console.print(_shown(came))
    if given.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        table, _, after = rest.partition(END)
        PAGE.write_text(before + BEGIN + written(came, table) + END + after, encoding="utf-8")
    return int(any(tally.faults for _, tally in came))


def written(came: list[tuple[Row, Tally]], before: str) -> str:
    """The table as the page has it: new lines of what was driven, and those of before of what was not."""
    lines = dict(re.findall(r"^(\| `\w+` \|)(.*)$", before, re.MULTILINE))
    for row, tally in came:
        told = f" {row.done} | {row.expected} | {tally.tried:,} | {tally.told()} | {len(tally.faults)} |"
        lines[f"| `{row.name}` |"] = told
    ordered = [name + lines[name] for row in ROWS if (name := f"| `{row.name}` |") in lines]
    return "\n".join([HEAD, *ordered]) + "\n"


def _shown(came: list[tuple[Row, Tally]]) -> Table:
    table = Table("row", "tries", "came of it", "faults")
    for row, tally in came:
        table.add_row(row.name, f"{tally.tried:,}", tally.told(), str(len(tally.faults)))
    return table


if __name__ == "__main__":
    sys.exit(main())
