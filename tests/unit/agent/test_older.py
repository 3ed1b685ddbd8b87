"""Runs that an earlier version began go on: what it kept in other places is read from there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.fakes import ScriptedModel, Small, always, plan, step
from tests.unit.agent.small_plans import without_things
from wordfuse.agent import older
from wordfuse.agent.record import Instruction, instructions_in
from wordfuse.agent.run.machine import THREAD, Machine
from wordfuse.agent.run.session import Session
from wordfuse.agent.state import Json, RunState

PLANS = {"warm": plan(step("incline", "infrared", "people"))}


@pytest.fixture
def states(
    small: Small, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, list[RunState]]]:
    """The states of a run with two attempts by the node that comes next."""
    without_things(monkeypatch)
    monkeypatch.setattr(Machine, "_tidy", lambda machine: None)  # every state is kept, as a killed run leaves it
    model = ScriptedModel(PLANS, verdict=always("again"))
    session = Session.create(tmp_path / "run", small.ir, small.vi, ["warm"], small.settings(), model)
    session.run()
    with session.locked(), session.machine() as machine:
        yield _by_node(machine)


def _by_node(machine: Machine) -> dict[str, list[RunState]]:
    found: dict[str, list[RunState]] = {}
    for snapshot in machine._graph.get_state_history({"configurable": {"thread_id": THREAD}}):
        found.setdefault("".join(snapshot.next), []).append(cast(RunState, snapshot.values))
    return found


def _without(state: RunState, *fields: str, **changed: Any) -> RunState:
    return cast(RunState, {key: value for key, value in state.items() if key not in fields} | changed)


def test_the_chosen_call_is_read_from_the_conversation(states: dict[str, list[RunState]]) -> None:
    for state in states["call_tool"]:
        assert state["chosen_call"] is not None
        assert older.chosen_call(_without(state, "chosen_call")) == older.chosen_call(state)


def test_the_edit_is_read_from_its_answer(states: dict[str, list[RunState]]) -> None:
    for state in states["evaluate"]:
        assert state["edit"] is not None
        assert older.edit_made(_without(state, "edit")) == older.edit_made(state)


def test_an_attempt_that_waits_for_its_verdict_is_found_among_the_judged(states: dict[str, list[RunState]]) -> None:
    assert len(states["critique"]) > 1
    for state in states["critique"]:
        before = _without(state, "measured", attempts=[*state["attempts"], state["measured"]])
        assert older.attempts_of(before) == older.attempts_of(state)


def test_the_files_of_attempts_are_left_out_of_the_record(states: dict[str, list[RunState]]) -> None:
    (record,) = states["report"][0]["records"]
    attempts: list[Json] = [attempt | {"output": "a3"} for attempt in record["steps"][0]["attempts"]]
    before = record | {"steps": [record["steps"][0] | {"attempts": attempts}]}
    assert instructions_in([before]) == [Instruction.model_validate(record)]
