"""What a page shows of an answer that tells temperatures: their table, and their map with its scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wordfuse.agent.record import Answer
from wordfuse.agent.report.album import Picture
from wordfuse.tools.heat.temperatures import TemperaturesResult


@dataclass(frozen=True)
class Heat:
    """The temperatures of an answer.

    Attributes:
        rows: of the table: what, and how much.
        picture: the map; None where the sources are gone.
    """

    rows: tuple[tuple[str, str], ...]
    picture: Picture | None = field(hash=False)


def temperatures_of(answer: Answer | None) -> TemperaturesResult | None:
    """The temperatures that an answer rests on, if any."""
    read: Mapping[str, Any] | None = None if answer is None else answer.evidence.get("read_temperatures")
    return None if read is None else TemperaturesResult.model_validate(read)


def rows_of(found: TemperaturesResult) -> tuple[tuple[str, str], ...]:
    """The lines of the table."""
    unit = found.unit
    rows = [
        ("lowest", f"{found.min:.1f} {unit}, at x {found.coldest_at[0]}, y {found.coldest_at[1]}"),
        ("mean", f"{found.mean:.1f} {unit}"),
        ("median", f"{found.median:.1f} {unit}"),
        (
            "highest",
            f"{'at least ' if found.at_least else ''}{found.max:.1f} {unit}, at x {found.hottest_at[0]}, "
            f"y {found.hottest_at[1]}",
        ),
        ("pixels", f"{found.pixels}, {found.known} of them known"),
    ]
    return (*rows, ("hotter than can be told", f"{found.saturated} pixels")) if found.saturated else tuple(rows)
