"""A call is made only if it carries out the step; else the model is told in words what is wrong."""

from typing import Any

import pytest

from tests.fakes import step
from wordfuse.agent.critic import measured
from wordfuse.agent.plan import Step
from wordfuse.agent.record import Attempt, ToolCallMade
from wordfuse.agent.rules import carried_out, how_far, may_be_weaker, problem_with, times_called
from wordfuse.tools.types import Region, Strength

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
        ("relight", MEANS | {"amount": 3.0}, "m2", "amount of a means is null, or at most 0.6"),
    ],
)
def test_what_is_no_means(name: str, args: dict[str, Any], mask: str | None, told: str) -> None:
    message = problem_with(POP, name, args, image="fused", mask=mask, overshot=False, best="a3")
    assert message is not None
    assert message.startswith(told)


HALF = Step(task="relight", direction="darker", region=Region(phrases=["people"]), strength="normal", amount=0.5)
DARKER = {"image": "fused", "mask": "m2", "direction": "darker", "strength": "normal", "amount": 0.5}


def freely(
    edit: Step, name: str, args: dict[str, Any], *, mask: str | None = "m2", overshot: bool = False
) -> str | None:
    """What is wrong with a call of a model that acts within the grant of the words."""
    return problem_with(edit, name, args, image="fused", mask=mask, overshot=overshot, free=True, attempts=["a3", "a5"])


@pytest.mark.parametrize("mask", [None, "m2"])
@pytest.mark.parametrize("name", ["inspect", "find_extremes", "read_temperatures", "evaluate_metrics"])
@pytest.mark.parametrize("edit", [PEOPLE, WHOLE, POP])
def test_who_is_free_may_look_around(edit: Step, name: str, mask: str | None) -> None:
    """And nobody else: their calls are those of the step."""
    assert freely(edit, name, {"whatever": 1}, mask=mask) is None
    assert problem(edit, name, {"whatever": 1}, mask) is not None


@pytest.mark.parametrize(
    ("edit", "name", "args"),
    [
        (PEOPLE, "incline", EDIT | {"strength": "strong"}),
        (PEOPLE, "incline", EDIT | {"strength": "slight", "amount": 0.1}),
        (PEOPLE, "incline", EDIT | {"image": "a3"}),
        (PEOPLE, "incline", EDIT | {"image": "a5", "strength": "slight"}),
        (HALF, "relight", DARKER),
        (HALF, "relight", DARKER | {"image": "a5"}),
    ],
)
def test_who_is_free_chooses_how_far_and_where_to_start(edit: Step, name: str, args: dict[str, Any]) -> None:
    assert freely(edit, name, args) is None


def test_a_number_that_was_named_is_kept_until_it_went_too_far() -> None:
    assert freely(HALF, "relight", DARKER | {"amount": 0.3}) == "amount of the step is 0.5"
    assert freely(HALF, "relight", DARKER | {"amount": 0.3}, overshot=True) is None
    assert freely(HALF, "relight", DARKER, overshot=True) == "amount of the step is 0.3"
    assert freely(PEOPLE, "incline", EDIT, overshot=True) is None, "none was named"


@pytest.mark.parametrize(
    ("edit", "name", "args", "mask", "told"),
    [
        (PEOPLE, "relight", EDIT, "m2", "the step asks for incline; call that"),
        (PEOPLE, "incline", EDIT | {"direction": "visible"}, "m2", "direction of the step is infrared"),
        (PEOPLE, "incline", EDIT | {"mask": None}, "m2", "mask of the step is m2"),
        (PEOPLE, "incline", EDIT | {"image": "a4"}, "m2", "image of the step is fused"),
        (PEOPLE, "incline", {}, "m2", "image of the step is fused; mask of the step is m2; direction"),
        (PEOPLE, "incline", EDIT, None, "the region has no mask yet"),
        (PEOPLE, "ground", {"phrases": ["sky"]}, None, "the phrases of the step are"),
        (WHOLE, "ground", {"phrases": ["people"]}, None, "the whole image: nothing to ground"),
        (HALF, "relight", DARKER | {"amount": 0.9}, "m2", "amount of the step is 0.5"),
        (HALF, "relight", DARKER | {"amount": None}, "m2", "amount of the step is 0.5"),
        (POP, "denoise", MEANS, "m2", "stand_out is no tool"),
    ],
)
def test_the_grant_ends_at_the_words(edit: Step, name: str, args: dict[str, Any], mask: str | None, told: str) -> None:
    message = freely(edit, name, args, mask=mask)
    assert message is not None
    assert told in message


@pytest.mark.parametrize("given", [["a3"], {"a3": 1}, None, 7])
def test_a_picture_that_is_no_name_is_refused_in_words(given: object) -> None:
    message = freely(PEOPLE, "incline", EDIT | {"image": given})
    assert message == "image of the step is fused"


def test_an_open_wish_is_no_tool() -> None:
    edit = step("improve", None, "people")
    assert problem_with(edit, "ground", {"phrases": ["people"]}, image="fused", mask=None, overshot=False) is None
    for name in ("denoise", "incline", "inspect"):
        assert problem_with(edit, name, EDIT, image="fused", mask="m2", overshot=False) is not None


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


def overshooting(edit: Step, area: float) -> Attempt:
    """An attempt that went too far in a region that covers so much of the picture."""
    values = {"distance_infrared": 80.0, "ssim_infrared": 0.1, "luma": 90.0, "area": area}
    return Attempt(
        tool_calls=(),
        epochs=0,
        stopped="epochs",
        saturated=False,
        seconds=0.0,
        before=values,
        after=values,
        verdict="adjust",
        reason="too much",
        checks=measured(edit, values, values).checks,
        goal_met=False,
        progress=-1.0,
        move="adjust",
    )


@pytest.mark.parametrize(
    ("strength", "area", "then"),
    [
        ("strong", 0.05, [("normal", None), ("slight", None), ("slight", 0.3)]),
        ("normal", 0.05, [("slight", None), ("slight", 0.3), ("slight", 0.18)]),
        ("slight", 0.05, [("slight", 0.3), ("slight", 0.18)]),
        ("normal", 0.5, [("slight", None), ("slight", None)]),
    ],
)
def test_a_thing_that_went_too_far_goes_less_far_each_time(
    strength: Strength, area: float, then: list[tuple[Strength, float | None]]
) -> None:
    edit = step("incline", "infrared", "people", strength=strength)
    made = [overshooting(edit, area)] * len(then)
    for times, (weaker, amount) in enumerate(then, start=1):
        assert may_be_weaker(edit, made[0])
        assert how_far(carried_out(edit, made[:times]), overshot=True) == {"strength": weaker, "amount": amount}


def test_what_else_went_too_far_goes_a_notch_less_far() -> None:
    light = step("relight", "brighter", "people", strength="slight")
    assert carried_out(light, [overshooting(light, 0.05)]) == light
    assert not may_be_weaker(light, overshooting(light, 0.05))
    named = PEOPLE.model_copy(update={"amount": 0.2})
    assert carried_out(named, [overshooting(named, 0.05)]) == named, "a number that was named is gone by"
