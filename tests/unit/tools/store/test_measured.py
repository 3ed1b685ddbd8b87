"""What was measured is known by its pixels."""

from pathlib import Path

import numpy as np
import pytest

from tests.fakes import Small
from wordfuse.fusion import metrics
from wordfuse.tools import evaluate
from wordfuse.tools.registry import call
from wordfuse.tools.store.measured import Measured
from wordfuse.tools.store.workspace import Workspace


def picture(value: int) -> np.ndarray:
    return np.full((4, 5, 3), value, np.uint8)


def test_it_is_measured_once_whatever_it_is_called_and_anew_where_anything_differs() -> None:
    measured, made = Measured(), iter(range(100))

    def once(kind: str, *pixels: np.ndarray | None) -> float:
        return measured.once(kind, lambda: {"n": float(next(made))}, *pixels)["n"]

    mask = np.zeros((4, 5), np.uint8)
    assert once("a", picture(1), None) == once("a", picture(1).copy(), None) == 0
    others = [("b", picture(1), None), ("a", picture(2), None), ("a", picture(1), mask), ("a", None, picture(1))]
    others += [("a", picture(1).reshape(5, 4, 3), None), ("a", picture(1), mask + 1)]
    assert [once(*other) for other in others] == [1, 2, 3, 4, 5, 6]
    assert [once(*other) for other in others] == [1, 2, 3, 4, 5, 6]


def test_whoever_is_told_may_change_what_they_got() -> None:
    measured = Measured()
    measured.once("a", lambda: {"n": 1.0}, None)["n"] = 2.0
    assert measured.once("a", dict, None) == {"n": 1.0}


def test_what_was_used_longest_ago_is_forgotten() -> None:
    measured, made = Measured(), iter(range(1000))
    for number in range(200):
        measured.once(str(number), lambda: {"n": float(next(made))})
    assert measured.once("199", dict) == {"n": 199.0}
    assert measured.once("0", lambda: {"n": float(next(made))}) == {"n": 200.0}


def test_a_turn_that_changes_nothing_measures_nothing(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Workspace(tmp_path, small.ir, small.vi, small.settings().for_tools())
    call("fuse", {}, work)
    args = {"before": "fused", "after": "fused", "mask": None}
    first, table = call("evaluate_metrics", args, work).result, work.metrics("fused")
    assert first is not None and first["before"] == first["after"]
    for module, name in ((evaluate, "measure"), (metrics, "evaluate")):
        monkeypatch.setattr(module, name, None)  # calling it fails now
    assert call("evaluate_metrics", args, work).result == first
    assert work.metrics("fused") == table
