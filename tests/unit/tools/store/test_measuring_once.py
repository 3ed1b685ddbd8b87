"""What a workspace measured is not measured again."""

from pathlib import Path

import pytest

from tests.fakes import Small
from wordfuse.fusion import metrics
from wordfuse.tools import evaluate
from wordfuse.tools.registry import call
from wordfuse.tools.store.workspace import Workspace


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
