"""Budgets reach whoever waits for an answer, and what a model says is cut before it is kept."""

import json
from pathlib import Path
from typing import cast

import pytest

from wordfuse.agent.budget import DEEPEST, LONGEST, WIDEST, ask_model, plain
from wordfuse.agent.context import Context, Trace
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.model.deadline import waiting_at_most
from wordfuse.agent.model.mock import ScriptedModel
from wordfuse.agent.settings import Limits, Settings
from wordfuse.agent.state import Usage
from wordfuse.tools.store.workspace import Workspace


def gone() -> str:
    raise BackendUnreachable("does not answer")


def test_an_answer_for_which_no_time_was_left_is_a_budget_that_is_used_up(tmp_path: Path) -> None:
    settings, trace = Settings(limits=Limits(seconds=5)), Trace(tmp_path / "trace.jsonl")
    context = Context(cast("Workspace", None), ScriptedModel({}), settings, trace)
    with pytest.raises(BackendUnreachable):
        ask_model(Usage(), context, "plan", gone)
    with waiting_at_most(0):
        asked = ask_model(Usage(), context, "plan", gone)
    assert str(asked.error) == "the budget of 5 seconds is used up; raise it with --max-seconds"


def test_a_call_that_is_too_long_too_wide_or_too_deep_is_cut() -> None:
    deep: object = "bottom"
    for _ in range(10_000):
        deep = {"in": deep}
    said = plain({"name": "x" * 10**7, "args": {"deep": deep, "wide": list(range(10**5)), "k" * 10**5: 1}})
    kept = json.dumps(said)
    assert len(kept) < 3 * LONGEST + 20 * WIDEST
    assert said["name"].endswith("... (10000000 characters)") and said["args"]["wide"] == list(range(WIDEST))
    assert kept.count('"in"') == DEEPEST - 2


def test_a_call_of_the_usual_size_is_kept_as_it_is() -> None:
    said = {"name": "ground", "args": {"phrases": ["people"] * 8, "without": [], "strength": None, "amount": 0.5}}
    assert plain(said) == said
