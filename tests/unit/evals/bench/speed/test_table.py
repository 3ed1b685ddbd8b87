"""The table of speed: ratios to a baseline of the same kind of machine, and what is told of them."""

import json
from pathlib import Path

import pytest

from wordfuse.evals.bench.speed.parts import Measure
from wordfuse.evals.bench.speed.table import SpeedReport, Timed, hold_against, keep
from wordfuse.fusion.errors import InputError


def report(*timed: Timed, machine: str = "abacus, 2 cores") -> SpeedReport:
    return SpeedReport(machine, "2026-11-29", list(timed))


def test_seconds_are_held_against_the_baseline_in_units_of_the_machine_and_memory_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "speed.json"
    keep(
        report(
            Timed(Measure("plan", 2.0, "s"), 0.1),
            Timed(Measure("peak", 100, "MiB"), 0.1),
            Timed(Measure("share", 1.0, "times"), 0.1),
        ),
        file,
    )
    # The machine is twice as slow now: 4 s are what 2 s were, 7 s are not.
    now = report(
        Timed(Measure("plan", 7.0, "s"), 0.2),
        Timed(Measure("peak", 149, "MiB"), 0.2),
        Timed(Measure("share", 1.6, "times"), 0.2),
        Timed(Measure("new", 1.0, "s"), 0.2),
    )
    hold_against(now, file)
    assert [now.ratio(one) for one in now.timed] == [pytest.approx(1.75), pytest.approx(1.49), pytest.approx(1.6), None]
    assert now.slower() == {"plan": pytest.approx(1.75), "share": pytest.approx(1.6)}
    table = now.markdown()
    assert "| plan | 7 s | 2 s | **1.75** |" in table
    assert "| peak | 149 MiB | 100 MiB | 1.49 |" in table
    assert "| share | 1.60 times | 1.00 times | **1.60** |" in table
    assert "| new | 1 s |  |  |" in table
    assert json.loads(json.dumps(now.as_dict()))["slower"].keys() == {"plan", "share"}


def test_another_kind_of_machine_is_not_compared_and_not_lost(tmp_path: Path) -> None:
    file = tmp_path / "speed.json"
    keep(report(Timed(Measure("plan", 2.0, "s"), 0.1), machine="abacus"), file)
    other = report(Timed(Measure("plan", 9.0, "s"), 0.1), machine="slide rule")
    hold_against(other, file)
    assert other.slower() == {} and "No baseline of this kind of machine." in other.markdown()
    keep(other, file)
    again = report(Timed(Measure("plan", 2.0, "s"), 0.1), machine="abacus")
    hold_against(again, file)
    assert again.ratio(again.timed[0]) == pytest.approx(1)


def test_what_was_not_measured_stays_in_the_baseline(tmp_path: Path) -> None:
    file = tmp_path / "speed.json"
    keep(report(Timed(Measure("plan", 2.0, "s"), 0.1), Timed(Measure("fuse", 1.0, "s"), 0.1)), file)
    part = report(Timed(Measure("fuse", 3.0, "s"), 0.1))
    hold_against(part, file)
    keep(part, file)
    kept = json.loads(file.read_text())["machines"]["abacus, 2 cores"]["measures"]
    assert {name: one["value"] for name, one in kept.items()} == {"plan": 2.0, "fuse": 3.0}


def with_value(value: str) -> str:
    measures = f'{{"plan": {{"value": {value}, "unit": "s", "pace_s": 0.1}}}}'
    return f'{{"machines": {{"abacus, 2 cores": {{"date": "2026-11-29", "measures": {measures}}}}}}}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"machines": 3}',
        '{"machines": {"abacus, 2 cores": {"measures": 1}}}',
        "[" * 100_000,
        '{"machines": ' + "[" * 200 + "]" * 200 + "}",
        " " * (33 << 20),
        "\udcff",
        with_value("NaN"),
        with_value('"2"'),
        with_value("1" + "0" * 400),
    ],
    ids=["empty", "list", "number", "no measures", "deep", "nested", "huge", "no UTF-8", "NaN", "text", "too large"],
)
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "speed.json"
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError, match="is no baseline of this benchmark") as told:
        hold_against(report(), file)
    assert told.value.subject == str(file)
