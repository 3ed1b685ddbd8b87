"""The benchmark of plans beside busy processes: its verdict, with costs that are given instead of measured."""

import itertools
import sys
from pathlib import Path

import pytest

from wordfuse.evals.bench import load


@pytest.mark.parametrize(("beside", "code"), [(7.9, 0), (8.1, 1)])
@pytest.mark.parametrize("slow", ["warm", "cold"])
def test_beyond_the_bound_it_exits_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: float, code: int, slow: str
) -> None:
    # Alone and beside others in turns; a cold plan before the first round warms the disk.
    walls = {kind: itertools.cycle([2.0, beside if kind == slow else 2.0]) for kind in ("warm", "cold")}
    first = iter([(9.0, 1.0)])
    monkeypatch.setattr(load, "warm", lambda: lambda wish: (next(walls["warm"]), 1.0))
    monkeypatch.setattr(load, "cold", lambda wish: next(first, None) or (next(walls["cold"]), 1.0))
    monkeypatch.setattr(load.signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["load", "--out", str(tmp_path), "--busy", "0", "--rounds", "3"])
    assert load.main() == code
    assert (
        f"| {slow} | 2.0 | {beside:.1f} | {beside:.1f} | {beside / 2:.1f} | 1.0 | 1.0 |"
        in (tmp_path / "bench_load.md").read_text()
    )
