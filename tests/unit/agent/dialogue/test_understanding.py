"""What is made of a plan before it is carried out."""

import pytest

from tests.fakes import plan, step
from wordfuse.agent.dialogue.understanding import seen_again
from wordfuse.agent.plan import Plan

LESS, MORE = (Plan.model_validate(plan(step("stand_out", direction, "people"))) for direction in ("less", "more"))


@pytest.mark.parametrize(
    "text",
    [
        "I can't see the people",
        "I can hardly see the people well",
        "the people disappear",
        "we cannot make out the people",
    ],
)
def test_what_is_not_seen_is_to_stand_out_more(text: str) -> None:
    assert seen_again(LESS, text) == MORE


@pytest.mark.parametrize(
    "text", ["make the people less conspicuous", "the people are too prominent, I see nothing else"]
)
def test_what_is_seen_too_much_is_left_as_it_was_understood(text: str) -> None:
    assert seen_again(LESS, text) == LESS


def test_a_wish_of_several_steps_is_left_as_it_was_understood() -> None:
    both = Plan.model_validate(plan(step("stand_out", "more", "man"), step("stand_out", "less", "cars")))
    assert seen_again(both, "I can't see the man; make the cars less prominent") == both
