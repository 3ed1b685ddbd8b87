"""A call is made only if it carries out the step; else the model is told in words what is wrong."""

from typing import Any

import pytest

from tests.fakes import step
from wordfuse.agent.plan import Step
from wordfuse.agent.record import ToolCallMade
from wordfuse.agent.rules import problem_with, times_called

PEOPLE = step("incline", "infrared", "people", "cars")
WHOLE = step("relight", "darker")
REST = step("denoise", None, "sky", invert=True, strength="strong")
EDIT = {"image": "fused", "mask": "m2", "direction": "infrared", "strength": "normal"}
GROUNDINGS = {"g1": ["people", "cars"], "g2": ["sky"], "g3": ["cars", "people"]}


def problem(
    edit: Step, name: str, args: dict[str, Any], mask: str | None = "m2", image: str = "fused", overshot: bool = False
) -> str | None:
    return problem_with(edit, name, args, image=image, mask=mask, overshot=overshot, groundings=GROUNDINGS)


@pytest.mark.parametrize(
    ("edit", "name", "args", "mask"),
    [
        (PEOPLE, "ground", {"phrases": ["people", "cars"]}, None),
        (PEOPLE, "ground", {"phrases": ["cars", "people"]}, None),
        (PEOPLE, "segment", {"grounding": "g1", "invert": False}, None),
        (PEOPLE, "segment", {"grounding": "g3", "invert": False}, None),
        (REST, "segment", {"grounding": "g2", "invert": True}, None),
        (PEOPLE, "incline", EDIT, "m2"),
        (WHOLE, "relight", {"image": "fused", "mask": None, "direction": "darker", "strength": "normal"}, None),
        (REST, "denoise", {"image": "fused", "mask": "m2", "strength": "strong"}, "m2"),
    ],
)
def test_right_calls_pass(edit: Step, name: str, args: dict[str, Any], mask: str | None) -> None:
    assert problem(edit, name, args, mask) is None


@pytest.mark.parametrize(
    ("edit", "name", "args", "mask", "told"),
    [
        (PEOPLE, "ground", {"phrases": ["people"]}, None, "the phrases of the step are ['people', 'cars']"),
        (PEOPLE, "ground", {"phrases": ["people", "cars", "sky"]}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {"phrases": ["People", "cars"]}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {"phrases": None}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {"phrases": "people"}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {"phrases": ["people", 7]}, None, "the phrases of the step are"),
        (PEOPLE, "ground", {"phrases": [["people"], {"a": 1}]}, None, "the phrases of the step are"),
        (WHOLE, "ground", {"phrases": ["people"]}, None, "the whole image: nothing to ground"),
        (PEOPLE, "segment", {"grounding": "g1", "invert": True}, None, "invert of the step is false"),
        (PEOPLE, "segment", {"grounding": "g1"}, None, "invert of the step is false"),
        (REST, "segment", {"grounding": "g2", "invert": False}, None, "invert of the step is true"),
        (PEOPLE, "segment", {"grounding": "g2", "invert": False}, None, "g2 is of other phrases"),
        (WHOLE, "segment", {"grounding": "g1", "invert": False}, None, "the whole image: nothing to segment"),
        (PEOPLE, "relight", EDIT, "m2", "the step asks for incline"),
        (PEOPLE, "fuse", {}, "m2", "the step asks for incline"),
        (PEOPLE, "evaluate_metrics", {}, "m2", "the step asks for incline"),
        (PEOPLE, "rm", {"path": "/"}, "m2", "the step asks for incline"),
        (PEOPLE, "incline", EDIT, None, "the region has no mask yet"),
        (PEOPLE, "incline", EDIT | {"image": "001"}, "m2", "image of the step is fused"),
        (PEOPLE, "incline", EDIT | {"mask": None}, "m2", "mask of the step is m2"),
        (PEOPLE, "incline", EDIT | {"mask": "m9"}, "m2", "mask of the step is m2"),
        (PEOPLE, "incline", EDIT | {"direction": "visible"}, "m2", "direction of the step is infrared"),
        (PEOPLE, "incline", EDIT | {"strength": "strong"}, "m2", "strength of the step is normal"),
        (PEOPLE, "incline", {}, "m2", "image of the step is fused; mask of the step is m2; strength"),
        (WHOLE, "relight", {"image": "fused", "mask": "m2", "direction": "darker", "strength": "normal"}, None, "null"),
    ],
)
def test_other_calls_are_answered_in_words(
    edit: Step, name: str, args: dict[str, Any], mask: str | None, told: str
) -> None:
    message = problem(edit, name, args, mask)
    assert message is not None
    assert told in message


POP = step("stand_out", "more", "people")
MEANS = {"image": "a3", "mask": "m2", "direction": "brighter", "strength": "strong"}


@pytest.mark.parametrize("image", ["fused", "a3"])
@pytest.mark.parametrize("strength", ["slight", "normal", "strong"])
@pytest.mark.parametrize(("name", "direction"), [("relight", "darker"), ("incline", "visible")])
def test_any_means_carries_out_a_step_without_a_tool(image: str, strength: str, name: str, direction: str) -> None:
    args = MEANS | {"image": image, "direction": direction, "strength": strength}
    assert problem_with(POP, name, args, image="fused", mask="m2", overshot=True, best="a3") is None


@pytest.mark.parametrize(
    ("name", "args", "mask", "told"),
    [
        ("stand_out", MEANS, "m2", "stand_out is no tool; its means are: relight brighter; relight darker; incline"),
        ("denoise", MEANS, "m2", "stand_out is no tool"),
        ("relight", MEANS | {"image": "a4"}, "m2", "image of the step is a3 or fused"),
        ("relight", MEANS | {"mask": None}, "m2", "mask of the step is m2"),
        ("relight", {}, "m2", "image of the step is a3 or fused; mask of the step is m2"),
        ("relight", MEANS, None, "the region has no mask yet"),
    ],
)
def test_what_is_no_means(name: str, args: dict[str, Any], mask: str | None, told: str) -> None:
    message = problem_with(POP, name, args, image="fused", mask=mask, overshot=False, best="a3")
    assert message is not None
    assert message.startswith(told)


def test_segment_of_an_unknown_grounding_is_left_to_the_tool() -> None:
    assert problem(PEOPLE, "segment", {"grounding": "g9", "invert": False}, None) is None
    assert problem(PEOPLE, "segment", {"grounding": ["g1"], "invert": False}, None) is None


@pytest.mark.parametrize(("asked", "weaker"), [("strong", "normal"), ("normal", "slight"), ("slight", "slight")])
def test_after_going_too_far_one_notch_less_is_wanted(asked: Any, weaker: str) -> None:
    edit = step("relight", "brighter", strength=asked)
    args = {"image": "fused", "mask": None, "direction": "brighter", "strength": weaker}
    assert problem(edit, "relight", args, None, overshot=True) is None
    if asked != weaker:
        assert problem(edit, "relight", args | {"strength": asked}, None, overshot=True) == (
            f"strength of the step is {weaker}"
        )


def test_same_calls_are_counted_by_name_and_arguments() -> None:
    calls = [ToolCallMade(name="ground", args={"phrases": ["a"]}, seconds=0.1, error=None)] * 2
    calls += [ToolCallMade(name="ground", args={"phrases": ["b"]}, seconds=0.0, error="no")]
    assert times_called(calls, "ground", {"phrases": ["a"]}) == 2
    assert times_called(calls, "segment", {"phrases": ["a"]}) == 0
