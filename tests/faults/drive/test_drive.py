"""The drive at a small scale, and that its page tells of all of it."""

import re

import pytest

from tests.faults.drive.row import ROOT, Row
from tests.faults.drive.rows import ROWS, driven

SHORT = {"files": 150, "killed": 6, "failing": 6, "disks": 2, "servers": 9, "injections": 6, "together": 1}
LONGER = {"killed": 60, "failing": 60, "servers": 60, "injections": 40, "talk": 48, "together": 4, "kills": 1}


def scaled(tries: dict[str, int], *marks: pytest.MarkDecorator) -> list[object]:
    rows = [row for row in ROWS if row.name in tries]
    return [pytest.param(row, tries[row.name] / row.tries, id=row.name, marks=marks) for row in rows]


@pytest.mark.parametrize(("row", "scale"), [*scaled(SHORT), *scaled(LONGER, pytest.mark.slow)])
def test_a_short_drive_finds_no_fault(row: Row, scale: float) -> None:
    tally = driven(row, scale)
    assert tally.faults == []
    assert tally.tried >= 1


def test_the_page_tells_of_every_row_and_of_no_fault() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    table = page.partition("<!-- drive -->\n")[2].partition("<!-- end -->")[0]
    told = re.findall(r"^\| `(\w+)` \|.*\| ([\d,]+) \| [^|]+ \| (\d+) \|$", table, re.MULTILINE)
    names = [name for name, _, _ in told]
    assert names == [row.name for row in ROWS]
    assert {faults for _, _, faults in told} == {"0"}
    assert all(int(tried.replace(",", "")) > 0 for _, tried, _ in told)
