"""Temperatures as a table for people."""

from rich.table import Table

from wordfuse.agent.terminal.console import shown_text
from wordfuse.tools.heat.temperatures import TemperaturesResult


def temperatures_table(columns: dict[str, TemperaturesResult]) -> Table:
    """A column for each region, by its name: how many pixels, least, mean, median and most, and where.

    Args:
        columns: at least one, all in one unit.
    """
    table = Table(header_style="bold")
    table.add_column("")
    for name in columns:
        table.add_column(shown_text(name), justify="right")
    found = list(columns.values())
    rows: list[tuple[str, list[str]]] = [
        ("pixels", [f"{one.pixels}" for one in found]),
        ("of them known", [f"{one.known}" for one in found]),
        ("lowest", [f"{one.min:.1f} {one.unit}" for one in found]),
        ("mean", [f"{one.mean:.1f} {one.unit}" for one in found]),
        ("median", [f"{one.median:.1f} {one.unit}" for one in found]),
        ("highest", [f"{'at least ' if one.at_least else ''}{one.max:.1f} {one.unit}" for one in found]),
        ("hottest at x, y", [f"{one.hottest_at[0]}, {one.hottest_at[1]}" for one in found]),
        ("coldest at x, y", [f"{one.coldest_at[0]}, {one.coldest_at[1]}" for one in found]),
    ]
    if any(one.saturated for one in found):
        rows.insert(2, ("hotter than can be told", [f"{one.saturated}" for one in found]))
    for name, cells in rows:
        table.add_row(name, *cells)
    return table
