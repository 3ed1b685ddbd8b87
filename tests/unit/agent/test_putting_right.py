"""The six tools that put right, or hide, as a model that is not ours reaches them: plan, calls, goal, record."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes import ScriptedModel, Small, exit_of, plan
from tests.unit.agent.small_plans import steps
from wordfuse.agent.plan import Plan, Step
from wordfuse.fusion.images import read_mask, read_picture
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.registry import EDITS, as_langchain
from wordfuse.tools.store.workspace import ToolSettings, Workspace
from wordfuse.tools.types import Region, Task

pytestmark = pytest.mark.usefixtures("quick")

NEW: tuple[Task, ...] = ("contrast", "sharpen", "dehaze", "destripe", "blur", "recolour")
WISHES = {
    "hide the people": {"task": "blur", "direction": None, "region": {"phrases": ["people"]}, "strength": "normal"},
    "punch in the street": {
        "task": "contrast",
        "direction": "more",
        "region": {"phrases": ["street"]},
        "strength": "slight",
    },
    "crisp": {"task": "sharpen", "direction": None, "region": {"phrases": []}, "strength": "slight"},
    "clear": {"task": "dehaze", "direction": None, "region": {"phrases": []}, "strength": "slight"},
    "even": {"task": "destripe", "direction": None, "region": {"phrases": []}, "strength": "normal"},
    "dull people": {"task": "recolour", "direction": "muted", "region": {"phrases": ["people"]}, "strength": "normal"},
    "hot people": {"task": "recolour", "direction": "heat", "region": {"phrases": ["people"]}, "strength": "normal"},
    "the street without people by half": {
        "task": "blur",
        "direction": None,
        "region": {"phrases": ["street"], "except": ["people"]},
        "strength": "normal",
        "amount": 0.5,
    },
}


def served(*wishes: str) -> ScriptedModel:
    """A model that is asked as any that is not ours."""
    return ScriptedModel({wish: plan(Step.model_validate(WISHES[wish])) for wish in wishes}, style="full")


@pytest.mark.parametrize("wish", [wish for wish in WISHES if wish != "the street without people by half"])
def test_a_step_is_carried_out_by_its_own_tool(small: Small, tmp_path: Path, wish: str) -> None:
    record = small.run(tmp_path / "run", served(wish), wish, doubt=0)
    (done,) = steps(record)
    calls = [made["name"] for made in done["attempts"][0]["tool_calls"]]
    assert calls[-2:] == [WISHES[wish]["task"], "evaluate_metrics"]
    assert done["attempts"][0]["checks"][0]["name"] in done["attempts"][0]["after"]
    assert exit_of(record) == (0 if done["satisfied"] else 3)
    before, after = (read_picture(tmp_path / "run" / name) for name in ("fused.png", "result.png"))
    outside = np.zeros(before.shape[:2], bool)
    if done["mask"]:
        outside = read_mask(tmp_path / "run" / done["mask"], before.shape[:2]) <= 127
    assert np.array_equal(before[outside], after[outside])


def test_an_amount_and_an_exception_go_all_the_way(small: Small, tmp_path: Path) -> None:
    record = small.run(
        tmp_path / "run", served("the street without people by half"), "the street without people by half", doubt=0
    )
    (done,) = steps(record)
    made = {call["name"]: call["args"] for call in done["attempts"][0]["tool_calls"]}
    assert made["ground"] == {"phrases": ["street"], "without": ["people"]}
    assert made["blur"]["amount"] == 0.5
    main = done["attempts"][0]["checks"][0]
    # GOAL_SHARE of one half: the amount that was named, and not the strength's 0.65.
    assert main["target"] == pytest.approx(main["before"] * (1 - 0.8 * 0.5))
    assert (done["region"]["except"], done["amount"]) == (["people"], 0.5)
    assert "except" in done["mask"]
    people = read_mask(small.masks["people"], (96, 128)) > 127
    assert not (read_mask(tmp_path / "run" / done["mask"], (96, 128))[people] > 127).any()
    assert "by 50%" in (tmp_path / "run/report.html").read_text(encoding="utf-8")


def test_an_exception_that_leaves_nothing_is_said(small: Small, tmp_path: Path) -> None:
    all_of_it = Step(
        task="blur", direction=None, region=Region(phrases=["people"], exceptions=["people"]), strength="normal"
    )
    model = ScriptedModel({"blur the people but not the people": plan(all_of_it)}, style="full")
    (done,) = steps(small.run(tmp_path / "run", model, "blur the people but not the people", doubt=0))
    assert not done["satisfied"]
    assert "the exception covers all of it" in done["notice"]


def test_a_call_without_the_amount_of_the_step_is_not_made(small: Small, tmp_path: Path) -> None:
    def forget(turn: int, right: dict[str, Any]) -> dict[str, Any]:
        args = {key: value for key, value in right["args"].items() if key != "amount" or turn > 3}
        return right | {"args": args}

    model = served("the street without people by half")
    model.twist = forget
    (done,) = steps(small.run(tmp_path / "run", model, "the street without people by half", doubt=0))
    errors = [made["error"] for made in done["attempts"][0]["tool_calls"] if made["error"]]
    assert errors == ["amount of the step is 0.5"]


def test_a_model_that_acts_is_offered_all(tmp_path: Path) -> None:
    work = Workspace(tmp_path, tmp_path / "ir.png", tmp_path / "vi.png", ToolSettings())
    offered = {tool.name for tool in as_langchain(work)}
    assert set(NEW) <= set(EDITS) <= offered
    # Those without means are carried out by their own tools, but for the open wish: that becomes other steps.
    assert {task for task in EFFECTS if not EFFECTS[task].means} == {*EDITS, "improve"}


@pytest.mark.parametrize("wish", WISHES)
def test_plans_of_both_versions_are_read(wish: str) -> None:
    (step,) = Plan.model_validate({"steps": [WISHES[wish]], "refusal": None}).steps
    told = Plan(steps=[step], refusal=None).model_dump()
    assert told["schema"] == 2
    assert Plan.model_validate(told).steps == [step]


def test_heat_is_reported_with_its_scale(small: Small, tmp_path: Path) -> None:
    small.run(tmp_path / "run", served("hot people"), "hot people", doubt=0)
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert report.count('<figure class="legend">') == 1
    assert "The scale of the false colours" in report
