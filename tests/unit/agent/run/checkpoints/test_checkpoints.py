"""Checkpoints read as LangGraph would have stored them, and take no more room than what is new in each."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from wordfuse.agent.errors import InputError
from wordfuse.agent.run.checkpoints import Checkpoints

RUN: Any = {"configurable": {"thread_id": "run"}}
RECORD = {"text": "a wish of a usual length", "steps": [{"checks": list(range(1000))}]}


class State(TypedDict):
    """As of a run: what grows, and what does not."""

    turn: int
    records: list[dict[str, Any]]
    catalogue: dict[str, Any]


def begun(state: State) -> dict[str, Any]:
    return {"records": [*state["records"], {"text": state["turn"]}]}


def closed(state: State) -> dict[str, Any]:
    number = state["turn"] + 1
    masks = state["catalogue"]["masks"] | {f"m{number}": f"masks/m{number}.png"}
    catalogue = state["catalogue"] | {"counter": number, "masks": masks}
    return {"turn": number, "records": [*state["records"][:-1], RECORD | {"number": number}], "catalogue": catalogue}


def of(place: str) -> Any:
    return {"configurable": RUN["configurable"] | {"checkpoint_ns": "", "checkpoint_id": place}}


def graph(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("begun", begun)
    builder.add_node("closed", closed)
    builder.add_edge(START, "begun")
    builder.add_edge("begun", "closed")
    builder.add_edge("closed", END)
    return builder.compile(checkpointer=saver)


def talk(saver: SqliteSaver, turns: int) -> list[str]:
    """So many turns; the places at their ends."""
    compiled, places = graph(saver), []
    if not compiled.get_state(RUN).values:
        compiled.invoke({"turn": 0, "records": [], "catalogue": {"counter": 0, "masks": {}}}, RUN, durability="sync")
    for _ in range(turns):
        compiled.update_state(RUN, {}, as_node=START)
        compiled.invoke(None, RUN, durability="sync")
        places.append(compiled.get_state(RUN).config["configurable"]["checkpoint_id"])
    return places


@contextmanager
def whole(path: Path) -> Iterator[SqliteSaver]:
    """LangGraph's own, as earlier versions had them."""
    with SqliteSaver.from_conn_string(str(path)) as saver:
        yield saver


def states(saver: SqliteSaver) -> list[Mapping[str, Any]]:
    """Every checkpoint with what was written at it, the latest first."""
    return [
        {
            "values": {name: value for name, value in found.checkpoint["channel_values"].items() if ":" not in name},
            "writes": sorted((name, str(value)) for _, name, value in found.pending_writes or () if ":" not in name),
        }
        for found in saver.list(RUN)
    ]


def at(saver: SqliteSaver, place: str) -> Any:
    """The state at a place."""
    return graph(saver).get_state(of(place)).values


def count(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(rows)


def test_every_checkpoint_reads_as_langgraph_stores_it(tmp_path: Path) -> None:
    with whole(tmp_path / "whole.sqlite") as saver:
        talk(saver, 5)
        expected = states(saver)
    with Checkpoints.at(tmp_path / "ours.sqlite") as saver:
        talk(saver, 5)
        assert states(saver) == expected
    with Checkpoints.at(tmp_path / "ours.sqlite") as saver:
        assert states(saver) == expected, "in another process, too"


def test_what_was_written_before_a_kill_is_read(tmp_path: Path) -> None:
    with Checkpoints.at(tmp_path / "ours.sqlite") as saver:
        (place,) = talk(saver, 1)
        records = at(saver, place)["records"]
        saver.put_writes(of(place), [("records", [*records, {"text": "x"}]), ("turn", 7)], "task")
    with Checkpoints.at(tmp_path / "ours.sqlite") as saver:
        found = saver.get_tuple(RUN)
        assert found is not None
        assert found.pending_writes == [("task", "records", [*records, {"text": "x"}]), ("task", "turn", 7)]
        assert found.checkpoint["channel_values"]["records"] == records


def test_they_grow_with_the_turns_and_not_with_their_square(tmp_path: Path) -> None:
    sizes = []
    for _ in range(4):
        with Checkpoints.at(tmp_path / "ours.sqlite") as saver:
            talk(saver, 20)
        sizes.append((tmp_path / "ours.sqlite").stat().st_size)
    first, *others = [after - before for before, after in zip([0, *sizes], sizes, strict=False)]
    assert max(others) < 1.25 * first


def test_what_nobody_can_return_to_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "ours.sqlite"
    with Checkpoints.at(path) as saver:
        places = talk(saver, 6)
        kept = [places[1], places[4], places[5]]
        expected = [at(saver, place) for place in kept]
        saver.keep_only("run", kept)
        assert [at(saver, place) for place in kept] == expected
        assert at(saver, places[2]) == {}
    with Checkpoints.at(path) as saver:
        assert [at(saver, place) for place in kept] == expected
        assert count(path, "checkpoints") == 3
        changes = count(path, "changes")
        saver.keep_only("run", [places[5]])
        assert count(path, "changes") == changes, "the last is made to those before it"
        back = graph(saver).update_state(of(places[5]), {"records": [], "catalogue": {}}, as_node="closed")
        head = back["configurable"]["checkpoint_id"]
        saver.keep_only("run", [head])
        assert at(saver, head) == {"turn": 7, "records": [], "catalogue": {}}
        assert count(path, "changes") == changes + 2, "one for each of the two that were emptied"


def test_a_branch_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ours.sqlite"
    with Checkpoints.at(path) as saver:
        places = talk(saver, 3)
        saver.keep_only("run", places)
        rows = [count(path, table) for table in ("changes", "grown", "checkpoints")]
        graph(saver).update_state(of(places[0]), {"records": [{"text": "another"}]}, as_node=START)
        graph(saver).invoke(None, RUN, durability="sync")
        assert count(path, "changes") > rows[0]
        with sqlite3.connect(path) as connection:
            connection.execute("DELETE FROM checkpoints WHERE checkpoint_id > ?", (max(places),))
        saver.keep_only("run", places)
        assert [count(path, table) for table in ("changes", "grown", "checkpoints")] == rows


def test_a_removal_that_fails_removes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ours.sqlite"
    with Checkpoints.at(path) as saver:
        places = talk(saver, 3)
        expected, rows = states(saver), count(path, "grown")
        saver.conn.execute(
            "CREATE TRIGGER full BEFORE DELETE ON grown BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        with pytest.raises(InputError, match="the disk is full"):
            saver.keep_only("run", [places[-1]])
        assert (states(saver), count(path, "grown")) == (expected, rows)


def test_checkpoints_of_earlier_versions_are_read_and_gone_on_from(tmp_path: Path) -> None:
    path = tmp_path / "ours.sqlite"
    with whole(path) as saver:
        places = talk(saver, 4)
        expected = [at(saver, place) for place in places]
    with Checkpoints.at(path) as saver:
        assert [at(saver, place) for place in places] == expected
        later = talk(saver, 2)
        assert [record.get("number") for record in at(saver, later[-1])["records"]] == [1, 2, 3, 4, 5, 6, 7]
        saver.keep_only("run", [*places, *later])
        assert [at(saver, place) for place in places] == expected
        assert count(path, "checkpoints") == 6


def test_a_large_file_of_an_earlier_version_is_made_small(tmp_path: Path) -> None:
    path = tmp_path / "ours.sqlite"
    with whole(path) as saver:
        places = talk(saver, 40)
    before = path.stat().st_size
    assert before > 8 * 1024 * 1024
    with Checkpoints.at(path) as saver:
        saver.keep_only("run", places[-1:])
    assert path.stat().st_size < 0.05 * before
