"""Where a run goes next, and that every way it can go wrong ends politely, with the best picture so far."""

from pathlib import Path

import pytest

from tests.fakes import ScriptedModel, Small, always, exit_of, satisfied
from tests.unit.agent.small_plans import PLANS, scripted, steps, without_things
from wordfuse.agent.context import Event
from wordfuse.agent.errors import BackendUnreachable
from wordfuse.agent.run.session import Session
from wordfuse.agent.settings import Limits
from wordfuse.agent.state import Json
from wordfuse.fusion.finetune import State
from wordfuse.tools.effects import EFFECTS

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def no_things(monkeypatch: pytest.MonkeyPatch) -> None:
    without_things(monkeypatch)


def shares_gone(folder: Path) -> list[float]:
    """Shares of the way to the source in the saved states of inclinations, oldest first."""
    files = sorted((folder / "work").glob("*.safetensors"), key=lambda path: int(path.stem[1:]))
    return [State.load(path, "incline").meta["share"] for path in files]


def test_a_satisfied_step(small: Small, tmp_path: Path) -> None:
    model = scripted()
    record = small.run(tmp_path / "run", model, "warm")
    (done,) = steps(record)
    assert (done["satisfied"], done["found"], done["output"]) == (True, True, "images/001.png")
    assert len(done["attempts"]) == 1
    assert [made["name"] for made in done["attempts"][0]["tool_calls"]] == [
        "ground",
        "segment",
        "incline",
        "evaluate_metrics",
    ]
    assert exit_of(record) == 0
    assert record["llm"]["calls"] == model.usage.calls == 5  # plan, three acts, judge


def test_steps_and_instructions_follow_on_one_another(small: Small, tmp_path: Path) -> None:
    model = scripted(verdict=satisfied)
    record = small.run(tmp_path / "run", model, "both", "bright")
    assert [done["output"] for done in steps(record)] == ["images/001.png", "images/002.png", "images/003.png"]
    starts = [question["image"] for question in model.questions if question["mask"] is None]
    assert starts == ["fused", "fused", "fused", "001", "001", "001", "002", "002", "002"]


def test_the_second_instruction_sees_the_plan_of_the_first(small: Small, tmp_path: Path) -> None:
    model = scripted()
    small.run(tmp_path / "run", model, "unicorn", "sing", "warm")
    # A refusal is no plan that "more" could mean.
    assert model.before == [None, PLANS["unicorn"], PLANS["unicorn"]]


def test_a_refusal_goes_on_to_the_next_instruction(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "sing", "warm")
    assert record["instructions"][0]["refusal"] == "singing is not among the effects"
    assert record["instructions"][0]["steps"] == []
    assert record["instructions"][1]["steps"][0]["satisfied"]
    assert exit_of(record) == 3


def test_only_refusals_leave_the_fused_picture(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "sing")
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/fused.png").read_bytes()
    assert record["metrics"]["result"] == record["metrics"]["fused"]


def test_a_region_that_is_not_found(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "unicorn", "warm")
    lost, done = steps(record)
    assert (lost["found"], lost["satisfied"], lost["mask"], lost["output"]) == (False, False, None, None)
    assert "unicorn" in lost["notice"]
    assert lost["missing"] == ["a unicorn"]
    assert done["satisfied"], "the run goes on"
    assert exit_of(record) == 3


def test_a_region_of_which_a_part_is_found(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "some")
    (done,) = steps(record)
    assert (done["found"], done["missing"], done["satisfied"]) == (True, ["a unicorn"], True)
    assert exit_of(record) == 3, "a phrase was not found"


def test_attempts_end_at_their_limit(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(verdict=always("again")), "warm", limits=Limits(attempts=2))
    (done,) = steps(record)
    assert len(done["attempts"]) == 2
    assert not done["satisfied"]
    assert done["output"] == "images/001.png", "the best attempt is kept"
    assert exit_of(record) == 3


def test_satisfied_against_the_numbers_is_not_believed(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordfuse.agent.critic.GOAL_SHARE", 2.0)  # twice as far as the tool aims
    record = small.run(tmp_path / "run", scripted(verdict=satisfied), "warm", limits=Limits(attempts=2))
    (done,) = steps(record)
    assert [attempt["verdict"] for attempt in done["attempts"]] == ["satisfied", "satisfied"]
    assert not any(attempt["goal_met"] for attempt in done["attempts"])
    assert not done["satisfied"]


def test_a_model_that_gives_up_is_let_go_once_the_goal_is_met(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(verdict=always("give_up")), "bright")
    done = steps(record)[0]
    assert [attempt["goal_met"] for attempt in done["attempts"]] == [True]
    assert not done["satisfied"], "the model would not have it"


def test_another_attempt_goes_on_from_the_state(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(verdict=always("again")), "warm", limits=Limits(attempts=2))
    first, second = shares_gone(tmp_path / "run")
    # The goal was met at once, so there is hardly any way left to go.
    assert first < second < first + 0.1


def test_what_goes_no_further_is_not_tried_again(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # More than the tuned network can give is asked for, by a model that would go on forever.
    monkeypatch.setitem(EFFECTS["incline"].amounts, "normal", 0.999)
    record = small.run(tmp_path / "run", scripted(verdict=always("again")), "warm", limits=Limits(attempts=5))
    (done,) = steps(record)
    assert [attempt["saturated"] for attempt in done["attempts"]] == [True]
    assert (done["satisfied"], done["output"]) == (False, "images/001.png")
    assert "goes no further" in done["notice"]


def test_undo_forgets_the_state(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", scripted(verdict=always("undo")), "warm", limits=Limits(attempts=2))
    first, second = shares_gone(tmp_path / "run")
    assert second == pytest.approx(first, abs=0.05)


def test_adjust_is_weaker(small: Small, tmp_path: Path) -> None:
    model = scripted(verdict=always("adjust"))
    record = small.run(tmp_path / "run", model, "warm", limits=Limits(attempts=2))
    edits = [
        made["args"]["strength"]
        for attempt in steps(record)[0]["attempts"]
        for made in attempt["tool_calls"]
        if made["name"] == "incline"
    ]
    assert edits == ["normal", "slight"]
    assert model.questions[-1]["last"] == "adjust: because"


def test_the_same_instruction_again_goes_on_from_the_state(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "warm", "again")
    assert [done["satisfied"] for done in steps(record)] == [True, True]
    first, second = shares_gone(tmp_path / "run")
    assert second > first + 0.1


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"model_calls": 7}, "the budget of 7 model calls is used up; raise it with --max-model-calls"),
        ({"tool_calls": 6}, "the budget of 6 tool calls is used up; raise it with --max-tool-calls"),
    ],
)
def test_a_spent_budget_ends_the_run_with_the_best_result(
    small: Small, tmp_path: Path, limits: dict[str, int], told: str
) -> None:
    record = small.run(tmp_path / "run", scripted(), "warm", "bright", limits=Limits(**limits))
    done, stopped = steps(record)
    assert done["satisfied"]
    assert (stopped["satisfied"], stopped["notice"]) == (False, told)
    assert (tmp_path / "run/result.png").read_bytes() == (tmp_path / "run/images/001.png").read_bytes()
    assert exit_of(record) == 3


def test_a_spent_time_budget(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "run", scripted(), "warm", "both", limits=Limits(seconds=1e-6))
    assert [done["refusal"] for done in record["instructions"]] == [
        "the budget of 1e-06 seconds is used up; raise it with --max-seconds"
    ] * 2
    assert exit_of(record) == 3


@pytest.mark.parametrize("call", [1, 5])
def test_a_server_that_goes_away_leaves_a_run_that_can_be_resumed(small: Small, tmp_path: Path, call: int) -> None:
    folder = tmp_path / "run"
    with pytest.raises(BackendUnreachable):
        small.run(folder, scripted(raises={call: BackendUnreachable("gone")}), "warm")
    assert not (folder / "run.json").exists()
    record = Session.open(folder, scripted()).run().as_json()
    assert steps(record)[0]["satisfied"]
    assert Session.open(folder, scripted()).run().as_json() == record, "a finished run is not done again"


def test_a_served_model_may_look_before_it_acts(small: Small, tmp_path: Path) -> None:
    """What it sees is told to it and recorded, and does not end the attempt."""

    def look_first(turn: int, right: Json) -> Json:
        return {"name": "inspect", "args": {"image": "fused", "mask": None}} if turn == 1 else right

    for style, calls in (("full", ["inspect", "incline"]), ("compact", ["inspect", "incline"])):
        model = ScriptedModel(PLANS, twist=look_first, style=style)
        (done,) = steps(small.run(tmp_path / style, model, "whole", limits=Limits(attempts=1), doubt=0))
        made = [call for call in done["attempts"][0]["tool_calls"] if call["name"] != "evaluate_metrics"]
        assert [call["name"] for call in made] == calls
        refused = style == "compact"
        assert (made[0]["error"] is not None, made[1]["error"]) == (refused, None), "ours has nothing to look for"
        assert ('"findings":' in model.told[0]) is not refused
        assert done["attempts"][0]["epochs"] > 0


def test_events_tell_what_happens(small: Small, tmp_path: Path) -> None:
    seen: list[Event] = []
    small.run(tmp_path / "run", scripted(verdict=always("give_up")), "warm", notify=seen.append)
    kinds = [event.kind for event in seen if event.progress is None]
    asked = ["thinking", "thought"]  # the model: for a plan, three calls and a verdict
    assert kinds == [
        *["calling", *asked, "understood"],
        *[*asked, "calling"] * 3,
        *["measured", *asked, "judged", "advanced"],
    ]
    tools = {event.progress.tool for event in seen if event.progress is not None}
    assert tools == {"fuse", "incline"}
