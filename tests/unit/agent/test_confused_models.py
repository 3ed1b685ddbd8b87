"""Models that make wrong calls, or give no answer that fits, are told, and stopped where they go on."""

import json
from pathlib import Path

import pytest

from tests.fakes import Small, always, exit_of, read_strict, satisfied
from tests.unit.agent.small_plans import scripted, steps
from wordfuse.agent.errors import AnswerError
from wordfuse.agent.state import Json

pytestmark = pytest.mark.usefixtures("quick")


def wrong_tool(turn: int, right: Json) -> Json:
    return {"name": "relight" if right["name"] == "incline" else "denoise", "args": right["args"]}


def extra_argument(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": right["args"] | {"path": "/etc/passwd"}}


def not_a_number(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": right["args"] | {"alpha": float("nan"), "beta": float("inf")}}


def unknown_ids(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": dict.fromkeys(right["args"], "../../etc/passwd")}


def no_arguments(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": {}}


def wrong_types(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": {"phrases": [1, None, {"a": []}], "grounding": ["g1"], "invert": "no"}}


def huge_number(turn: int, right: Json) -> Json:
    return {"name": right["name"], "args": right["args"] | {"n": 10**40}}


def broken_text(turn: int, right: Json) -> Json:
    return {"name": "\ud83d", "args": {"phrases": ["\udcff \x1b[31m"], "\ud800": 1}}


def other_phrases(turn: int, right: Json) -> Json:
    return {"name": "ground", "args": {"phrases": [f"dog {turn}"]}}


def nonsense(turn: int, right: Json) -> Json:
    return {"name": f"{turn}", "args": {"deep": [[[[turn]]]]}}


BAD = [
    wrong_tool,
    extra_argument,
    not_a_number,
    unknown_ids,
    no_arguments,
    wrong_types,
    huge_number,
    broken_text,
    other_phrases,
    nonsense,
]


def check_files(folder: Path, record: Json) -> None:
    """Whatever a model said, other programs can read the record and the trace."""
    assert read_strict((folder / "run.json").read_text()) == record
    for line in (folder / "trace.jsonl").read_text().splitlines():
        read_strict(line)


def test_confused_models_are_stopped_and_nothing_is_edited(small: Small, tmp_path: Path) -> None:
    """One instruction for each kind of confusion."""
    model = scripted()
    model.twist = lambda turn, right: BAD[len(model.before) - 1](turn, right)
    record = small.run(tmp_path / "run", model, *["warm"] * len(BAD))
    for twist, done in zip(BAD, steps(record), strict=True):
        assert "kept making calls" in done["notice"], twist
        assert (done["attempts"], done["output"], done["satisfied"]) == ([], None, False), twist
    assert model.acts <= 6 * len(BAD)
    check_files(tmp_path / "run", record)


def test_a_model_that_errs_twice_is_told_and_goes_on(small: Small, tmp_path: Path) -> None:
    """Each kind of confusion at the first call of an instruction and before its edit."""
    model = scripted(verdict=always("give_up"))
    turns: list[int] = [0] * len(BAD)

    def err(turn: int, right: Json) -> Json:
        kind = len(model.before) - 1
        turns[kind] += 1
        return BAD[kind](turn, right) if turns[kind] in (1, 4) else right

    model.twist = err
    record = small.run(tmp_path / "run", model, *["bright"] * len(BAD))
    for twist, done in zip(BAD, steps(record), strict=True):
        calls = done["attempts"][0]["tool_calls"]
        assert [bool(made["error"]) for made in calls] == [True, False, False, True, False, False], twist
    assert model.told[0].startswith("error: ")
    check_files(tmp_path / "run", record)


def test_the_same_call_five_times_is_the_last(small: Small, tmp_path: Path) -> None:
    """Also if it works each time."""

    def ground_for_ever(turn: int, right: Json) -> Json:
        return {"name": "ground", "args": {"phrases": ["people"]}}

    model = scripted(twist=ground_for_ever)
    record = small.run(tmp_path / "run", model, "warm", "bright")
    assert [done["satisfied"] for done in steps(record)] == [False, False]
    assert "kept making calls" in steps(record)[0]["notice"]
    assert "this call was made 3 times: choose another" in model.told[2]
    grounded = [json.loads(line) for line in (tmp_path / "run/trace.jsonl").read_text().splitlines()]
    assert sum(line.get("name") == "ground" for line in grounded) == 5


def test_ground_and_segment_in_turn_for_ever(small: Small, tmp_path: Path) -> None:
    def never_edit(turn: int, right: Json) -> Json:
        if turn % 2:
            return {"name": "ground", "args": {"phrases": ["people"]}}
        if right["name"] == "segment":
            return right
        return {"name": "segment", "args": {"grounding": "g1", "invert": False}}

    model = scripted(twist=never_edit)
    record = small.run(tmp_path / "run", model, "warm")
    assert model.acts <= 10
    assert "kept making calls" in steps(record)[0]["notice"]


def test_the_grounding_of_another_step_is_not_taken(small: Small, tmp_path: Path) -> None:
    """The sky must not be edited inside the people's mask."""

    def reuse(turn: int, right: Json) -> Json:
        return {"name": "segment", "args": {"grounding": "g1", "invert": False}} if turn == 4 else right

    model = scripted(twist=reuse, verdict=satisfied)
    record = small.run(tmp_path / "run", model, "warm", "bright")
    assert "g1 is of other phrases" in model.told[2]
    assert steps(record)[1]["mask"].endswith("sky.png")


def test_a_whole_image_step_takes_no_mask(small: Small, tmp_path: Path) -> None:
    def segment_first(turn: int, right: Json) -> Json:
        return {"name": "segment", "args": {"grounding": "g1", "invert": False}} if turn == 4 else right

    record = small.run(tmp_path / "run", scripted(twist=segment_first), "warm", "whole")
    assert (steps(record)[1]["mask"], steps(record)[1]["area"]) == (None, 1.0)


@pytest.mark.parametrize(
    ("call", "where"),
    [(1, "plan"), (4, "act"), (5, "judge")],
)
def test_an_answer_that_never_fits_ends_the_step_only(small: Small, tmp_path: Path, call: int, where: str) -> None:
    model = scripted(raises={call: AnswerError("the language model x gave no valid answer")})
    record = small.run(tmp_path / "run", model, "warm", "bright")
    first, second = record["instructions"]
    if where == "plan":
        assert "no valid answer" in first["refusal"]
    else:
        (done,) = first["steps"]
        assert not done["satisfied"]
        told = done["notice"] if where == "act" else done["attempts"][0]["reason"]
        assert "no valid answer" in told
    if where == "judge":
        assert first["steps"][0]["output"] == "images/001.png", "what was reached is kept"
    assert second["steps"][0]["satisfied"]
    assert exit_of(record) == 3


def test_a_long_error_still_fits_the_record(small: Small, tmp_path: Path) -> None:
    model = scripted(raises={1: AnswerError("x" * 999), 6: AnswerError("y" * 999)})
    record = small.run(tmp_path / "run", model, "warm", "warm")
    assert record["instructions"][0]["refusal"] == "x" * 300
    assert record["instructions"][1]["steps"][0]["attempts"][0]["reason"] == "y" * 160
