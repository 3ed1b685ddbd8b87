"""The benchmark of starts: what it makes of costs, and that it measures what it says."""

import json
import sys
from pathlib import Path

import pytest

from wordfuse.evals.bench import start
from wordfuse.evals.bench.speed.processes import Cost
from wordfuse.evals.bench.speed.processor import processor
from wordfuse.evals.bench.start import TORCH, TURN, StartReport
from wordfuse.fusion.errors import InputError


def report(ours: dict[str, float], theirs: dict[str, float] | None = None, beside: float = 1.0) -> StartReport:
    """A report of these seconds; every process takes ``beside`` times as long beside others."""
    made = StartReport("a processor", 2, busy=2)
    for where, seconds in {"ours": ours, **({"theirs": theirs} if theirs else {})}.items():
        made.costs[where] = {
            what: {busy: [Cost(wall * (beside if busy else 1), 1.0, 100.0)] for busy in (False, True)}
            for what, wall in seconds.items()
        }
    return made


GOOD = {TORCH: 2.0, "plan": 2.0, "fuse": 3.0, "run": 5.9, TURN: 0.4}


@pytest.mark.parametrize(
    ("slower", "theirs", "beside", "missed"),
    [
        ({}, None, 1.0, []),
        ({"plan": 2.6}, None, 1.0, [f"plan takes 1.30 times as long as '{TORCH}', at most 1.2 wanted"]),
        ({"run": 7.0}, None, 1.0, [f"run takes 3.50 times as long as '{TORCH}', at most 3.0 wanted"]),
        ({}, GOOD | {TURN: 2.0}, 1.0, []),
        ({}, GOOD | {TURN: 1.0}, 1.0, ["a turn takes 0.40 of what theirs takes, at most 0.2 wanted"]),
        ({}, None, 3.9, []),
    ],
)
def test_goals_are_ratios(
    slower: dict[str, float], theirs: dict[str, float] | None, beside: float, missed: list[str]
) -> None:
    assert report(GOOD | slower, theirs, beside).missed() == missed


def test_beside_others_everything_counts() -> None:
    assert len(report(GOOD, beside=4.5).missed()) == 4


def test_the_table_has_a_row_for_each_and_names_the_processor() -> None:
    text = report(GOOD, GOOD | {"plan": 8.0}, beside=2.0).markdown()
    assert "on a processor, 2 cores" in text
    assert "| plan | ours | 2.00 | 1.00 | 1.00 | 1.00 | 100 | 2.0 times |" in text
    assert "| plan | theirs | 8.00 | 4.00 | 4.00 | 1.00 | 100 | 2.0 times |" in text


def test_every_cost_is_told_as_data() -> None:
    costs = json.loads(report(GOOD).as_json())["costs"]["ours"]["plan"]["alone"]
    assert costs == [{"seconds": 2.0, "cpu_seconds": 1.0, "peak_mib": 100.0}]


def test_what_is_held_back_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    assert processor().endswith("ATEN_CPU_CAPABILITY=avx2")


def test_a_process_is_measured_by_itself(tmp_path: Path) -> None:
    large = "x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096])"
    (large_cost, small_cost) = (
        start._cost([sys.executable, "-c", code], tmp_path, told=False) for code in (large, "1")
    )
    assert large_cost.peak_mib > 200 > small_cost.peak_mib > 1
    assert large_cost.wall_s > 0 and large_cost.cpu_s > 0
    told = start._cost([sys.executable, "-c", "print([0.25, 0.125])"], tmp_path, told=True)
    assert (told.wall_s, told.cpu_s) == (0.25, 0.125)


def test_a_process_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends with exit code 3 \(no such thing\)"):
        start._cost(
            [sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"],
            tmp_path,
            told=False,
        )


def test_a_python_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends with exit code 1 \(FileNotFoundError: .*no-python"):
        start._cost([str(tmp_path / "no-python"), "-c", "1"], tmp_path, told=False)
