"""Models that only plan: the calls of a step follow from its plan, and the model is asked for nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import ScriptedModel, Small, exit_of, plan, step
from tests.unit.agent.small_plans import PLANS, WARM, steps
from wordfuse.agent.model.protocol import Message
from wordfuse.agent.model.turns import grounding_in
from wordfuse.agent.plan import DIRECTIONS, Step
from wordfuse.agent.rules import next_call, problem_with
from wordfuse.agent.state import Chosen, Json
from wordfuse.tools.aims import Fixed
from wordfuse.tools.effects import EFFECTS
from wordfuse.tools.means import Means
from wordfuse.tools.registry import EDITS, TOOLS
from wordfuse.tools.types import Direction, Region, Strength, Task

#: Every task that has a tool of its own, in each of its directions.
PLAIN = [(task, direction) for task, directions in DIRECTIONS.items() if task in EDITS for direction in directions]


def call(
    edit: Step,
    mask: str | None = None,
    grounding: str | None = None,
    overshot: bool = False,
    means: Means | None = None,
) -> Chosen:
    return next_call(edit, image="001", mask=mask, grounding=grounding, overshot=overshot, means=means)


@pytest.mark.parametrize(("task", "direction"), PLAIN)
def test_the_edit_of_every_task_is_one_that_is_made(task: Task, direction: Direction | None) -> None:
    whole, part = step(task, direction), step(task, direction, "people", strength="strong")
    for edit, mask, overshot in ((whole, None, False), (part, "m2", False), (part, "m2", True)):
        chosen = call(edit, mask, overshot=overshot)
        assert problem_with(edit, chosen.name, chosen.args, image="001", mask=mask, overshot=overshot) is None
        TOOLS[task].args.model_validate(chosen.args)  # which refuses what the tool does not know


@pytest.mark.parametrize(
    ("strength", "amount", "overshot", "told"),
    [
        ("strong", None, False, {"strength": "strong"}),
        ("strong", None, True, {"strength": "normal"}),
        ("slight", None, True, {"strength": "slight"}),
        ("normal", 0.5, False, {"strength": "normal", "amount": 0.5}),
        ("normal", 0.5, True, {"strength": "normal", "amount": 0.3}),
    ],
)
def test_how_far_the_edit_goes(strength: Strength, amount: float | None, overshot: bool, told: Json) -> None:
    edit = Step(task="relight", direction="darker", region=Region(), strength=strength, amount=amount)
    expected = {"image": "001", "mask": None, "direction": "darker"} | told
    assert call(edit, overshot=overshot) == Chosen(name="relight", args=expected)


@pytest.mark.parametrize(("strength", "amount"), [("normal", 0.3), ("strong", 0.48)])
def test_what_takes_out_a_strong_fault_has_a_weaker_edit_too(strength: Strength, amount: float) -> None:
    """Both strengths go as far as the fault asks for, so another strength might be the same edit."""
    edit = Step(task="denoise", direction=None, region=Region(), strength=strength)
    assert call(edit).args == {"image": "001", "mask": None, "strength": strength}
    chosen = call(edit, overshot=True)
    assert (chosen.args["strength"], chosen.args["amount"]) == (strength, amount)
    assert problem_with(edit, chosen.name, chosen.args, image="001", mask=None, overshot=True) is None


@pytest.mark.parametrize("task", ["blur", "stand_out", "improve"])
def test_a_region_is_found_and_drawn_first(task: Task) -> None:
    """Also where the task has no tool, and where it is an open wish."""
    region = Region(phrases=["people", "cars"], exceptions=["the red car"], invert=True)
    direction: Direction | None = "more" if task == "stand_out" else None
    edit = Step(task=task, direction=direction, region=region, strength="normal")
    assert call(edit) == Chosen(name="ground", args={"phrases": ["people", "cars"], "without": ["the red car"]})
    assert call(edit, grounding="g1") == Chosen(name="segment", args={"grounding": "g1", "invert": True})
    for chosen in (call(edit), call(edit, grounding="g1")):
        assert problem_with(edit, chosen.name, chosen.args, image="001", mask=None, overshot=False) is None


def test_without_exceptions_none_are_told() -> None:
    assert call(WARM) == Chosen(name="ground", args={"phrases": ["people"]})


def test_a_step_without_a_tool_is_carried_out_by_its_means() -> None:
    edit = step("stand_out", "more", "people")
    means = Means(image="a7", tool="incline", direction="infrared", strength="slight")
    chosen = call(edit, "m2", means=means)
    args = {"image": "a7", "mask": "m2", "direction": "infrared", "strength": "slight"}
    assert chosen == Chosen(name="incline", args=args)
    assert problem_with(edit, chosen.name, args, image="001", mask="m2", overshot=False, best="a7") is None
    # Until its region is known, the means wait.
    assert call(edit, means=means).name == "ground"


@pytest.mark.parametrize(
    ("content", "grounding"),
    [
        ('{"grounding":"g3","found":["people"],"missing":[]}', "g3"),
        ('{"grounding":"g3"} (this call was made 3 times: choose another)', "g3"),
        ('{"mask":"m1","area":0.5}', None),
        ('{"grounding":7}', None),
        ("error: unknown grounding 'g9'; known: none yet", None),
        ('["g3"]', None),
        ("", None),
    ],
)
def test_the_grounding_that_the_last_call_gave(content: str, grounding: str | None) -> None:
    asked: list[Message] = [{"role": "user", "content": '{"grounding":"g1"}'}]
    assert grounding_in([*asked, {"role": "tool", "content": content}]) == grounding
    assert grounding_in(asked) is None, "that was no call"
    assert grounding_in([]) is None


def planner(**more: Any) -> ScriptedModel:
    wishes = {
        "pop": plan(step("stand_out", "more", "people")),
        "rest": plan(step("denoise", None, "sky", invert=True)),
    }
    return ScriptedModel(PLANS | wishes, plans_only=True, **more)


def names(done: Json) -> list[str]:
    return [made["name"] for attempt in done["attempts"] for made in attempt["tool_calls"]]


@pytest.mark.usefixtures("quick")
def test_a_run_asks_for_plans_and_nothing_else(small: Small, tmp_path: Path) -> None:
    model = planner()
    record = small.run(tmp_path / "run", model, "warm", "bright", "rest", "whole", "sing", "unicorn")
    warm, bright, rest, whole, lost = steps(record)
    assert (model.acts, model.tables) == (0, [])
    assert model.usage.calls == record["llm"]["calls"] == 6, "one for each instruction"
    assert names(warm) == ["ground", "segment", "incline", "evaluate_metrics"]
    assert names(bright)[-2:] == ["relight", "evaluate_metrics"]
    assert names(rest)[-2:] == ["denoise", "evaluate_metrics"]
    assert names(whole)[:2] == ["incline", "evaluate_metrics"]
    assert warm["satisfied"] and bright["satisfied"]
    assert (lost["found"], names(lost), lost["missing"]) == (False, [], ["a unicorn"])
    assert exit_of(record) == 3, "there is no unicorn"


@pytest.mark.usefixtures("quick")
def test_the_picture_is_that_of_a_model_that_acts(small: Small, tmp_path: Path) -> None:
    record = small.run(tmp_path / "planned", planner(), "both", "pop")
    acted = ScriptedModel(planner().plans)
    others = small.run(tmp_path / "acted", acted, "both", "pop")
    assert acted.acts > 6
    assert [names(done) for done in steps(record)] == [names(done) for done in steps(others)]
    assert set(names(steps(record)[-1])) >= {"ground", "segment", "evaluate_metrics"}
    assert (tmp_path / "planned/result.png").read_bytes() == (tmp_path / "acted/result.png").read_bytes()
    assert (tmp_path / "planned/result.png").read_bytes() != (tmp_path / "planned/fused.png").read_bytes()


@pytest.mark.usefixtures("quick")
def test_once_it_went_too_far_what_follows_is_weaker(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main, *rest = EFFECTS["relight"].goals["brighter"]
    # No edit keeps this guard, as if each had gone too far.
    broken = [replace(line, aim=Fixed(-1.0)) if line.name == "clipped" else line for line in rest]
    monkeypatch.setitem(EFFECTS["relight"].goals, "brighter", (main, *broken))
    model = ScriptedModel({"up": plan(step("relight", "brighter", "sky"))}, plans_only=True)
    (done,) = steps(small.run(tmp_path / "run", model, "up"))
    edits = [made for attempt in done["attempts"] for made in attempt["tool_calls"] if made["name"] == "relight"]
    assert done["attempts"][0]["verdict"] == "adjust"
    assert [made["args"]["strength"] for made in edits] == ["normal", "slight", "slight"]
    assert all(made["error"] is None for made in edits), "the rules want the same"
    assert (done["satisfied"], done["output"], model.usage.calls) == (False, None, 1)
