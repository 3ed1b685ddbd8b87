"""What is beside an agent: the search finds what helps, and a file of cases is filled in once."""

import json
from pathlib import Path

import pytest

from wordfuse.evals.deciding import beside as module
from wordfuse.evals.deciding import scenes
from wordfuse.evals.deciding.beside import beside, main
from wordfuse.evals.deciding.setting import Setting

NOISY = {"scene": "street 7", "damage": [{"kind": "noise", "amount": 24}]}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "SIZE", (96, 72))
    monkeypatch.setattr(module, "RESTORING", (("denoise", None), ("relight", "darker")))
    scenes._rendered.cache_clear()


def test_the_search_finds_the_remedy_and_is_at_least_as_good_as_one_step() -> None:
    found = beside(Setting.model_validate(NOISY), None)
    assert found.search > 2
    assert found.search >= found.worst_fault - 0.5
    assert found.calls == 2 * 4 + 4  # both tools, then the other one on the best


def test_files_are_filled_in_where_something_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    rows = [{"wish": ["mend it"], "on": NOISY}, {"trap": ["turn it"], "on": {"scene": "street 7"}, "ends": ["refused"]}]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n")
    assert main([str(file)]) == 0
    filled = [json.loads(line) for line in file.read_text().splitlines()]
    assert filled[0]["beside"]["search"] > 0 and filled[1] == rows[1]
    filled[0]["beside"]["recipe"] = 1234.0
    file.write_text("\n".join(map(json.dumps, filled)) + "\n")
    assert main([str(file)]) == 0
    assert json.loads(file.read_text().splitlines()[0])["beside"]["recipe"] == 1234.0
