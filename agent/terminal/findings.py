"""What ``inspect`` found, as a table for people."""

from collections.abc import Sequence

from rich.table import Table

from wordfuse.agent.state import Json
from wordfuse.agent.terminal.console import shown_text

NOTHING = "nothing is wrong that can be measured"


def findings_table(findings: Sequence[Json]) -> Table | str:
    """A line a fault, the worst first, with the turn of its remedy; a sentence where there is none.

    Args:
        findings: as the tool ``inspect`` gives them.
    """
    if not findings:
        return NOTHING
    table = Table(header_style="bold")
    for name in ("fault", "where", "severity", "measured", "turn", "remedy"):
        table.add_column(name, justify="right" if name in ("severity", "turn") else "left")
    for one in findings:
        where = one["where"] + (f", {one['region']}" if one["region"] else "")
        measured = f"{one['number']:.4g} ({one['unit']})"
        turn = "" if one["turn"] is None else str(one["turn"])
        cells = (one["name"], where, f"{one['severity']:.2f}", measured, turn, one["remedy"])
        table.add_row(*(shown_text(cell) for cell in cells))
    return table
