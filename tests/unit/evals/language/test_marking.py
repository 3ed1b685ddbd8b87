"""Marks of answers."""

from typing import Any

import pytest

from wordfuse.evals.language.cases import ActCase, CritiqueCase, PlanCase, RunCase
from wordfuse.evals.language.marking import MARKS, mark, same_phrase


def steps(*phrases: str, task: str = "denoise", strength: str = "normal") -> dict[str, Any]:
    direction = {"denoise": None, "relight": "brighter", "incline": "infrared"}[task]
    region = {"phrases": list(phrases), "invert": False}
    return {"task": task, "direction": direction, "region": region, "strength": strength}


def plan(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"steps": list(parts), "refusal": None if parts else "no"}


def marked(wanted: dict[str, Any], got: dict[str, Any] | None) -> tuple[dict[str, float], str]:
    return mark(PlanCase.model_validate({"instruction": "x", "plan": wanted}), got)


@pytest.mark.parametrize(
    ("wanted", "got", "fault"),
    [
        (plan(steps("cars")), plan(steps("cars")), ""),
        (plan(steps("cars", "people")), plan(steps("people", "cars")), ""),  # a union has no order
        (plan(steps("the Cars")), plan(steps("car")), ""),  # up to number, article and case
        (plan(), plan(), ""),
        (plan(steps("cars")), plan(), "refused wrongly"),
        (plan(), plan(steps("cars")), "accepted wrongly"),
        (plan(steps("cars")), plan(steps("cars"), steps("sky")), "number of steps"),
        (plan(steps("a1"), steps("b1")), plan(steps("b1"), steps("a1")), "order"),
        (plan(steps("cars")), plan(steps("cars", task="relight")), "task"),
        (plan(steps("cars")), plan(steps("road")), "region"),
        (plan(steps("cars")), plan(steps("cars", strength="slight")), "strength"),
        (plan(steps("cars")), plan(steps("road", strength="slight")), "region and strength"),
    ],
)
def test_plans(wanted: dict[str, Any], got: dict[str, Any], fault: str) -> None:
    marks, found = marked(wanted, got)
    assert found == fault
    assert marks["exact"] == float(not fault)
    assert tuple(marks) == MARKS["plan"]


def test_parts_of_a_plan_are_marked_apart() -> None:
    marks, _ = marked(plan(steps("cars")), plan(steps("cars", strength="strong")))
    assert marks == {"exact": 0, "step_f1": 0, "refusal": 1, "tasks": 1, "regions": 1, "strengths": 0}


def test_step_f1_is_the_share_of_steps_in_common() -> None:
    # One of the two answered steps is one of the three wanted: 2 * 1 / (3 + 2).
    marks, _ = marked(plan(steps("a1"), steps("b1"), steps("c1")), plan(steps("a1"), steps("d1")))
    assert marks["step_f1"] == pytest.approx(0.4)


def test_no_answer_has_no_marks() -> None:
    assert marked(plan(), None) == (dict.fromkeys(MARKS["plan"], 0.0), "no answer")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the bus", "buses", True),
        ("boxes", "box", True),
        ("houses", "house", True),
        ("horses by the vases", "horse by the vase", True),
        ("lorries", "lorry", True),
        ("the people", "person", True),
        ("leaves", "leaf", True),
        ("church", "churches", True),
        ("cars on the left", "car on the left", True),
        ("glass", "glas", False),
        ("car", "cart", False),
        ("man with the dog", "man", False),
    ],
)
def test_phrases_up_to_number_and_article(one: str, other: str, same: bool) -> None:
    assert (same_phrase(one) == same_phrase(other)) is same


def test_tool_calls() -> None:
    call = {"name": "ground", "arguments": {"phrases": ["a", "b"]}}
    case = ActCase.model_validate({"step": steps("a", "b"), "image": "fused", "call": call})
    assert mark(case, {"name": "ground", "arguments": {"phrases": ["b", "a"]}}) == ({"exact": 1, "tool": 1}, "")
    assert mark(case, {"name": "ground", "arguments": {"phrases": ["a"]}}) == ({"exact": 0, "tool": 1}, "arguments")
    assert mark(case, {"name": "segment", "arguments": {}}) == ({"exact": 0, "tool": 0}, "tool")


def test_verdicts() -> None:
    case = CritiqueCase(table="t", verdict="again")
    assert mark(case, {"verdict": "again", "reason": "r"}) == ({"exact": 1, "accepted": 1}, "")
    assert mark(case, {"verdict": "undo", "reason": "r"}) == ({"exact": 0, "accepted": 1}, "undo for again")
    assert mark(case, {"verdict": "satisfied", "reason": "r"})[0] == {"exact": 0, "accepted": 0}


def test_runs() -> None:
    case = RunCase(say=("x",), exit=0, tasks=("incline",))
    assert mark(case, {"exit": 0, "tasks": ["incline"]}) == ({"exact": 1, "exit": 1, "tasks": 1}, "")
    assert mark(case, {"exit": 3, "tasks": ["incline"]}) == ({"exact": 0, "exit": 0, "tasks": 1}, "exit code")
    assert mark(case, {"exit": 0, "tasks": []}) == ({"exact": 0, "exit": 1, "tasks": 0}, "tasks")
    assert mark(RunCase(say=("x",)), {"exit": 0, "tasks": ["denoise"]})[0]["exact"] == 1
